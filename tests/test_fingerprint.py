"""Fingerprints: what learning needs to know of a document, and nothing that depends on another one."""

from __future__ import annotations

import pickle

import xxhash
from hypothesis import given, settings
from texts import documents, prose

from stripper.fingerprint import fingerprint
from stripper.model import Document
from stripper.normalize import key_of_folded, split_words
from stripper.segment import segments

fewer = settings(max_examples=settings.default.max_examples // 2)


@fewer
@given(documents())
def test_leaves_are_numbered_and_every_segment_spans_its_own(text: str) -> None:
    found = segments(text)
    met = fingerprint(Document(text)).occurrences
    leaves = [segment for segment in found if segment.stands_for("sentence")]
    assert [o.first for o in met if o.leaf] == [o.last for o in met if o.leaf] == list(range(len(leaves)))
    for segment, occurrence in zip(found, met, strict=True):
        assert occurrence.key == segment.key
        assert leaves[occurrence.first].start == segment.start
        assert leaves[occurrence.last].end == segment.end
        assert occurrence.words == len(split_words(segment.folded))


@fewer
@given(documents())
def test_places_are_the_first_and_last_fifth(text: str) -> None:
    met = fingerprint(Document(text)).occurrences
    count = sum(o.leaf for o in met)
    for occurrence in met:
        if occurrence.place == 0:
            assert (occurrence.last + 1) / count <= 0.2 or occurrence.last == 0 or occurrence.last < count / 5
        if occurrence.place == 2:
            assert occurrence.first / count >= 0.8
        assert occurrence.place in (0, 1, 2)


def test_places_of_ten_lines() -> None:
    lines = [f"Line {word} says something." for word in "one two three four five six seven eight nine ten".split()]
    assert [o.place for o in fingerprint(Document("\n\n".join(lines))).occurrences] == [0, 0, 1, 1, 1, 1, 1, 1, 2, 2]


@fewer
@given(documents())
def test_every_wording_is_there_once(text: str) -> None:
    made = fingerprint(Document(text))
    found = {(s.key, text[s.start : s.end].encode("utf-8", "surrogatepass")) for s in segments(text)}
    assert len(made.wordings) == len(found)
    assert {(key, wording) for key, wording, _, _ in made.wordings} == found
    for key, wording, folded, words in made.wordings:
        own = folded.decode("utf-8", "surrogatepass")
        assert key_of_folded(own, wording.decode("utf-8", "surrogatepass")) == key
        assert words == len(split_words(own))


@given(prose)
def test_content_is_that_of_the_text_and_all_of_it_travels(text: str) -> None:
    made = fingerprint(Document(text, source="courier.example.com"))
    assert made.content == xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))
    assert made.source == "courier.example.com"
    assert pickle.loads(pickle.dumps(made)) == made


def test_nothing_gives_nothing() -> None:
    for text in ("", " \n\n "):
        made = fingerprint(Document(text))
        assert made.occurrences == [] and made.wordings == []
