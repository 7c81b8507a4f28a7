"""What one page knows about each of its blocks, as numbers: the signs that `article` weighs.

Nothing here depends on a language: words are counted, never read. Class and id words are the vocabulary of HTML, as
stylesheets and content systems share it; none is one site's own.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from stripper.model import Block, Document
from stripper.normalize import UNSPACED

Column = list[float]
"""One sign's value for every block of the page."""

NEAR_MARKS = 4
"""Marks of the block itself and the elements next to it: the last words of its marks."""

WINDOW = 6
"""Blocks looked at to either side."""

MARKS = {
    "comment": "comment comments commentlist disqus reply replies respond response responses",
    "related": "related recommend recommended recommendations popular trending teaser teasers promo promos similar more",
    "share": "share sharing social toolbar toolbox bookmark addthis facebook twitter",
    "footer": "footer foot copyright legal bottom cookie cookies consent newsletter subscribe signup login register",
    "navigation": "nav navigation menu navbar breadcrumb breadcrumbs crumbs pager pagination toc topbar",
    "aside": "sidebar side aside rail widget widgets secondary complementary column",
    "details": "meta byline author date time timestamp info posted published dateline credit tags tag category updated",
    "advert": "ad ads adv advert advertisement advertising sponsor sponsored banner",
    "body": "article story post entry content body text main",
    "caption": "caption photo image gallery img picture figure",
    "lead": "lead intro summary excerpt standfirst headline title description abstract deck subtitle",
    "dialog": "modal popup dialog overlay tooltip lightbox",
}
_GROUP = {word: group for group, listed in MARKS.items() for word in listed.split()}

_WORD = re.compile(rf"[{UNSPACED}]|[^\W_]+")
_ORDINAL = re.compile(r"\[\d+\]")
_ENDS = re.compile(r"[.!?…。！？;·।؟]['\"»”’)\]」』]*\s*$")
_COMMA = re.compile(r"[,，、،;；]")
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))


