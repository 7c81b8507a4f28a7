"""The visible blocks of a parsed HTML page, in page order, and the text they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from stripper.normalize import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SEPARATOR = "\n\n"
HIDDEN = ":hidden"
"""The mark of blocks that the page itself does not show at first: tabs, folded answers, dialogs."""
HEADLINE = ":headline"
"""The mark of blocks that say what the page's title says."""

# Never shown as text, or only where something fails to load; form fields hold what a reader typed, not the page's text.
# Measured on every fourth page of both sets: of 17,700 4-grams in noscript, template, iframe and option, 34 were gold.
_SKIPPED = frozenset(
    "script style template noscript iframe title meta link svg canvas audio video object applet embed select option "
    "datalist textarea input map noframes noembed".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd label mark math nobr q rb rp rt ruby s "
    "samp small span strike strong sub sup time tt u var wbr img picture source g-emoji button output meter progress "
    "mi mn mo mrow msup msub mfrac mtext mstyle semantics".split()
)
_TABLE_PARTS = frozenset("td th tr table tbody thead tfoot caption colgroup col".split())
_CELLS = frozenset(("td", "th"))
_FRAMES = frozenset(("html", "body"))
_MARKED = frozenset(("class", "id", "role", "itemprop"))
_MARK_WORD = re.compile("[A-Z]?[a-z]+|[A-Z]+")
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_TITLE_PARTS = re.compile(r"\s+[-–—|:»«·•~/\\>]+\s+|[|»«]+|::+|:\s+|_")

# A row of a table is one block while its cells are short; longer ones are columns of a layout.
_LONGEST_CELL = 200

# Stand among the gathered texts for the end of a line and of a cell; pages are rid of control characters before.
_BREAK = "\0"
_CELL = "\1"


class Unjudged(NamedTuple):
    """A block with its text, not yet laid against what the extractor says; the rest as in `model.Block`."""

    text: str
    tag: str
    path: str
    marks: str
    link_density: float


def read_blocks(tree: HtmlElement) -> tuple[str, list[Unjudged]]:
    """The page's title and its blocks, in page order."""
    title, titles = _titles(tree)
    walk = _Walk(titles)
    walk.block(tree, str(tree.tag), "", "")
    return title, walk.blocks


def _titles(tree: HtmlElement) -> tuple[str, frozenset[str]]:
    """The page's title, and the folded texts that a headline may have: the titles the page names and their parts."""
    element = tree.find(".//head/title")
    if element is None:
        element = tree.find(".//title")
    title = " ".join("".join(element.itertext()).split()) if element is not None else ""
    said = [title, *(" ".join(found.split()) for found in tree.xpath('.//meta[@property="og:title"]/@content'))]
    folded: set[str] = set()
    for one in said:
        parts = [part for part in _TITLE_PARTS.split(one) if part]
        folded.update(fold(part) for part in (one, *parts) if len(part) * 3 >= len(one))
    return title, frozenset(folded - {""})


