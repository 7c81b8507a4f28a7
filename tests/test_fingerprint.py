"""Fingerprints: what learning needs to know of a document, and nothing that depends on another one."""

from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
import xxhash
from hypothesis import given, settings
from texts import documents, prose

from stripper.fingerprint import Fingerprint, fingerprint
from stripper.model import Document, Segment
from stripper.normalize import split_words
from stripper.segment import segments
from stripper.sketch import lines

fewer = settings(max_examples=settings.default.max_examples // 2)


def made_of(document: Document) -> tuple[Fingerprint, list[Segment]]:
    found = segments(document.text)
    return fingerprint(document, found), found


def place(first: int, last: int, count: int) -> int:
    """0 for what ends within the first fifth of the leaves, 2 for what begins within the last, 1 for all between."""
    return 0 if last < count / 5 else 2 if first >= count * 4 / 5 else 1


@fewer
@given(documents())
def test_leaves_are_numbered_and_every_segment_spans_its_own(text: str) -> None:
    made, found = made_of(Document(text))
    rows = made.rows
    leaves = [segment for segment in found if segment.stands_for("sentence")]
    of_leaves = rows[rows["leaf"]]
    assert of_leaves["first"].tolist() == of_leaves["last"].tolist() == list(range(len(leaves)))
    assert rows["key"].tolist() == [segment.key for segment in found]
    for segment, row in zip(found, rows, strict=True):
        assert leaves[row["first"]].start == segment.start
        assert leaves[row["last"]].end == segment.end
        assert row["place"] == place(int(row["first"]), int(row["last"]), len(leaves))


def test_places_of_ten_lines() -> None:
    lines = [f"Line {word} says something." for word in "one two three four five six seven eight nine ten".split()]
    assert made_of(Document("\n\n".join(lines)))[0].rows["place"].tolist() == [0, 0, 1, 1, 1, 1, 1, 1, 2, 2]


@fewer
@given(documents())
def test_texts_are_those_of_the_segments_in_order(text: str) -> None:
    made, found = made_of(Document(text))
    ends = np.cumsum(made.rows["length"]).tolist()
    texts = [made.texts[start:end] for start, end in pairwise([0, *ends])]
    assert texts == [text[s.start : s.end].encode("utf-8", "surrogatepass") for s in found]
    assert sum(map(len, texts)) == len(made.texts)


@fewer
@given(documents())
def test_folded_texts_and_their_words_are_those_of_the_leaves(text: str) -> None:
    made, found = made_of(Document(text))
    leaves = [segment for segment in found if segment.stands_for("sentence")]
    assert made.folded == lines([leaf.folded for leaf in leaves])
    assert made.rows["words"][made.rows["leaf"]].tolist() == [len(split_words(leaf.folded)) for leaf in leaves]
    assert not made.rows["words"][~made.rows["leaf"]].any()


@given(prose)
def test_content_is_that_of_the_text_and_all_of_it_travels(text: str) -> None:
    made, _ = made_of(Document(text, source="courier.example.com"))
    assert made.content == xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))
    assert made.source == "courier.example.com"
    again = pickle.loads(pickle.dumps(made))
    for one, other in zip(made, again, strict=True):
        assert np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other


def test_nothing_gives_nothing() -> None:
    for text in ("", " \n\n "):
        made, _ = made_of(Document(text))
        assert (len(made.rows), made.texts, made.folded) == (0, b"", b"")
