"""`rules suggest`: drafts that load, do what their examples say, and cut what the run cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from stripper.cli import main
from stripper.draft import matcher_of
from stripper.rulecheck import test_rules as problems_of
from stripper.ruleset import builtin, load

ROOT = Path(__file__).parent.parent
NEWSROOM = ROOT / "fixtures" / "newsroom" / "input"
STORIES = [
    "Gulls took the mayor's hat on Tuesday and left it on the bell tower, where it was found to fit the bell.",
    "The lido opens on Friday at nine; those who come in costume of the year it was built go in for nothing.",
    "A whale was seen off the pier by a party of surveyors, who put its length at nineteen metres and a half.",
    "No one came to the auction of the town clocks, since the notice had given the hour by one of them.",
]
FOOTS = {
    "Latin": "The Lamp of Port Ennery has been lit by hand since the year of the gale",
    "signs of YAML": "{Lamp} & 'Port': \"Ennery\" # lit - by | hand: since > the % year @ of * the gale",
    "Greek": "Το φανάρι του λιμανιού ανάβει κάθε βράδυ από τη χρονιά της μεγάλης τρικυμίας",
    "Han": "港口的灯塔从大风那一年起每晚由人手点亮至今未曾熄灭",
    "control": "The Lamp \x07 of Port \u202e Ennery \ufeff has been lit \x85 by hand since the gale",
}


def run(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


def suggested(out: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What is suggested for a run, which is also written to a rules file."""
    capsys.readouterr()
    assert run("rules", "suggest", out) == 0
    text = capsys.readouterr().out
    place.write_text(text, encoding="utf-8")
    return text


@pytest.mark.parametrize("name", ["run", "run.jsonl"], ids=["a folder", "a file of rows"])
def test_drafts_pass_their_own_test_and_come_best_first(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, house = tmp_path / name, tmp_path / "house.yaml"
    assert run("clean", NEWSROOM, "-o", out, "--quiet") == 0
    text = suggested(out, house, capsys)
    sizes = [int(line[2:].split()[0].replace(",", "")) for line in text.splitlines() if "cut by repetition alone" in line]
    assert len(sizes) > 5 and sizes == sorted(sizes, reverse=True)
    drafts = load([house]).rules
    assert all(len(rule.examples.match) >= 2 and len(rule.examples.no_match) >= 2 for rule in drafts)
    assert [str(problem) for problem in problems_of(load([house])) if problem.fails] == []
    assert not {rule.id for rule in drafts} & {rule.id for rule in load([builtin()]).rules}


def test_what_the_drafts_name_is_suggested_no_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, house = tmp_path / "run", tmp_path / "house.yaml"
    assert run("clean", NEWSROOM, "-o", out, "--quiet") == 0
    suggested(out, house, capsys)
    assert run("clean", NEWSROOM, "-o", tmp_path / "again", "--rules", house, "--quiet") == 0
    capsys.readouterr()
    assert run("rules", "suggest", tmp_path / "again", "--rules", house) == 0
    assert "[]" in capsys.readouterr().out


@pytest.mark.parametrize("foot", FOOTS.values(), ids=FOOTS)
def test_drafts_load_whatever_was_cut(foot: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seeds = tmp_path / "lamp"
    seeds.mkdir()
    for number, story in enumerate(STORIES):
        (seeds / f"{number}.txt").write_text(f"{story}\n\n{foot}\n", encoding="utf-8")
    assert run("clean", seeds, "-o", tmp_path / "run", "--quiet") == 0
    suggested(tmp_path / "run", tmp_path / "house.yaml", capsys)
    rules = load([tmp_path / "house.yaml"])
    (rule,) = rules.rules
    assert len(rule.examples.match) == 2 and len(rule.examples.no_match) >= 2
    assert [str(problem) for problem in problems_of(rules) if problem.fails] == []


PHRASES = {
    "nothing varies": ("Back to the quay, please.", [], "back to the quay please"),
    "a word varies": ("Back to the old quay", ["Back to the new quay"], "back to the … quay"),
    "a number varies": ("Week 3 at the quay", ["Week 41 at the quay"], "week 0 at the quay"),
    "an end varies": ("Letters to Oda", ["Letters to Yusra Dane"], "letters to"),
    "the beginning varies": ("Oda writes for this paper", ["Yusra Dane writes for this paper"], "writes for this paper"),
    "a word more": ("Back to the quay", ["Back to the other quay"], "back to the … quay"),
    "nothing in common": ("Quay", ["Mole"], None),
    "Han": ("港口的灯塔", ["港口新灯塔"], "港口 … 灯塔"),
}


@pytest.mark.parametrize(("exemplar", "variants", "phrase"), PHRASES.values(), ids=PHRASES)
def test_phrases_hold_what_no_wording_lacks(exemplar: str, variants: list[str], phrase: str | None) -> None:
    match = matcher_of(exemplar, variants)
    assert (match.phrase if match else None) == phrase


def test_where_much_varies_both_sides_must_stand() -> None:
    match = matcher_of("Written by Oda for The Lamp", [f"Written by {'one more hand and ' * 4} Oda Dane for The Lamp"])
    assert match is not None
    assert [leaf.phrase for leaf in match.all] == ["written by", "oda … for the lamp"]


@pytest.mark.parametrize("make", ["missing", "no removals"])
def test_what_is_no_run_is_said(make: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    if make == "no removals":
        (out / "documents").mkdir(parents=True)
    assert run("rules", "suggest", out) == 2
    assert f"{out}: " in capsys.readouterr().err
