"""The fingerprint of a document: what learning needs to know of it, made in whatever process has the document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from stripper.model import Document, Segment
from stripper.normalize import split_words

MOSTLY = 0.5
"""A block of a page is a link from this share of its characters in links."""


class Fingerprint(NamedTuple):
    """One row per segment of a document, in arrays of one length, and the wordings of its keys.

    content: 64-bit hash of the text. first, last: the leaves (finest segments) a segment spans, by number.
    place: 0 in the first fifth of the leaves, 2 in the last, 1 between; 3 where it stands as a link of a page.
    wordings: key, text and folded text (UTF-8, surrogates let through) and number of words, each wording once.
    """

    content: int
    source: str
    key: NDArray[np.uint64]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    leaf: NDArray[np.bool_]
    words: NDArray[np.int32]
    place: NDArray[np.uint8]
    wordings: list[tuple[int, bytes, bytes, int]]


def fingerprint(document: Document, found: Sequence[Segment]) -> Fingerprint:
    """The fingerprint of a document that was segmented."""
    leaf = [segment.stands_for("sentence") for segment in found]
    leaves = [segment for segment, is_leaf in zip(found, leaf, strict=True) if is_leaf]
    starts = {leaf.start: number for number, leaf in enumerate(leaves)}
    ends = {leaf.end: number for number, leaf in enumerate(leaves)}
    first = np.array([starts[segment.start] for segment in found], dtype=np.int32)
    last = np.array([ends[segment.end] for segment in found], dtype=np.int32)
    words = [_count(segment.folded) for segment in found]
    wordings: dict[tuple[int, str], tuple[int, bytes, bytes, int]] = {}
    for segment, count in zip(found, words, strict=True):
        text = document.text[segment.start : segment.end]
        if (segment.key, text) not in wordings:
            wordings[segment.key, text] = segment.key, _bytes(text), _bytes(segment.folded), count
    return Fingerprint(
        content=xxhash.xxh3_64_intdigest(_bytes(document.text)),
        source=document.source.encode("utf-8", "replace").decode(),
        key=np.array([segment.key for segment in found], dtype=np.uint64),
        first=first,
        last=last,
        leaf=np.array(leaf, dtype=np.bool_),
        words=np.array(words, dtype=np.int32),
        place=np.select(
            [_links(document, found), last * 5 < len(leaves), first * 5 >= len(leaves) * 4], [3, 0, 2], 1
        ).astype(np.uint8),
        wordings=[*wordings.values()],
    )


def _links(document: Document, found: Sequence[Segment]) -> NDArray[np.bool_]:
    """Which segments stand in blocks that are mostly links."""
    linked = np.array([block.link_density >= MOSTLY for block in document.blocks], dtype=np.bool_)
    if not len(linked):
        return np.zeros(len(found), dtype=np.bool_)
    starts = np.array([block.start for block in document.blocks])
    return linked[np.searchsorted(starts, [segment.start for segment in found], side="right") - 1]


def _count(folded: str) -> int:
    return folded.count(" ") + bool(folded) if folded.isascii() else len(split_words(folded))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
