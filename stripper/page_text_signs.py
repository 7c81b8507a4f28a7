"""What the text of a whole page knows about each of its paragraphs, as numbers: the signs that `page_text` weighs.

Nothing here depends on a language. Lengths are counted in characters, of which those of Han, Kana and Hangul say more;
capitals say nothing where a script has none, and where none ends a sentence with a mark (Thai, Lao) length stands for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

Column = list[float]
"""One sign's value for every paragraph of the text, mostly between 0 and 1."""

_broad = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
# How many characters of other scripts a broad one says as much as.
_BREADTH = 2.5
_without_stops = re.compile("[\u0e00-\u0eff]")
_sentence = re.compile("[.!?。！？…؟۔।॥።။។｡]['\"”’»“)\\]」』]*$")
_trailing = re.compile("(?:\\.\\.\\.|…)['\"”’»)\\]]*$")
_commas = re.compile("[,，、،;；]")
_separators = re.compile(r"[|｜»«›‹·•▪■►▶→←↑↓×✓★☆]|\s[/–—-]\s|::|>")
_letters = re.compile(r"[^\W\d_]{2,}")
_moment = re.compile(r"\d[:.]\d\d\b|\b(?:19|20)\d\d\b|\d[./-]\d{1,2}[./-]\d{2}|\d年|\d月")
_address = re.compile(
    r"(?i)©|®|\(c\)|https?:|www\.|@|\brss\b|\be-?mail\b|facebook|twitter|google|youtube|instagram|whatsapp"
)

SHORT = 60
"""Below this length a paragraph that ends no sentence is a short line."""
# From this length on a sentence is prose, from the next on also what does not end like one.
_PROSE, _UNENDED = 40, 160
# A title stands at most so many paragraphs before the text, and is longer and shorter than this.
_TITLE_REACH = 10
_TITLE = range(16, 220)
# A run of prose bridges short lines, each at this cost.
_GAP = 0.45
# Words are compared by their beginnings, for they are inflected.
_STEM = 6


class Style(NamedTuple):
    """How one paragraph is written. length: in characters, broad ones counting more. prose: 0 to 1."""

    length: float
    ends: bool
    short: bool
    prose: float
    moment: bool


@lru_cache(maxsize=1 << 13)
def style(text: str) -> Style:
    """The style of a paragraph, its white space at the ends taken off."""
    length = len(text) if text.isascii() else len(text) + (_BREADTH - 1) * len(_broad.findall(text))
    tail = text[-12:]
    ends = _sentence.search(tail) is not None
    if not ends and length > 2 * SHORT:
        ends = 2 * len(_without_stops.findall(text)) > len(text)
    prose = 0.0
    if ends and not _trailing.search(tail):
        prose = min(1.0, length / 120) if length > _PROSE else 0.0
    elif length > _UNENDED:
        prose = min(1.0, length / 400) / 2
    short = length < SHORT and not ends and _letters.search(text) is not None
    return Style(length, ends, short, prose, length < 80 and _moment.search(text) is not None)


