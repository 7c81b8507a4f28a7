"""Spans: half-open intervals of a text, in sorted, disjoint lists."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from stripper.model import Span


def uncovered(taken: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    """The parts of ``[start, end)`` that no span of a sorted, disjoint list covers, in order."""
    at = max(bisect_left(taken, (start, start)) - 1, 0)
    while at < len(taken) and taken[at][0] < end:
        if taken[at][1] > start:
            if taken[at][0] > start:
                yield start, taken[at][0]
            start = taken[at][1]
        at += 1
    if start < end:
        yield start, end


def claim(taken: list[Span], start: int, end: int) -> list[Span]:
    """Add ``[start, end)`` to a sorted, disjoint list; returns the parts that were still free."""
    free = list(uncovered(taken, start, end))
    for span in free:
        taken.insert(bisect_left(taken, span), span)
    return free


def trim(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends."""
    body = text[start:end]
    return start + len(body) - len(body.lstrip()), end - len(body) + len(body.rstrip())


def overlaps(spans: Sequence[Span], start: int, end: int) -> bool:
    """Whether any span of the list reaches into ``[start, end)``."""
    return any(a < end and start < b for a, b in spans)
