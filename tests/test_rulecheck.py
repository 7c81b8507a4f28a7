"""`rules test`: examples come out as they say, and rules that are slow or dead are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruleset.making import ruleset

from stripper import rulecheck
from stripper.ruleset import builtin, load

GOOD = {"match": {"phrase": "follow us"}, "examples": {"match": ["Please follow us."], "no_match": ["They follow."]}}


def with_(**fields: object) -> dict:
    return {**GOOD, **fields}


PROBLEMS = {
    "none": ([GOOD], []),
    "no examples": ([with_(examples={})], [(True, "no example under match"), (True, "no example under no_match")]),
    "does not match": (
        [with_(examples={"match": ["Nothing."], "no_match": ["x"]})],
        [(True, "does not match its example 'Nothing.'")],
    ),
    "matches": ([with_(examples={"match": ["Follow us"], "no_match": ["follow us"]})], [(True, "matches what it must not")]),
    "position is not asked": ([with_(where={"position": "tail", "sources": ["a.example"]})], []),
    "max_words is": (
        [with_(where={"max_words": 2})],
        [(True, "does not match its example 'Please follow us.'")],
    ),
    "can never hold": (
        [with_(where={"max_words": 1}, examples={"match": ["follow us"], "no_match": ["x"]})],
        [(True, "does not match"), (True, "can never hold: its phrase has 2 words")],
    ),
    "unanchored": (
        [{"match": {"regex": r"^\d+$"}, "examples": {"match": ["12"], "no_match": ["x"]}}],
        [(False, "tried on every paragraph")],
    ),
    "said twice": ([GOOD, with_(description="other")], [(False, "the same as made.rule-0")]),
}


@pytest.mark.parametrize(("rules", "expected"), PROBLEMS.values(), ids=PROBLEMS)
def test_problems(tmp_path: Path, rules: list[dict], expected: list[tuple[bool, str]]) -> None:
    found = rulecheck.test_rules(ruleset(tmp_path, *rules))
    assert len(found) == len(expected), found
    for problem, (fails, what) in zip(found, expected, strict=True):
        assert problem.fails is fails
        assert what in problem.what
        assert str(problem).startswith(f"{tmp_path}/made.yaml:")


def test_an_example_that_runs_out_of_time_fails(tmp_path: Path) -> None:
    slow = {"match": {"regex": "^(?:a|ab|b)*c$"}, "examples": {"match": ["abc"], "no_match": ["ab" * 60 + "dc"]}}
    problem = rulecheck.test_rules(ruleset(tmp_path, slow))[0]
    assert problem.fails
    assert "ran out of time" in problem.what


def test_the_packages_own_rules_pass() -> None:
    assert [str(problem) for problem in rulecheck.test_rules(load([builtin()])) if problem.fails] == []


def test_the_packages_own_rules_have_two_examples_of_each_kind() -> None:
    few = [r.id for r in load([builtin()]).rules if min(len(set(r.examples.match)), len(set(r.examples.no_match))) < 2]
    assert few == []
