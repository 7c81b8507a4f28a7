"""Learning: what counts as repetition, and that nothing but the documents matters."""

from __future__ import annotations

import random

import pytest

from stripper.engine.local import Learner
from stripper.fingerprint import fingerprint
from stripper.library import Library, loads
from stripper.model import Document, Template
from stripper.normalize import key
from stripper.segment import segments

FOOT = "© {} The Harbour Courier. All rights reserved."
NOTE = "{} writes about the sea for this paper and can be reached at the old custom house on most mornings before ten."
NAMES = ["Jonas Ashgrove", "Doris Marrow", "Petra Oakes", "Halvard Moe", "Oda Lindqvist", "Yusra Dane"]
VERBS = "left came sank rose turned waited sang slept rang fell broke froze".split()


def story(seed: int, length: int = 6) -> list[str]:
    """Paragraphs that no other seed has."""
    chance = random.Random(seed)
    things = "ferry pilot bell lamp quay whale rope weed clerk tide mole board oyster hedge".split()
    return [
        " ".join(
            f"the {chance.choice(things)} {chance.choice(VERBS)} by {chance.choice(things)} {seed * 97 + n * 13}x{n}".split()
        )
        + f" while {chance.choice(things)}{seed} and {chance.choice(things)}{n} {chance.choice(VERBS)}."
        for n in range(length)
    ]


def learn(documents: list[Document], **options: int) -> Library:
    with Learner(**options) as learner:  # type: ignore[arg-type]
        for document in documents:
            learner.add(fingerprint(document, segments(document.text)))
        return learner.learn()


def about(library: Library, text: str) -> Template | None:
    return next((t for t in library.templates() if key(text) in t.keys), None)


def page(*parts: str, source: str = "", path: str = "") -> Document:
    return Document("\n\n".join(parts), source=source, path=path)


def test_nothing_gives_nothing() -> None:
    assert learn([]) == Library()
    assert learn([Document(""), Document(" \n ")]).entries == {}
    assert learn([page(*story(1))]).entries == {}


def test_what_stands_in_several_documents_is_counted_once_for_each() -> None:
    library = learn([page(*story(n, 12), FOOT.format(2000 + n), source="courier.example") for n in range(5)])
    template = about(library, FOOT.format(1999))
    assert template is not None
    assert (template.evidence.documents, template.evidence.sources, template.evidence.contexts) == (5, 1, 5)
    assert (template.evidence.share, template.evidence.head, template.evidence.tail) == (1.0, 0.0, 1.0)
    assert template.by_source == {"courier.example": (5, 1.0)}
    assert [(slot.kind, template.exemplar[slot.start : slot.end]) for slot in template.slots] == [("number", "2000")]
    assert all(t.exemplar in FOOT.format(2000) for t in library.templates()), "nothing but the line and its sentences"


def test_evidence_is_kept_by_source() -> None:
    documents = [page(*story(n), FOOT.format(n), source=f"s{n % 2}.example") for n in range(6)]
    documents += [page(*story(50 + n), source="s0.example") for n in range(3)]
    template = about(learn(documents), FOOT.format(1))
    assert template is not None
    assert template.by_source == {"s0.example": (3, 0.5), "s1.example": (3, 1.0)}
    assert (template.evidence.sources, template.evidence.share) == (2, 1.0)


def test_a_refrain_inside_one_document_is_no_evidence() -> None:
    refrain = "Row, row, the tide will not wait for the likes of you and me, my bonny."
    verses = [part for verse in story(1) for part in (verse, refrain)]
    library = learn([page(*verses), *(page(*story(n)) for n in range(2, 6))])
    assert about(library, refrain) is None


def test_the_same_document_counts_once() -> None:
    documents = [page(*story(1), FOOT.format(2024), path=f"{n}.txt") for n in range(4)]
    assert learn(documents).entries == {}
    template = about(learn([*documents, page(*story(2), FOOT.format(2023))]), FOOT.format(1))
    assert template is not None and template.evidence.documents == 2


