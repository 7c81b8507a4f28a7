"""Cutting: what stays joins back with the document's own spacing, and every place is known in the original."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import documents

from stripper.cut import Cut, Kept, removal, widen
from stripper.judge import Verdict
from stripper.model import Span
from stripper.segment import segments
from stripper.spans import uncovered


def verdict(start: int, end: int, category: str = "other") -> Verdict:
    return Verdict(start, end, "remove", category, "for a test", "sentence")


def left(text: str, cuts: list[Cut]) -> str:
    return "".join(text[a:b] for a, b in uncovered([c[:2] for c in cuts], 0, len(text)))


# What is in brackets goes: what is left.
JOINED: dict[str, tuple[str, str]] = {
    "a paragraph between two": ("A.\n\n[B.]\n\nC.", "A.\n\nC."),
    "a line between two": ("A.\n[B.]\nC.", "A.\nC."),
    "a sentence between two": ("A. [B.] C.", "A. C."),
    "the last sentence of a paragraph": ("A. [B.]\n\nC.", "A.\n\nC."),
    "the first sentence of a paragraph": ("A.\n\n[B.] C.", "A.\n\nC."),
    "the stronger break stays, after": ("A.\n[B.]\n\nC.", "A.\n\nC."),
    "the stronger break stays, before": ("A.\n\n[B.]\nC.", "A.\n\nC."),
    "a line end is stronger than blanks": ("A.    [B.]\nC.", "A.\nC."),
    "wide gaps": ("A.  [B.] C.", "A.  C."),
    "glued": ("A.[B.]C.", "A.C."),
    "glued on one side": ("A.[B.] C.", "A. C."),
    "CRLF": ("A.\r\n\r\n[B.]\r\n\r\nC.\r\n", "A.\r\n\r\nC.\r\n"),
    "CRLF is one line end": ("A.\r\n[B.]\n\nC.", "A.\n\nC."),
    "Unicode's line separator": ("A.\u2028[B.]\u2028C.", "A.\u2028C."),
    "no-break spaces": ("A.\u00a0[B.]\u00a0C.", "A.\u00a0C."),
    "the start of the text": ("[A.]\n\nB.", "B."),
    "the start of the text, indented": ("\n  [A.]\n\nB.\n", "B.\n"),
    "the start of the text, glued": ("[date 2025-05-02] A.", "A."),
    "the end of the text, with a final newline": ("A.\n\n[B.]\n", "A.\n"),
    "the end of the text, without one": ("A.\n\n[B.]", "A."),
    "the end of the text, with a CRLF": ("A.\r\n\r\n[B.]\r\n", "A.\r\n"),
    "the end of a sentence that ends the text": ("A. [B.]\n", "A.\n"),
    "all of it": ("[A.]", ""),
    "all of it, with a newline": ("\n[A.]\n", ""),
    "a byte order mark stays": ("\ufeff[A.]\n\nB.", "\ufeffB."),
    "a byte order mark in what goes": ("[\ufeffA.]\n\nB.", "\ufeffB."),
    "a byte order mark and nothing else": ("\ufeff[A.]\n", "\ufeff"),
    "neighbours": ("A.\n\n[B.]\n\n[C.]\n\nD.", "A.\n\nD."),
    "neighbours in one line": ("A. [B.] [C.]\nD.", "A.\nD."),
    "neighbours to the end": ("A.\n\n[B.]\n[C.]\n", "A.\n"),
    "neighbours to the start": ("[A.]\n[B.]\n\nC.", "C."),
    "glued neighbours": ("A. [B.][C.] D.", "A. D."),
    "apart": ("A. [B.] C. [D.] E.", "A. C. E."),
    "nothing": ("A. B.", "A. B."),
}


@pytest.mark.parametrize(("marked", "expected"), JOINED.values(), ids=JOINED)
def test_what_stays_joins(marked: str, expected: str) -> None:
    text = re.sub(r"[\[\]]", "", marked)
    verdicts = [
        verdict(found.start() - 2 * number, found.end() - 2 * number - 2)
        for number, found in enumerate(re.finditer(r"\[[^\]]*\]", marked))
    ]
    assert left(text, widen(text, verdicts)) == expected


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[Verdict]]:
    """A document and verdicts on some of its sentences, less a byte order mark, which is none of them."""
    text = draw(documents())
    body = len(text) - len(text.lstrip("\ufeff"))
    found = [s._replace(start=max(s.start, body)) for s in segments(text) if s.stands_for("sentence")]
    leaves = [s for s in found if s.start < s.end]
    chosen = draw(st.lists(st.booleans(), min_size=len(leaves), max_size=len(leaves)))
    return text, [verdict(s.start, s.end) for s, cut in zip(leaves, chosen, strict=True) if cut]


@given(cases())
def test_only_white_space_goes_with_what_is_cut(case: tuple[str, list[Verdict]]) -> None:
    text, verdicts = case
    cuts = widen(text, verdicts)
    at = 0
    for cut, wanted in zip(cuts, verdicts, strict=True):
        assert at <= cut.start <= wanted.start < wanted.end <= cut.end <= len(text)
        assert not text[cut.start : wanted.start].strip("\ufeff \n").strip()
        assert not text[wanted.end : cut.end].strip()
        assert cut.verdict is wanted
        at = cut.end
    kept = left(text, cuts)
    outside = left(text, [Cut(v.start, v.end, v) for v in verdicts])
    assert "".join(kept.split()) == "".join(outside.split())
    if kept.strip("\ufeff").strip() and verdicts:
        assert kept[-1:].isspace() == text[-1:].isspace()
        assert kept.endswith("\n") == text.endswith("\n")


@given(cases())
def test_words_do_not_run_together(case: tuple[str, list[Verdict]]) -> None:
    text, verdicts = case
    cuts = [c for c in widen(text, verdicts) if c.start < c.end]
    for a, b in zip([(0, 0), *(c[:2] for c in cuts)], [*(c[:2] for c in cuts), (len(text), len(text))], strict=True):
        assert a[1] <= b[0]
    runs: list[Span] = []
    for cut in cuts:
        if runs and runs[-1][1] == cut.start:
            runs[-1] = runs[-1][0], cut.end
        else:
            runs.append(cut[:2])
    for start, end in runs:
        inside = text[start:end]
        if (
            start
            and end < len(text)
            and text[:start].strip("\ufeff \n\r\t\u2028")
            and (inside[0].isspace() or inside[-1].isspace())
        ):
            assert text[start - 1].isspace() or text[end].isspace()


@given(
    st.text("ab\n🚢\ud800", max_size=30),
    st.lists(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), max_size=3), max_size=4),
)
def test_kept_is_what_a_list_of_places_says(text: str, rounds: list[list[tuple[int, int]]]) -> None:
    kept, places = Kept(text), list(range(len(text)))
    for wanted in rounds:
        assert kept.text == "".join(text[at] for at in places)
        spans: list[Span] = []
        for start, length in sorted(wanted):
            start = max(start, spans[-1][1] if spans else 0)
            if start < min(start + length, len(places)):
                spans.append((start, min(start + length, len(places))))
        located = kept.locate(spans)
        for (start, end), parts in zip(spans, located, strict=True):
            assert [at for a, b in parts for at in range(a, b)] == places[start:end]
            assert all(a < b for a, b in parts)
        kept.cut(part for parts in located for part in parts)
        gone = {at for a, b in spans for at in range(a, b)}
        places = [at for number, at in enumerate(places) if number not in gone]
    assert kept.text == "".join(text[at] for at in places)


def test_a_removal_tells_all_that_led_to_it() -> None:
    made = removal("One. Two.", (4, 9), verdict(5, 9, "copyright"))
    assert (made.start, made.end, made.text, made.category) == (4, 9, " Two.", "copyright")
    assert (made.reason, made.level, made.action) == ("for a test", "sentence", "remove")
    assert made.template is made.similarity is made.documents is None
