"""The visible blocks of a parsed HTML page, in page order, and the text they make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stripper.model import Block
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
_MARKED = frozenset(("class", "id", "role", "itemprop"))
_MARK_WORD = re.compile("[A-Z]?[a-z]+|[A-Z]+")
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_TITLE_PARTS = re.compile(r"\s+[-–—|:»«·•~/\\>]+\s+|[|»«]+|::+|:\s+|_")

# A row of a table is one block while its cells are short; longer ones are columns of a layout.
_LONGEST_CELL = 200

_BREAK = "\0"


def read_blocks(tree: HtmlElement) -> tuple[str, tuple[Block, ...], str]:
    """The page's title, its blocks (with ``article`` still 0) and its text."""
    title, titles = _titles(tree)
    walk = _Walk(titles)
    walk.element(tree, "", "", False)
    walk.flush()
    return title, tuple(walk.blocks), SEPARATOR.join(walk.texts)


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
    """Goes through the tree once, gathering text until a block ends."""

    def __init__(self, titles: frozenset[str]) -> None:
        self.titles = titles
        self.longest_title = 2 * max(map(len, titles), default=0)  # folding drops punctuation
        self.blocks: list[Block] = []
        self.texts: list[str] = []
        self.at = 0
        self.owner = ("body", "", "")
        self.parts: list[str] = []
        self.size = self.linked = 0
        self.preserve = self.line_open = self.in_row = False
        self.marks: dict[str, str] = {}

    def element(self, element: HtmlElement, path: str, marks: str, in_link: bool) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return
        if tag == "br":
            self.line_break()
            return
        inline = tag in _INLINE or (self.in_row and tag in _TABLE_PARTS)
        if inline:
            in_link = in_link or (tag == "a" and element.get("href") is not None)
            self.inside(element, path, marks, in_link)
            if self.in_row and tag in _CELLS:
                self.parts.append(" | ")
            return
        marks = self.marks_of(element, marks)
        self.flush()
        outer = self.owner, self.preserve, self.in_row
        self.owner = (tag, path, marks)
        self.preserve = self.preserve or tag == "pre"
        self.in_row = self.in_row or (tag == "tr" and _is_row(element))
        self.inside(element, path, marks, in_link)
        self.flush()
        self.owner, self.preserve, self.in_row = outer

    def inside(self, element: HtmlElement, path: str, marks: str, in_link: bool) -> None:
        if text := element.text:
            self.text(text, in_link)
        counts: dict[str, int] = {}
        for child in element:
            tag = child.tag
            if isinstance(tag, str):
                if tag in _INLINE or tag in _SKIPPED:
                    below = path
                elif tag in ("html", "body"):
                    below = ""
                else:
                    counts[tag] = counts.get(tag, 0) + 1
                    below = f"{path}/{tag}[{counts[tag]}]" if path else f"{tag}[{counts[tag]}]"
                self.element(child, below, marks, in_link)
            if tail := child.tail:
                self.text(tail, in_link)

    def text(self, text: str, in_link: bool) -> None:
        size = len(text) if self.preserve else len(text.strip())
        if size:
            self.line_open = True
            self.size += size
            self.linked += size * in_link
        self.parts.append(text)

    def line_break(self) -> None:
        """One break ends a line; two in a row are how older pages end a paragraph."""
        if self.line_open or self.preserve:
            self.parts.append(_BREAK)
            self.line_open = False
        else:
            self.flush()

    def flush(self) -> None:
        """End the block that was being gathered, if it has any text."""
        if self.size:
            raw = "".join(self.parts)
            if self.preserve:
                text = raw.replace(_BREAK, "\n").strip("\r\n")
            else:
                lines = (" ".join(line.split()) for line in raw.split(_BREAK))
                text = "\n".join(filter(None, lines))
            if self.in_row:
                text = text.strip("| ")
            if text and not text.isspace():
                self.add(text)
        self.parts.clear()
        self.size = self.linked = 0
        self.line_open = False

    def add(self, text: str) -> None:
        tag, path, marks = self.owner
        if len(text) <= self.longest_title and fold(text) in self.titles:
            marks = f"{marks} {HEADLINE}".lstrip()
        end = self.at + len(text)
        self.blocks.append(Block(self.at, end, tag, path, marks, min(1.0, self.linked / self.size), 0.0))
        self.texts.append(text)
        self.at = end + len(SEPARATOR)

    def marks_of(self, element: HtmlElement, outer: str) -> str:
        """The marks of an element: its own after those it stands in."""
        values = []
        for name, value in element.items():
            if name in _MARKED:
                values.append(value)
            elif name == "hidden" or (name == "style" and _NOT_SHOWN.search(value)):
                outer = f"{outer} {HIDDEN}".lstrip()
        if not values or element.tag in ("html", "body"):
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
