"""Stripping: for each document a pure function of the document, the rules and the Library."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from stripper import cut
from stripper.article import article_blocks
from stripper.judge import Judgement, judge
from stripper.library import Known, Library
from stripper.match import Hit, Matcher, Matches
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

    def __call__(self, document: Document) -> Result:
        """The article of a document and its removals, whose offsets refer to the document's own text.

        Judgement is repeated on what is left until nothing more goes (a cut makes a new tail), so that stripping the
        article again changes nothing. Where a rule runs out of time, the document comes back uncut with its name.
        """
        return self.all([(document, None)])[0]

    def all(self, documents: Iterable[tuple[Document, list[Outline] | None]]) -> list[Result]:
        """Each of many documents by itself, round by round: quicker together. With the outline of its text, if at hand."""
        works = [_Work(document, outlined) for document, outlined in documents]
        under_way = works
        while under_way:
            views = self.look_all([(work.current, work.outlined) for work in under_way])
            under_way = [work for work, view in zip(under_way, views, strict=True) if work.goes_on(view)]
        return [work.result() for work in works]

    def look(self, document: Document) -> View:
        """One round of judgement, with everything that led to it."""
        return self.look_all([(document, None)])[0]

    def look_all(self, documents: Sequence[tuple[Document, list[Outline] | None]]) -> list[View]:
        """`look` for many documents, step by step."""
        seen = [self._seen(document, outlined) for document, outlined in documents]
        matches = self.matcher.match_all(one.question for one in seen)
        return [self._judged(one, met) for one, met in zip(seen, matches, strict=True)]

    def _seen(self, document: Document, outlined: list[Outline] | None) -> _Seen:
        found = segments(document.text, outlined)
        article = article_blocks(document, elsewhere(self.library, document, found) if self.library else ())
        found = _of_article(document, article, found)
        known = self.library.match_all(found) if self.library else {}
        page_text = is_page_text(document, [segment[:2] for segment in found if segment.level == "paragraph"])
        return _Seen(document, article, found, known, page_text)

    def _judged(self, seen: _Seen, matches: Matches) -> View:
        document, article, found, known, page_text = seen
        judgement = judge(document, found, matches.hits, known, self.policy, article, self.spared, page_text)
        return View(found, known, matches.hits, judgement, matches.timed_out)


class _Seen(NamedTuple):
    """What one round knows of a document before rules are asked."""

    document: Document
    article: list[tuple[bool, str]]
    segments: list[Segment]
    known: dict[int, Known]
    page_text: bool

    @property
    def question(self) -> tuple[Document, list[Segment], set[int]]:
        """What the Matcher is asked."""
        threatening = self.segments if self.page_text else map(self.segments.__getitem__, self.known)
        return self.document, self.segments, {segment.paragraph for segment in threatening}


class _Work:
    """A document while it is stripped. current: what is left of it. outlined: the outline of that, if at hand."""

    def __init__(self, document: Document, outlined: list[Outline] | None) -> None:
        self.document, self.current, self.outlined = document, document, outlined
        self._kept = cut.Kept(document.text)
        self._removals: list[Removal] = []
        self._flags: list[Removal] = []
        self._timed_out: tuple[str, ...] = ()

    def goes_on(self, view: View) -> bool:
        """Takes what one round found; whether there is to be another."""
        text = self.document.text
        if view.timed_out:
            self._timed_out = view.timed_out
            return False
        if self.current is self.document:
            self._flags = [cut.removal(text, v[:2], v) for v in view.judgement.flags]
        cuts = cut.widen(self.current.text, view.judgement.cuts)
        if not cuts:
            return False
        spans: list[Span] = []
        for made, parts in zip(cuts, self._kept.locate(c[:2] for c in cuts), strict=True):
            spans += parts
            self._removals += [cut.removal(text, part, made.verdict) for part in parts]
        self._kept.cut(spans)
        protected = _moved(self.document.protected, self._removals)
        self.current = replace(self.document, text=self._kept.text, blocks=(), protected=protected)
        self.outlined = None
        return True

    def result(self) -> Result:
        """What came of it, once no round is to follow."""
        if self._timed_out:
            return Result(self.document, self.document.text, problems=self._timed_out)
        removals = sorted(self._removals, key=lambda r: r.start)
        return Result(self.document, self.current.text, tuple(removals), tuple(_outside(self._flags, removals)))


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


def _moved(spans: tuple[Span, ...], removals: list[Removal]) -> tuple[Span, ...]:
    """Protected spans of the original at their place in what is left; cuts never reach into them."""
    moved = []
    for start, end in spans:
        before = sum(r.end - r.start for r in removals if r.end <= start)
        moved.append((start - before, end - before))
    return tuple(moved)


def _outside(flags: list[Removal], removals: list[Removal]) -> list[Removal]:
    """Flags on text that was not cut."""
    return [f for f in flags if not any(r.start < f.end and f.start < r.end for r in removals)]
