"""Cutting: verdicts become removals, text that stays joins back with the document's own spacing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from stripper.judge import Verdict
from stripper.model import Removal, Span
from stripper.spans import uncovered


class Cut(NamedTuple):
    """A span to take out, the white space that goes with it included."""

    start: int
    end: int
    verdict: Verdict


def widen(text: str, verdicts: Sequence[Verdict]) -> list[Cut]:
    """The cuts of disjoint verdicts in order: of the white space on both sides the weaker goes too, so the rest joins well.

    At the start of the text all white space before goes, at its end none after: a final newline stays if there was one.
    A byte order mark stays: it says how the file is read.
    """
    cuts: list[Cut] = []
    body = len(text) - len(text.lstrip("\ufeff"))
    for run in _runs(text, [v if v.start >= body else v._replace(start=body) for v in verdicts if v.end > body]):
        start, end = run[0].start, run[-1].end
        left, right = start, end
        while left > body and text[left - 1].isspace():
            left -= 1
        while right < len(text) and text[right].isspace():
            right += 1
        if left == body:
            left, right = (body, len(text)) if right == len(text) else (body, right)
        elif right == len(text) or _strength(text[end:right]) > _strength(text[left:start]):
            right = end
        else:
            left = start
        edges = [left, *(v.start for v in run[1:]), right]
        cuts.extend(Cut(a, b, v) for a, b, v in zip(edges[:-1], edges[1:], run, strict=True))
    return cuts


def _runs(text: str, verdicts: Sequence[Verdict]) -> Iterable[list[Verdict]]:
    """Verdicts in groups with nothing but white space between them."""
    run: list[Verdict] = []
    for verdict in verdicts:
        if run and text[run[-1].end : verdict.start].strip():
            yield run
            run = []
        run.append(verdict)
    if run:
        yield run


def _strength(space: str) -> tuple[int, int]:
    return space.count("\n") + space.count("\r") - space.count("\r\n"), len(space)


class Kept:
    """What is left of a text after rounds of cuts, and where in the original each part of it stands."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.spans: list[Span] = [(0, len(text))] if text else []

    @property
    def text(self) -> str:
        return "".join(self.original[a:b] for a, b in self.spans)

    def locate(self, spans: Iterable[Span]) -> list[list[Span]]:
        """For each span of the text that is left, the spans of the original it is made of."""
        offsets = [0]
        for a, b in self.spans:
            offsets.append(offsets[-1] + b - a)
        located: list[list[Span]] = []
        for start, end in spans:
            parts: list[Span] = []
            at = bisect_right(offsets, start) - 1
            while start < end:
                origin = self.spans[at][0] - offsets[at]
                stop = min(end, offsets[at + 1])
                parts.append((start + origin, stop + origin))
                start, at = stop, at + 1
            located.append(parts)
        return located

    def cut(self, spans: Iterable[Span]) -> None:
        """Take out spans of the original; they are disjoint and lie within what is left."""
        gone = sorted(spans)
        self.spans = [part for span in self.spans for part in uncovered(gone, *span)]


def removal(original: str, span: Span, verdict: Verdict) -> Removal:
    """The account of one cut."""
    met = verdict.known
    evidence = met.template.evidence if met else None
    return Removal(
        start=span[0],
        end=span[1],
        text=original[span[0] : span[1]],
        category=verdict.category,
        reason=verdict.reason,
        level=verdict.level,
        action=verdict.action,
        rule=verdict.rule,
        template=met.template.id if met else None,
        exemplar=met.template.exemplar if met else None,
        similarity=met.similarity if met else None,
        documents=evidence.documents if evidence else None,
        sources=evidence.sources if evidence else None,
        contexts=evidence.contexts if evidence else None,
    )
