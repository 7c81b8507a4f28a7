"""Judgement: which spans of a document go, and why.

The order: ``keep`` rules protect; then rules whose wording is enough; then rules that ask for a Template's evidence; then
repetition that no rule names, under the policy; then blocks of a page that are no part of its article. A span is given to
the first of these that claims it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from stripper.library import Known
from stripper.match import Hit
from stripper.model import Action, Block, Document, Evidence, Level, Segment, Span
from stripper.normalize import split_words
from stripper.ruleset import Policy, Rule
from stripper.spans import claim, overlaps, trim, uncovered

UNCLASSIFIED = "repeated"
OUTSIDE = "outside-article"


class Verdict(NamedTuple):
    """What is to happen to one span, and by what."""

    start: int
    end: int
    action: Action
    category: str
    reason: str
    level: Level
    rule: str | None = None
    known: Known | None = None


class Judgement(NamedTuple):
    """cuts: disjoint, in order, without white space at their ends. kept: spans that nothing may cut. flags: left in.

    missed: for each segment that repeats and yet is no boilerplate by its repetition alone, by number, what it lacks.
    """

    cuts: list[Verdict]
    kept: list[Span]
    flags: list[Verdict]
    missed: dict[int, str]


def judge(
    document: Document,
    found: Sequence[Segment],
    hits: Iterable[Hit],
    known: Mapping[int, Known],
    policy: Policy,
    outside: Iterable[tuple[Span, str]] = (),
    spared: frozenset[str] = frozenset(),
) -> Judgement:
    """Judge one document.

    known: Templates by the number of the segment. outside: spans of a page that are no article, each with the reason.
    spared: categories that are not cut.
    """
    kept: list[Span] = list(document.protected)
    alone: list[Verdict] = []
    repeated: list[Verdict] = []
    flags: list[Verdict] = []
    for hit in hits:
        met = known.get(hit.segment)
        if not _proven(hit.rule, met, policy):
            continue
        verdict = _by_rule(hit, met)
        if hit.rule.action == "keep":
            kept.append((hit.start, hit.end))
        elif hit.rule.action == "flag":
            flags.append(verdict)
        else:
            (repeated if hit.rule.evidence == "repeated" else alone).append(verdict)
    for number, met in known.items():
        if met.template.action == "keep":
            kept.append((found[number].start, found[number].end))
    missed, enough = _repetition(document, found, known, policy, {v.start for v in alone})
    unnamed = [_by_repetition(found[number], known[number]) for number in enough]
    beyond = [Verdict(a, b, "remove", OUTSIDE, reason, "paragraph") for (a, b), reason in outside]
    ranked = [v for group in (alone, repeated, unnamed, beyond) for v in sorted(group, key=_wide_first)]
    # What is spared under its own name must not go under another: a copyright line that also repeats.
    kept += [v[:2] for v in ranked if v.category in spared]
    cuts = _disjoint(document.text, [v for v in ranked if v.category not in spared], kept)
    cuts = _complete_paragraphs(document.text, found, cuts, kept, policy)
    return Judgement(cuts, kept, [f for f in flags if f.category not in spared], missed)


def _repetition(
    document: Document, found: Sequence[Segment], known: Mapping[int, Known], policy: Policy, named: set[int]
) -> tuple[dict[int, str], list[int]]:
    """Which repeated segments go without a rule, and what the others lack.

    named: where spans start that rules remove. A lone repeated segment amid text that does not repeat is more likely a
    heading, a formula or a quotation than furniture, which comes in runs or at the ends of a document.
    """
    missed = {number: lack for number, met in known.items() if (lack := _missing(document, found[number], met, policy))}
    rest = [number for number in known if number not in missed]
    paragraphs = [segment for segment in found if segment.level == "paragraph"]
    company = {found[number].paragraph for number in rest if found[number].level == "paragraph"}
    company |= {at for at, paragraph in enumerate(paragraphs) if paragraph.start in named}
    edge = max(policy.edge_paragraphs, int(len(paragraphs) * policy.edge_share))
    enough = []
    for number in rest:
        at = found[number].paragraph
        block = _block(document, found[number])
        if (
            {at - 1, at + 1} & company
            or not edge <= at < len(paragraphs) - edge
            or (block is not None and block.article < policy.extracted)
        ):
            enough.append(number)
        else:
            missed[number] = "it stands alone amid text that does not repeat"
    return missed, enough


def _missing(document: Document, segment: Segment, met: Known, policy: Policy) -> str | None:
    """What the evidence of a repeated segment lacks for it to go without a rule, in words; None where it is enough."""
    evidence = met.template.evidence
    lacking = []
    if evidence.documents < policy.documents:
        lacking.append(f"{evidence.documents} of {policy.documents} documents")
    if evidence.contexts < policy.contexts:
        lacking.append(f"{evidence.contexts} of {policy.contexts} contexts")
    if lacking:
        return " and ".join(lacking)
    if segment.level != "paragraph" and len(split_words(segment.folded)) < policy.sentence_words:
        return f"fewer than {policy.sentence_words} words, in a paragraph of its own text"
    if _syndicated(segment, evidence, policy):
        return f"{evidence.documents} documents of {evidence.sources} sources: told by many, at home with none"
    if not document.source:
        return None
    here, share = met.template.by_source.get(document.source, (0, 0.0))
    block = _block(document, segment)
    if block is not None and block.article >= policy.extracted:
        if block.tag == "h1":
            return "it is the headline"
        if block.link_density < policy.link_density and share < policy.article_share:
            return f"{share:.0%} of the source's pages, for text within the article {policy.article_share:.0%}"
    elif here < policy.local_documents and share < policy.local_share:
        return f"{here} of {policy.local_documents} documents or {share:.0%} of {policy.local_share:.0%} of this source"
    return None


def _block(document: Document, segment: Segment) -> Block | None:
    """The block of a page that holds a segment."""
    at = bisect_right(document.blocks, segment.start, key=lambda block: block.start)
    return document.blocks[at - 1] if at else None


def _syndicated(segment: Segment, evidence: Evidence, policy: Policy) -> bool:
    """Whether a text looks like an agency's: long, and in many sources about once in each."""
    long = len(split_words(segment.folded)) >= policy.syndicated_words
    return long and evidence.sources > 1 and evidence.documents < policy.syndicated_ratio * evidence.sources


