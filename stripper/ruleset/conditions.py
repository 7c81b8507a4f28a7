"""The `Match` of a rule as something that can be asked: does it hold for a piece of text, and where in it.

Patterns are compiled when they are first asked, so that a run pays only for rules whose atoms it meets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from functools import cached_property
from operator import itemgetter
from typing import Any, Protocol

import regex

from stripper.model import Span
from stripper.normalize import fold, fold_with_offsets
from stripper.ruleset import atoms, openings, phrases
from stripper.ruleset.anchors import Anchors, stand
from stripper.ruleset.language import Match
from stripper.ruleset.phrases import GAP
from stripper.ruleset.telling import WEAK, sign_tells, telling

_FEW = 16
_ENOUGH = 8

SHORTEST_KNOWN = 4
"""Words a segment, and a known text, must have to be compared."""


class Piece:
    """A segment as conditions see it: its folded words, and its own text, cut out only when asked for.

    possible: numbers of the leaves that may hold in the segment's paragraph.
    whole: whether it is all there is of its paragraph.
    words: how many folded words it has; in scripts without spaces, characters.
    """

    __slots__ = ("_marked", "_raw", "_text", "end", "folded", "possible", "start", "whole", "words")

    def __init__(self, text: str, start: int, end: int, folded: str, possible: Set[int], whole: bool) -> None:
        self._text, self.start, self.end, self.folded, self.possible, self.whole = text, start, end, folded, possible, whole
        self.words = folded.count(" ") + bool(folded) if folded.isascii() else len(phrases.words(folded))
        self._raw: str | None = None
        self._marked: str | None = None

    @property
    def raw(self) -> str:
        if self._raw is None:
            self._raw = self._text[self.start : self.end]
        return self._raw

    @property
    def marked(self) -> str:
        """What anchors are looked for in."""
        if self._marked is None:
            self._marked = openings.marked(self._text, self.start, self.folded)
        return self._marked


class Condition(Protocol):
    """`holds` and `spans` raise TimeoutError where a pattern takes longer than ``timeout`` seconds.

    leaves: numbers, among the anchors, of phrases, regexes and texts one of which at least must hold.
    """

    leaves: tuple[int, ...]

    def compile(self) -> None:
        """Compile its patterns now."""
        ...

    def possible(self, leaves: Set[int]) -> bool:
        """Whether it may hold in a paragraph where no other leaves than these may."""
        ...

    def holds(self, piece: Piece, timeout: float) -> bool: ...

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        """Where it holds, in code points of ``piece.raw``; without the spaces at both ends."""
        ...


def compile(match: Match, anchors: Anchors) -> Condition:
    """The condition of a match that has been checked. What it looks for first is added to ``anchors``."""
    if match.phrase:
        return _Phrase(match, anchors)
    if match.regex:
        return _Regex(match, anchors)
    if match.text:
        return _Known(match, anchors)
    if len(match.any) == 1 and not (match.all or match.none):
        return compile(match.any[0], anchors)
    return _Group(match, anchors)


class _Leaf:
    def __init__(self, match: Match, anchors: Anchors) -> None:
        self._match = match
        opening = openings.of(match.regex) if match.regex else frozenset()
        # An opening that tells much is enough; to find what else must stand is what takes long when rules are compiled.
        enough = opening and openings.telling(opening) >= _ENOUGH
        sets, signs = ((), []) if enough else (atoms.of(match), atoms.signs_of(match))
        # What is met least is what it is looked up by: its first words, its words, or signs that it must have.
        ways = [(openings.telling(opening), opening, False)] if opening else []
        ways += [(telling(found), found, False) for found in sets] + [(sign_tells(found), found, True) for found in signs]
        tells, first, is_sign = max(ways, key=itemgetter(0), default=(0.0, None, False))
        # The others are looked for where that one stands, if they are few: cheaper than to run a pattern.
        self._few = [tuple(sorted(found)) for found in sets if len(found) <= _FEW]
        self._signs = [tuple(sorted(found)) for found in signs]
        self._opening = tuple(opening) or ("",)
        besides = [few for few in self._few if frozenset(few) != first]
        self._number = anchors.add(first, is_sign, tells < WEAK, besides, self._signs)
        self.leaves: tuple[int, ...] = (self._number,)

    def possible(self, leaves: Set[int]) -> bool:
        return self._number in leaves

    def _may_hold(self, piece: Piece) -> bool:
        if self._number not in piece.possible:
            return False
        # What stands in the only segment of a paragraph was found there; how it opens is a question of its own.
        if not piece.whole and not (stand(self._few, piece.marked) and stand(self._signs, piece.raw)):
            return False
        return piece.marked.startswith(self._opening)


class _Phrase(_Leaf):
    @cached_property
    def _spelled(self) -> tuple[str, ...]:
        return phrases.spelled(phrases.parse(self._match.phrase))

    @cached_property
    def _spaced(self) -> Any:
        return self._pattern(spaced=True)

    @cached_property
    def _any_script(self) -> Any:
        return self._pattern(spaced=False)

    def _pattern(self, spaced: bool) -> Any:
        return regex.compile(phrases.pattern(phrases.parse(self._match.phrase), spaced))

    def compile(self) -> None:
        # The pattern for any script is far dearer to compile, and few texts need it.
        _ = self._spelled or (self._spaced, self._safe)

    @cached_property
    def _safe(self) -> int:
        """Up to this length of text no timeout is needed: each gap can end in no more than 9 places."""
        parts = phrases.parse(self._match.phrase)
        return 1_000_000 // (phrases.GAP_WORDS + 1) ** sum(part is None or GAP in "".join(part) for part in parts)

    def _found(self, padded: str, timeout: float) -> Iterator[Span]:
        spaced = phrases.is_spaced(padded)
        if spaced and self._spelled:
            for said in self._spelled:
                at = padded.find(said)
                while at >= 0:
                    yield at, at + len(said)
                    at = padded.find(said, at + len(said) - 1)
            return
        pattern = self._spaced if spaced else self._any_script
        limit = None if len(padded) <= self._safe else timeout
        yield from (found.span() for found in pattern.finditer(padded, timeout=limit))

    def holds(self, piece: Piece, timeout: float) -> bool:
        return self._may_hold(piece) and next(self._found(f" {piece.folded} ", timeout), None) is not None

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        if not self._may_hold(piece):
            return []
        raw = piece.raw
        folded, offsets = fold_with_offsets(raw)
        padded = f" {folded} "
        spans = []
        for start, end in self._found(padded, timeout):
            start += padded[start] == " "
            end -= padded[end - 1] == " "
            first, last = offsets[start - 1], offsets[end - 1]
            # The last word's offset ends where the next word begins, or the text: leave the signs between out.
            while last > first and not fold(raw[last - 1]):
                last -= 1
            spans.append((first, last))
        return merged(spans)


class _Regex(_Leaf):
    @cached_property
    def _pattern(self) -> Any:
        return regex.compile(self._match.regex)

    def compile(self) -> None:
        _ = self._pattern

    def holds(self, piece: Piece, timeout: float) -> bool:
        return self._may_hold(piece) and self._pattern.search(piece.raw, timeout=timeout) is not None

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        if not self._may_hold(piece):
            return []
        return [found.span() for found in self._pattern.finditer(piece.raw, timeout=timeout) if found.end() > found.start()]


class _Known(_Leaf):
    """A known text: holds for segments most of whose word 3-shingles stand in it."""

    @cached_property
    def _shingles(self) -> set[tuple[str, ...]]:
        return _shingles(phrases.words(fold(self._match.text)))

    def compile(self) -> None:
        _ = self._shingles

    def holds(self, piece: Piece, timeout: float) -> bool:
        if not self._may_hold(piece):
            return False
        own = phrases.words(piece.folded)
        if len(own) < SHORTEST_KNOWN:
            return False
        shingles = _shingles(own)
        return len(shingles & self._shingles) >= self._match.coverage * len(shingles)

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        return [(0, piece.end - piece.start)] if self.holds(piece, timeout) else []


def _shingles(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(words, words[1:], words[2:], strict=False))


class _Group:
    def __init__(self, match: Match, anchors: Anchors) -> None:
        self._any = [compile(child, anchors) for child in match.any]
        self._all = [compile(child, anchors) for child in match.all]
        self._none = [compile(child, anchors) for child in match.none]
        # Each of these must hold: what is met least is what the group is looked up by.
        must = [child.leaves for child in self._all]
        if self._any:
            must.append(tuple(leaf for child in self._any for leaf in child.leaves))
        self.leaves = min(must, key=lambda leaves: (not anchors.always.isdisjoint(leaves), len(anchors.weak & {*leaves})))
        self._ways = {leaf: at for at, child in enumerate(self._any) for leaf in child.leaves}

    def compile(self) -> None:
        for child in (*self._any, *self._all, *self._none):
            child.compile()

    def possible(self, leaves: Set[int]) -> bool:
        return all(child.possible(leaves) for child in self._all) and (
            not self._any or any(child.possible(leaves) for child in self._any)
        )

    def _likely(self, piece: Piece) -> list[Condition]:
        """The alternatives that may hold, in order: a rule has dozens, and one or two of them are met."""
        return [self._any[at] for at in sorted({self._ways[leaf] for leaf in self._ways.keys() & piece.possible})]

    def holds(self, piece: Piece, timeout: float) -> bool:
        if self._any and not any(child.holds(piece, timeout) for child in self._likely(piece)):
            return False
        for child in self._all:
            if not child.holds(piece, timeout):
                return False
        return not (self._none and any(child.holds(piece, timeout) for child in self._none))

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        """Those of the alternatives under ``any``; without any, those of the first that must hold."""
        if not self.holds(piece, timeout):
            return []
        if self._any:
            return merged(span for child in self._likely(piece) for span in child.spans(piece, timeout))
        return next(filter(None, (child.spans(piece, timeout) for child in self._all)), [])


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap put together."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
