"""What learning decides outside SQL: which candidates are near-duplicates, the contexts of a segment, what varies in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from stripper.model import Slot
from stripper.sketch import I64, Sets, jaccard

# Values of a slot that are shown, and variants that are compared to find the slots.
SHOWN = 4
_MASK = (1 << 48) - 1


def verified(sets: Sets, pairs: NDArray[np.int64], least: float) -> NDArray[np.int64]:
    """Those candidate pairs, shape ``(n, 2)`` of set numbers, whose Jaccard similarity is at least ``least``."""
    if not len(pairs):
        return pairs
    parts = np.array_split(pairs, len(pairs) // 100_000 + 1)
    return np.concatenate([part[jaccard(sets, part[:, 0], part[:, 1]) >= least] for part in parts])


def stars(count: int, edges: NDArray[np.int64], sets: Sets, weight: I64, least: float) -> I64:
    """The exemplar of each of ``count`` sets, joined along edges that were verified; a set without edges is its own.

    Chains cannot pull strangers together: every member is verified against its exemplar (the heaviest set of the
    component, then the first), and those that fail form components of their own in the next round.
    """
    exemplar = np.arange(count, dtype=np.int64)
    while len(edges):
        label = components(count, edges)
        members = np.unique(edges)
        order = np.lexsort((members, -weight[members], label[members]))
        ranked = members[order]
        first = np.concatenate([[True], label[ranked][1:] != label[ranked][:-1]])
        hub = np.zeros(count, dtype=np.int64)
        hub[label[ranked[first]]] = ranked[first]
        pairs = np.stack([hub[label[members]], members], axis=1)
        near = jaccard(sets, pairs[:, 0], pairs[:, 1]) >= least
        exemplar[pairs[near, 1]] = pairs[near, 0]
        left = np.zeros(count, dtype=bool)
        left[pairs[~near, 1]] = True
        edges = edges[left[edges[:, 0]] & left[edges[:, 1]]]
    return exemplar


def components(count: int, edges: NDArray[np.int64]) -> I64:
    """The smallest number in the connected component of each of ``count`` nodes.

    Alternating large-star and small-star steps (Kiveris et al. 2014) until nothing moves.
    """
    label = np.arange(count, dtype=np.int64)
    while True:
        low = np.minimum(label[edges[:, 0]], label[edges[:, 1]])
        before = label.copy()
        for side in (0, 1):
            np.minimum.at(label, edges[:, side], low)
            np.minimum.at(label, before[edges[:, side]], low)
        label = label[label]
        if np.array_equal(label, before):
            return label


class Met(NamedTuple):
    """One occurrence of a repeated segment in a document: its first and last leaf and how often it is met in all."""

    template: int
    documents: int
    first: int
    last: int


def contexts(leaves: Sequence[tuple[int, int]], met: Iterable[Met]) -> Iterator[tuple[int, int]]:
    """The contexts of repeated segments in one document, as (template, 48-bit hash of side and neighbour).

    leaves: (template, documents) of the finest segments in order. The neighbour is the nearest leaf less than half as
    frequent as the segment itself; where there is none up to the document's end, that side gives no context.
    """
    yield from _side(leaves, [(m.first, m.documents, m.template) for m in met], 0)
    far = len(leaves) - 1
    yield from _side(leaves[::-1], [(far - m.last, m.documents, m.template) for m in met], 1)


def _side(leaves: Sequence[tuple[int, int]], met: list[tuple[int, int, int]], side: int) -> Iterator[tuple[int, int]]:
    # Walking on, the leaves that some later segment may still take as its neighbour are those rarer than all since.
    rarer: list[int] = []
    which: list[int] = []
    waiting = iter(sorted(met))
    entry = next(waiting, None)
    for at, (template, documents) in enumerate(leaves):
        while entry is not None and entry[0] == at:
            near = bisect_left(rarer, entry[1] / 2) - 1
            if near >= 0:
                yield entry[2], (xxhash.xxh3_64_intdigest(which[near].to_bytes(8, "little"), side)) & _MASK
            entry = next(waiting, None)
        while rarer and rarer[-1] >= documents:
            rarer.pop()
            which.pop()
        rarer.append(documents)
        which.append(template)


_word = re.compile(r"\w+(?:[.,/:@_'’-]\w+)*")
_number = re.compile(r"[\d.,:/%$€£-]*\d[\d.,:/%-]*")
_date = re.compile(
    r"(?i)(?:\d{1,4}[./ -]\d{1,2}[./ -]\d{1,4}|\d{1,2}:\d\d|"
    r".*\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b.*)"
)
_url = re.compile(r"(?i)(?:https?|www)\b.*|\S+@\S+|\S+\.(?:com|org|net|gov|edu|[a-z]{2})\b\S*")


def slots(exemplar: str, variants: Iterable[str]) -> list[Slot]:
    """The words of an exemplar that differ in its variants, case apart, in order, with what stands there instead."""
    tokens = [m.span() for m in _word.finditer(exemplar)]
    own = [exemplar[a:b].casefold() for a, b in tokens]
    varying: dict[int, set[str]] = {}
    spans: list[tuple[int, int, str]] = []
    for variant in variants:
        places = [m.span() for m in _word.finditer(variant)]
        other = [variant[a:b].casefold() for a, b in places]
        for op, i, j, k, m in SequenceMatcher(None, own, other, autojunk=False).get_opcodes():
            if op != "equal":
                spans.append((i, j, variant[places[k][0] : places[m - 1][1]] if m > k else ""))
    # Differences that overlap or touch are one slot.
    merged: list[tuple[int, int]] = []
    for i, j, _ in sorted(spans):
        if merged and i <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], j)
        else:
            merged.append((i, j))
    for i, j, value in spans:
        home = next(n for n, (a, b) in enumerate(merged) if a <= i and j <= b)
        varying.setdefault(home, set()).add(value)
    made: list[Slot] = []
    for home, (i, j) in enumerate(merged):
        start = tokens[i][0] if i < len(tokens) else len(exemplar)
        end = tokens[j - 1][1] if j > i else start
        values = sorted({exemplar[start:end], *varying[home]} - {""})
        made.append(Slot(start, end, _kind(values), tuple(values[:SHOWN])))
    return made


def _kind(values: list[str]) -> Literal["number", "date", "name", "url", "text"]:
    if all(_url.fullmatch(v) for v in values):
        return "url"
    if all(_date.fullmatch(v) or _number.fullmatch(v) for v in values):
        return "date" if any(_date.fullmatch(v) for v in values) else "number"
    if all(v[:1].isupper() for v in values):
        return "name"
    return "text"
