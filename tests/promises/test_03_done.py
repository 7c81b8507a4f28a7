"""3. A shard is done only if its marker matches hashes of input, rules, Library, version and output."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .runs import corpus, run, tree, without_place

RULE = """- id: house.ferry
  category: advertising
  match: {phrase: "the third bell"}
"""


def _library(place: Path) -> None:
    run("learn", place / "in" / "paper0", "-o", place / "known.jsonl", "--overwrite", "--quiet")


def _version(place: Path) -> None:
    for path in (place / "out/done").iterdir():
        path.write_text(path.read_text().replace('"stripper": "', '"stripper": "0.0.'))


def _damage(place: Path) -> None:
    path = place / "out/documents/paper0/003.txt"
    path.write_bytes(path.read_bytes()[:-1])


def _damage_removals(place: Path) -> None:
    path = place / "out/removals/paper0/003.txt.jsonl"
    path.write_bytes(path.read_bytes().replace(b"copyright", b"copywrong"))


def _delete(place: Path) -> None:
    (place / "out/documents/paper1/004.txt").unlink()


def _delete_removals(place: Path) -> None:
    (place / "out/removals/paper1/004.txt.jsonl").unlink()


def _input(place: Path) -> None:
    (place / "in/paper2/005.txt").write_text("Another text.\n")


def _more(place: Path) -> None:
    (place / "in/paper2/new.txt").write_text("One more text.\n")


def _fewer(place: Path) -> None:
    (place / "in/paper2/005.txt").unlink()


def _torn_marker(place: Path) -> None:
    path = place / "out/done/inputs.jsonl"
    path.write_bytes(path.read_bytes()[:-40])


def _no_markers(place: Path) -> None:
    (place / "out/done/inputs.jsonl").unlink()


def _nothing(place: Path) -> None: ...


# What happened since: how many of 20 inputs are done again, and what is said.
CHANGES: dict[str, tuple[Callable[[Path], None], int, str]] = {
    "nothing": (_nothing, 0, "20 of 20 inputs are done"),
    "the Library": (_library, 20, "20 to do: made with another Library"),
    "the version": (_version, 20, "20 to do: made with another version"),
    "an output, damaged": (_damage, 1, "1 to do: an output was changed or damaged"),
    "removals, edited": (_damage_removals, 1, "1 to do: an output was changed or damaged"),
    "an output, deleted": (_delete, 1, "1 to do: an output is missing"),
    "removals, deleted": (_delete_removals, 1, "1 to do: an output is missing"),
    "an input": (_input, 1, "1 to do: the input changed"),
    "one more input": (_more, 1, "1 to do: never finished"),
    "one input less": (_fewer, 0, "1 of the earlier run are no longer among the inputs"),
    "a marker that was cut short": (_torn_marker, 1, "1 to do: never finished"),
    "all markers, deleted": (_no_markers, 20, ""),
}


@pytest.mark.parametrize("case", CHANGES)
def test_what_changed_is_said_and_just_that_is_done_again(case: str, tmp_path: Path) -> None:
    change, redone, said = CHANGES[case]
    given = corpus(tmp_path / "in")
    run("learn", given, "-o", tmp_path / "known.jsonl", "--quiet")
    more = ("--library", tmp_path / "known.jsonl")
    assert run("strip", given, "-o", tmp_path / "out", *more, "--quiet").code == 0
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "out/documents").rglob("*.txt")}
    change(tmp_path)
    resumed = run("strip", given, "-o", tmp_path / "out", *more, "--resume")
    assert resumed.code == 0 and said in resumed.said, resumed.said
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "out/documents").rglob("*.txt")}
    assert sum(written.get(path) != time for path, time in after.items()) == redone
    run("strip", given, "-o", tmp_path / "whole", *more, "--quiet")
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_another_rule_is_another_output(tmp_path: Path) -> None:
    given, out = corpus(tmp_path / "in"), tmp_path / "out"
    (tmp_path / "house.yaml").write_text(RULE)
    run("strip", given, "-o", out, "--quiet")
    resumed = run("strip", given, "-o", out, "--rules", tmp_path / "house.yaml", "--resume")
    assert "20 to do: made with another set of rules" in resumed.said
    run("strip", given, "-o", tmp_path / "whole", "--rules", tmp_path / "house.yaml", "--quiet")
    assert without_place(tree(out)) == without_place(tree(tmp_path / "whole"))


def test_clean_learns_again_only_when_its_inputs_changed(tmp_path: Path) -> None:
    given, out = corpus(tmp_path / "in"), tmp_path / "out"
    run("clean", given, "-o", out, "--quiet")
    stood = (out / "library.jsonl").stat().st_mtime_ns
    (out / "documents/paper0/000.txt").unlink()
    resumed = run("clean", given, "-o", out, "--resume")
    assert "learning" not in resumed.said and (out / "library.jsonl").stat().st_mtime_ns == stood
    _more(tmp_path)
    resumed = run("clean", given, "-o", out, "--resume")
    assert "learning" in resumed.said and "made with another Library" in resumed.said
    run("clean", given, "-o", tmp_path / "whole", "--quiet")
    assert tree(out) == tree(tmp_path / "whole")


def test_another_option_is_another_output(tmp_path: Path) -> None:
    given, out = corpus(tmp_path / "in"), tmp_path / "out"
    run("strip", given, "-o", out, "--quiet")
    resumed = run("strip", given, "-o", out, "--keep", "copyright", "--resume")
    assert "20 to do: made with another option keep" in resumed.said
    run("strip", given, "-o", tmp_path / "whole", "--keep", "copyright", "--quiet")
    assert tree(out) == tree(tmp_path / "whole")


def test_other_limits_matter_only_where_one_was_met(tmp_path: Path) -> None:
    given, out = corpus(tmp_path / "in"), tmp_path / "out"
    (given / "rows.jsonl").write_text(json.dumps({"text": "a long row " * 100}) + "\n" + json.dumps({"text": "short"}))
    assert run("strip", given, "-o", out, "--max-line", "500", "--quiet").code == 3
    raised = run("strip", given, "-o", out, "--max-line", "5000", "--resume")
    assert raised.code == 0 and "20 of 21 inputs are done" in raised.said and "1 to do: in quarantine" in raised.said
    lowered = run("strip", given, "-o", out, "--max-line", "500", "--resume")
    assert lowered.code == 3 and "21 to do: made with a higher limit" in lowered.said
    retried = run("retry", out, "--max-line", "5000")
    assert retried.code == 0 and "20 of 21 inputs are done" in retried.said
    run("strip", given, "-o", tmp_path / "whole", "--max-line", "5000", "--quiet")
    assert without_place(tree(out)) == without_place(tree(tmp_path / "whole"))


def test_retry_keeps_the_library_of_the_run(tmp_path: Path) -> None:
    given, out = corpus(tmp_path / "in"), tmp_path / "out"
    (given / "rows.jsonl").write_text(json.dumps({"id": 1, "text": "a long row " * 100}))
    assert run("clean", given, "-o", out, "--max-line", "500", "--quiet").code == 3
    before = tree(out)
    assert run("retry", out, "--max-line", "5000", "--quiet").code == 0
    after = tree(out)
    assert json.loads((out / "documents/rows.jsonl").read_text())["id"] == 1
    assert "quarantine/rows.jsonl.jsonl" in before and "quarantine/rows.jsonl.jsonl" not in after
    assert {name: after[name] for name in before if name.startswith(("library", "documents/paper"))} == {
        name: before[name] for name in before if name.startswith(("library", "documents/paper"))
    }


def test_what_cannot_be_resumed_or_retried_is_named(tmp_path: Path) -> None:
    given = corpus(tmp_path / "in", 2)
    for arguments, said in (
        (("strip", given, "-o", tmp_path / "x.jsonl", "--resume"), "published as a whole"),
        (("strip", given, "-o", "-", "--resume"), "standard output cannot be resumed"),
        (("strip", given, "-o", tmp_path / "out", "--resume", "--overwrite"), "give one of them"),
        (("strip", given / "paper0", "-o", given / "paper1", "--resume"), "no run folder"),
        (("retry", given), "no run folder"),
    ):
        ended = run(*arguments)
        assert ended.code == 2 and said in ended.said, ended
