"""The values every part of stripper speaks in. Frozen, and without behaviour that needs an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

Span: TypeAlias = tuple[int, int]
"""Half-open ``[start, end)``, in code points of the document's text."""

Level = Literal["paragraph", "line", "sentence", "span"]
Action = Literal["remove", "keep", "flag"]
Kind = Literal["text", "markdown", "html"]


class Block(NamedTuple):
    """One visible block of an HTML page, and what the page knows about it.

    start, end: its place in the document's text.
    tag: the element that makes the block (``p``, ``li``, ``h1``, …).
    path: names of the enclosing elements from the body down, joined by ``/``.
    marks: class and id words of the block and its ancestors, lower case, joined by spaces.
    link_density: share of the block's characters that stand inside links, 0 to 1.
    article: share of the block that the extractor calls article, 0 to 1.
    """

    start: int
    end: int
    tag: str
    path: str
    marks: str
    link_density: float
    article: float


@dataclass(frozen=True, slots=True)
class Document:
    """One text to clean.

    path: where it was read from, relative to the INPUT given; with ``id`` it is the document's key.
    source: site, publisher or folder; empty where unknown.
    blocks: the blocks of an HTML page, in page order; empty for other kinds.
    protected: spans that are never cut (front matter and code fences of Markdown).
    row: what the sink needs to write the document back with every other field untouched.
    """

    text: str
    id: str = ""
    path: str = ""
    source: str = ""
    url: str = ""
    date: str = ""
    kind: Kind = "text"
    blocks: tuple[Block, ...] = ()
    protected: tuple[Span, ...] = ()
    row: Any = None

    @property
    def key(self) -> str:
        return f"{self.path}#{self.id}" if self.id else self.path


class Segment(NamedTuple):
    """A span of a document's text at one level, with what it is compared by.

    level: ``paragraph``, ``line`` or ``sentence``. A paragraph of one line or one sentence stands for both.
    folded: the text as `normalize.fold` gives it.
    key: `normalize.key` of the text, the exact match.
    paragraph: the ordinal of its paragraph in the document.
    alone: the levels below its own that this very span also is.
    """

    start: int
    end: int
    level: Level
    folded: str
    key: int
    paragraph: int
    alone: frozenset[Level] = frozenset()

    def stands_for(self, level: Level) -> bool:
        return self.level == level or level in self.alone


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a Template that varies: code points ``[start, end)`` of the exemplar, its kind and some of its values."""

    start: int
    end: int
    kind: Literal["number", "date", "name", "url", "text"]
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """How often and where a Template was met. All are distinct counts; near-duplicate documents count as one.

    documents, sources: how many held it. contexts: distinct (side, neighbour) pairs.
    share: of the documents of the source where it is most at home, 0 to 1; 0 where no source is known.
    head, tail: share of its documents that hold it in their first or last fifth, 0 to 1.
    links: share of its documents where it stands as a link of a page, 0 to 1.
    """

    documents: int = 0
    sources: int = 0
    contexts: int = 0
    share: float = 0.0
    head: float = 0.0
    tail: float = 0.0
    links: float = 0.0


@dataclass(frozen=True, slots=True)
class Template:
    """A cluster of near-identical segments.

    id: 16 hexadecimal digits, the key of the exemplar.
    keys: the keys of all member segments, the exemplar's among them.
    by_source: for the sources it was met in (at most `entry.SOURCES` per learning), documents there and their share of all
        documents of that source, 0 to 1.
    action: ``keep`` where a person dropped the Template; else None.
    """

    id: str
    exemplar: str
    keys: tuple[int, ...]
    evidence: Evidence
    slots: tuple[Slot, ...] = ()
    by_source: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    action: Literal["keep"] | None = None


class Removal(NamedTuple):
    """One cut (or, with action ``flag``, marked) span of the original text and everything that led to it."""

    start: int
    end: int
    text: str
    category: str
    reason: str
    level: Level
    action: Action = "remove"
    rule: str | None = None
    template: str | None = None
    exemplar: str | None = None
    similarity: float | None = None
    documents: int | None = None
    sources: int | None = None
    contexts: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What `strip` made of one Document.

    text: the article. Together with ``removals`` it rebuilds the input text.
    removals: the cuts, in order of place, not overlapping.
    flags: spans a rule marked and left in.
    problems: rules that ran out of time, by id; where there are any, the text is the input's, uncut.
    """

    document: Document
    text: str
    removals: tuple[Removal, ...] = ()
    flags: tuple[Removal, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input, or a part of one, that could not be read; its bytes go to quarantine.

    where: line number, row number or byte offset, in words (``line 12``); empty for the whole input.
    raw: the bytes as found, as far as they were read.
    offset: where they begin in the (decompressed) input, in bytes; -1 where that is not known.
    """

    path: str
    where: str
    reason: str
    advice: str
    raw: bytes = b""
    offset: int = -1


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that is no text and was not named itself."""

    path: str
    reason: str
