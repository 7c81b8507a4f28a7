"""The fingerprint of a document: what learning needs to know of it, made in whatever process has the document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import xxhash

from stripper.model import Document, Segment
from stripper.normalize import split_words


class Occurrence(NamedTuple):
    """One segment: its key, the first and last leaf (finest segment) it spans, and where in the document it stands.

    place: 0 in the first fifth of the leaves, 2 in the last, 1 between.
    """

    key: int
    first: int
    last: int
    leaf: bool
    words: int
    place: int


class Fingerprint(NamedTuple):
    """content: 64-bit hash of the text. wordings: the text of each key, UTF-8, with its folded form and word count."""

    content: int
    source: str
    occurrences: list[Occurrence]
    wordings: list[tuple[int, bytes, bytes, int]]


def fingerprint(document: Document, found: Sequence[Segment]) -> Fingerprint:
    """The fingerprint of a document that was segmented."""
    leaves = [segment for segment in found if segment.stands_for("sentence")]
    starts = {leaf.start: number for number, leaf in enumerate(leaves)}
    ends = {leaf.end: number for number, leaf in enumerate(leaves)}
    occurrences: list[Occurrence] = []
    wordings: dict[tuple[int, str], tuple[int, bytes, bytes, int]] = {}
    for segment in found:
        first, last = starts[segment.start], ends[segment.end]
        words = len(split_words(segment.folded))
        place = 0 if last * 5 < len(leaves) else 2 if first * 5 >= len(leaves) * 4 else 1
        occurrences.append(Occurrence(segment.key, first, last, segment.stands_for("sentence"), words, place))
        text = document.text[segment.start : segment.end]
        if (segment.key, text) not in wordings:
            wordings[segment.key, text] = segment.key, _bytes(text), _bytes(segment.folded), words
    return Fingerprint(xxhash.xxh3_64_intdigest(_bytes(document.text)), document.source, occurrences, [*wordings.values()])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
