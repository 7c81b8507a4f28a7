"""The `Match` of a rule as something that can be asked: does it hold for a piece of text, and where in it.

Patterns are compiled when they are first asked, so that a run pays only for those whose atoms it meets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cached_property
from typing import Any, Protocol

import regex

from stripper.model import Span
from stripper.normalize import fold, fold_with_offsets
from stripper.ruleset import phrases
from stripper.ruleset.anchors import Anchors, stand
from stripper.ruleset.language import Match
from stripper.ruleset.phrases import GAP
from stripper.ruleset.searchable import searchable

SHORTEST_KNOWN = 4
"""Words a segment, and a known text, must have to be compared."""


class Piece:
    """A segment as conditions see it: its folded words, and its own text, cut out only when asked for.

    head: what openings are looked for in.
    possible: numbers of the leaves that may hold in it.
    whole: whether it is all there is of its paragraph.
    words: how many folded words it has; in scripts without spaces, characters.
    """

    __slots__ = ("_raw", "_searchable", "_text", "end", "folded", "head", "possible", "start", "whole", "words")

    def __init__(
        self, text: str, start: int, end: int, folded: str, head: str, possible: Set[int], whole: bool
    ) -> None:
        self._text, self.start, self.end, self.folded = text, start, end, folded
        self.head, self.possible, self.whole = head, possible, whole
        self.words = folded.count(" ") + bool(folded) if folded.isascii() else len(phrases.words(folded))
        self._raw: str | None = None
        self._searchable: str | None = None

    @property
    def raw(self) -> str:
        if self._raw is None:
            self._raw = self._text[self.start : self.end]
        return self._raw

    @property
    def searchable(self) -> str:
        """What atoms are looked for in."""
        if self._searchable is None:
            self._searchable = searchable(self.folded)
        return self._searchable


class Patterns(dict[tuple[str, str], Any]):
    """Patterns of regexes and phrases, compiled when first asked for. It pickles without them.

    fresh: those that were not there when it was made ready.
    """

    def __init__(self) -> None:
        self.fresh: dict[tuple[str, str], Any] = {}

    def __reduce__(self) -> tuple[type[Patterns], tuple[()]]:
        return Patterns, ()

    def __missing__(self, asked: tuple[str, str]) -> Any:
        kind, said = asked
        source = said if kind == "regex" else phrases.pattern(phrases.parse(said), spaced=kind == "spaced")
        made = regex.compile(source)
        self.take({asked: made})
        return made

    def take(self, compiled: Mapping[tuple[str, str], Any]) -> None:
        """Takes in what was compiled, here or by a worker."""
        self.update(compiled)
        self.fresh.update(compiled)


class Condition(Protocol):
    """`holds` and `spans` raise TimeoutError where a pattern takes longer than ``timeout`` seconds.

    leaves: numbers, among the anchors, of phrases, regexes and texts one of which at least must hold.
    """

    leaves: tuple[int, ...]

    def possible(self, leaves: Set[int]) -> bool:
        """Whether it may hold in a paragraph where no other leaves than these may."""
        ...

    def holds(self, piece: Piece, timeout: float) -> bool: ...

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        """Where it holds, in code points of ``piece.raw``; without the spaces at both ends."""
        ...


def compile(match: Match, anchors: Anchors, patterns: Patterns) -> Condition:
    """The condition of a match that has been checked. What it looks for first is added to ``anchors``."""
    if not (match.any or match.all or match.none):
        return _LEAVES[match.kind](match, anchors, patterns)
    if len(match.any) == 1 and not (match.all or match.none):
        return compile(match.any[0], anchors, patterns)
    return _Group(match, anchors, patterns)


class _Leaf:
    def __init__(self, match: Match, anchors: Anchors, patterns: Patterns) -> None:
        self._said, self._patterns = match.phrase or match.regex or match.text, patterns
        # Not at the top: a run that finds its Matcher in the cache needs nothing of this.
        from stripper.ruleset.lookups import FEW, lookup

        found = lookup(match.kind, self._said)
        self._number = anchors.add(found)
        self.leaves: tuple[int, ...] = (self._number,)
        self._opening, self._signs = found.opening, found.signs
        own = [found.by] if found.by and found.among == "atoms" and len(found.by) <= FEW else []
        self._atoms = (*own, *found.atoms)

    def possible(self, leaves: Set[int]) -> bool:
        return self._number in leaves

    def _may_hold(self, piece: Piece) -> bool:
        if self._number not in piece.possible:
            return False
        # What stands in the only segment of a paragraph was found there.
        if not piece.whole and not (stand(self._atoms, piece.searchable) and stand(self._signs, piece.raw)):
            return False
        return not self._opening or piece.head.startswith(self._opening)


class _Phrase(_Leaf):
    @cached_property
    def _spelled(self) -> tuple[str, ...]:
        return phrases.spelled(phrases.parse(self._said))

    @cached_property
    def _safe(self) -> int:
        """Up to this length of text no timeout is needed: each gap can end in no more than 9 places."""
        parts = phrases.parse(self._said)
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
        # The pattern for any script is far dearer to compile, and few texts need it.
        pattern = self._patterns["spaced" if spaced else "phrase", self._said]
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
    @property
    def _pattern(self) -> Any:
        return self._patterns["regex", self._said]

    def holds(self, piece: Piece, timeout: float) -> bool:
        return self._may_hold(piece) and self._pattern.search(piece.raw, timeout=timeout) is not None

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        if not self._may_hold(piece):
            return []
        return [found.span() for found in self._pattern.finditer(piece.raw, timeout=timeout) if found.end() > found.start()]


class _Known(_Leaf):
    """A known text: holds for segments most of whose word 3-shingles stand in it."""

    def __init__(self, match: Match, anchors: Anchors, patterns: Patterns) -> None:
        super().__init__(match, anchors, patterns)
        self._coverage = match.coverage

    @cached_property
    def _shingles(self) -> set[tuple[str, ...]]:
        return _shingles(phrases.words(fold(self._said)))

    def holds(self, piece: Piece, timeout: float) -> bool:
        if not self._may_hold(piece):
            return False
        own = phrases.words(piece.folded)
        if len(own) < SHORTEST_KNOWN:
            return False
        shingles = _shingles(own)
        return len(shingles & self._shingles) >= self._coverage * len(shingles)

    def spans(self, piece: Piece, timeout: float) -> list[Span]:
        return [(0, piece.end - piece.start)] if self.holds(piece, timeout) else []


def _shingles(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(words, words[1:], words[2:], strict=False))


_LEAVES: dict[str, type[_Phrase | _Regex | _Known]] = {"phrase": _Phrase, "regex": _Regex, "text": _Known}


class _Group:
    def __init__(self, match: Match, anchors: Anchors, patterns: Patterns) -> None:
        self._any = [compile(child, anchors, patterns) for child in match.any]
        self._all = [compile(child, anchors, patterns) for child in match.all]
        self._none = [compile(child, anchors, patterns) for child in match.none]
        # Each of these must hold: what is met least is what the group is looked up by.
        must = [child.leaves for child in self._all]
        if self._any:
            must.append(tuple(leaf for child in self._any for leaf in child.leaves))
        self.leaves = min(must, key=lambda leaves: (not anchors.always.isdisjoint(leaves), len(anchors.weak & {*leaves})))
        self._ways = {leaf: at for at, child in enumerate(self._any) for leaf in child.leaves}
        self._leaves = frozenset(self._ways)

    def possible(self, leaves: Set[int]) -> bool:
        if self._any and not any(child.possible(leaves) for child in self._likely(leaves)):
            return False
        return not self._all or all(child.possible(leaves) for child in self._all)

    def _likely(self, leaves: Set[int]) -> list[Condition]:
        """The alternatives that may hold, in order: a rule has dozens, and one or two of them are met."""
        met = self._leaves & leaves
        if len(met) > 1:
            return [self._any[at] for at in sorted({self._ways[leaf] for leaf in met})]
        return [self._any[self._ways[leaf]] for leaf in met]

    def holds(self, piece: Piece, timeout: float) -> bool:
        if self._any:
            for child in self._likely(piece.possible):
                if child.holds(piece, timeout):
                    break
            else:
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
            return merged(span for child in self._likely(piece.possible) for span in child.spans(piece, timeout))
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