class _Walk:
    """Goes through the tree once, gathering text until a block ends.

    Most elements of a page make no block, so little is done for each: sizes and links are counted when a block is made.
    """

    def __init__(self, titles: frozenset[str]) -> None:
        self.titles = titles
        self.longest_title = 2 * max(map(len, titles), default=0)  # folding drops punctuation
        self.initials = {title[0] for title in titles}
        self.blocks: list[Unjudged] = []
        self.owner = ("body", "", "")
        self.parts: list[str] = []
        self.linked = 0
        self.link_from: int | None = None
        """Inside a link: from which of the parts on they stand in it."""
        self.preserve = self.in_row = False
        self.marks: dict[str, str] = {}

    def block(self, element: HtmlElement, tag: str, path: str, marks: str) -> None:
        """An element that begins and ends a block."""
        marks = self.marks_of(element, marks)
        if self.parts:
            self.flush()
        outer = self.owner, self.preserve, self.in_row
        self.owner = (tag, path, marks)
        self.preserve = self.preserve or tag == "pre"
        self.in_row = self.in_row or (tag == "tr" and _is_row(element))
        self.inside(element, path, marks)
        if self.parts:
            self.flush()
        self.owner, self.preserve, self.in_row = outer

    def inside(self, element: HtmlElement, path: str, marks: str) -> None:
        parts = self.parts
        # Space before all text of a block says nothing, and most of a page's texts are such space.
        if (text := element.text) and (parts or self.preserve or not text.isspace()):
            parts.append(text)
        counts: dict[str, int] = {}
        for child in element:
            tag = child.tag
            if tag in _INLINE:
                if tag == "a" and self.link_from is None and child.get("href") is not None:
                    self.link(child, path, marks)
                elif len(child):
                    self.inside(child, path, marks)
                elif text := child.text:
                    parts.append(text)
            elif tag == "br":
                self.line_break()
            elif tag not in _SKIPPED and isinstance(tag, str):
                if self.in_row and tag in _TABLE_PARTS:
                    self.inside(child, path, marks)
                    if tag in _CELLS:
                        parts.append(_CELL)
                elif tag in _FRAMES:
                    self.block(child, tag, "", marks)
                else:
                    counts[tag] = count = counts.get(tag, 0) + 1
                    self.block(child, tag, f"{path}/{tag}[{count}]" if path else f"{tag}[{count}]", marks)
            if (tail := child.tail) and (parts or self.preserve or not tail.isspace()):
                parts.append(tail)

    def link(self, element: HtmlElement, path: str, marks: str) -> None:
        self.link_from = len(self.parts)
        self.inside(element, path, marks)
        self.linked += self.size(self.parts[self.link_from :])
        self.link_from = None

    def size(self, parts: Sequence[str]) -> int:
        """Characters of gathered texts, without the space around each where space means nothing."""
        whole = sum(map(len, parts if self.preserve else map(str.strip, parts)))
        return whole - parts.count(_BREAK) - parts.count(_CELL)

    def line_break(self) -> None:
        """One break ends a line; two in a row are how older pages end a paragraph."""
        if self.preserve or self.line_open():
            self.parts.append(_BREAK)
        else:
            self.flush()

    def line_open(self) -> bool:
        """Whether any text was gathered since the last break."""
        for part in reversed(self.parts):
            if part == _BREAK:
                return False
            if part != _CELL and not part.isspace():
                return True
        return False

    def flush(self) -> None:
        """End the block that was being gathered, if it has any text."""
        raw = "".join(self.parts)
        if not raw.isspace():
            self.add(raw)
        self.parts.clear()
        self.linked = 0
        if self.link_from is not None:
            self.link_from = 0

    def add(self, raw: str) -> None:
        if self.in_row:
            raw = raw.replace(_CELL, " | ")
        if self.preserve:
            text = raw.replace(_BREAK, "\n").strip("\r\n")
        elif _BREAK in raw:
            text = "\n".join(filter(None, (" ".join(line.split()) for line in raw.split(_BREAK))))
        else:
            text = " ".join(raw.split())
        if self.in_row:
            text = text.strip("| ")
        size = self.size(self.parts)
        if not (size and text and not text.isspace()):
            return
        linked = self.linked
        if self.link_from is not None:
            linked += self.size(self.parts[self.link_from :])
        tag, path, marks = self.owner
        if self.says_title(text):
            marks = f"{marks} {HEADLINE}".lstrip()
        self.blocks.append(Unjudged(text, tag, path, marks, min(1.0, linked / size)))

    def says_title(self, text: str) -> bool:
        if len(text) > self.longest_title:
            return False
        # Folding costs more than all else here. A letter before a letter or a space begins what the text folds to, or the
        # 0 of a date does.
        first, second = text[0], text[1:2]
        plain = text[:2].isascii() and first.isalpha() and (second.isalnum() or second in " ")
        if plain and self.initials.isdisjoint((first.lower(), "0")):
            return False
        return fold(text) in self.titles

    def marks_of(self, element: HtmlElement, outer: str) -> str:
        """The marks of an element: its own after those it stands in."""
        values = []
        for name, value in element.items():
            if name in _MARKED:
                values.append(value)
            elif name == "hidden" or (name == "style" and _NOT_SHOWN.search(value)):
                outer = f"{outer} {HIDDEN}".lstrip()
        if not values or element.tag in _FRAMES:
            return outer
        named = " ".join(values)
        words = self.marks.get(named)
        if words is None:
            words = self.marks[named] = " ".join(_MARK_WORD.findall(named)).lower()
        return f"{outer} {words}".strip()


def _is_row(row: HtmlElement) -> bool:
    """Whether a table row holds data: short cells without blocks of their own."""
    for element in row.iter():
        tag = element.tag
        if isinstance(tag, str) and tag not in _INLINE and tag not in ("tr", "td", "th", "br"):
            return False
    return all(len("".join(cell.itertext())) <= _LONGEST_CELL for cell in row)
