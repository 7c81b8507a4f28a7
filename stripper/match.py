"""Rules × segments, from cheap to dear.

One pass over the folded document finds the atoms of all rules; only where an atom of a rule stands are the rule's
conditions tried, and a regex never runs without a timeout.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from math import inf
from typing import Literal, NamedTuple, TypeAlias

from stripper.model import Document, Level, Segment, Span
from stripper.ruleset import Rule, Ruleset, openings
from stripper.ruleset.anchors import Anchors
from stripper.ruleset.conditions import Condition, Piece, compile

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
# All that decides which rules hold in a paragraph, sources apart: its text, where in it segments start and of what level,
# and whether it stands in the head and in the tail of its document.
_Question: TypeAlias = tuple[str, tuple[tuple[int, Level], ...], bool, bool]


class _Asked:
    """A paragraph that was met.

    possible: numbers of the leaves that may hold in it. answers: what rules hold, once asked; those that keep second.
    """

    __slots__ = ("answers", "possible")

    def __init__(self, possible: set[int]) -> None:
        self.possible = possible
        self.answers: list[_Answer | None] = [None, None]


class _Plan(NamedTuple):
    """What is asked of each rule again and again."""

    rule: Rule
    condition: Condition
    level: Level
    position: Literal["head", "tail"] | None
    longest: float


class Matcher:
    """The rules of a ruleset, made ready to match. It pickles with all that was compiled so far.

    timeout: seconds that one regex may take on one segment.
    unanchored: ids of rules without an atom that says much, which are tried on (nearly) every paragraph.
    """

    def __init__(self, ruleset: Ruleset, timeout: float = 1.0) -> None:
        self.ruleset, self.timeout = ruleset, timeout
        self._rules = ruleset.rules
        self._anchors = Anchors()
        self._met: dict[_Question, _Asked] = {}
        self._plans = [
            _Plan(rule, compile(rule.match, self._anchors), rule.level, rule.where.position, rule.where.max_words or inf)
            for rule in self._rules
        ]
        self._anchors.close()
        # Rules by their leaves, those that keep second.
        self._by_leaf: tuple[dict[int, int], dict[int, int]] = ({}, {})
        for at, plan in enumerate(self._plans):
            self._by_leaf[plan.rule.action == "keep"].update(dict.fromkeys(plan.condition.leaves, at))
        self._sourced = [at for at, rule in enumerate(self._rules) if rule.where.sources]
        weak = self._anchors.weak
        self.unanchored: tuple[str, ...] = tuple(plan.rule.id for plan in self._plans if plan.condition.possible(weak))

    def __getstate__(self) -> dict[str, object]:
        return self.__dict__ | {"_met": {}}

    def compile(self) -> None:
        """Compile all patterns now, not when they are first asked."""
        for plan in self._plans:
            plan.condition.compile()

    def match(self, document: Document, segments: Sequence[Segment], threatened: Container[int] = ()) -> Matches:
        """Every rule that holds for one of the segments, or with level span for a part of a paragraph.

        segments: in document order, each paragraph before its lines and sentences.
        threatened: numbers of paragraphs of which something may go for its repetition. Rules that keep are asked only
            in these, and where another rule holds: elsewhere there is nothing to protect from.
        Evidence, ``min_documents`` and ``min_contexts`` need a Library and are not looked at.
        """
        return self._match(document, segments, False, threatened)

    def match_text(self, text: str, segments: Sequence[Segment]) -> Matches:
        """`match` for a text that is no document: every rule is asked, wherever it stands and whatever its source."""
        return self._match(Document(text), segments, True, range(len(segments)))

    def _match(self, document: Document, segments: Sequence[Segment], anywhere: bool, threatened: Container[int]) -> Matches:
        paragraphs = _paragraphs(segments)
        foreign = set() if anywhere else self._foreign(document.source)
        timed_out: set[int] = set()
        hits: list[Hit] = []
        for ordinal, paragraph in enumerate(paragraphs):
            question = _question(document.text, paragraph, ordinal, len(paragraphs), anywhere)
            asked = self._meet(question, paragraph)
            index, first = paragraph[0]
            held = ordinal in threatened
            for keep in (False, True):
                # Where nothing else holds there is nothing to keep.
                if keep and not held:
                    continue
                answer = asked.answers[keep]
                if answer is None:
                    answer = self._answer(asked, question, paragraph, keep, timed_out)
                for which, number, start, end in answer:
                    if which not in foreign:
                        held = True
                        hits.append(Hit(self._rules[which], index + number, first.start + start, first.start + end))
        hits.sort(key=lambda hit: (hit.start, -hit.end, hit.rule.id))
        return Matches(hits, tuple(self._rules[at].id for at in sorted(timed_out - foreign)))

    def _meet(self, question: _Question, paragraph: _Paragraph) -> _Asked:
        """What is known of a paragraph."""
        asked = self._met.get(question)
        if asked is None:
            if len(self._met) > _REMEMBERED:
                self._met.clear()
            asked = self._met[question] = _Asked(self._anchors.possible(question[0], _searchable(question[0], paragraph)))
        return asked

    def _answer(self, asked: _Asked, question: _Question, paragraph: _Paragraph, keep: bool, timed_out: set[int]) -> _Answer:
        """The rules that hold in one paragraph, those that keep or the others; remembered unless one ran out of time."""
        text, _, head, tail = question
        by_leaf = self._by_leaf[keep]
        answer: _Answer = []
        late = False
        pieces: dict[Level, list[_Piece]] = {}
        made: dict[int, Piece] = {}
        for at in {by_leaf[leaf] for leaf in asked.possible & by_leaf.keys()}:
            plan = self._plans[at]
            if at in timed_out or (plan.position and not (head if plan.position == "head" else tail)):
                continue
            if not plan.condition.possible(asked.possible):
                continue
            if plan.level not in pieces:
                pieces[plan.level] = _pieces(text, paragraph, plan.level, asked.possible, made)
            try:
                answer += ((at, *hit) for hit in self._hits(plan, pieces[plan.level]))
            except TimeoutError:
                timed_out.add(at)
                late = True
        if not late:
            asked.answers[keep] = answer
        return answer

    def _foreign(self, source: str) -> set[int]:
        return {at for at in self._sourced if source not in self._rules[at].where.sources}

    def _hits(self, plan: _Plan, pieces: list[_Piece]) -> Iterator[tuple[int, int, int]]:
        """Where a rule holds: which of the paragraph's segments, and the span within the paragraph."""
        _, condition, level, _, longest = plan
        for number, piece in pieces:
            if piece.words > longest:
                continue
            if level == "span":
                for start, end in condition.spans(piece, self.timeout):
                    start, end = _with_spaces(piece.raw, start, end)
                    yield number, piece.start + start, piece.start + end
            elif condition.holds(piece, self.timeout):
                yield number, piece.start, piece.end


