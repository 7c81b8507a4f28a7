"""14. More removed than a budget allows is flagged loudly, first in the summary."""

from __future__ import annotations

import json
from pathlib import Path

from .runs import FOOT, corpus, run, story


def test_a_source_that_is_all_furniture_is_flagged_first(tmp_path: Path) -> None:
    given = corpus(tmp_path / "in", 9)
    (given / "wire").mkdir()
    for number in range(6):
        (given / "wire" / f"{number}.txt").write_text(f"{story(number, 1)}\n" + f"{FOOT}\n\n" * 10)
    ended = run("clean", given, "-o", tmp_path / "out")
    lines = [line for line in ended.said.splitlines() if line and not line.startswith(("learning", "stripping"))]
    assert lines[0].startswith("MORE REMOVED THAN THE BUDGET ALLOWS"), ended.said
    assert any(line.strip().startswith("source wire: ") for line in lines[1:4])
    stats = json.loads((tmp_path / "out/stats.json").read_bytes())
    assert any("source wire" in line for line in stats["over_budget"])
    assert {row["document"] for row in stats["documents_over_budget"]} >= {"wire/0.txt"}


def test_a_corpus_of_one_page_a_hundred_times_is_flagged_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(100):
        (tmp_path / "in" / f"{number}.txt").write_text(f"{number} ferries left.\n\n" + f"{FOOT}\n\n" * 3)
    ended = run("clean", tmp_path / "in", "-o", tmp_path / "out", "--quiet")
    assert "of the whole input was removed (budget" in ended.said
