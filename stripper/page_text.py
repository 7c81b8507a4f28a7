"""Texts that a plain tag stripper made of whole pages, menus and footers and all: which paragraphs are the article.

First the text as a whole must look like a page's: many short lines that end no sentence around a run of prose, and among
them what only pages have. Articles, filings, books, verse, lists, code and tables do not pass, and in doubt a text does not.
Then every paragraph is judged by the same few signs, each with a weight, and the strongest sign is the reason given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stripper.model import Document, Span
from stripper.page_text_signs import SHORT, Signs, Style, style

# Logistic weights, fitted by benchmarks/page_text_weights.py over news-html and sites-html read as text (the first with and
# without a Library), each held to the side its meaning allows. The bar stands where little is lost.
BASE = -2.48
BAR = -2.0
WEIGHTS: dict[str, tuple[float, str]] = {
    # sign: weight, why a paragraph with it (where it speaks for one: without it) is no article, if that is a reason
    "long": (0.76, "it is short"),
    "sentence": (0.94, "it does not end like a sentence"),
    "commas": (0.79, ""),
    "date": (-0.91, "it gives a date or a time"),
    "separators": (-0.53, "it is a row of names with signs between them"),
    "address": (-2.19, "it is a copyright line, an address or a call to share"),
    "capitals": (-0.50, "it has more capitals than the prose"),
    "again": (-1.55, "it stands on the page more than once"),
    "share of the source": (-0.73, "many pages of its source hold it"),
    "in the run": (0.68, "it stands outside the run of prose"),
    "after the run": (-0.87, "it comes after the run of prose"),
    "long after the run": (-1.23, "it comes long after the run of prose"),
    "words of the prose": (3.21, ""),
    "title": (2.05, ""),
    "under the title": (0.74, ""),
    "prose before": (1.58, "no prose comes before it"),
    "prose after": (1.24, "no prose comes after it"),
    "short lines before": (-0.24, "short lines come before it"),
    "short lines after": (-0.75, "short lines come after it"),
    "dates near": (-0.71, "dates stand around it"),
}

# A page's text has this many short lines and this share of them, and so many before and after all its long prose.
_SHORT_LINES = 20
_SHORT_SHARE = 0.3
_AROUND = 10
# Characters of long prose, and their share of the text: a list with a sentence here and there is no article's page.
_PROSE = 300
_PROSE_SHARE = 0.04
# From this length on a paragraph that ends a sentence is long prose.
_LONG = 100
# Set by hand or by a program, and not by a tag stripper: indented lines, lines wrapped to a width; lists and code.
_SET = 0.05
_NUMBERED = 0.25
_CODE = 0.1
# Points that a page's text gets for what only pages have; text that was never a page gets two by chance.
_POINTS = 4
_NAMES = 3

_indented = re.compile(r"(?m)^(?:[ \u00a0]{2}|[ \u00a0]?\t)[ \u00a0\t]*+\S")
_numbered = re.compile(r"\W*(?:\d+|[ivxlcIVXLC]+|[a-zA-Z])[.)]\s|\W*\d+(?:\.\d+)+|[*•–—-]\s")
_code = re.compile(r"[{}=;\\`]|\w_\w|^\s*[#$%]|\(\)|--\w")
# Names that pages bear in every language.
_name = re.compile(
    r"(?i)\b(?:rss|facebook|twitter|tweet|youtube|google|instagram|linkedin|whatsapp|telegram|pinterest|reddit|tiktok|weibo"
    r"|wechat|qq|e-?mail|cookies?|newsletter|blogs?|login|podcasts?|forum|video|copyright)\b|вконтакте|微博|微信"
)
_copyright = re.compile(r"(?i)©|\(c\)\s|&copy;")
_bar = re.compile(r"[|｜].*[|｜]|[»›].*[»›]|[·•].*[·•]|\S\s*[|»›→]$|^[«‹»›|]\s|^[|»·]$")
_counted = re.compile(r"[^\W\d].*[(\[]\d+[)\]]$")


class Outside(NamedTuple):
    """A paragraph that is no part of the page's article, and why."""

    start: int
    end: int
    reason: str


def is_page_text(document: Document, spans: Sequence[Span]) -> bool:
    """Whether a document is the text of a whole page, and not of its article alone. spans: its paragraphs."""
    if document.blocks or document.kind == "markdown" or len(spans) < _SHORT_LINES:
        return False
    enough = max(_SHORT_LINES, _SHORT_SHARE * len(spans))
    if sum(end - start < SHORT for start, end in spans) < enough:
        return False
    text = document.text
    texts = [text[start:end] for start, end in spans]
    styles = [style(part) for part in texts]
    lines = [part for part, styled in zip(texts, styles, strict=True) if styled.short]
    if len(lines) < enough:
        return False
    long = [i for i, styled in enumerate(styles) if styled.ends and styled.length > _LONG]
    if sum(styles[i].length for i in long) < max(_PROSE, _PROSE_SHARE * sum(styled.length for styled in styles)):
        return False
    around = sum(styled.short for styled in [*styles[: long[0]], *styles[long[-1] :]])
    if around < _AROUND or _is_set(text, texts, lines):
        return False
    return _points(texts, styles, lines) >= _POINTS


def _is_set(text: str, texts: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether a text is wrapped or indented, or its short lines are a list or code."""
    return (
        sum("\n" in part for part in texts) > _SET * len(texts)
        or len(_indented.findall(text)) > _SET * (text.count("\n") + 1)
        or sum(_numbered.match(line) is not None for line in lines) >= _NUMBERED * len(lines)
        or sum(_code.search(line) is not None for line in lines) >= _CODE * len(lines)
    )


def _points(texts: Sequence[str], styles: Sequence[Style], lines: Sequence[str]) -> int:
    """How much there is that only pages have: a copyright in the second half, names of the web, bars, counts, menus."""
    second = zip(texts[len(texts) // 2 :], styles[len(texts) // 2 :], strict=True)
    owned = any(styled.length < 300 and _copyright.search(part) for part, styled in second)
    names = {found.lower() for line in lines for found in _name.findall(line)}
    bars = any(styled.length < 200 and _bar.search(part) for part, styled in zip(texts, styles, strict=True))
    counted = sum(_counted.search(line) is not None for line in lines) > 1
    again = sum(times > 1 for times in Counter(line.casefold() for line in lines).values()) > 2
    dated = sum(styled.moment for styled in styles) > 2
    return 2 * owned + min(_NAMES, len(names)) + bars + counted + again + dated


def outside(text: str, spans: Sequence[Span], cut: Sequence[float], shares: Sequence[float]) -> Iterator[Outside]:
    """The paragraphs of a page's text that are no article.

    cut, shares: as `Signs` takes them.
    """
    columns = Signs([text[start:end] for start, end in spans], cut, shares).columns
    weighed = [[weight * value for value in columns[sign]] for sign, (weight, _) in WEIGHTS.items()]
    for (start, end), values in zip(spans, zip(*weighed, strict=True), strict=True):
        if BASE + sum(values) < BAR:
            yield Outside(start, end, f"in the text of a whole page: {_loudest(values)}")


def _loudest(values: Sequence[float]) -> str:
    """The words of the sign that speaks loudest against a paragraph: by its presence, else by its absence."""
    signs = zip(values, WEIGHTS.values(), strict=True)
    return min((value - max(0.0, weight), said) for value, (weight, said) in signs if said)[1]