def _question(text: str, paragraph: _Paragraph, ordinal: int, count: int, anywhere: bool) -> _Question:
    start, end = paragraph[0][1][:2]
    parts = tuple([(segment.start - start, segment.level) for _, segment in paragraph[1:]])
    near = max(_END, -(-count // 5))
    return text[start:end], parts, anywhere or ordinal < near, anywhere or ordinal >= count - near


def _searchable(text: str, paragraph: _Paragraph) -> str:
    """A paragraph and the segments below it as anchors are looked for in them, each on a line.

    Of segments their openings will do, but for those that fold otherwise alone, such as one that parts a date.
    """
    whole = paragraph[0][1]
    lines = [openings.marked(text, 0, whole.folded)]
    for _, segment in paragraph[1:]:
        line = openings.marked(text, segment.start - whole.start, segment.folded)
        lines.append(openings.only(line) if segment.folded in whole.folded else line)
    return "\n".join(lines)


def _pieces(text: str, paragraph: _Paragraph, level: Level, possible: set[int], made: dict[int, Piece]) -> list[_Piece]:
    """The segments of a paragraph that a level means, made ready to be asked; offsets are the paragraph's."""
    origin, whole = paragraph[0][1].start, len(paragraph) == 1
    wanted: Level = "paragraph" if level == "span" else level
    found = []
    for number, (_, segment) in enumerate(paragraph):
        if segment.level == wanted or wanted in segment.alone:
            if number not in made:
                start, end = segment.start - origin, segment.end - origin
                made[number] = Piece(text, start, end, segment.folded, possible, whole)
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
