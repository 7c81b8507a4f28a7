"""The account: every input is in it once, and what lost too much is named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stripper.model import Document, Rejected, Removal, Result, Skipped
from stripper.ruleset import Policy
from stripper.tally import Tally

POLICY = Policy(document_budget=0.6, source_budget=0.5, corpus_budget=0.4)


def result(
    length: int, gone: int, source: str = "", name: str = "x", category: str = "copyright", **more: object
) -> Result:
    text = "a" * length
    removals = (Removal(0, gone, text[:gone], category, "for a test", "line", rule="t.rule"),) if gone else ()
    return Result(Document(text, path=name, source=source), text[gone:], removals, **more)  # type: ignore[arg-type]


results = st.builds(
    lambda length, share, source: result(length, int(length * share), source),
    st.integers(0, 50),
    st.sampled_from([0, 0.3, 0.7, 1.0]),
    st.sampled_from(["", "a", "b"]),
)
events = st.lists(
    st.one_of(
        results, st.just(Rejected("x.jsonl", "line 3", "broken", "mend it")), st.just(Skipped("x.dat", "binary"))
    ),
    max_size=20,
)


def tallied(found: list[Result | Rejected | Skipped]) -> Tally:
    tally = Tally()
    for event in found:
        if isinstance(event, Result):
            tally.take(event, POLICY)
        elif isinstance(event, Rejected):
            tally.reject(event)
        else:
            tally.skip(event)
    return tally


@given(st.lists(st.tuples(events, st.booleans()), max_size=5))
def test_every_input_is_accounted_for_once(parts: list[tuple[list[Result | Rejected | Skipped], bool]]) -> None:
    whole = Tally()
    for found, published in parts:
        whole.add(tallied(found), published)
    stats = whole.stats(POLICY)
    assert stats["inputs"] == sum(len(found) for found, _ in parts)
    assert stats["inputs"] == stats["emitted"] + stats["emptied"] + stats["skipped"] + stats["quarantined"]
    out = [event for found, published in parts if published for event in found if isinstance(event, Result)]
    assert stats["documents"] == stats["emitted"] + stats["emptied"] == len(out)
    assert stats["characters"] == sum(len(r.document.text) for r in out)
    assert stats["removed"] == sum(stats["categories"].values()) == sum(len(r.document.text) - len(r.text) for r in out)
    assert stats["changed"] == sum(bool(r.removals) for r in out)
    assert sum(counts["removed"] for counts in stats["sources"].values()) == stats["removed"]


def test_emptied_are_those_that_had_text() -> None:
    tally = tallied([result(10, 10), result(0, 0), result(10, 9)])
    assert (tally.emptied, tally.emitted) == (1, 2)


def test_what_lost_more_than_its_budget_is_named_worst_first() -> None:
    tally = Tally()
    tally.add(tallied([result(100, 70, "a", "x.txt"), result(100, 61, "a", "y.txt"), result(100, 60, "a", "z.txt")]))
    tally.add(tallied([result(100, 90, "b", "w.txt"), *(result(100, 51, "a", f"{n}") for n in range(3))]))
    said = list(tally.over_budget(POLICY))
    assert said[0].startswith("62% of the whole input")
    assert said[1].startswith("source a: 57% removed")
    assert [line.split(":")[0] for line in said[2:]] == ["w.txt", "x.txt", "y.txt"]


def test_few_documents_have_no_share_worth_a_warning() -> None:
    said = list(tallied([result(100, 55, "a") for _ in range(4)]).over_budget(POLICY))
    assert said == []


def test_what_stands_outside_a_page_s_article_is_in_no_budget() -> None:
    tally = tallied([result(100, 95, "a", category="outside-article") for _ in range(6)])
    assert list(tally.over_budget(POLICY)) == []
    assert tally.removed == 570 and tally.categories == {"outside-article": 570}


def test_rules_out_of_time_and_bad_parts_are_problems_with_their_place() -> None:
    tally = tallied(
        [result(10, 0, name="x.txt", problems=("slow.rule",)), Rejected("y.txt", "", "binary", "leave it out")]
    )
    assert len(tally.problems) == 2
    assert tally.problems[0].startswith("x.txt: ") and "slow.rule" in tally.problems[0] and "uncut" in tally.problems[0]
    assert tally.problems[1] == "y.txt: binary; leave it out"
