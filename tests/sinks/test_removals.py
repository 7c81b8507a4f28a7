"""Removals are written and read back, and rebuild the input or refuse."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stripper.model import Document, Removal, Result
from stripper.sinks.removals import (
    Entry,
    RestoreError,
    header_line,
    read_entries,
    read_header,
    removal_lines,
    restore_entry,
    restore_text,
)


def removal(text: str, start: int, end: int, **more: object) -> Removal:
    return Removal(start, end, text[start:end], "copyright", "a reason", "sentence", **more)  # type: ignore[arg-type]


@st.composite
def results(draw: st.DrawFn) -> Result:
    text = draw(st.text(st.characters(), max_size=40))
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if a < b]
    kept = "".join(text[a:b] for a, b in zip([0, *(b for _, b in spans)], [*(a for a, _ in spans), len(text)], strict=True))
    removals = tuple(removal(text, a, b) for a, b in spans)
    flags = tuple(removal(text, a, b, action="flag") for a, b in spans[:1])
    return Result(Document(text, id="1", path="a.jsonl"), kept, removals, flags)


def through_file(result: Result) -> list[Entry]:
    return list(read_entries(removal_lines(result, 3).splitlines(keepends=True)))


@given(results())
def test_text_and_removals_rebuild_the_input(result: Result) -> None:
    assert restore_text(result.text, result.removals) == result.document.text
    entries = through_file(result)
    if result.removals:
        (entry,) = entries
        assert (entry.document, entry.row, entry.removals, entry.flags) == (
            "a.jsonl#1",
            3,
            result.removals,
            result.flags,
        )
        assert restore_entry(result.text, entry) == result.document.text
    else:
        assert not entries


@given(results(), st.text(max_size=3), st.integers(0, 40))
def test_an_edited_text_is_refused(result: Result, more: str, at: int) -> None:
    edited = result.text[:at] + more + result.text[at:]
    for entry in through_file(result):
        if edited != result.text:
            with pytest.raises(RestoreError, match="was edited since"):
                restore_entry(edited, entry)


@given(st.data())
def test_any_changed_byte_of_removals_is_refused_or_harmless(data: st.DataObject) -> None:
    text = "Kept words. All rights reserved. More kept words."
    result = Result(Document(text, path="a.txt"), text[:11] + text[32:], (removal(text, 11, 32, rule="r"),))
    lines = bytearray(removal_lines(result, 1))
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(st.integers(32, 126))
    try:
        entries = list(read_entries(bytes(lines).splitlines(keepends=True)))
        restored = [restore_entry(result.text, entry) for entry in entries]
    except RestoreError:
        return
    assert restored == [text]


UNFIT = {
    "overlapping": [(0, 3), (2, 4)],
    "beyond the end": [(9, 12)],
}


@pytest.mark.parametrize("spans", UNFIT.values(), ids=UNFIT)
def test_removals_that_do_not_fit_are_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(RestoreError, match="does not fit"):
        restore_text("kept", [removal("x" * 20, a, b) for a, b in spans])


def test_a_removal_of_another_length_is_refused() -> None:
    with pytest.raises(RestoreError, match="does not fit"):
        restore_text("kept", [Removal(0, 3, "xx", "copyright", "", "sentence")])


def test_a_row_says_what_led_to_the_cut_and_nothing_unknown() -> None:
    text = "All rights reserved."
    cut = removal(text, 0, 20, rule="copyright.reserved", similarity=1.0, documents=4)
    about, row = map(json.loads, removal_lines(Result(Document(text, path="a.txt"), "", (cut,)), 1).splitlines())
    assert about["document"] == "a.txt"
    assert row == {
        "document": "a.txt",
        "start": 0,
        "end": 20,
        "text": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "category": "copyright",
        "reason": "a reason",
        "level": "sentence",
        "action": "remove",
        "rule": "copyright.reserved",
        "similarity": 1.0,
        "documents": 4,
    }


def test_a_missing_row_is_noticed() -> None:
    text = "abcdef"
    result = Result(Document(text, path="a"), "bcde", (removal(text, 0, 1), removal(text, 5, 6)))
    lines = removal_lines(result, 1).splitlines(keepends=True)
    with pytest.raises(RestoreError, match="rows are missing"):
        list(read_entries(lines[:2]))
    with pytest.raises(RestoreError, match="without the row about its document"):
        list(read_entries(lines[1:]))


def test_the_header_says_what_made_the_file() -> None:
    line = header_line({"stripper": "1.2", "rules": "abc", "library": None})
    assert read_header(line) == {"format": 1, "stripper": "1.2", "rules": "abc", "library": None}


@pytest.mark.parametrize("line", [b"", b"{}", b'{"format": 99}', b"[1]", b"\xff"])
def test_another_file_is_no_removals_file(line: bytes) -> None:
    with pytest.raises(RestoreError, match="line 1"):
        read_header(line)
