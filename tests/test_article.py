"""Which blocks of a page are the article, and the reason given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stripper.article import EXTRACTED, WEIGHTS, article_blocks
from stripper.article_signs import Signs
from stripper.model import Block, Document

STORY = [
    "The reservoir above Lower Fenwick fell to a third of its volume in August, the water board said.",
    "Farmers along the valley were asked to water their fields at night, and most of them did so.",
    "A second pipe, ordered in the spring, will not arrive before the frost, according to the board.",
    "The board will publish the level of the reservoir on its door each morning until the rains return.",
    "Older residents remember a drier year, when the drowned church could be reached on foot.",
]


def page(*rows: tuple[str, str, str, float, float]) -> Document:
    """A document of blocks given as (text, path, marks, link density, article share)."""
    at, blocks, texts = 0, [], []
    for text, path, marks, links, share in rows:
        tag = path.rpartition("/")[2].partition("[")[0]
        blocks.append(Block(at, at + len(text), tag, path, marks, links, share))
        texts.append(text)
        at += len(text) + 2
    return Document("\n\n".join(texts), kind="html", blocks=tuple(blocks))


def story(share: float = 1.0, marks: str = "story") -> list[tuple[str, str, str, float, float]]:
    return [(text, f"div[2]/p[{n}]", marks, 0.0, share) for n, text in enumerate(STORY, 1)]


MENU = [(word, f"div[1]/ul[1]/li[{n}]", "menu", 1.0, 0.0) for n, word in enumerate(["Home", "News", "Sport"], 1)]
HEADLINE = ("Reservoir at a third", "div[2]/h1[1]", "story :headline", 0.0, 0.0)


def verdicts(document: Document) -> dict[str, bool]:
    judged = article_blocks(document)
    assert len(judged) == len(document.blocks)
    return {document.text[b.start : b.end]: ok for b, (ok, _) in zip(document.blocks, judged, strict=True)}


def test_text_stays_and_menu_goes() -> None:
    assert verdicts(page(*MENU, *story())) == {"Home": False, "News": False, "Sport": False} | dict.fromkeys(
        STORY, True
    )


def test_a_dropped_headline_comes_back() -> None:
    assert verdicts(page(*MENU, HEADLINE, *story()))["Reservoir at a third"]


def test_a_dropped_paragraph_of_the_text_comes_back() -> None:
    rows = story()
    rows[2] = (*rows[2][:4], 0.0)
    assert verdicts(page(*MENU, HEADLINE, *rows))[STORY[2]]


@pytest.mark.parametrize(
    ("text", "path", "marks", "links"),
    [
        ("I was there in the drier year, and you could not reach it.", "div[3]/ul[1]/li[1]/p[1]", "comments", 0.0),
        ("All rights reserved by the Fenwick Example.", "footer[1]/p[1]", "footer", 0.0),
        ("Send us your name and address, please.", "div[3]/form[1]/p[1]", "subscribe", 0.0),
        ("Ten gardens that drink little", "div[3]/ul[1]/li[1]", "related", 1.0),
    ],
)
def test_what_the_extractor_let_through_goes(text: str, path: str, marks: str, links: float) -> None:
    assert not verdicts(page(*MENU, HEADLINE, *story(), (text, path, marks, links, 1.0)))[text]


@pytest.mark.parametrize(
    ("held", "stays"),
    [(None, True), (False, True), (True, False)],
    ids=["no other page is known", "on no other page", "on other pages"],
)
def test_a_repeated_line_under_the_text(held: bool | None, stays: bool) -> None:
    line = ("Water boards of the northern valleys", "div[2]/p[6]", "", 0.0, 0.6)
    document = page(*MENU, HEADLINE, *story(), line)
    others = None if held is None else False
    assert article_blocks(document, [*[others] * (len(document.blocks) - 1), held])[-1][0] == stays


def test_what_was_said_before_goes() -> None:
    again = (STORY[0], "div[3]/div[1]/p[1]", "", 0.0, 0.0)
    new = ("The board of Upper Fenwick keeps a list of wells on its door, for all who ask.", *again[1:])
    said, unsaid = (article_blocks(page(*MENU, HEADLINE, *story(), row))[-1] for row in (again, new))
    assert said[0] <= unsaid[0]
    assert said == (False, "the extractor left it out; the page said it before")


def test_a_form_around_the_whole_page_says_nothing() -> None:
    document = page(*MENU, HEADLINE, *story())
    wrapped = replace(document, blocks=tuple(b._replace(path=f"form[1]/{b.path}") for b in document.blocks))
    assert verdicts(wrapped) == verdicts(document)


def test_unspaced_scripts() -> None:
    rows = [(f"貯水池の水位は八月に三分の一まで下がったと水道局が{n}日に発表した。", f"div[2]/p[{n}]", "", 0.0, 1.0) for n in range(1, 6)]  # fmt: skip  # noqa: E501
    assert all(verdicts(page(*rows)).values())


def test_a_page_with_an_extracted_text_is_never_judged_empty() -> None:
    rows = [("7", "footer[1]/form[1]/p[1]", "comments", 0.0, 0.0), ("8 9 10", "footer[1]/p[1]", "", 1.0, 1.0)]
    assert any(verdicts(page(*rows)).values())


def test_no_blocks() -> None:
    assert article_blocks(Document("text without a page")) == []


def test_reasons_are_words() -> None:
    judged = article_blocks(page(*MENU, HEADLINE, *story()))
    assert judged[0] == (False, "the extractor left it out; it stands above the headline")
    assert judged[3] == (True, "it says the page's title, though the extractor left it out")
    assert all(reason and not reason.endswith("; ") for _, reason in judged)


def test_every_weight_has_its_sign_and_every_sign_its_weight() -> None:
    assert set(Signs(page(*story()), [None] * len(STORY)).columns) == set(WEIGHTS)
    assert 0 < EXTRACTED < 1
