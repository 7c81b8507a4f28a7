"""The Python interface: the same as the command line, on texts in memory."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stripper
from stripper import Document, Library, Result, Stripper, UsageError

COPYRIGHT = "© 2024 The Harbour Courier. All rights reserved."
FOOT = "The Lamp: light on Port Ennery since the year of the gale."
STORIES = [
    "Gulls took the mayor's hat on Tuesday.",
    "The lido opens on Friday at nine.",
    "A whale was seen off the pier.",
    "Nobody came to the auction of the clocks.",
]


@pytest.fixture(scope="module")
def plain() -> Stripper:
    return Stripper()


def corpus() -> list[Document]:
    return [Document(f"{story}\n\n{FOOT}", id=str(n), source="lamp") for n, story in enumerate(STORIES)]


def test_names_of_the_package() -> None:
    for name in stripper.__all__:
        assert getattr(stripper, name) is not None
    assert set(stripper.__all__) <= set(dir(stripper))
    with pytest.raises(AttributeError, match="no attribute 'Strippr'"):
        stripper.Strippr  # noqa: B018


def test_strip_takes_a_text_or_a_document(plain: Stripper) -> None:
    text = f"The bridge reopened on Monday.\n\n{COPYRIGHT}"
    result = plain.strip(text)
    assert isinstance(result, Result)
    assert result.text == "The bridge reopened on Monday."
    assert [(r.category, r.text.strip()) for r in result.removals] == [("copyright", COPYRIGHT)]
    assert plain.strip(Document(text, id="7")).text == result.text


def test_learn_then_strip_by_the_library(plain: Stripper) -> None:
    library = plain.learn(corpus())
    assert isinstance(library, Library)
    assert plain.library is None, "learning changes nothing"
    assert FOOT in plain.strip(corpus()[0]).text
    result = Stripper(library=library).strip(Document(f"A fifth story.\n\n{FOOT}", source="lamp"))
    assert result.text == "A fifth story."
    assert result.removals[0].documents == len(STORIES)


def test_library_from_its_file(plain: Stripper, tmp_path: Path) -> None:
    path = tmp_path / "lamp.library.jsonl"
    path.write_bytes(plain.learn(corpus()).dump())
    assert Stripper(library=path).strip(corpus()[0]).text == STORIES[0]


def test_clean_learns_over_all_and_keeps_order(plain: Stripper) -> None:
    results = list(plain.clean(iter(corpus())))
    assert [result.text for result in results] == STORIES
    assert [result.document.id for result in results] == ["0", "1", "2", "3"]


def test_clean_merges_what_was_known_before(plain: Stripper) -> None:
    known = plain.learn(corpus())
    [result] = Stripper(library=known).clean([Document(f"A lone story.\n\n{FOOT}", source="lamp")])
    assert result.text == "A lone story."


def test_clean_of_nothing(plain: Stripper) -> None:
    assert list(plain.clean([])) == []


def test_rules_are_added_and_override(tmp_path: Path) -> None:
    rules = tmp_path / "house.yaml"
    rules.write_text(
        "- id: house.walks\n  category: advertising\n  match: {phrase: book your place on … walk}\n"
        "- id: copyright.line\n  category: copyright\n  match: {phrase: never ever said}\n"
    )
    text = f"The quay was quiet.\n\nBook your place on the lamp walk.\n\n{COPYRIGHT}"
    result = Stripper(rules=[str(rules)]).strip(text)
    assert "copyright.line" not in {removal.rule for removal in result.removals}
    assert "house.walks" in {removal.rule for removal in result.removals}


def test_kept_category_stays() -> None:
    text = f"The bridge reopened on Monday.\n\n{COPYRIGHT}"
    assert Stripper(keep=["copyright"]).strip(text).text == text


def test_unusable_rules_and_library_are_usage_errors(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("- id: nodots\n")
    with pytest.raises(UsageError, match=r"bad\.yaml:1"):
        Stripper(rules=[tmp_path / "bad.yaml"])
    with pytest.raises(UsageError, match="no Library file"):
        Stripper(library=tmp_path / "bad.yaml")


def test_explain_accounts_for_every_word(plain: Stripper) -> None:
    text = f"The bridge reopened on Monday. It had been shut since May.\n\n{COPYRIGHT}"
    parts = plain.explain(text)
    assert [part.verdict for part in parts] == ["kept", "kept", "removed"]
    assert parts[-1].category == "copyright" and parts[-1].rule.startswith("copyright.")
    assert all(text[part.start : part.end] == part.text for part in parts)


def test_pickles(plain: Stripper) -> None:
    again = pickle.loads(pickle.dumps(plain))
    assert again.strip(f"A story.\n\n{COPYRIGHT}").text == "A story."


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([*STORIES, FOOT, COPYRIGHT, "“Yes,” she said.", ""]), max_size=6),
    st.sampled_from(["\n", "\n\n", " "]),
)
def test_stripping_twice_is_stripping_once(plain: Stripper, parts: list[str], between: str) -> None:
    once = plain.strip(between.join(parts))
    assert plain.strip(once.text).text == once.text


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*STORIES, FOOT, COPYRIGHT, "“Yes,” she said.", "\ud800\x00", "“"]), max_size=6))
def test_parts_of_explain_do_not_overlap_and_leave_only_white_space(plain: Stripper, pieces: list[str]) -> None:
    text = "\n\n".join(pieces)
    at = 0
    for part in plain.explain(text):
        assert part.start >= at
        assert not text[at : part.start].strip()
        at = part.end
    assert not text[at:].strip()
