"""Judgement: which spans of a document go, and why.

The order: ``keep`` rules protect; then rules whose wording is enough; then rules that ask for a Template's evidence; then
repetition that no rule names, under the policy; then blocks of a page, or paragraphs of a page's text, that are no part of
its article. A span is given to the first of these that claims it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from stripper.library import Known
from stripper.match import Hit
from stripper.model import Action, Block, Document, Evidence, Level, Segment, Span
from stripper.normalize import split_words
from stripper.page_text import outside
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
    article: Sequence[tuple[bool, str]] = (),
    spared: frozenset[str] = frozenset(),
    page_text: bool = False,
) -> Judgement:
    """Judge one document.

    known: Templates by the number of the segment. article: of each block of a page, whether it is article, and why.
    spared: categories that are not cut. page_text: whether the document is the text of a whole page.
    """
    dropped = [(found[n].start, found[n].end) for n, met in known.items() if met.template.action == "keep"]
    firm = [*document.protected, *dropped]
    kept = list(firm)
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
    place = _Place(document, article)
    missed, enough = _repetition(place, found, known, policy, {v.start for v in alone})
    unnamed = [_by_repetition(found[number], known[number]) for number in enough]
    ranked = [v for group in (alone, repeated, unnamed) for v in sorted(group, key=_wide_first)]
    # What is spared under its own name must not go under another: a copyright line that also repeats.
    spare = [v[:2] for v in ranked if v.category in spared]
    cuts = _disjoint(document.text, [v for v in ranked if v.category not in spared], [*kept, *spare])
    if OUTSIDE not in spared:
        # A keep rule says that its text only looks like boilerplate, not that it is this page's article.
        cuts = _disjoint(document.text, [*cuts, *place.outside()], [*firm, *spare])
        if page_text:
            cuts = _disjoint(document.text, [*cuts, *_outside_text(document, found, known, cuts, kept)], spare)
    cuts = _complete_paragraphs(document.text, found, cuts, kept, policy.paragraph_share)
    return Judgement(cuts, kept, [f for f in flags if f.category not in spared], missed)


class _Place:
    """Where segments stand: their source, and of a page their blocks and whether these are article."""

    def __init__(self, document: Document, article: Sequence[tuple[bool, str]]) -> None:
        self.source = document.source
        self._blocks, self._article = document.blocks, article

    def of(self, segment: Segment) -> tuple[Block | None, bool]:
        """The block that holds a segment, and whether it is article."""
        at = bisect_right(self._blocks, segment.start, key=lambda block: block.start) - 1
        return (self._blocks[at], self._article[at][0]) if at >= 0 else (None, False)

    def outside(self) -> Iterator[Verdict]:
        """The blocks that are no article."""
        for block, (is_article, reason) in zip(self._blocks, self._article, strict=True):
            if not is_article:
                yield Verdict(block.start, block.end, "remove", OUTSIDE, reason, "paragraph")


class Paragraphs(NamedTuple):
    """The paragraphs of a text, and of each how much of it is cut and the share of its source's documents that hold it."""

    spans: list[Span]
    cut: list[float]
    shares: list[float]


def paragraphs_of(found: Sequence[Segment], known: Mapping[int, Known], cuts: Sequence[Verdict], source: str) -> Paragraphs:
    """The paragraphs among the segments of a document, with what is known of each; cuts are in order of place."""
    made = Paragraphs([], [], [])
    starts = [cut.start for cut in cuts]
    for number, (start, end, level, *_) in enumerate(found):
        if level != "paragraph":
            continue
        inside = cuts[bisect_left(starts, start) : bisect_left(starts, end)]
        made.spans.append((start, end))
        made.cut.append(sum(cut.end - cut.start for cut in inside) / (end - start))
        made.shares.append(_share(known.get(number), source))
    return made


def _share(met: Known | None, source: str) -> float:
    if met is None:
        return 0.0
    here, share = met.template.by_source.get(source, (0, 0.0)) if source else (2, met.template.evidence.share)
    return share if here > 1 else 0.0