class Signs:
    """The signs of a page text's paragraphs.

    texts: the paragraphs. cut: for each how much of it is removed by other reasons, 0 to 1. shares: for each the share of
    its source's documents that hold it, 0 to 1.
    columns: a value per paragraph for each sign, by the sign's name. run: where the longest run of prose starts and ends.
    """

    def __init__(self, texts: Sequence[str], cut: Sequence[float], shares: Sequence[float]) -> None:
        self.texts, self.styles = texts, [style(text) for text in texts]
        self.run = self._run(cut)
        self.columns: dict[str, Column] = {"share of the source": list(shares)}
        self._writing()
        self._place()
        self._title()
        self._neighbours()

    def _run(self, cut: Sequence[float]) -> tuple[int, int]:
        """Where the prose is densest: the stretch of the greatest sum, in which short lines count against it."""
        best, at, total, start = 0.0, (0, 0), 0.0, 0
        for index, (styled, gone) in enumerate(zip(self.styles, cut, strict=True)):
            if total <= 0:
                total, start = 0.0, index
            total += styled.prose * (0.5 + min(styled.length, 500) / 150) * (1 - gone)
            if not styled.prose or gone > 0.5:
                total -= _GAP
            if total > best:
                best, at = total, (start, index + 1)
        return at

    def _writing(self) -> None:
        columns, texts, styles = self.columns, self.texts, self.styles
        columns["long"] = [min(1.0, s.length / 200) for s in styles]
        columns["sentence"] = [float(s.ends and not _trailing.search(t[-12:])) for s, t in zip(styles, texts, strict=True)]
        columns["commas"] = [
            min(1.0, 20 * len(_commas.findall(t)) / (s.length + 20)) for s, t in zip(styles, texts, strict=True)
        ]
        columns["date"] = [float(s.moment) for s in styles]
        columns["separators"] = [min(1.0, 12 * len(_separators.findall(text)) / (len(text) + 6)) for text in texts]
        columns["address"] = [float(_address.search(text) is not None) for text in texts]
        capitals = [_capitals(text) for text in texts]
        start, end = self.run
        weight = sum(s.length for s in styles[start:end]) or 1.0
        usual = sum(capitals[i] * styles[i].length for i in range(start, end)) / weight
        # A title in English or any text in German has many: what counts is more of them than the prose has.
        columns["capitals"] = [min(0.6, max(0.0, share - usual)) for share in capitals]
        self._plain = [" ".join(text.casefold().split()) for text in texts]
        self._times = Counter(self._plain)
        columns["again"] = [float(self._times[plain] > 1) for plain in self._plain]

    def _place(self) -> None:
        start, end = self.run
        places = range(len(self.texts))
        self.columns["in the run"] = [float(start <= i < end) for i in places]
        self.columns["after the run"] = [min(1.0, max(0, i - end + 1) / 8) for i in places]
        self.columns["long after the run"] = [float(i >= end + 8) for i in places]

    def _title(self) -> None:
        """Of the lines before the run, the one that shares most of its words with the prose is its title."""
        start, end = self.run
        first = max(0, start - _TITLE_REACH)
        said = {word for text in self.texts[start:end] for word in _words(text)}
        best, most, named = -1, 0.0, [0.0] * len(self.texts)
        for i in range(first, start):
            words = _words(self.texts[i])
            if int(self.styles[i].length) in _TITLE and words:
                named[i] = len(words & said) / (len(words) + 1)
                worth = named[i] * (1.3 if self._times[self._plain[i]] > 1 else 1.0)
                if len(words) > 1 and worth >= most:
                    best, most = i, worth
        self.columns["words of the prose"] = named
        self.columns["title"] = [float(i == best) * min(1.0, 2 * named[i]) for i in range(len(self.texts))]
        self.columns["under the title"] = [float(0 <= best < i < start) for i in range(len(self.texts))]

    def _neighbours(self) -> None:
        prose = [s.prose * min(1.0, s.length / 150) for s in self.styles]
        short = [float(s.short) for s in self.styles]
        dates = [float(s.moment) for s in self.styles]
        self.columns["prose before"] = _before(prose, 0.35)
        self.columns["prose after"] = _after(prose, 0.35)
        self.columns["short lines before"] = _before(short, 0.5)
        self.columns["short lines after"] = _after(short, 0.5)
        self.columns["dates near"] = [a + b for a, b in zip(_before(dates, 0.5), _after(dates, 0.5), strict=True)]


def _capitals(text: str) -> float:
    """The share of longer words that open with a capital, the first word apart."""
    words = [word for word in text.split()[1:] if len(word) > 3]
    return sum(word[0].isupper() for word in words) / (len(words) + 1)


def _words(text: str) -> set[str]:
    """The longer words of a text by their beginnings, and the pairs of its broad characters."""
    words = {word[:_STEM] for word in _letters.findall(text.casefold()) if len(word) > 3}
    if not text.isascii():
        broad = _broad.findall(text)
        words |= {first + second for first, second in pairwise(broad)}
    return words


def _before(values: Column, fading: float) -> Column:
    """For each paragraph the values before it, the nearest counting most."""
    return list(accumulate(values[:-1], lambda sum, value: sum * fading + value * (1 - fading), initial=0.0))


def _after(values: Column, fading: float) -> Column:
    return _before(values[::-1], fading)[::-1]
