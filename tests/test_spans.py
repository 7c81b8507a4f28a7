"""Spans against the naive model of a span: the set of its places."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from stripper.model import Span
from stripper.spans import claim, overlaps, trim, uncovered

spans = st.tuples(st.integers(0, 30), st.integers(0, 12)).map(lambda p: (p[0], p[0] + p[1]))


def places(taken: list[Span]) -> set[int]:
    return {at for a, b in taken for at in range(a, b)}


def _disjoint(wanted: list[Span]) -> list[Span]:
    taken: list[Span] = []
    for span in wanted:
        claim(taken, *span)
    return taken


def is_sorted_and_disjoint(taken: list[Span]) -> bool:
    return all(a < b for a, b in taken) and all(one[1] <= two[0] for one, two in pairwise(taken))


@given(st.lists(spans, max_size=12), spans)
def test_uncovered_is_what_no_span_covers(wanted: list[Span], span: Span) -> None:
    taken = _disjoint(wanted)
    free = list(uncovered(taken, *span))
    assert places(free) == places([span]) - places(taken)
    assert is_sorted_and_disjoint(free)


@given(st.lists(spans, max_size=12))
def test_claims_are_disjoint_and_give_each_place_once(wanted: list[Span]) -> None:
    taken: list[Span] = []
    for span in wanted:
        before = places(taken)
        free = claim(taken, *span)
        assert places(free) == places([span]) - before
        assert places(taken) == before | places([span])
        assert is_sorted_and_disjoint(taken)


@given(st.text(" \t\n\u2028ab", max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_trim_leaves_the_words(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    a, b = trim(text, start, end)
    assert text[start:end].strip() == (text[a:b] if a < b else "")
    if a < b:
        assert start <= a and b <= end


@given(st.lists(spans, max_size=12), spans)
def test_overlaps_where_a_place_is_shared(taken: list[Span], span: Span) -> None:
    taken = [s for s in taken if s[0] < s[1]]
    if span[0] < span[1]:
        assert overlaps(taken, *span) == bool(places(taken) & places([span]))
