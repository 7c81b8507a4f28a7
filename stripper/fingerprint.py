"""The fingerprint of a document: what learning needs to know of it, made in whatever process has the document."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from stripper.model import Document, Segment
from stripper.sketch import lines

MOSTLY = 0.5
"""A block of a page is a link from this share of its characters in links."""


ROW = np.dtype(
    {
        "names": ["key", "length", "first", "last", "words", "leaf", "place"],
        "formats": [np.uint64, np.int64, np.int32, np.int32, np.int32, np.bool_, np.uint8],
    }
)
"""What is known of a segment.

length: bytes of its text. first, last: the leaves (finest segments) it spans, by number. words: of a leaf; else 0.
place: 0 in the first fifth of the leaves, 2 in the last, 1 between; 3 where it stands as a link of a page.
"""


class Fingerprint(NamedTuple):
    """A few large values rather than many small ones: it travels between processes.

    content: 64-bit hash of the text. rows: a `ROW` per segment.
    texts: the segments' own texts one behind the other (UTF-8, surrogates let through).
    folded: the folded texts of the leaves as `sketch.lines` gives them.
    """

    content: int
    source: str
    rows: NDArray[np.void]
    texts: bytes
    folded: bytes


def fingerprint(document: Document, found: Sequence[Segment]) -> Fingerprint:
    """The fingerprint of a document that was segmented."""
    starts = np.array([segment.start for segment in found], dtype=np.int64)
    ends = np.array([segment.end for segment in found], dtype=np.int64)
    leaves = [segment.stands_for("sentence") for segment in found]
    leaf = np.array(leaves, dtype=np.bool_)
    folded = lines([segment.folded for segment in compress(found, leaves)])
    text = document.text.encode("utf-8", "surrogatepass")
    # Where each code point begins in the bytes.
    offsets = np.append(np.flatnonzero(np.frombuffer(text, dtype=np.uint8) & 0xC0 != 0x80), len(text))
    begin, stop = offsets[starts], offsets[ends]

    rows = np.zeros(len(found), dtype=ROW)
    rows["key"] = np.array([segment.key for segment in found], dtype=np.uint64)
    rows["length"] = stop - begin
    # Leaves neither overlap nor stand out of order.
    rows["first"] = first = np.searchsorted(starts[leaf], starts)
    rows["last"] = last = np.searchsorted(ends[leaf], ends)
    rows["words"][leaf] = [line.count(b" ") + bool(line) for line in folded.split(b"\n")[:-1]]
    rows["leaf"] = leaf
    count = sum(leaves)
    rows["place"] = 1 + (first * 5 >= count * 4) - (last * 5 < count)
    rows["place"][_links(document, starts)] = 3
    return Fingerprint(
        content=xxhash.xxh3_64_intdigest(text),
        source=document.source.encode("utf-8", "replace").decode(),
        rows=rows,
        texts=b"".join([text[start:end] for start, end in zip(begin.tolist(), stop.tolist(), strict=True)]),
        folded=folded,
    )


def _links(document: Document, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which segments, given their starts, stand in blocks that are mostly links."""
    if not document.blocks:
        return np.zeros(len(starts), dtype=np.bool_)
    linked = np.array([block.link_density >= MOSTLY for block in document.blocks], dtype=np.bool_)
    blocks = np.array([block.start for block in document.blocks])
    return linked[np.searchsorted(blocks, starts, side="right") - 1]
