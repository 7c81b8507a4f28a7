"""HTML pages: their blocks as text, and which of these the extractor calls the article.

A page is parsed once. `page_blocks` walks the tree and gives the text; the same tree goes to trafilatura, and
`page_alignment` lays what comes back along the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stripper.model import Block
from stripper.sources.options import MAX_PAGE
from stripper.sources.page_alignment import article_shares
from stripper.sources.page_blocks import SEPARATOR, Unjudged, read_blocks

if TYPE_CHECKING:
    from lxml.html import HtmlElement

EMPTY_BELOW = 100
"""A page with fewer characters than this outside links may extract to nothing without a complaint."""

THIN = 0.25
"""Share of a page's prose below which trafilatura's fast extraction is not trusted and all its extractors are run:
8 % of news-html, 19 % of sites-html. Bars of 0.2 and 0.35 give the f1 of running all of them everywhere, to 0.004;
without the second look f1 on sites-html falls by 0.026."""

# libxml2 ends the tree at 256 open elements and says so only in its log.
_LIMIT = "ERR_RESOURCE_LIMIT"
_NO_MEMORY = "ERR_NO_MEMORY"
_UNREADABLE = re.compile("[\ud800-\udfff]")
# What XML cannot hold; trafilatura would fail on it. The numeric references stand for the same characters.
_CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_REFERENCES = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));", re.I)


class PageError(Exception):
    """A page that cannot be read whole. Its text says why; nothing of the page was used.

    advice: what the person can do about it.
    """

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page read as text.

    text: the visible blocks in page order, joined by a blank line.
    blocks: their spans in ``text`` and what the page knows about each.
    title: what the page's ``<title>`` says; empty where it has none.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str


def read_page(html: str, *, max_characters: int = MAX_PAGE) -> Page:
    """Read a page's visible blocks and let trafilatura say which of them are the article.

    Raises PageError where text would be lost in silence: a page that is too large or nested too deep, or one with
    text from which nothing is extracted.
    """
    if len(html) > max_characters:
        raise PageError(
            f"the page has {len(html):,} characters, more than the {max_characters:,} allowed",
            "raise --max-page, or leave the page out",
        )
    tree = _parse(html)
    if tree is None:
        return Page("", (), "")
    title, found = read_blocks(tree)
    if not found:
        return Page("", (), title)
    texts = [block.text for block in found]
    prose = _prose(found)
    shares = article_shares(texts, _extract(tree, prose))
    text = SEPARATOR.join(texts)
    if not any(shares) and prose >= EMPTY_BELOW:
        raise PageError(
            f"no article was found on the page, though it has {len(text):,} characters of text",
            "check the page; it may be a list of links or need a browser to show its text",
        )
    return Page(text, tuple(_judged(found, shares)), title)


def _parse(html: str) -> HtmlElement | None:
    """The page's tree; None for a page without any content."""
    from lxml.etree import ElementDefaultClassLookup, ParserError, XMLSyntaxError
    from lxml.html import HtmlElement, HTMLParser, document_fromstring

    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False
    )
    # lxml would ask a Python function for the class of every element: a tenth of all time. None needs one of its own.
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    try:
        tree = document_fromstring(_readable(html), parser=parser)
    except ParserError:
        tree = None
    except XMLSyntaxError as error:
        # It mends all errors of pages; this is how it says that it got no memory.
        raise PageError(f"the parser gave up ({error})", "raise --max-memory, or leave the page out") from error
    for entry in parser.error_log.filter_from_fatals():
        if entry.type_name == _NO_MEMORY:
            raise MemoryError
        if entry.type_name == _LIMIT:
            reason = "nested more than 255 elements deep" if "depth" in entry.message else "too large in one place"
            raise PageError(
                f"the page is {reason} (line {entry.line}), and the parser drops what follows",
                "repair the page, or leave it out",
            )
    return tree


def _readable(html: str) -> bytes:
    """The page without what no tree can hold, as bytes: lxml refuses a str that declares an encoding."""
    html = _REFERENCES.sub("", html)
    try:
        data = html.encode()
    except UnicodeEncodeError:
        # Lone surrogates would end the page.
        data = _UNREADABLE.sub("\ufffd", html).encode()
    data = data.translate(None, _CONTROLS)
    for character in _NONCHARACTERS:
        data = data.replace(character, b"")
    return data


def _extract(tree: HtmlElement, prose: int) -> str:
    """What trafilatura calls the article, as text; empty where it finds none.

    Its first extractor alone does as well as all of them where it finds a good part of the page's prose.
    """
    import trafilatura

    # Of these it reads linked data alone, and each of its extractors copies the whole tree once more.
    for element in list(tree.iter("script", "style")):
        if element.get("type") != "application/ld+json":
            element.drop_tree()
    # deduplicate keeps a cache over pages: it makes the fourth identical one empty.
    found = trafilatura.extract(tree, include_comments=False, deduplicate=False, fast=True) or ""
    if len(found) < THIN * prose:
        found = trafilatura.extract(tree, include_comments=False, deduplicate=False) or found
    return found


def _prose(blocks: Sequence[Unjudged]) -> int:
    """Characters of a page that stand outside links."""
    return int(sum((1 - block.link_density) * len(block.text) for block in blocks))


def _judged(found: Sequence[Unjudged], shares: Sequence[float]) -> Iterator[Block]:
    """The blocks at their places in the page's text, with their shares of the article."""
    at = 0
    for block, share in zip(found, shares, strict=True):
        end = at + len(block.text)
        yield Block(at, end, block.tag, block.path, block.marks, block.link_density, share)
        at = end + len(SEPARATOR)