class Signs:
    """The signs of one page's blocks, by name; each a number, mostly 0 to 1, per block."""

    def __init__(self, document: Document) -> None:
        self.blocks: Sequence[Block] = document.blocks
        self.texts = [document.text[block.start : block.end] for block in self.blocks]
        self.sizes = [len(_WORD.findall(text)) for text in self.texts]
        self.extracted = [size * block.article for size, block in zip(self.sizes, self.blocks, strict=True)]
        self.parents = [block.path.rpartition("/")[0] for block in self.blocks]
        self.columns: dict[str, Column] = {}
        self._style()
        self._center()
        self._marks()
        self._place()
        self._containers()
        self._siblings()
        self._around()
        self._kind()

    def _each(self, name: str, sign: Callable[[int], float]) -> Column:
        column = self.columns[name] = [float(sign(index)) for index in range(len(self.blocks))]
        return column

    def _style(self) -> None:
        """How the text is written and set."""
        blocks, texts, sizes = self.blocks, self.texts, self.sizes
        ends = self._each("sentence", lambda i: _ENDS.search(texts[i]) is not None)
        last = len(blocks) - 1
        self._each("sentence before", lambda i: ends[i - 1] if i else 0)
        self._each("sentence after", lambda i: ends[i + 1] if i < last else 0)
        self._each("short", lambda i: sizes[i] < 10)
        self._each("long", lambda i: sizes[i] > 25)
        self._each("size", lambda i: math.log1p(sizes[i]))
        self._each("commas", lambda i: min(6, len(_COMMA.findall(texts[i]))) / (1 + sizes[i] / 10))
        self._each("digits", lambda i: sum(map(str.isdigit, texts[i])) / len(texts[i]))
        self._each("paragraph", lambda i: blocks[i].tag == "p")
        self._each("list item", lambda i: blocks[i].tag == "li")
        self._each("table row", lambda i: blocks[i].tag == "tr")
        self._each("heading", lambda i: blocks[i].tag in _HEADINGS)
        self._each("preformatted", lambda i: blocks[i].tag == "pre")
        inside = [set(_ORDINAL.sub("", block.path).split("/")) for block in blocks]
        self._each("main element", lambda i: not inside[i].isdisjoint(("main", "article")))
        near = [set(block.marks.split()[-NEAR_MARKS:]) for block in blocks]
        self._each("body marks", lambda i: any(_GROUP.get(word) == "body" for word in near[i]))

    def _center(self) -> None:
        """Compare the style with that of the page's extracted text: a shop writes no sentences, an essay no rows."""
        weights = [words * (1 - block.link_density) for words, block in zip(self.extracted, self.blocks, strict=True)]
        total = sum(weights) or 1.0
        for name, column in self.columns.items():
            usual = sum(weight * value for weight, value in zip(weights, column, strict=True)) / total
            self.columns[name] = [value - usual for value in column]

    def _marks(self) -> None:
        """What the page's own words for its parts say, and its elements."""
        marks = [block.marks.split() for block in self.blocks]
        groups = [{_GROUP.get(word) for word in words} for words in marks]
        near = [{_GROUP.get(word) for word in words[-NEAR_MARKS:]} for words in marks]
        for group in MARKS:
            if group != "body":
                self._each(f"{group} marks", lambda i, group=group: group in groups[i])
                self._each(f"{group} marks near", lambda i, group=group: group in near[i])
        self._each("hidden", lambda i: ":hidden" in marks[i])
        inside = [set(_ORDINAL.sub("", block.path).split("/")) for block in self.blocks]
        for tag in ("nav", "footer", "header", "aside", "form"):
            self._each(f"{tag} element", lambda i, tag=tag: tag in inside[i])
        self._each("links", lambda i: self.blocks[i].link_density)
        self._each("mostly links", lambda i: self.blocks[i].link_density > 0.5)

    def _place(self) -> None:
        """Before, within or after the extracted text, and the headline's place."""
        blocks = self.blocks
        found = [i for i, block in enumerate(blocks) if block.article >= 0.5]
        large = [i for i in found if self.sizes[i] >= 15] or found or [0]
        first, last = large[0], large[-1]
        titles = [i for i, b in enumerate(blocks) if ":headline" in b.marks.split() and b.link_density < 0.5]
        heads = titles or [i for i, block in enumerate(blocks) if block.tag == "h1"]
        head = max((i for i in heads if i <= first), default=-1)
        if head < 0 and titles:
            head = titles[0]
        self._each("says the title", lambda i: i in titles)
        self._each("headline", lambda i: i == head)
        self._each("first-level heading", lambda i: blocks[i].tag == "h1")
        self._each("under the headline", lambda i: 0 <= head <= i < first)
        self._each("above the headline", lambda i: i < head)
        self._each("before the text", lambda i: i < first)
        self._each("after the text", lambda i: i > last)
        self._each("far after the text", lambda i: math.log1p(max(0, i - last)))

    def _containers(self) -> None:
        """How near the block stands to the element that holds the most prose."""
        prose = [
            size * (1 - block.link_density) * (1.0 if size > 25 or _ENDS.search(text) else 0.3)
            for size, block, text in zip(self.sizes, self.blocks, self.texts, strict=True)
        ]
        held: Counter[str] = Counter()
        own: Counter[str] = Counter()
        for words, parent, block in zip(prose, self.parents, self.blocks, strict=True):
            worth = words * (0.15 + block.article)
            own[parent] += worth
            at = parent
            while at:
                held[at] += worth
                at = at.rpartition("/")[0]
            held[""] += worth
        total = held[""] or 1.0
        best = max(own, key=own.__getitem__, default="")
        inside = [i for i, (p, b) in enumerate(zip(self.parents, self.blocks, strict=True)) if best in (p, b.path)]
        end = inside[-1] if inside else len(self.blocks)
        main = max((at for at in held if 2 * held[at] >= total), key=lambda at: at.count("/") + bool(at), default="")
        self._each("in the main part", lambda i: not main or f"{self.parents[i]}/".startswith(f"{main}/"))
        self._each("share of its container", lambda i: held[self.parents[i]] / total)
        self._each("share around its container", lambda i: held[self.parents[i].rpartition("/")[0]] / total)
        self._each("after the main container", lambda i: i > end)
        self._each("in the main container", lambda i: best in (self.parents[i], self.blocks[i].path))
        steps = best.split("/")
        self._each("steps from the main container", lambda i: _climb(steps, self.blocks[i].path.split("/")) / 5)
        weights = [w * block.article for w, block in zip(prose, self.blocks, strict=True)]
        self.one_text = sum(weights[i] for i in inside) / (sum(weights) or 1.0)

    def _siblings(self) -> None:
        """What became of the blocks made in the same way elsewhere on the page."""
        kinds = [
            (_ORDINAL.sub("", block.path), *[w for w in block.marks.split() if w[0] != ":"][-3:])
            for block in self.blocks
        ]
        words: Counter[tuple[str, ...]] = Counter()
        extracted: Counter[tuple[str, ...]] = Counter()
        count: Counter[tuple[str, ...]] = Counter(kinds)
        parents: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for kind, size, part, parent in zip(kinds, self.sizes, self.extracted, self.parents, strict=True):
            words[kind] += size
            extracted[kind] += part
            parents[kind].add(parent)
        self._each("alike extracted", lambda i: extracted[kinds[i]] / (words[kinds[i]] or 1))
        self._each("alike in one place", lambda i: math.log1p(count[kinds[i]] / len(parents[kinds[i]])))
        self._each("alike in many places", lambda i: math.log1p(len(parents[kinds[i]])))
        self._each("size of those alike", lambda i: math.log1p(words[kinds[i]] / count[kinds[i]]))
        same = Counter(self.texts)
        self._each("said twice", lambda i: same[self.texts[i]] > 1)

    def _around(self) -> None:
        """The extractor's word for the block and for its neighbours."""
        blocks, last = self.blocks, len(self.blocks) - 1
        self._each("extracted", lambda i: blocks[i].article)
        self._each("extracted whole", lambda i: blocks[i].article >= 0.9)
        for step in (1, 2):
            self._each(f"extracted {step} before", lambda i, step=step: blocks[i - step].article if i >= step else 0)
            self._each(
                f"extracted {step} after", lambda i, step=step: blocks[i + step].article if i + step <= last else 0
            )
        self._each("extracted before", lambda i: self._share(max(0, i - WINDOW), i))
        self._each("extracted after", lambda i: self._share(i + 1, i + 1 + WINDOW))
        self._each("under a heading", lambda i: i > 0 and blocks[i - 1].tag in _HEADINGS)

    def _share(self, start: int, end: int) -> float:
        return sum(self.extracted[start:end]) / (sum(self.sizes[start:end]) or 1)

    def _kind(self) -> None:
        """Pages put together from many parts (lists, shops, threads) are known by their prose having no one home."""
        self.parts = min(1.0, max(0.0, (0.7 - self.one_text) / 0.4))
        self._each("page of parts", lambda i: self.parts)
        for name in ("extracted", "after the text", "after the main container", "in the main container"):
            column = self.columns[name]
            self._each(f"{name}, page of parts", lambda i, column=column: column[i] * self.parts)


def _climb(steps: list[str], path: list[str]) -> int:
    """How many elements up from the one container the other path parts from it."""
    common = 0
    for one, other in zip(steps, path, strict=False):
        if one != other:
            break
        common += 1
    return min(10, len(steps) - common)
