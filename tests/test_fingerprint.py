"""Fingerprints: what learning needs to know of a document, and nothing that depends on another one."""

from __future__ import annotations

import pickle

import numpy as np
import xxhash
from hypothesis import given, settings
from texts import documents, prose

from stripper.fingerprint import Fingerprint, fingerprint
from stripper.model import Document, Segment
from stripper.normalize import key_of_folded, split_words
from stripper.segment import segments

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
    leaves = [segment for segment in found if segment.stands_for("sentence")]
    assert made.first[made.leaf].tolist() == made.last[made.leaf].tolist() == list(range(len(leaves)))
    assert made.key.tolist() == [segment.key for segment in found]
    assert made.words.tolist() == [len(split_words(segment.folded)) for segment in found]
    for segment, first, last, where in zip(found, made.first, made.last, made.place, strict=True):
        assert leaves[first].start == segment.start
        assert leaves[last].end == segment.end
        assert where == place(int(first), int(last), len(leaves))


def test_places_of_ten_lines() -> None:
    lines = [f"Line {word} says something." for word in "one two three four five six seven eight nine ten".split()]
    assert made_of(Document("\n\n".join(lines)))[0].place.tolist() == [0, 0, 1, 1, 1, 1, 1, 1, 2, 2]


@fewer
@given(documents())
def test_every_wording_is_there_once(text: str) -> None:
    made, segments_of_text = made_of(Document(text))
    found = {(s.key, text[s.start : s.end].encode("utf-8", "surrogatepass")) for s in segments_of_text}
    assert len(made.wordings) == len(found)
    assert {(key, wording) for key, wording, _, _ in made.wordings} == found
    for key, wording, folded, words in made.wordings:
        own = folded.decode("utf-8", "surrogatepass")
        assert key_of_folded(own, wording.decode("utf-8", "surrogatepass")) == key
        assert words == len(split_words(own))


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
        assert not len(made.key) and made.wordings == []