def _outside_text(
    document: Document, found: Sequence[Segment], known: Mapping[int, Known], cuts: Sequence[Verdict], kept: Sequence[Span]
) -> Iterator[Verdict]:
    """The paragraphs of a page's text that are no article, but for those that a keep rule or a person protects."""
    spans, cut, shares = paragraphs_of(found, known, cuts, document.source)
    for start, end, reason in outside(document.text, spans, cut, shares):
        if not overlaps(kept, start, end):
            yield Verdict(start, end, "remove", OUTSIDE, reason, "paragraph")


def _repetition(
    place: _Place, found: Sequence[Segment], known: Mapping[int, Known], policy: Policy, named: set[int]
) -> tuple[dict[int, str], list[int]]:
    """Which repeated segments go without a rule, and what the others lack.

    named: where spans start that rules remove. A lone repeated segment amid text that does not repeat is more likely a
    heading, a formula or a quotation than furniture, which comes in runs or at the ends of a document.
    """
    missed = {number: lack for number, met in known.items() if (lack := _missing(place, found[number], met, policy))}
    rest = [number for number in known if number not in missed]
    paragraphs = [segment for segment in found if segment.level == "paragraph"]
    company = {found[number].paragraph for number in rest if found[number].level == "paragraph"}
    company |= {at for at, paragraph in enumerate(paragraphs) if paragraph.start in named}
    edge = max(policy.edge_paragraphs, int(len(paragraphs) * policy.edge_share))
    enough = []
    for number in rest:
        at = found[number].paragraph
        block, is_article = place.of(found[number])
        amid = edge <= at < len(paragraphs) - edge
        prose = block is None or (is_article and block.link_density < policy.link_density)
        if {at - 1, at + 1} & company or not amid or not prose:
            enough.append(number)
        else:
            missed[number] = "it stands alone amid text that does not repeat"
    return missed, enough


def _missing(place: _Place, segment: Segment, met: Known, policy: Policy) -> str | None:
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
    block, is_article = place.of(segment)
    if block is None and evidence.links > policy.link_share:
        return f"it is a link in {evidence.links:.0%} of its documents: a headline elsewhere"
    if not place.source:
        return None
    here, share = met.template.by_source.get(place.source, (0, 0.0))
    if block is not None and is_article:
        if block.tag == "h1" or ":headline" in block.marks:
            return "it is the headline"
        if block.link_density < policy.link_density and share < policy.article_share:
            return f"{share:.0%} of the source's pages, for text within the article {policy.article_share:.0%}"
    elif here < policy.local_documents and share < policy.local_share:
        return f"{here} of {policy.local_documents} documents or {share:.0%} of {policy.local_share:.0%} of this source"
    return None


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
                claimed.append(verdict if verdict[:2] == (start, end) else verdict._replace(start=start, end=end))
    return sorted(claimed, key=_place)


def _complete_paragraphs(
    text: str, found: Sequence[Segment], cuts: list[Verdict], kept: Sequence[Span], share: float
) -> list[Verdict]:
    """Of a paragraph that is mostly cut, what is left between the cuts goes too.

    Its ends stay: a disclaimer glued to an article's paragraph is often the longer part of it.
    """
    made = list(cuts)
    starts = [cut.start for cut in cuts]
    for paragraph in (s for s in found if s.level == "paragraph"):
        inside = cuts[bisect_left(starts, paragraph.start) : bisect_left(starts, paragraph.end)]
        gone = sum(cut.end - cut.start for cut in inside)
        length = paragraph.end - paragraph.start
        if not share * length < gone < length or overlaps(kept, paragraph.start, paragraph.end):
            continue
        largest = max(inside, key=lambda cut: cut.end - cut.start)
        reason = f"{gone / length:.0%} of its paragraph is {largest.category}"
        for free in uncovered([cut[:2] for cut in inside], inside[0].start, inside[-1].end):
            start, end = trim(text, *free)
            if start < end:
                made.append(largest._replace(start=start, end=end, reason=reason, level="paragraph", known=None))
    return sorted(made, key=_place)
