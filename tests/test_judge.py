"""Judgement: who wins where rules, repetition and protection meet, and what happens to what is left of a paragraph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from ruleset.making import ruleset

from stripper.judge import OUTSIDE, judge
from stripper.library import Entry, Library
from stripper.match import Matcher
from stripper.model import Block, Document
from stripper.normalize import key
from stripper.ruleset import Policy
from stripper.segment import segments
from stripper.strip import Strip

POLICY = msgspec.structs.replace(Policy(), documents=3, contexts=3, local_documents=1, paragraph_share=0.5)


def known(text: str, documents: int, contexts: int | None = None, action: str | None = None) -> Entry:
    """What a Library has of a text met in so many documents and contexts."""
    many = list(range(documents))
    name = f"{key(text):016x}"
    return Entry(
        name,
        text,
        [name],
        many,
        "t" * documents,
        list(range(documents if contexts is None else contexts)),
        {"": many},
        [],
        action,
    )  # type: ignore[arg-type]


def made(folder: Path, rules: list[dict], *entries: Entry, spared: tuple[str, ...] = ()) -> Strip:
    library = Library({entry.id: entry for entry in entries}, {"": list(range(20))}) if entries else None
    return Strip(Matcher(ruleset(folder, *rules)), POLICY, library, frozenset(spared))


A = "The ferry left at ten past seven on Monday morning."
B = "Sign up for the tide letter and never miss a boat."
C = "Nobody had told the harbour master of any of it."
REMOVE = {"id": "t.remove", "category": "subscribe-donate", "match": {"phrase": "tide letter"}}
KEEP = {"id": "t.keep", "category": "keep", "match": {"phrase": "tide letter"}, "action": "keep"}
REPEATED = {"id": "t.repeated", "category": "masthead", "match": {"phrase": "tide letter"}, "evidence": "repeated"}
FLAG = {"id": "t.flag", "category": "contact", "match": {"phrase": "tide letter"}, "action": "flag"}
TEXT = f"{A}\n\n{B}\n\n{C}\n"
CUT = f"{A}\n\n{C}\n"

# Rules, what the Library knows of B as (documents, contexts, action); what is left; by which category it went.
ORDER: dict[str, tuple[list[dict], tuple[int, int, str | None] | None, str, str | None]] = {
    "nothing": ([], None, TEXT, None),
    "a rule is enough alone": ([REMOVE], None, CUT, "subscribe-donate"),
    "keep beats remove": ([REMOVE, KEEP], None, TEXT, None),
    "keep beats repetition": ([KEEP], (9, 9, None), TEXT, None),
    "keep beats everything": ([REMOVE, REPEATED, KEEP], (9, 9, None), TEXT, None),
    "repetition alone": ([], (3, 3, None), CUT, "repeated"),
    "too few documents": ([], (2, 3, None), TEXT, None),
    "too few contexts": ([], (3, 2, None), TEXT, None),
    "a rule that asks for evidence has none": ([REPEATED], None, TEXT, None),
    "a rule that asks for evidence has it": ([REPEATED], (2, 2, None), CUT, "masthead"),
    "a rule that asks for evidence has too little": ([REPEATED], (2, 1, None), TEXT, None),
    "a rule names what repetition would take": ([REPEATED], (9, 9, None), CUT, "masthead"),
    "a rule that is enough alone comes first": ([REPEATED, REMOVE], (9, 9, None), CUT, "subscribe-donate"),
    "a person's keep beats repetition": ([], (9, 9, "keep"), TEXT, None),
    "a person's keep beats rules": ([REMOVE], (9, 9, "keep"), TEXT, None),
    "flags leave the text": ([FLAG], None, TEXT, None),
    "more documents asked for": ([{**REMOVE, "where": {"min_documents": 5}}], (4, 9, None), CUT, "repeated"),
    "documents that were asked for": (
        [{**REMOVE, "where": {"min_documents": 5}}],
        (5, 9, None),
        CUT,
        "subscribe-donate",
    ),
    "contexts that were asked for": ([{**REMOVE, "where": {"min_contexts": 2}}], (2, 2, None), CUT, "subscribe-donate"),
}


@pytest.mark.parametrize("case", ORDER)
def test_order_of_judgement(case: str, tmp_path: Path) -> None:
    rules, met, expected, category = ORDER[case]
    strip = made(tmp_path, rules, *([known(B, met[0], met[1], met[2])] if met else []))
    result = strip(Document(TEXT))
    assert result.text == expected
    assert [removal.category for removal in result.removals] == ([category] if category else [])


def test_a_removal_by_repetition_carries_its_evidence(tmp_path: Path) -> None:
    (removal,) = made(tmp_path, [], known(B, 4, 5))(Document(TEXT)).removals
    assert (removal.documents, removal.sources, removal.contexts, removal.similarity) == (4, 0, 5, 1.0)
    assert (removal.rule, removal.template, removal.exemplar) == (None, f"{key(B):016x}", B)
    assert "4 documents" in removal.reason and "5 contexts" in removal.reason


def test_a_removal_by_rule_carries_the_rule_and_what_repeats(tmp_path: Path) -> None:
    (removal,) = made(tmp_path, [REMOVE], known(B, 2, 1))(Document(TEXT)).removals
    assert (removal.rule, removal.template, removal.documents) == ("t.remove", f"{key(B):016x}", 2)


def test_spared_categories_stay(tmp_path: Path) -> None:
    assert made(tmp_path, [REMOVE], spared=("subscribe-donate",))(Document(TEXT)).text == TEXT
    assert made(tmp_path, [REMOVE], spared=("copyright",))(Document(TEXT)).text == CUT
    assert made(tmp_path, [], known(B, 9), spared=("repeated",))(Document(TEXT)).text == TEXT


def test_flags_say_what_they_mark_and_go_with_what_is_cut(tmp_path: Path) -> None:
    (flag,) = made(tmp_path, [FLAG])(Document(TEXT)).flags
    assert (flag.text, flag.action, flag.category) == (B, "flag", "contact")
    assert made(tmp_path, [FLAG, REMOVE])(Document(TEXT)).flags == ()


KEEP_C = {"id": "t.keep-c", "category": "keep", "match": {"phrase": "harbour master"}, "action": "keep"}
# A document of one paragraph, the rules, and what is left of it.
PARAGRAPHS: dict[str, tuple[str, list[dict], str]] = {
    "one sentence of many": (f"{A} {B} {C} {A} {C}", [REMOVE], f"{A} {C} {A} {C}"),
    "mostly cut: the little that stands between goes": (f"{B} So. {B}", [REMOVE], ""),
    "mostly cut: even little at its ends stays": (f"So it is. {B} {B} {B}", [REMOVE], "So it is."),
    "mostly cut: the article's part before it stays": (f"{A} {C} {B} {B} {B}", [REMOVE], f"{A} {C}"),
    "mostly cut: what is protected stays, and all the rest of it": (
        f"So. {C} {B} {B} {B} {B}",
        [REMOVE, KEEP_C],
        f"So. {C}",
    ),
    "level paragraph takes it all": (f"{A} {B} {C}", [{**REMOVE, "level": "paragraph"}], ""),
    "level paragraph but for what is protected": (f"{A} {B} {C}", [{**REMOVE, "level": "paragraph"}, KEEP_C], C),
    "level span takes the words alone": (
        f"{A} {C} See the tide letter now.",
        [{**REMOVE, "level": "span"}],
        f"{A} {C} See the now.",
    ),
}


@pytest.mark.parametrize("case", PARAGRAPHS)
def test_what_is_left_of_a_paragraph(case: str, tmp_path: Path) -> None:
    text, rules, expected = PARAGRAPHS[case]
    frame = f"{A}\n\n{{}}\n\nThe tide turned at noon and the boats went out again."
    result = made(tmp_path, rules)(Document(frame.format(text)))
    assert result.text == (frame.format(expected) if expected else frame.format("").replace("\n\n\n\n", "\n\n"))


def test_protected_spans_are_never_cut(tmp_path: Path) -> None:
    at = TEXT.index(B)
    document = Document(TEXT, protected=((at, at + len(B)),))
    assert made(tmp_path, [REMOVE], known(B, 9))(document).text == TEXT
    document = Document(f"{B}\n\n{TEXT}", protected=((at + len(B) + 2, at + 2 * len(B) + 2),))
    assert made(tmp_path, [REMOVE])(document).text == TEXT


def test_blocks_that_are_no_article_go_under_the_best_name_there_is(tmp_path: Path) -> None:
    def block(text: str) -> Block:
        return Block(TEXT.index(text), TEXT.index(text) + len(text), "p", "div/p", "", 0.0, 1.0)

    page = Document(TEXT, kind="html", blocks=(block(A), block(B), block(C)))
    article = [(True, "in"), (False, "left out"), (True, "in")]

    def cuts(
        *rules: dict, document: Document = page, spared: frozenset[str] = frozenset()
    ) -> list[tuple[str, str, str]]:
        found = segments(TEXT)
        hits = Matcher(ruleset(tmp_path, *rules)).match(document, found).hits
        made = judge(document, found, hits, {}, POLICY, article, spared).cuts
        return [(TEXT[cut.start : cut.end], cut.category, cut.reason) for cut in made]

    assert cuts() == [(B, "outside-article", "left out")]
    assert [category for _, category, _ in cuts(REMOVE)] == ["subscribe-donate"]
    # A keep rule says that a text only looks like furniture, not that it belongs to this page's article.
    assert cuts(KEEP) == [(B, "outside-article", "left out")]
    assert cuts(document=replace(page, protected=((TEXT.index(B), TEXT.index(B) + 5),))) == [
        (B[5:].strip(), "outside-article", "left out")
    ]
    assert cuts(spared=frozenset({"outside-article"})) == []


MENU = ["Home", "News", "Sport", "Weather", "Harbour", "Letters", "Jobs", "Log in", "RSS", "Facebook", "Twitter"]
TEASERS = ["Most read", "A cake for two gulls", "Tide letter, gulls and more", "Comments"]
PAGE = "\n\n".join([*MENU, "Ferry left early", A, *[f"{A} {C} {A}"] * 3, *TEASERS, *MENU, "© The Fenwick Example"])
PAGE_RULES: dict[str, tuple[list[dict], bool]] = {
    "what is no article goes": ([], False),
    "a keep rule holds": ([KEEP], True),
    "a flag does not": ([FLAG], False),
}


@pytest.mark.parametrize(("rules", "stays"), PAGE_RULES.values(), ids=PAGE_RULES)
def test_the_text_of_a_whole_page(rules: list[dict], stays: bool, tmp_path: Path) -> None:
    result = made(tmp_path, rules)(Document(PAGE))
    assert ("Tide letter, gulls and more" in result.text) == stays
    assert result.text.startswith("Ferry left early")
    assert {removal.category for removal in result.removals} == {OUTSIDE}
    assert made(tmp_path, rules, spared=(OUTSIDE,))(Document(PAGE)).removals == ()