@pytest.mark.parametrize("source", ["a.example", "b.example"], ids=["on one site", "on two sites"])
def test_near_duplicate_documents_count_once(source: str) -> None:
    told = story(1, 8)
    retold = [*told[:6], "An editor wrote this end anew and at some length.", told[7]]
    documents = [page(*told, FOOT.format(1), source="a.example"), page(*retold, FOOT.format(2), source=source)]
    assert learn(documents).entries == {}
    template = about(learn([*documents, page(*story(3), FOOT.format(3), source="a.example")]), FOOT.format(1))
    assert template is not None and template.evidence.documents == 2


def test_pages_of_a_site_are_no_twins_for_their_furniture() -> None:
    furniture = [f"Section {word} of the paper, with all its news." for word in VERBS]
    documents = [page(*furniture[:6], *story(n, 3), *furniture[6:], source="courier.example") for n in range(5)]
    template = about(learn(documents), furniture[0])
    assert template is not None and template.evidence.documents == 5


def test_near_identical_segments_are_one_template_with_their_parts_that_vary() -> None:
    documents = [page(*story(n), NOTE.format(name)) for n, name in enumerate(NAMES)]
    library = learn(documents)
    template = about(library, NOTE.format(NAMES[0]))
    assert template is not None and len(template.keys) == len(NAMES)
    assert template.evidence.documents == len(NAMES)
    assert all(about(library, NOTE.format(name)) == template for name in NAMES)
    (slot,) = template.slots
    assert slot.kind == "name" and template.exemplar[slot.start : slot.end] in slot.values
    assert set(slot.values) <= set(NAMES)


def test_short_segments_are_the_same_only_by_key() -> None:
    documents = [page(*story(n), f"Back to {word} page") for n, word in enumerate(VERBS)]
    assert learn(documents).entries == {}


def corpus() -> list[Document]:
    """Stories of three sites with furniture, some told twice or with another end, one with a refrain."""
    documents = []
    for n in range(24):
        told = story(n % 20, 5 + n % 4)
        if n >= 20:
            told[-1] = f"Another end, number {n}, was written by somebody else."
        note = NOTE.format(NAMES[n % len(NAMES)])
        documents.append(
            page(
                "The Harbour Courier, every evening",
                *told,
                *([note] * (n % 3)),
                FOOT.format(n),
                source=f"s{n % 3}",
                path=f"{n}.txt",
            )
        )
    return documents


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_documents_does_not_matter(seed: int) -> None:
    documents = corpus()[:20]
    expected = learn(documents).dump()
    random.Random(seed).shuffle(documents)
    assert learn(documents).dump().decode() == expected.decode()


def test_the_order_of_near_duplicate_documents_does_not_matter() -> None:
    foot = "This is a foot that stands in all of them."
    told = story(1, 8)
    retold = [*told[:7], foot, "Another end was written for it by somebody else."]
    others = [page(*story(n), foot) for n in (2, 3)]
    one, other = learn([page(*told, foot), page(*retold), *others]), learn([page(*retold), page(*told, foot), *others])
    assert about(one, foot) == about(other, foot)
    assert one.dump() == other.dump()


def test_the_number_of_threads_does_not_matter() -> None:
    assert learn(corpus(), threads=1).dump() == learn(corpus(), threads=4).dump()


@pytest.mark.parametrize("rows", [1, 7, 40])
def test_how_many_rows_are_handled_at_a_time_does_not_matter(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = learn(corpus()).dump()
    monkeypatch.setattr("stripper.engine.local._ROWS", rows)
    assert learn(corpus()).dump() == expected


def test_learning_twice_and_merging_changes_nothing() -> None:
    once = learn(corpus())
    assert once.merge(learn(corpus())).dump() == once.dump()


def test_texts_that_are_no_unicode_are_learned() -> None:
    odd = "Half a sign \ud800 and a NUL \0 stand in every foot of this paper."
    library = learn([page(*story(n), odd) for n in range(3)])
    template = about(library, odd)
    assert template is not None and template.evidence.documents == 3
    assert loads(library.dump(), "x") == library
