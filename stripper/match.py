"""Rules × segments, from cheap to dear.

One pass over the folded document finds the atoms of all rules; only where an atom of a rule stands are the rule's
conditions tried, and a regex never runs without a timeout.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from math import inf
from typing import Literal, NamedTuple, TypeAlias

from stripper.model import Document, Level, Segment, Span
from stripper.ruleset import Policy, Rule, Ruleset
from stripper.ruleset.anchors import Anchors
from stripper.ruleset.conditions import Condition, Patterns, Piece, compile
from stripper.ruleset.searchable import head, searchable

# Paragraphs at either end of a document that count as head and tail, at least; else this share of them.
_END = 5
# Answers kept at hand: furniture stands in document after document, and what a cut leaves is judged again.
_REMEMBERED = 1 << 14


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


# A paragraph and the segments below it, each with its index.
_Paragraph: TypeAlias = list[tuple[int, Segment]]
_Piece: TypeAlias = tuple[int, Piece]
# What holds in a paragraph: numbers of a rule and of a segment in the paragraph, and a span of the paragraph's text.
_Answer: TypeAlias = list[tuple[int, int, int, int]]
# What decides which rules hold in a paragraph: its text, and where in it segments start and of what level. Besides, a rule
# may ask for a place or a source.
_Question: TypeAlias = tuple[str, tuple[tuple[int, Level], ...]]
# Where a rule holds: anywhere, in the head or in the tail of a document.
_PLACES: tuple[Literal["head", "tail"] | None, ...] = (None, "head", "tail")


class _Asked:
    """A paragraph that was met.

    searchable: what atoms are looked for in. heads: what openings are looked for in, for each segment.
    stood: numbers of the leaves that may hold in it, but for those by openings; these for each segment in ``opened``.
    possible: all of them. answers: for rules that do not keep and for those that do, by place: what holds, once asked.
    """

    __slots__ = ("answers", "heads", "opened", "possible", "searchable", "stood", "text")

    def __init__(
        self, text: str, searchable: str, heads: list[str], stood: set[int], opened: list[AbstractSet[int]]
    ) -> None:
        self.text, self.searchable, self.heads, self.stood, self.opened = text, searchable, heads, stood, opened
        self.possible = stood.union(*opened)
        self.answers: tuple[list[_Answer | None], ...] = ([None] * len(_PLACES), [None] * len(_PLACES))


class _Place(NamedTuple):
    """A paragraph where it stands in a document. places: which of `_PLACES` that is."""

    asked: _Asked
    paragraph: _Paragraph
    places: tuple[int, ...]


class _Plan(NamedTuple):
    """What is asked of each rule again and again."""

    condition: Condition
    level: Level
    longest: float


class _Asking(NamedTuple):
    """The rules of one action and place, as numbers by the leaves that they are looked up by."""

    leaves: frozenset[int]
    by_leaf: dict[int, int]


class Matcher:
    """The rules of a ruleset, made ready to match.

    timeout: seconds that one regex may take on one segment.
    patterns: what was compiled of its rules so far.
    unanchored: ids of rules without an atom that says much, which are tried on (nearly) every paragraph.
    """

    def __init__(self, ruleset: Ruleset, timeout: float = 1.0) -> None:
        self.ruleset, self.timeout, self.patterns = ruleset, timeout, Patterns()
        self._rules = ruleset.rules
        self._anchors = Anchors()
        self._met: dict[_Question, _Asked] = {}
        self._plans = [
            _Plan(compile(rule.match, self._anchors, self.patterns), rule.level, rule.where.max_words or inf)
            for rule in self._rules
        ]
        self._anchors.close()
        self._asking = tuple(tuple(self._ask(keep, place) for place in _PLACES) for keep in (False, True))
        self._sourced = [at for at, rule in enumerate(self._rules) if rule.where.sources]
        weak = self._anchors.weak
        self.unanchored: tuple[str, ...] = tuple(
            rule.id for rule, plan in zip(self._rules, self._plans, strict=True) if plan.condition.possible(weak)
        )

    def _ask(self, keep: bool, place: str | None) -> _Asking:
        by_leaf: dict[int, int] = {}
        for at, rule in enumerate(self._rules):
            if (rule.action == "keep") is keep and rule.where.position == place:
                by_leaf.update(dict.fromkeys(self._plans[at].condition.leaves, at))
        return _Asking(frozenset(by_leaf), by_leaf)

    def __getstate__(self) -> dict[str, object]:
        return self.__dict__ | {"_met": {}}

    def without_rules(self) -> Matcher:
        """A copy to be kept where the rules are kept besides: before it can match, it needs them back by `of`."""
        bare = copy(self)
        bare.ruleset, bare._rules = Ruleset((), Policy(), ""), ()
        return bare

    def of(self, ruleset: Ruleset) -> Matcher:
        """The Matcher itself, given back the rules it was made for."""
        self.ruleset, self._rules = ruleset, ruleset.rules
        return self

    def match(self, document: Document, segments: Sequence[Segment], threatened: Container[int] = ()) -> Matches:
        """Every rule that holds for one of the segments, or with level span for a part of a paragraph.

        segments: in document order, each paragraph before its lines and sentences.
        threatened: numbers of paragraphs of which something may go for its repetition. Rules that keep are asked only
            in these, and where another rule holds: elsewhere there is nothing to protect from.
        Evidence, ``min_documents`` and ``min_contexts`` need a Library and are not looked at.
        """
        return self._matches(self._look(document, segments, anywhere=False), self._foreign(document.source), threatened)

    def match_text(self, text: str, segments: Sequence[Segment]) -> Matches:
        """`match` for a text that is no document: every rule is asked, wherever it stands and whatever its source."""
        return self._matches(self._look(Document(text), segments, anywhere=True), set(), range(len(segments)))

    def _look(self, document: Document, segments: Sequence[Segment], anywhere: bool) -> list[_Place]:
        paragraphs = _paragraphs(segments)
        count = len(paragraphs)
        near = count if anywhere else max(_END, -(-count // 5))
        found = []
        for ordinal, paragraph in enumerate(paragraphs):
            start, end = paragraph[0][1][:2]
            places = (0, *(1,) * (ordinal < near), *(2,) * (ordinal >= count - near))
            found.append(_Place(self._meet(document.text[start:end], paragraph), paragraph, places))
        return found

    def _matches(self, paragraphs: list[_Place], foreign: set[int], threatened: Container[int]) -> Matches:
        timed_out: set[int] = set()
        hits: list[Hit] = []
        for ordinal, (asked, paragraph, places) in enumerate(paragraphs):
            index, first = paragraph[0]
            held = ordinal in threatened
            for keep in (False, True):
                # Where nothing else holds there is nothing to keep.
                if keep and not held:
                    continue
                for place in places:
                    answer = asked.answers[keep][place]
                    if answer is None:
                        answer = self._answer(asked, paragraph, keep, place, timed_out)
                    for which, number, start, end in answer:
                        if which not in foreign:
                            held = True
                            hits.append(Hit(self._rules[which], index + number, first.start + start, first.start + end))
        hits.sort(key=lambda hit: (hit.start, -hit.end, hit.rule.id))
        return Matches(hits, tuple(self._rules[at].id for at in sorted(timed_out - foreign)))

    def _meet(self, text: str, paragraph: _Paragraph) -> _Asked:
        """What is known of a paragraph, given with its text."""
        origin = paragraph[0][1].start
        question = text, tuple([(segment.start - origin, segment.level) for _, segment in paragraph[1:]])
        asked = self._met.get(question)
        if asked is None:
            if len(self._met) > _REMEMBERED:
                self._met.clear()
            searchable = _searchable(paragraph)
            heads = [head(text, segment.start - origin, segment.folded) for _, segment in paragraph]
            opened = list(map(self._anchors.opened, heads))
            asked = self._met[question] = _Asked(text, searchable, heads, self._anchors.stand(text, searchable), opened)
        return asked

    def _answer(self, asked: _Asked, paragraph: _Paragraph, keep: bool, place: int, timed_out: set[int]) -> _Answer:
        """The rules of one action and place that hold in a paragraph; remembered unless one ran out of time."""
        answer: _Answer = []
        late = False
        for at, pieces in self._candidates(asked, paragraph, keep, place):
            if at in timed_out:
                continue
            try:
                answer += self._hits(at, pieces)
            except TimeoutError:
                timed_out.add(at)
                late = True
        if not late:
            asked.answers[keep][place] = answer
        return answer

    def _candidates(
        self, asked: _Asked, paragraph: _Paragraph, keep: bool, place: int
    ) -> Iterator[tuple[int, list[_Piece]]]:
        """The rules of one action and place that may hold in a paragraph, as numbers, with the pieces they may hold for."""
        asking = self._asking[keep][place]
        leaves = asked.possible & asking.leaves
        if not leaves:
            return
        lacking = self._anchors.lacking(leaves, asked.text, asked.searchable)
        asked.possible.difference_update(lacking)
        pieces: dict[Level, list[_Piece]] = {}
        made: dict[int, Piece] = {}
        for at in {asking.by_leaf[leaf] for leaf in leaves.difference(lacking)}:
            condition, level, _ = self._plans[at]
            if condition.possible(asked.possible):
                if level not in pieces:
                    pieces[level] = _pieces(asked, paragraph, level, made)
                yield at, pieces[level]

    def _foreign(self, source: str) -> set[int]:
        return {at for at in self._sourced if source not in self._rules[at].where.sources}

    def _hits(self, at: int, pieces: list[_Piece]) -> Iterator[tuple[int, int, int, int]]:
        """Where a rule holds: the rule, which of the paragraph's segments, and the span within the paragraph."""
        condition, level, longest = self._plans[at]
        for number, piece in pieces:
            if piece.words > longest:
                continue
            if level == "span":
                for start, end in condition.spans(piece, self.timeout):
                    start, end = _with_spaces(piece.raw, start, end)
                    yield at, number, piece.start + start, piece.start + end
            elif condition.holds(piece, self.timeout):
                yield at, number, piece.start, piece.end


