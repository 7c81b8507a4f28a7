"""What learning decides outside SQL: which candidates are near-duplicates, the contexts of a segment, what varies in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from stripper.entry import SHOWN
from stripper.model import Slot
from stripper.sketch import I64, U64, Sets, jaccard

_MASK = (1 << 48) - 1


def candidates(bands: U64, weight: I64) -> NDArray[np.int64]:
    """Pairs of rows of ``bands`` that agree in one of its columns, shape ``(n, 2)``, each once.

    Rows that agree in a column are joined as a star around the heaviest of them, then the first: the cost stays linear in
    the size of a hot bucket. A pair is a candidate, not yet an edge.
    """
    pairs = np.zeros(0, dtype=np.uint64)
    slots = 8 << len(bands).bit_length()
    for bucket in bands.T:
        # Most rows agree with none: they are out before anything is sorted.
        slot = (bucket & np.uint64(slots - 1)).astype(np.int64)
        rows = np.flatnonzero(np.bincount(slot, minlength=slots)[slot] > 1)
        rows = rows[np.lexsort((rows, -weight[rows], bucket[rows]))]
        first = np.flatnonzero(np.diff(bucket[rows], prepend=~bucket[rows[:1]]))
        hubs = np.repeat(rows[first], np.diff(first, append=len(rows)))
        pairs = np.union1d(pairs, (hubs.astype(np.uint64) << np.uint64(32) | rows.astype(np.uint64))[hubs != rows])
    return np.stack([pairs >> np.uint64(32), pairs & np.uint64(0xFFFFFFFF)], axis=1).astype(np.int64)


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
    """Occurrences of segments, in columns: those of whole documents, in order of place. All leaves are among them.

    first, last: the leaves that it spans, by number. documents: in how many its Template is met.
    """

    document: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    leaf: NDArray[np.bool_]
    template: U64
    documents: I64


def contexts(met: Met) -> tuple[U64, U64]:
    """The contexts of the segments met in two documents or more: their Templates, and 48-bit hashes of side and neighbour.

    The neighbour is the nearest leaf less than half as frequent as the segment itself; where there is none up to the
    document's end, that side gives no context.
    """
    # The leaves of all documents in a row. What parts two documents is rarer than any leaf: no way leads across.
    ordinal = np.cumsum(np.diff(met.document, prepend=met.document[:1]) != 0)
    before = np.searchsorted(ordinal[met.leaf], np.arange(ordinal[-1] + 1 if len(ordinal) else 0))
    places = before[ordinal] + ordinal + 1
    at = (places + met.first)[met.leaf]
    frequency = np.zeros(len(at) + len(before) + 1, dtype=np.int64)
    template = np.zeros(len(frequency), dtype=np.uint64)
    frequency[at], template[at] = met.documents[met.leaf], met.template[met.leaf]

    repeated = met.documents >= 2
    own, wanted = met.template[repeated], met.documents[repeated]
    far = len(frequency) - 1
    left = _rarer(frequency, (places + met.first)[repeated], wanted)
    right = far - _rarer(frequency[::-1], far - (places + met.last)[repeated], wanted)
    templates, hashes = [], []
    for side, near in enumerate((left, right)):
        there = frequency[near] > 0
        templates.append(own[there])
        hashes.append(_hashes(template[near[there]], side))
    return np.concatenate(templates), np.concatenate(hashes)


def _rarer(frequency: I64, start: I64, wanted: I64) -> I64:
    """The nearest place before each of ``start`` whose frequency is less than half of ``wanted``."""
    # First from each place the way to the nearest that is rarer: none between can be what is wanted.
    way = np.arange(-1, len(frequency) - 1)
    going = np.flatnonzero(frequency)
    while len(going := going[frequency[way[going]] >= frequency[going]]):
        way[going] = way[way[going]]
    at = start - 1
    going = np.arange(len(at))
    while len(going := going[frequency[at[going]] * 2 >= wanted[going]]):
        at[going] = way[at[going]]
    return at


def _hashes(templates: U64, side: int) -> U64:
    distinct, which = np.unique(templates, return_inverse=True)
    data = distinct.astype("<u8").tobytes()
    hashed = [xxhash.xxh3_64_intdigest(data[at : at + 8], side) & _MASK for at in range(0, len(data), 8)]
    return np.array(hashed, dtype=np.uint64)[which]


_word = re.compile(r"\w+(?:[.,/:@_'’-]\w+)*")
_number = re.compile(r"[\d.,:/%$€£-]*\d[\d.,:/%-]*")
_date = re.compile(
    r"(?i)(?:\d{1,4}[./ -]\d{1,2}[./ -]\d{1,4}|\d{1,2}:\d\d|"
    r".*\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b.*)"
)
_url = re.compile(r"(?i)(?:https?|www)\b.*|\S+@\S+|\S+\.(?:com|org|net|gov|edu|[a-z]{2})\b\S*")


def slots(exemplar: str, variants: Sequence[str]) -> list[Slot]:
    """The words of an exemplar that differ in its variants, case apart, in order, with what stands there instead."""
    if not variants:
        return []
    tokens = [m.span() for m in _word.finditer(exemplar)]
    own = [exemplar[a:b].casefold() for a, b in tokens]
    varying: dict[int, set[str]] = {}
    spans: list[tuple[int, int, str]] = []
    for variant in variants:
        places = [m.span() for m in _word.finditer(variant)]
        other = [variant[a:b].casefold() for a, b in places]
        if other == own:
            continue
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
