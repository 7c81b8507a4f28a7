"""Stripping: kept and removed rebuild the input, twice is once, and nothing but document, rules and Library matters."""

from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruleset.making import ruleset
from texts import FURNITURE, SENTENCES, documents, prose

from stripper import run
from stripper.api import Stripper
from stripper.match import Matcher
from stripper.model import Document, Result
from stripper.ruleset import Ruleset, builtin, load
from stripper.run import Settings
from stripper.strip import Strip

FIXTURES = Path(__file__).parent.parent / "fixtures"
CORPORA = sorted(path.parent.name for path in FIXTURES.glob("*/input"))
fewer = settings(max_examples=settings.default.max_examples // 2)


@cache
def stripper(learned: bool) -> Strip:
    """By the package's rules; learned: and by a Library in which all furniture is known to repeat."""
    rules = load([builtin()])
    if not learned:
        return Strip(Matcher(rules), rules.policy)
    corpus = [
        Document(
            "\n\n".join(
                [
                    f"Story {n} of the day. {SENTENCES[n % 9]}",
                    *FURNITURE[n % 5 :: 2],
                    f"{n} boats came back.",
                    FURNITURE[0],
                ]
            ),
            path=f"{n}.txt",
        )
        for n in range(12)
    ]
    return Strip(Matcher(rules), rules.policy, Stripper(rules).learn(corpus))


def naive_restore(result: Result) -> str:
    """The text with each removal put back at its place, from the first on: nothing of `sinks` is used."""
    text = result.text
    for removal in result.removals:
        text = text[: removal.start] + removal.text + text[removal.start :]
    return text


def check(result: Result) -> None:
    original = result.document.text
    assert naive_restore(result) == original
    at = 0
    for removal in result.removals:
        assert at <= removal.start < removal.end <= len(original)
        assert removal.text == original[removal.start : removal.end]
        assert removal.category and removal.reason and removal.action == "remove"
        at = removal.end
    assert sum(len(r.text) for r in result.removals) + len(result.text) == len(original)


@fewer
@given(st.one_of(documents(), prose), st.booleans(), st.sampled_from(["", "courier.example"]))
def test_kept_and_removed_rebuild_any_document(text: str, learned: bool, source: str) -> None:
    check(stripper(learned)(Document(text, source=source)))


@fewer
@given(documents(), st.booleans())
def test_strip_twice_is_strip_once(text: str, learned: bool) -> None:
    once = stripper(learned)(Document(text))
    twice = stripper(learned)(Document(once.text))
    assert twice.text == once.text
    assert twice.removals == ()


@fewer
@given(documents(), st.booleans())
def test_a_final_newline_comes_out_only_if_one_went_in(text: str, learned: bool) -> None:
    result = stripper(learned)(Document(text))
    if result.removals and result.text.strip("\ufeff").strip():
        assert result.text.endswith("\n") == text.endswith("\n")


@fewer
@given(documents(), st.sampled_from(SENTENCES + FURNITURE))
def test_what_was_stripped_before_does_not_matter(text: str, other: str) -> None:
    rules = stripper(True)
    before = rules(Document(text))
    rules(Document(other))
    assert rules(Document(text)) == before


def test_a_strip_travels_to_workers() -> None:
    document = Document("\n\n".join(SENTENCES + FURNITURE))
    assert pickle.loads(pickle.dumps(stripper(True)))(document) == stripper(True)(document)


@pytest.mark.parametrize("learned", [False, True], ids=["rules alone", "with a Library"])
@pytest.mark.parametrize("corpus", CORPORA)
def test_strip_of_what_it_gave_changes_nothing(corpus: str, learned: bool, rules: Ruleset, tmp_path: Path) -> None:
    learn = run.learn([str(FIXTURES / corpus / "input")], Settings(rules, workers=1))[0] if learned else None
    made = Settings(rules, library=learn, workers=1)
    run.strip([str(FIXTURES / corpus / "input")], str(tmp_path / "once"), made)
    tally = run.strip([str(tmp_path / "once" / "documents")], str(tmp_path / "twice"), made)
    assert tally.removed == 0, list(tally.causes)
    for path in (tmp_path / "once" / "documents").rglob("*"):
        if path.is_file():
            assert (tmp_path / "twice" / path.relative_to(tmp_path / "once")).read_bytes() == path.read_bytes()


CATASTROPHE = {"id": "slow.stars", "category": "other", "match": {"regex": r"(?:a|a)*(?:a|aa)+$quay"}}
QUICK = {"id": "quick.foot", "category": "copyright", "match": {"phrase": "all rights reserved"}}


def test_a_rule_out_of_time_leaves_the_document_uncut(tmp_path: Path) -> None:
    rules = ruleset(tmp_path, CATASTROPHE, QUICK)
    strip = Strip(Matcher(rules, timeout=0.05), rules.policy)
    text = "a" * 5000 + "! quay\n\nThe ferry left.\n\nAll rights reserved.\n"
    result = strip(Document(text))
    assert result.problems == ("slow.stars",)
    assert (result.text, result.removals) == (text, ())
    assert strip(Document("The ferry left.\n\nAll rights reserved.\n")).text == "The ferry left.\n"


def test_a_cut_makes_a_new_tail(tmp_path: Path) -> None:
    tail = {"category": "end-mark", "match": {"phrase": "tail mark"}, "where": {"position": "tail"}}
    rules = ruleset(tmp_path, {**tail, "id": "t.tail"}, {**QUICK, "id": "t.foot"})
    lines = ["The ferry left.", "Tail mark.", *["All rights reserved."] * 9]
    result = Strip(Matcher(rules), rules.policy)(Document("\n\n".join(lines)))
    assert result.text == "The ferry left."
    check(result)


def test_removals_of_later_rounds_refer_to_the_original(tmp_path: Path) -> None:
    tail = {"id": "t.tail", "category": "end-mark", "match": {"phrase": "tail mark"}, "where": {"position": "tail"}}
    rules = ruleset(tmp_path, tail, QUICK)
    text = "\ufeffThe 🚢 left.\r\n\r\nTail mark.\r\n\r\n" + "All rights reserved.\r\n\r\n" * 9
    result = Strip(Matcher(rules), rules.policy)(Document(text))
    check(result)
    assert [r.text.strip() for r in result.removals if r.rule == "t.tail"] == ["Tail mark."]


NOTICE = (
    "Quay Wire does not confirm the accuracy of the figures shown here. Nothing on this site is meant to be counsel of any "
    "kind. The calculators on this site give rough answers only. You alone decide what to do with what you read here."
)


def test_an_article_s_sentence_glued_to_what_repeats_stays(tmp_path: Path) -> None:
    # As a paragraph it is much like the notice that others have, and still holds this document's own words.
    own = "Shares in the ropeworks opened eleven lower and recovered half of that by the close."
    corpus = [Document(f"{SENTENCES[n]}\n\n{NOTICE}", path=str(n)) for n in range(1, 7)]
    glued = Document(f"{SENTENCES[0]}\n\n{own} {NOTICE}", path="glued")
    rules = ruleset(tmp_path)
    strip = Strip(Matcher(rules), rules.policy, Stripper(rules).learn([*corpus, glued]))
    assert strip(glued).text == f"{SENTENCES[0]}\n\n{own}"
    for removal in strip(glued).removals:
        assert removal.similarity != 1.0 or own not in removal.text
