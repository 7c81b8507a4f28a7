"""12. A timed-out rule is reported by name, its document emitted uncut and not marked done; it is never "no match"."""

from __future__ import annotations

from pathlib import Path

from .runs import FOOT, corpus, run, tree

# The lint of patterns knows the classics; these get past it.
SLOW = {
    "alternatives": (r"(?:a|aa)+(?:a|aa)+tide!", "a" * 4000),
    "neighbours": (r"a{1,60}a{1,60}a{1,60}a{1,60}tide!", "a" * 4000),
    "look-behind": (r"(?:x?){60}x{60}tide!", "x" * 4000),
}
RULE = "- id: house.{id}\n  category: advertising\n  match: {{regex: '{pattern}'}}\n"


def test_slow_rules_are_named_and_their_documents_left_uncut(tmp_path: Path) -> None:
    given, out = corpus(tmp_path / "in", 3), tmp_path / "out"
    rules = tmp_path / "slow.yaml"
    rules.write_text("".join(RULE.format(id=name, pattern=pattern) for name, (pattern, _) in SLOW.items()))
    for name, (_, text) in SLOW.items():
        (given / f"{name}.txt").write_text(f"{text} tide !\n\n{FOOT}\n")
    more = ("--rules", rules, "--rule-timeout", "0.02")
    ended = run("strip", given, "-o", out, *more)
    assert ended.code == 3, ended.said
    late = [name for name in SLOW if f"{name}.txt: rule house." in ended.said]
    assert late, ended.said
    for name in late:
        assert (out / f"documents/{name}.txt").read_bytes() == (given / f"{name}.txt").read_bytes()
        assert f'"{name}.txt"' not in (out / "done/inputs.jsonl").read_text()
    resumed = run("strip", given, "-o", out, *more, "--resume")
    assert f"{6 - len(late)} of 6 inputs are done" in resumed.said and resumed.code == 3
    before = tree(out / "documents")
    retried = run("retry", out, "--rule-timeout", "0.02", "--quiet")
    assert retried.code == 3 and tree(out / "documents") == before
    print(f"{len(late)} of {len(SLOW)} patterns out of time")
