"""Why each part of a document goes or stays, and what it missed going by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from stripper.judge import UNCLASSIFIED
from stripper.library import Known
from stripper.match import Hit
from stripper.model import Document, Removal, Result, Segment
from stripper.ruleset import Policy, Rule
from stripper.spans import overlaps, trim, uncovered
from stripper.strip import Strip, View

Verdict = Literal["removed", "kept", "protected", "flagged"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document: a cut, or a segment (or what is left of one) that stays.

    start, end: code points of the document's text.
    verdict: ``removed``; ``kept``; ``protected`` where a rule, a person or the format forbids to cut; ``flagged``.
    reason: the verdict in words; empty for text that simply stays. category, rule, template: what names it, or empty.
    missed: for text that stays, what it lacked to be removed, in words; empty where nothing was near.
    """

    start: int
    end: int
    text: str
    verdict: Verdict
    reason: str = ""
    category: str = ""
    rule: str = ""
    template: str = ""
    missed: str = ""


def explain(strip: Strip, document: Document) -> tuple[Result, list[Part]]:
    """What `strip` makes of a document, and every part of its text with the reason, in order of place."""
    result = strip(document)
    seen = _Seen(strip, document, result)
    parts = [_removed(removal) for removal in result.removals]
    cuts = [(removal.start, removal.end) for removal in result.removals]
    for number, segment in enumerate(seen.view.segments):
        if segment.stands_for("sentence"):
            for free in uncovered(cuts, segment.start, segment.end):
                start, end = trim(document.text, *free)
                if start < end:
                    parts.append(seen.part(number, start, end))
    return result, sorted(parts, key=lambda part: part.start)


def _removed(removal: Removal) -> Part:
    return Part(
        start=removal.start,
        end=removal.end,
        text=removal.text,
        verdict="removed",
        reason=removal.reason,
        category=removal.category,
        rule=removal.rule or "",
        template=removal.template or "",
    )


class _Seen:
    """A document as judgement first saw it, by paragraph."""

    def __init__(self, strip: Strip, document: Document, result: Result) -> None:
        self.view: View = strip.look(document)
        self._document, self._result = document, result
        self._policy, self._spared = strip.policy, strip.spared
        self._hits: defaultdict[int, list[Hit]] = defaultdict(list)
        for hit in self.view.hits:
            self._hits[self.view.segments[hit.segment].paragraph].append(hit)
        self._repeated: defaultdict[int, list[tuple[int, Segment]]] = defaultdict(list)
        for number in self.view.known:
            segment = self.view.segments[number]
            self._repeated[segment.paragraph].append((number, segment))

    def part(self, number: int, start: int, end: int) -> Part:
        """The part ``[start, end)`` of a segment, which stays."""
        text = self._document.text[start:end]
        segment, own = self.view.segments[number], self.view.known.get(number)
        here = [hit for hit in self._hits[segment.paragraph] if hit.start < end and start < hit.end]
        template = own.template.id if own else ""
        if self._result.problems:
            reason = f"{', '.join(self._result.problems)} ran out of time, so nothing was cut"
            return Part(start, end, text, "kept", reason, template=template)
        if reason := self._protection(start, end, here):
            rule = next((hit.rule.id for hit in here if hit.rule.action == "keep"), "")
            return Part(start, end, text, "protected", reason, rule=rule, template=template)
        missed = "; ".join(dict.fromkeys(self._missed(segment, own, here)))
        for flag in self._result.flags:
            if flag.start < end and start < flag.end:
                return Part(start, end, text, "flagged", flag.reason, flag.category, flag.rule or "", template, missed)
        return Part(start, end, text, "kept", template=template, missed=missed)

    def _protection(self, start: int, end: int, here: Sequence[Hit]) -> str:
        if overlaps(self._document.protected, start, end):
            return "front matter or code, which is never cut"
        if not overlaps(self.view.judgement.kept, start, end):
            return ""
        for hit in here:
            if hit.rule.action == "keep":
                return f"rule {hit.rule.id}: {hit.rule.description}" if hit.rule.description else f"rule {hit.rule.id}"
        return "its Template has action keep in the Library"

    def _missed(self, segment: Segment, own: Known | None, here: Sequence[Hit]) -> Iterator[str]:
        for hit in here:
            if hit.rule.action == "remove":
                yield self._refused(hit.rule, own)
        for number, other in self._repeated[segment.paragraph]:
            if other.start <= segment.start and segment.end <= other.end:
                lacking = self.view.judgement.missed.get(number)
                if lacking:
                    yield f"repetition of its {other.level}: {lacking}"
                elif UNCLASSIFIED in self._spared:
                    yield f"repetition of its {other.level}, and {UNCLASSIFIED} is spared"

    def _refused(self, rule: Rule, own: Known | None) -> str:
        if rule.category in self._spared:
            return f"rule {rule.id}, and {rule.category} is spared"
        evidence = own.template.evidence if own else None
        found = f"{evidence.documents} and {evidence.contexts}" if evidence else "no Template"
        return f"rule {rule.id}: {_asked(rule, self._policy)}; here: {found}"


def _asked(rule: Rule, policy: Policy) -> str:
    documents, contexts = rule.where.min_documents or 0, rule.where.min_contexts or 0
    if rule.evidence == "repeated":
        documents, contexts = documents or policy.repeated_documents, contexts or policy.repeated_contexts
    return f"needs {documents} documents and {contexts} contexts"
