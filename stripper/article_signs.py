"""What one page knows about each of its blocks, as numbers: the signs that `article` weighs.

Nothing here depends on a language: words are counted, never read. Class and id words are the vocabulary of HTML, as
stylesheets and content systems share it; none is one site's own.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from operator import mul
from typing import NamedTuple

from stripper.model import Document
from stripper.normalize import UNSPACED

Column = list[float]
"""One sign's value for every block of the page, mostly between 0 and 1."""

NEAR_MARKS = 4
"""How many of a block's marks are near: its own and those of the elements next to it come last."""

MARKS = {
    "comment": "comment comments commentlist disqus reply replies respond response responses",
    "share": "share sharing social toolbar toolbox bookmark addthis facebook twitter",
    "footer": "footer foot copyright legal bottom newsletter subscribe signup login register",
    "consent": "cookie cookies consent gdpr ccpa privacy",
    "filter": "filter filters facet facets sort sorting",
    "promotion": "ad ads advert advertisement advertising adsense sponsor sponsored promo promotion donate donation",
    "body": "article story post entry content body text main",
    "caption": "caption photo image gallery img picture figure",
    "dialog": "modal popup dialog overlay tooltip lightbox",
}
_GROUP = {word: group for group, listed in MARKS.items() for word in listed.split()}

_WORD = re.compile(rf"[{UNSPACED}]|[^\W_]+")
_ascii_words = bytes(code if chr(code).isalnum() else 32 for code in range(128)) + bytes(128)
_DIGIT = re.compile(r"\d")
_ORDINAL = re.compile(r"\[\d+\]")
_SENTENCE = re.compile(r"[.!?…。！？;·।؟]['\"»”’)\]」』]*\s*$")
_COMMA = re.compile(r"[,，、،;；]")

# A sentence ends within so many characters of a block's end.
_END = 40
_LONG = 25
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
# Words from which an element's style means something.
_PASSAGE = 150
# A name that most of the page's text bears (a form around the whole page) tells nothing about a part of it.
_MOST = 0.5


class _Named(NamedTuple):
    """What a block's marks say.

    near: the kinds of part that the last of them name. everywhere: those that any of them names.
    kind: the last of them, which blocks made in the same way share.
    """

    near: frozenset[str]
    everywhere: frozenset[str]
    hidden: bool
    headline: bool
    kind: str


@lru_cache(maxsize=4096)
def _named(marks: str) -> _Named:
    words = marks.split()
    return _Named(
        _groups(words[-NEAR_MARKS:]),
        _groups(words),
        ":hidden" in marks,
        ":headline" in marks,
        " ".join(marks.replace(" :headline", "").rsplit(None, 3)[-3:]),
    )


def _groups(words: list[str]) -> frozenset[str]:
    """The kinds of part that marks name."""
    return frozenset(_GROUP[word] for word in _GROUP.keys() & words)


@lru_cache(maxsize=4096)
def _without_ordinal(step: str) -> str:
    return _ORDINAL.sub("", step)


def _size(text: str) -> int:
    """How many words a text has."""
    return len(text.encode().translate(_ascii_words).split()) if text.isascii() else len(_WORD.findall(text))


def _digits(text: str) -> int:
    """How many digits a text has."""
    return len(text) - len(text.encode().translate(None, b"0123456789")) if text.isascii() else len(_DIGIT.findall(text))