def _proven(rule: Rule, met: Known | None, policy: Policy) -> bool:
    """Whether a rule has the evidence it asks for; one that asks for none always has."""
    documents = rule.where.min_documents or 0
    contexts = rule.where.min_contexts or 0
    if rule.evidence == "repeated":
        documents, contexts = documents or policy.repeated_documents, contexts or policy.repeated_contexts
    if not documents and not contexts:
        return True
    evidence = met.template.evidence if met else Evidence()
    return evidence.documents >= documents and evidence.contexts >= contexts


def _by_rule(hit: Hit, met: Known | None) -> Verdict:
    rule = hit.rule
    reason = f"rule {rule.id}: {rule.description}" if rule.description else f"rule {rule.id}"
    if rule.evidence == "repeated" and met:
        reason += f" ({_counts(met.template.evidence)})"
    return Verdict(hit.start, hit.end, rule.action, rule.category, reason, rule.level, rule.id, met)


def _by_repetition(segment: Segment, met: Known) -> Verdict:
    alike = "" if met.similarity == 1.0 else f", {met.similarity:.0%} alike"
    reason = f"repeated: {_counts(met.template.evidence)}{alike}"
    return Verdict(segment.start, segment.end, "remove", UNCLASSIFIED, reason, segment.level, None, met)


def _counts(evidence: Evidence) -> str:
    sources = f" of {evidence.sources} sources" if evidence.sources > 1 else ""
    return f"in {evidence.documents} documents{sources}, {evidence.contexts} contexts"


def _wide_first(verdict: Verdict) -> tuple[int, int]:
    return verdict.start - verdict.end, verdict.start


def _place(verdict: Verdict) -> int:
    return verdict.start


def _disjoint(text: str, verdicts: Iterable[Verdict], kept: Iterable[Span]) -> list[Verdict]:
    """The verdicts cut down to what no earlier one and no kept span holds."""
    taken: list[Span] = []
    for span in kept:
        claim(taken, *span)
    claimed: list[Verdict] = []
    for verdict in verdicts:
        for free in claim(taken, verdict.start, verdict.end):
            start, end = trim(text, *free)
            if start < end:
                claimed.append(verdict._replace(start=start, end=end))
    return sorted(claimed, key=_place)


def _complete_paragraphs(
    text: str, found: Sequence[Segment], cuts: list[Verdict], kept: Sequence[Span], policy: Policy
) -> list[Verdict]:
    """Of a paragraph that is mostly cut, what is left between the cuts goes too, and its ends if they are little.

    A disclaimer glued to the end of an article's paragraph may be the longer part of it: the article's part stays.
    """
    made = list(cuts)
    starts = [cut.start for cut in cuts]
    for paragraph in (s for s in found if s.level == "paragraph"):
        inside = cuts[bisect_left(starts, paragraph.start) : bisect_left(starts, paragraph.end)]
        gone = sum(cut.end - cut.start for cut in inside)
        length = paragraph.end - paragraph.start
        if not policy.paragraph_share * length < gone < length or overlaps(kept, paragraph.start, paragraph.end):
            continue
        first, last = inside[0].start, inside[-1].end
        ends = first - paragraph.start + paragraph.end - last
        if ends <= policy.paragraph_rest * length:
            first, last = paragraph.start, paragraph.end
        largest = max(inside, key=lambda cut: cut.end - cut.start)
        reason = f"{gone / length:.0%} of its paragraph is {largest.category}"
        for free in uncovered([cut[:2] for cut in inside], first, last):
            start, end = trim(text, *free)
            if start < end:
                made.append(largest._replace(start=start, end=end, reason=reason, level="paragraph", known=None))
    return sorted(made, key=_place)
