"""Rules × segments, from cheap to dear.

One pass over the folded document finds the atoms of all rules; only where an atom of a rule stands are the rule's
conditions tried, and a regex never runs without a timeout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import ahocorasick

from stripper.model import Document, Level, Segment, Span
from stripper.ruleset import Rule, Ruleset, atoms
from stripper.ruleset.conditions import Condition, Piece, compile
from stripper.ruleset.phrases import words

# Paragraphs at either end of a document that count as head and tail, at least; else this share of them.
_END = 5


class Hit(NamedTuple):
    """A rule that holds.

    segment: index in the segments given. start, end: code points of the document's text.
    """

    rule: Rule
    segment: int
    start: int
    end: int


class Matches(NamedTuple):
    """What holds in a document, in order of place; and the ids of rules that ran out of time, which is never "no match"."""

    hits: list[Hit]
    timed_out: tuple[str, ...]


class _Paragraph(NamedTuple):
    """A paragraph and the segments below it, each with its index."""

    segments: list[tuple[int, Segment]]
    pieces: dict[int, Piece]

    def at(self, level: Level) -> list[tuple[int, Segment]]:
        if level == "span":
            level = "paragraph"
        return [(index, segment) for index, segment in self.segments if segment.stands_for(level)]

    def piece(self, index: int, segment: Segment, text: str) -> Piece:
        piece = self.pieces.get(index)
        if piece is None:
            piece = self.pieces[index] = Piece(text, segment.start, segment.end, segment.folded)
        return piece


class Matcher:
    """The rules of a ruleset, made ready to match. Pickles as its ruleset, which is made ready anew.

    timeout: seconds that one regex may take on one segment.
    unanchored: ids of rules without an atom, which are tried on every paragraph.
    """

    def __init__(self, ruleset: Ruleset, timeout: float = 1.0) -> None:
        self.ruleset, self.timeout = ruleset, timeout
        self._rules = ruleset.rules
        self._conditions: list[Condition] = [compile(rule.match) for rule in self._rules]
        holders: dict[str, list[int]] = {}
        loose: list[int] = []
        for at, rule in enumerate(self._rules):
            anchors = atoms.of(rule.match)
            if not anchors:
                loose.append(at)
            for atom in anchors:
                holders.setdefault(atom, []).append(at)
        self._loose = frozenset(loose)
        self.unanchored: tuple[str, ...] = tuple(self._rules[at].id for at in loose)
        self._automaton: Any = ahocorasick.Automaton()
        for atom, rules in sorted(holders.items()):
            self._automaton.add_word(atom, tuple(rules))
        if holders:
            self._automaton.make_automaton()

    def __reduce__(self) -> tuple[type[Matcher], tuple[Ruleset, float]]:
        return Matcher, (self.ruleset, self.timeout)

    def match(self, document: Document, segments: Sequence[Segment]) -> Matches:
        """Every rule that holds for one of the segments, or with level span for a part of a paragraph.

        segments: in document order, each paragraph before its lines and sentences.
        Evidence, ``min_documents`` and ``min_contexts`` need a Library and are not looked at.
        """
        return self._match(document, segments, anywhere=False)

    def match_text(self, text: str, segments: Sequence[Segment]) -> Matches:
        """`match` for a text that is no document: rules hold wherever it stands and whatever its source."""
        return self._match(Document(text), segments, anywhere=True)

    def _match(self, document: Document, segments: Sequence[Segment], anywhere: bool) -> Matches:
        paragraphs = _paragraphs(segments)
        hits: list[Hit] = []
        timed_out: set[int] = set()
        foreign = set() if anywhere else self._foreign(document.source)
        for ordinal, candidates in sorted(self._candidates(paragraphs).items()):
            for at in sorted(candidates - foreign):
                rule = self._rules[at]
                if at in timed_out or not (anywhere or _in_place(rule.where.position, ordinal, len(paragraphs))):
                    continue
                try:
                    hits.extend(self._hits(at, document.text, paragraphs[ordinal]))
                except TimeoutError:
                    timed_out.add(at)
        hits.sort(key=lambda hit: (hit.start, -hit.end, hit.rule.id))
        return Matches(hits, tuple(self._rules[at].id for at in sorted(timed_out)))

    def _foreign(self, source: str) -> set[int]:
        return {at for at, rule in enumerate(self._rules) if rule.where.sources and source not in rule.where.sources}

    def _candidates(self, paragraphs: list[_Paragraph]) -> dict[int, set[int]]:
        """For each paragraph that has some, the rules that may hold in it."""
        found: dict[int, set[int]] = {}
        if self._loose:
            found = {ordinal: set(self._loose) for ordinal in range(len(paragraphs))}
        folded = [f" {atoms.searchable(paragraph.segments[0][1].folded)} " for paragraph in paragraphs]
        if not folded or not len(self._automaton):
            return found
        ordinal, end = 0, len(folded[0])
        for at, rules in self._automaton.iter("\n".join(folded)):
            while at >= end:
                ordinal += 1
                end += 1 + len(folded[ordinal])
            found.setdefault(ordinal, set()).update(rules)
        return found

    def _hits(self, at: int, text: str, paragraph: _Paragraph) -> Iterator[Hit]:
        rule, condition = self._rules[at], self._conditions[at]
        longest = rule.where.max_words
        for index, segment in paragraph.at(rule.level):
            if longest is not None and _longer(segment.folded, longest):
                continue
            piece = paragraph.piece(index, segment, text)
            if rule.level == "span":
                for start, end in condition.spans(piece, self.timeout):
                    start, end = _with_spaces(piece.raw, start, end)
                    yield Hit(rule, index, segment.start + start, segment.start + end)
            elif condition.holds(piece, self.timeout):
                yield Hit(rule, index, segment.start, segment.end)


def _paragraphs(segments: Sequence[Segment]) -> list[_Paragraph]:
    paragraphs: list[_Paragraph] = []
    for index, segment in enumerate(segments):
        if segment.level == "paragraph":
            paragraphs.append(_Paragraph([], {}))
        paragraphs[-1].segments.append((index, segment))
    return paragraphs


def _in_place(position: str | None, ordinal: int, count: int) -> bool:
    """Whether a paragraph stands in the first or last fifth, or the first or last 5, whichever is more."""
    if position is None:
        return True
    near = max(_END, -(-count // 5))
    return ordinal < near if position == "head" else ordinal >= count - near


def _longer(folded: str, longest: int) -> bool:
    # A word and the space after it take two characters at least, in any script that has spaces.
    return len(folded) > longest and len(words(folded)) > longest


def _with_spaces(raw: str, start: int, end: int) -> Span:
    """A span with its adjoining spaces, one side's only where words stay on both: they must not run together."""
    first, last = start, end
    while first > 0 and raw[first - 1].isspace():
        first -= 1
    while last < len(raw) and raw[last].isspace():
        last += 1
    if last > end and first > 0:
        return start, last
    return first, last


def matches_example(rule: Rule, text: str, matcher: Matcher) -> bool:
    """Whether a rule holds somewhere in an example, taken as a text of its own; where it stands is not asked.

    Raises TimeoutError where the rule ran out of time.
    """
    from stripper.segment import segments

    found = matcher.match_text(text, segments(text))
    if rule.id in found.timed_out:
        raise TimeoutError(f"{rule.id} ran out of time")
    return any(hit.rule.id == rule.id for hit in found.hits)