class Signs:
    """The signs of one page's blocks.

    columns: a value per block for each sign, by the sign's name. sizes: words of each block.
    elsewhere: of each block, whether another page of the source holds it; None where no other page is known.
    """

    def __init__(self, document: Document, elsewhere: Sequence[bool | None]) -> None:
        blocks = self.blocks = document.blocks
        self.texts = [document.text[block.start : block.end] for block in blocks]
        self.sizes = list(map(_size, self.texts))
        self.ends = [_SENTENCE.search(text[-_END:]) is not None for text in self.texts]
        steps = [block.path.rpartition("/") for block in blocks]
        self.parents = [parent for parent, _, _ in steps]
        bare = {parent: _ORDINAL.sub("", parent) for parent in set(self.parents)}
        self.plain = [f"{bare[parent]}{slash}{_without_ordinal(last)}" for parent, slash, last in steps]
        self.named = [_named(block.marks) for block in blocks]
        self.shares = [block.article for block in blocks]
        self.titles = [named.headline and block.link_density < 0.5 for named, block in zip(self.named, blocks, strict=True)]
        self.weights = [
            size * block.article * (1 - block.link_density) for size, block in zip(self.sizes, blocks, strict=True)
        ]
        self.weight = sum(self.weights) or 1.0
        self.columns: dict[str, Column] = {}
        self._style()
        self._center()
        self._names()
        self._place()
        self._containers()
        self._siblings()
        self._repeats(elsewhere)

    def _style(self) -> None:
        """How the text is written and set."""
        columns, texts, sizes = self.columns, self.texts, self.sizes
        columns["sentence"] = list(map(float, self.ends))
        columns["sentence after"] = [*columns["sentence"][1:], 0.0]
        columns["commas"] = [
            min(6, len(_COMMA.findall(text))) / (1 + size / 10) for text, size in zip(texts, sizes, strict=True)
        ]
        columns["digits"] = [_digits(text) / len(text) for text in texts]
        columns["main element"] = [float("main" in path or "article" in path) for path in self.plain]
        columns["body marks"] = [float("body" in named.near) for named in self.named]

    def _center(self) -> None:
        """Compare the style with that of the page's extracted text: a shop writes no sentences, an essay no rows."""
        for name, column in self.columns.items():
            usual = self._usual(column)
            self.columns[name] = [value - usual for value in column]

    def _usual(self, column: Column) -> float:
        """A sign's mean over the extracted text, by words."""
        return sum(map(mul, self.weights, column)) / self.weight

    def _names(self) -> None:
        """What the page's own names for its parts say, and its elements."""
        found: dict[str, Column] = {}
        for group in ("comment", "consent", "filter", "footer"):
            found[f"{group} marks"] = [float(group in named.everywhere) for named in self.named]
        for group in ("promotion", "share", "caption", "dialog"):
            found[f"{group} marks"] = [float(group in named.near) for named in self.named]
        found["hidden"] = [float(named.hidden) for named in self.named]
        for tag in ("footer", "form", "nav"):
            found[f"{tag} element"] = [float(tag in path) for path in self.plain]
        for name, column in found.items():
            self.columns[name] = [0.0] * len(column) if self._usual(column) > _MOST else column
        self.columns["mostly links"] = [float(block.link_density > 0.5) for block in self.blocks]
        self.columns["says the title"] = list(map(float, self.titles))

    def _place(self) -> None:
        """Before, under or above: the headline, the extracted text, the neighbours."""
        blocks, columns, shares = self.blocks, self.columns, self.shares
        found = [i for i, share in enumerate(shares) if share >= 0.5]
        first = next((i for i in found if self.sizes[i] >= 15), found[0] if found else 0)
        titles = [i for i, title in enumerate(self.titles) if title]
        heads = titles or [i for i, block in enumerate(blocks) if block.tag == "h1"]
        head = max((i for i in heads if i <= first), default=titles[0] if titles else -1)
        places = range(len(blocks))
        columns["under the headline"] = [float(0 <= head <= i < first) for i in places]
        columns["above the headline"] = [float(i < head) for i in places]
        reached = list(accumulate(self.sizes, initial=0))
        below = reached[head if head >= 0 else -1]
        columns["below the headline"] = [math.log1p(max(0, words - below)) for words in reached[:-1]]
        columns["after headings"] = [math.log1p(count) for count in accumulate(block.tag in _HEADINGS for block in blocks)]
        columns["extracted before"] = [0.0, *shares[:-1]]
        columns["extracted after"] = [*shares[1:], 0.0]

    def _containers(self) -> None:
        """How near the block stands to the element that holds the most prose."""
        blocks, columns, parents = self.blocks, self.columns, self.parents
        prose = [
            size * (1 - block.link_density) * (1.0 if size > _LONG or end else 0.3)
            for size, block, end in zip(self.sizes, blocks, self.ends, strict=True)
        ]
        own: defaultdict[str, float] = defaultdict(float)
        for words, parent, share in zip(prose, parents, self.shares, strict=True):
            own[parent] += words * (0.15 + share)
        held = _held(own)
        total = held[""] or 1.0
        best = max(own, key=own.__getitem__, default="")
        main = max((at for at in held if 2 * held[at] >= total), key=_depth, default="")
        below = f"{best}/"
        end = max((i for i, block in enumerate(blocks) if f"{block.path}/".startswith(below)), default=len(blocks))
        inner = f"{main}/"
        around = {
            parent: (
                float(not main or f"{parent}/".startswith(inner)),
                held[parent] / total,
                held[parent.rpartition("/")[0]] / total,
            )
            for parent in own
        }
        columns["in the main part"] = [around[parent][0] for parent in parents]
        columns["share of its container"] = [around[parent][1] for parent in parents]
        columns["share around its container"] = [around[parent][2] for parent in parents]
        columns["after the main container"] = [float(i > end) for i in range(len(blocks))]

    def _siblings(self) -> None:
        """What became of the blocks made in the same way elsewhere on the page."""
        alike: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for i, (path, named) in enumerate(zip(self.plain, self.named, strict=True)):
            alike[path, named.kind].append(i)
        extracted = [0.0] * len(self.blocks)
        for same in alike.values():
            words = sum(self.sizes[i] for i in same) or 1
            share = sum(self.sizes[i] * self.shares[i] for i in same) / words
            for i in same:
                extracted[i] = share
        self.columns["alike extracted"] = extracted

    def _repeats(self, elsewhere: Sequence[bool | None]) -> None:
        """What is said twice, on this page or on others, and how the text around it is written."""
        columns, sizes, parents = self.columns, self.sizes, self.parents
        columns["on other pages"] = [float(held is True) for held in elsewhere]
        columns["on no other page"] = [float(held is False) for held in elsewhere]
        texts = list(map(str.lower, self.texts))
        first = {text: i for i, text in reversed(list(enumerate(texts)))}
        columns["said before"] = [float(first[text] < i) for i, text in enumerate(texts)]
        counts: tuple[defaultdict[str, float], ...] = (defaultdict(float), defaultdict(float), defaultdict(float))
        own, ended, repeated = counts
        for parent, size, end, held in zip(parents, sizes, self.ends, elsewhere, strict=True):
            own[parent] += size
            ended[parent] += size * end
            repeated[parent] += size * (held is True)
        words, sentences, others = map(_held, counts)
        passages = {parent: _passage(parent, words) for parent in own}
        columns["container on other pages"] = [others[parent] / (words[parent] + 1) for parent in parents]
        columns["few sentences around"] = [1 - sentences[at] / (words[at] + 1) for at in map(passages.__getitem__, parents)]


def _held(own: Mapping[str, float]) -> dict[str, float]:
    """What elements hold with all that is inside them, by path; the page's is that of the empty path."""
    held = {"": 0.0, **own}
    levels: defaultdict[int, list[str]] = defaultdict(list)
    for path in own:
        levels[_depth(path)].append(path)
    for depth in range(max(levels, default=0), 0, -1):
        for path in levels[depth]:
            outer = path.rpartition("/")[0]
            if outer not in held:
                held[outer] = 0.0
                levels[depth - 1].append(outer)
            held[outer] += held[path]
    return held


def _passage(path: str, words: Mapping[str, float]) -> str:
    """The smallest element around that holds a passage."""
    while path and words[path] < _PASSAGE:
        path = path.rpartition("/")[0]
    return path


def _depth(path: str) -> int:
    return path.count("/") + bool(path)
