"""Stripping one document: a pure function of the document, the rules and the Library."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from stripper import cut
from stripper.article import article_blocks
from stripper.judge import Judgement, judge
from stripper.library import Known, Library
from stripper.match import Hit, Matcher
from stripper.model import Document, Removal, Result, Segment, Span
from stripper.page_text import is_page_text
from stripper.ruleset import Policy
from stripper.segment import Outline, segments


class Strip(NamedTuple):
    """All that stripping depends on besides the document. ``library``: without one, rules alone decide."""

    matcher: Matcher
    policy: Policy
    library: Library | None = None
    spared: frozenset[str] = frozenset()

    def __call__(self, document: Document, outlined: list[Outline] | None = None) -> Result:
        """The article of a document and its removals, whose offsets refer to the document's own text.

        outlined: the outline of its text, where it is at hand.
        Judgement is repeated on what is left until nothing more goes (a cut makes a new tail), so that stripping the
        article again changes nothing. Where a rule runs out of time, the document comes back uncut with its name.
        """
        kept = cut.Kept(document.text)
        removals: list[Removal] = []
        flags: list[Removal] = []
        current = document
        while True:
            view = self.look(current, outlined)
            if view.timed_out:
                return Result(document, document.text, problems=view.timed_out)
            if current is document:
                flags = [cut.removal(document.text, v[:2], v) for v in view.judgement.flags]
            cuts = cut.widen(current.text, view.judgement.cuts)
            if not cuts:
                break
            spans: list[Span] = []
            for made, parts in zip(cuts, kept.locate(c[:2] for c in cuts), strict=True):
                spans += parts
                removals += [cut.removal(document.text, part, made.verdict) for part in parts]
            kept.cut(spans)
            outlined = None
            current = replace(document, text=kept.text, blocks=(), protected=_moved(document.protected, spans_cut=removals))
        removals.sort(key=lambda r: r.start)
        return Result(document, current.text, tuple(removals), tuple(_outside(flags, removals)))

    def look(self, document: Document, outlined: list[Outline] | None = None) -> View:
        """One round of judgement, with everything that led to it. ``outlined``: as for the whole."""
        found = segments(document.text, outlined)
        article = article_blocks(document, elsewhere(self.library, document, found) if self.library else ())
        found = _of_article(document, article, found)
        known: dict[int, Known] = {}
        if self.library is not None:
            for number, segment in enumerate(found):
                met = self.library.match(segment)
                if met is not None:
                    known[number] = met
        page_text = is_page_text(document, [segment[:2] for segment in found if segment.level == "paragraph"])
        threatened = {segment.paragraph for segment in (found if page_text else map(found.__getitem__, known))}
        matches = self.matcher.match(document, found, threatened)
        judgement = judge(document, found, matches.hits, known, self.policy, article, self.spared, page_text)
        return View(found, known, matches.hits, judgement, matches.timed_out)


def elsewhere(library: Library, document: Document, found: Sequence[Segment]) -> list[bool | None]:
    """Of each block of a page, whether other pages of its source hold all its paragraphs; None where none is known.

    found: the segments of the page's text.
    """
    starts = [block.start for block in document.blocks]
    held: list[bool | None] = [None] * len(starts)
    for segment in found if starts else ():
        if segment.level == "paragraph":
            at = bisect_right(starts, segment.start) - 1
            if held[at] is not False:
                held[at] = library.elsewhere(segment.key, document.source)
    return held


def _of_article(document: Document, article: list[tuple[bool, str]], found: list[Segment]) -> list[Segment]:
    """Of a page the segments of its article: what stands outside goes whole, and need not be judged in parts."""
    if not document.blocks:
        return found
    inside: list[Segment] = []
    at, ordinal, before = 0, -1, -1
    for segment in found:
        while at + 1 < len(document.blocks) and document.blocks[at + 1].start <= segment.start:
            at += 1
        if article[at][0]:
            ordinal += segment.paragraph != before
            before = segment.paragraph
            inside.append(segment._replace(paragraph=ordinal))
    return inside


class View(NamedTuple):
    """A document as judgement saw it."""

    segments: list[Segment]
    known: dict[int, Known]
    hits: list[Hit]
    judgement: Judgement
    timed_out: tuple[str, ...]


def _moved(spans: tuple[Span, ...], spans_cut: list[Removal]) -> tuple[Span, ...]:
    """Protected spans of the original at their place in what is left; cuts never reach into them."""
    moved = []
    for start, end in spans:
        before = sum(r.end - r.start for r in spans_cut if r.end <= start)
        moved.append((start - before, end - before))
    return tuple(moved)


def _outside(flags: list[Removal], removals: list[Removal]) -> list[Removal]:
    """Flags on text that was not cut."""
    return [f for f in flags if not any(r.start < f.end and f.start < r.end for r in removals)]
