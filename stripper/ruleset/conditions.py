"""The `Match` of a rule as something that can be asked: does it hold for a piece of text, and where in it.

Patterns are compiled when they are first asked, so that a run pays only for rules whose atoms it meets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Protocol

import regex

from stripper.model import Span
from stripper.normalize import fold, fold_with_offsets
from stripper.ruleset import phrases
from stripper.ruleset.language import Match

SHORTEST_KNOWN = 4
"""Words a segment, and a known text, must have to be compared."""


class Piece:
    """A segment as conditions see it: its folded words, and its own text, cut out only when asked for."""

    __slots__ = ("_raw", "_text", "end", "folded", "padded", "start")

    def __init__(self, text: str, start: int, end: int, folded: str) -> None:
        self._text, self.start, self.end, self.folded = text, start, end, folded
        self.padded = f" {folded} "
        self._raw: str | None = None

    @property
    def raw(self) -> str:
        if self._raw is None:
            self._raw = self._text[self.start : self.end]
        return self._raw


class Condition(Protocol):
    """Both raise TimeoutError where a pattern takes longer than ``timeout`` seconds."""

    def holds(self, piece: Piece, timeout: float) -> bool: ...

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        """Where it holds, in code points of ``piece.raw``; without the spaces at both ends."""
        ...


def compile(match: Match) -> Condition:
    """The condition of a match that has been checked."""
    if match.phrase:
        return _Phrase(match.phrase)
    if match.regex:
        return _Regex(match.regex)
    if match.text:
        return _Known(match.text, match.coverage)
    return _Group(match)


class _Phrase:
    def __init__(self, phrase: str) -> None:
        self._phrase = phrase

    @cached_property
    def _pattern(self) -> Any:
        # Gaps can be shared out in many ways, and `re` knows no timeout; for the rest it is the faster one.
        parts = phrases.parse(self._phrase)
        return (regex if phrases.has_gap(parts) else re).compile(phrases.pattern(parts))

    def _found(self, folded: str, timeout: float) -> Iterator[Any]:
        if isinstance(self._pattern, re.Pattern):
            return self._pattern.finditer(folded)
        return self._pattern.finditer(folded, timeout=timeout)

    def holds(self, piece: Piece, timeout: float) -> bool:
        return next(self._found(piece.padded, timeout), None) is not None

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        raw = piece.raw
        folded, offsets = fold_with_offsets(raw)
        padded = f" {folded} "
        spans = []
        for found in self._found(padded, timeout):
            start, end = found.span()
            start += padded[start] == " "
            end -= padded[end - 1] == " "
            first, last = offsets[start - 1], offsets[end - 1]
            # The last word's offset ends where the next word begins, or the text: leave the signs between out.
            while last > first and not fold(raw[last - 1]):
                last -= 1
            spans.append((first, last))
        return spans


class _Regex:
    def __init__(self, pattern: str) -> None:
        self._source = pattern

    @cached_property
    def _pattern(self) -> Any:
        return regex.compile(self._source)

    def holds(self, piece: Piece, timeout: float) -> bool:
        return self._pattern.search(piece.raw, timeout=timeout) is not None

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        return [found.span() for found in self._pattern.finditer(piece.raw, timeout=timeout) if found.end() > found.start()]


class _Known:
    """A known text: holds for segments most of whose word 3-shingles stand in it."""

    def __init__(self, text: str, coverage: float) -> None:
        self._text, self._coverage = text, coverage

    @cached_property
    def _shingles(self) -> set[tuple[str, ...]]:
        return _shingles(phrases.words(fold(self._text)))

    def holds(self, piece: Piece, timeout: float) -> bool:
        own = phrases.words(piece.folded)
        if len(own) < SHORTEST_KNOWN:
            return False
        shingles = _shingles(own)
        return len(shingles & self._shingles) >= self._coverage * len(shingles)

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        return [(0, piece.end - piece.start)] if self.holds(piece, timeout) else []


def _shingles(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(words, words[1:], words[2:], strict=False))


class _Group:
    def __init__(self, match: Match) -> None:
        self._any = [compile(child) for child in match.any]
        self._all = [compile(child) for child in match.all]
        self._none = [compile(child) for child in match.none]

    def holds(self, piece: Piece, timeout: float) -> bool:
        return (
            (not self._any or any(child.holds(piece, timeout) for child in self._any))
            and all(child.holds(piece, timeout) for child in self._all)
            and not any(child.holds(piece, timeout) for child in self._none)
        )

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        """Those of the alternatives under ``any``; without any, those of the first that must hold."""
        if not self.holds(piece, timeout):
            return []
        if self._any:
            return merged(span for child in self._any for span in child.spans(piece, timeout))
        return next(filter(None, (child.spans(piece, timeout) for child in self._all)), [])


def merged(spans: Iterator[Span]) -> list[Span]:
    """Spans in order, those that overlap put together."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