def _searchable(paragraph: _Paragraph) -> str:
    """What atoms are looked for in: a paragraph, and those of its segments that fold otherwise alone, part of a date say."""
    whole = paragraph[0][1].folded
    apart = [segment.folded for _, segment in paragraph[1:] if segment.folded not in whole]
    return "\n".join(map(searchable, [whole, *apart])) if apart else searchable(whole)


def _pieces(asked: _Asked, paragraph: _Paragraph, level: Level, made: dict[int, Piece]) -> list[_Piece]:
    """The segments of a paragraph that a level means, made ready to be asked; offsets are the paragraph's."""
    origin = paragraph[0][1].start
    wanted: Level = "paragraph" if level == "span" else level
    alone = len(paragraph) == 1
    found = []
    for number, (_, segment) in enumerate(paragraph):
        if segment.level == wanted or wanted in segment.alone:
            if number not in made:
                possible = asked.possible if alone else asked.stood | asked.opened[number]
                start, end = segment.start - origin, segment.end - origin
                made[number] = Piece(asked.text, start, end, segment.folded, asked.heads[number], possible, alone)
            found.append((number, made[number]))
    return found


def _paragraphs(segments: Sequence[Segment]) -> list[_Paragraph]:
    paragraphs: list[_Paragraph] = []
    for index, segment in enumerate(segments):
        if segment.level == "paragraph":
            paragraphs.append([])
        paragraphs[-1].append((index, segment))
    return paragraphs


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
