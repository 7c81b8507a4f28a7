"""What is wrong with rules that load: examples that do not come out as they say, and rules that cannot or need not be.

`stripper rules test` shows what `test_rules` finds; for a run these are no faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from stripper.match import Matcher, matches_example
from stripper.ruleset import Rule, Ruleset, phrases


class Problem(NamedTuple):
    """One thing to mend in a rule.

    where: ``path:line`` of the rule. fails: whether `rules test` fails for it; else it is worth knowing only.
    what: what is wrong; what to do.
    """

    rule: str
    where: str
    fails: bool
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}: {self.what}" if self.where else f"{self.rule}: {self.what}"


def test_rules(ruleset: Ruleset) -> list[Problem]:
    """Runs every rule's examples, and lists rules without examples, without atoms, and dead ones; in the rules' order."""
    matcher = Matcher(ruleset)
    first: dict[bytes, str] = {}
    problems = []
    for rule in ruleset.rules:
        found = [*_examples(rule, matcher), *_dead(rule, first)]
        if rule.id in matcher.unanchored:
            what = "no word must stand in all it matches, so it is tried on every paragraph and slows every run"
            found.append((False, f"{what}; add one if you can"))
        problems += [Problem(rule.id, ruleset.origins.get(rule.id, ""), fails, what) for fails, what in found]
    return problems


test_rules.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test of its own


def _examples(rule: Rule, matcher: Matcher) -> Iterator[tuple[bool, str]]:
    for name, wanted in (("match", True), ("no_match", False)):
        texts = rule.examples.match if wanted else rule.examples.no_match
        if not texts:
            yield True, f"has no example under {name}; add one"
        for text in texts:
            try:
                held = matches_example(rule, text, matcher)
            except TimeoutError:
                yield True, f"ran out of time on the example {_short(text)}; make its regex simpler"
                continue
            if held is not wanted:
                outcome = "does not match its example" if wanted else "matches what it must not"
                yield True, f"{outcome} {_short(text)}; mend the rule or the example"


def _dead(rule: Rule, first: dict[bytes, str]) -> Iterator[tuple[bool, str]]:
    """Rules that can never hold, or that decide nothing another rule does not."""
    says = msgspec.json.encode([rule.match, rule.level, rule.where, rule.evidence, rule.action])
    if (other := first.setdefault(says, rule.id)) != rule.id:
        yield False, f"says and does the same as {other}; drop one of them"
    leaf = rule.match
    if leaf.phrase and rule.where.max_words and (least := _fewest_words(leaf.phrase)) > rule.where.max_words:
        yield True, f"can never hold: its phrase has {least} words, max_words is {rule.where.max_words}; raise it"


def _fewest_words(phrase: str) -> int:
    """The fewest words a phrase can be made of; a choice glued to a word counts nothing of its own."""
    parts = phrases.parse(phrase)
    shortest = "".join(" " if part is None else min(part, key=len) if isinstance(part, tuple) else part for part in parts)
    return len(phrases.words(shortest.replace(phrases.GAP, " ")))


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return repr(one_line if len(one_line) <= 80 else one_line[:77] + "…")
