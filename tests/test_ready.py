"""Rules from the cache are the rules that were made, whatever happened to the cache."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from ruleset.making import write

from stripper import ready
from stripper.errors import UsageError
from stripper.library import Entry, Library
from stripper.match import Matcher
from stripper.model import Document
from stripper.normalize import key
from stripper.ruleset import RulesError, atoms, worked_out
from stripper.segment import segments

RULE = """\
- id: made.one
  category: other
  match: {any: [{phrase: "the … mark"}, {regex: '(?i)\\A\\W*sign'}, {text: "one two three four five"}]}
"""
TEXT = "Here is the old mark.\n\n“Sign it.”\n\nOne two three four five.\n\nNothing."


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(ready, "user_cache_path", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "stripper"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return write(tmp_path, "rules/made.yaml", RULE)


def held(matcher: Matcher) -> list[tuple[str, int]]:
    return [(hit.rule.id, hit.start) for hit in matcher.match(Document(TEXT), segments(TEXT)).hits]


def kinds(cache: Path) -> list[str]:
    return sorted(file.name.split("-")[0] for file in cache.iterdir())


def test_what_comes_from_the_cache_is_what_was_made(cache: Path, rules: Path) -> None:
    made = ready.ruleset([rules])
    expected = held(Matcher(made))
    assert [at for _, at in expected] == [0, 23, 35]
    assert held(ready.matcher(made)) == expected
    assert kinds(cache) == ["matcher", "patterns", "rule", "rules"]
    again = ready.ruleset([rules])
    assert again == made
    assert held(ready.matcher(again, timeout=0.25)) == expected
    assert ready.matcher(again, timeout=0.25).timeout == 0.25


def test_a_rule_that_changed_is_seen_at_once(cache: Path, rules: Path) -> None:
    ready.matcher(ready.ruleset([rules.parent]))
    write(rules.parent, "made.yaml", RULE.replace("mark", "boat"))
    assert [at for _, at in held(ready.matcher(ready.ruleset([rules.parent])))] == [23, 35]
    write(rules.parent, "more.yaml", RULE.replace("made.one", "made.two"))
    assert [rule.id for rule in ready.ruleset([rules.parent]).rules] == ["made.one", "made.two"]


def test_what_was_compiled_is_there_for_the_next(cache: Path, rules: Path) -> None:
    made = ready.ruleset([rules])
    assert "patterns" not in kinds(cache)
    held(ready.matcher(made))
    again = ready.matcher(made)
    assert again.patterns.keys() == {("spaced", "the … mark"), ("regex", r"(?i)\A\W*sign")}
    assert not again.patterns.fresh


def test_of_rules_that_stay_nothing_is_worked_out_again(cache: Path, rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = held(ready.matcher(ready.ruleset([rules])))
    worked_out.known().clear()
    monkeypatch.setattr(atoms, "of", lambda leaf: pytest.fail(f"{leaf} was worked out again"))
    write(rules.parent, "made.yaml", RULE.replace("made.one", "made.two"))
    assert [at for _, at in held(ready.matcher(ready.ruleset([rules])))] == [at for _, at in expected]


def test_a_package_brings_along_what_is_worked_out_of_its_rules(
    cache: Path, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought = tmp_path / "worked-out.pickle"
    brought.write_bytes(ready.work_out([rules]))
    monkeypatch.setattr(ready, "BROUGHT_ALONG", brought)
    worked_out.known().clear()
    monkeypatch.setattr(atoms, "of", lambda leaf: pytest.fail(f"{leaf} was worked out again"))
    assert [at for _, at in held(ready.matcher(ready.ruleset([rules])))] == [0, 23, 35]
    assert kinds(cache) == ["matcher", "patterns", "rules"]


def test_faults_are_told_each_time(cache: Path, rules: Path) -> None:
    write(rules.parent, "made.yaml", "- id: made.one\n")
    for _ in range(2):
        with pytest.raises(RulesError, match=r"made\.yaml"):
            ready.ruleset([rules])
    with pytest.raises(RulesError, match=r"nowhere\.yaml"):
        ready.ruleset([rules.parent / "nowhere.yaml"])


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-10])


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("damage", [_truncate, _flip, _empty, _folder])
def test_a_damaged_file_of_the_cache_does_no_harm(cache: Path, rules: Path, damage: Callable[[Path], None]) -> None:
    expected = held(ready.matcher(ready.ruleset([rules])))
    for file in list(cache.iterdir()):
        damage(file)
    assert held(ready.matcher(ready.ruleset([rules]))) == expected


@pytest.mark.skipif(os.name == "nt", reason="no such modes")
def test_a_file_that_others_can_write_is_not_read(cache: Path, rules: Path) -> None:
    ready.ruleset([rules])
    (file,) = cache.glob("rules-*")
    file.write_bytes(ready._sound(file))  # no digest: were it read, it would be told as damaged
    file.chmod(0o666)
    with pytest.raises(ValueError, match="others can write it"):
        ready._sound(file)
    assert [rule.id for rule in ready.ruleset([rules]).rules] == ["made.one"]


def test_without_a_cache_everything_is_made_anew(tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")
    monkeypatch.setattr(ready, "user_cache_path", lambda name: blocked / name)
    assert [at for _, at in held(ready.matcher(ready.ruleset([rules])))] == [0, 23, 35]


def test_the_cache_does_not_grow(cache: Path, rules: Path) -> None:
    for number in range(12):
        write(rules.parent, "made.yaml", RULE.replace("mark", f"mark{number}"))
        ready.ruleset([rules])
    assert (len(list(cache.glob("rules-*"))), len(list(cache.glob("rule-*")))) == (8, 1)


def _make(rules: Path, folder: Path) -> list[tuple[str, int]]:
    ready.user_cache_path = lambda name: folder  # type: ignore[assignment]
    return held(ready.matcher(ready.ruleset([rules])))


def test_many_processes_may_fill_it_at_once(cache: Path, rules: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        found = pool.starmap(_make, [(rules, cache)] * 12)
    assert {tuple(one) for one in found} == {tuple(held(ready.matcher(ready.ruleset([rules]))))}
    assert kinds(cache) == ["matcher", "patterns", "rule", "rules"]


# Libraries


def a_library(folder: Path, *texts: str) -> Path:
    entries = {}
    for text in texts:
        name = f"{key(text):016x}"
        entries[name] = Entry(name, text, [name], [1, 2, 3], "ttt", [1, 2, 3])
    path = folder / "library.jsonl"
    path.write_bytes(Library(entries).dump())
    return path


def test_a_library_from_the_cache_matches_as_the_one_that_was_made(cache: Path, tmp_path: Path) -> None:
    foot = "The Lamp has shone on the harbour and all who sail from it since the year of the gale."
    path = a_library(tmp_path, foot)
    near = foot.replace("gale", "storm")
    for _ in range(2):
        known = ready.library(path)
        for text, alike in ((foot, True), (near, False)):
            met = known.match(segments(text)[0])
            assert met and met.template.exemplar == foot and (met.similarity == 1.0) is alike
        assert known.match(segments("The goat went home by the evening ferry, and nobody saw it.")[0]) is None
    assert len(list(cache.glob("library-*"))) == 1


def test_a_library_that_changed_is_seen_at_once(cache: Path, tmp_path: Path) -> None:
    ready.library(a_library(tmp_path, "One foot."))
    assert ready.library(a_library(tmp_path, "One foot.", "Another foot.")).match(segments("Another foot.")[0])


@pytest.mark.parametrize("data", [b"", b"{}\n", None])
def test_a_library_that_cannot_be_used_is_told_each_time(cache: Path, tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "library.jsonl"
    if data is not None:
        path.write_bytes(data)
    for _ in range(2):
        with pytest.raises(UsageError):
            ready.library(path)
