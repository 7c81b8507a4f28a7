"""Scores: by hand on small rows, and equal to the measuring scorer's on the measuring sets."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stripper.errors import UsageError
from stripper.evaluate import evaluate, score

SHARED = Path(__file__).parent.parent.parent / "shared" / "bench"
ARTICLE = "one two three four five six seven eight"


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return str(path)


@pytest.mark.parametrize(
    ("out", "precision", "recall", "lost", "left"),
    [
        pytest.param(ARTICLE, 1.0, 1.0, 0, 0, id="exact"),
        pytest.param(ARTICLE.upper().replace(" ", ", "), 1.0, 1.0, 0, 0, id="case and punctuation do not count"),
        pytest.param(f"{ARTICLE} buy our fine lamps now", 0.5, 1.0, 0, 5, id="nothing removed"),
        pytest.param("", 0.0, 0.0, 5, 0, id="nothing kept"),
        pytest.param("one two three four five", 1.0, 0.4, 3, 0, id="half kept"),
    ],
)
def test_score_of_one_document(out: str, precision: float, recall: float, lost: int, left: int) -> None:
    row = {"id": 1, "input": f"{ARTICLE} buy our fine lamps now", "gold": ARTICLE}
    found = score(row, out)
    assert (found.precision, found.recall, found.lost, found.left) == (precision, recall, lost, left)
    assert (found.content, found.rest) == (5, 5)


def test_neutral_spans_count_neither_way() -> None:
    byline, foot = "by the shipping correspondent of this paper", "buy our fine lamps now"
    text = f"{byline} {ARTICLE} {foot}"
    spans = [[0, len(byline), "neutral", "other"], [text.index(foot), len(text), "boilerplate", "advertising"]]
    row = {"id": "a", "input": text, "gold": f"{ARTICLE}", "spans": spans}
    for out in (ARTICLE, f"{byline} {ARTICLE}"):
        found = score(row, out)
        assert (found.precision, found.recall, found.lost) == (1.0, 1.0, 0)


def test_han_is_counted_by_character() -> None:
    row = {"id": "zh", "input": "灯塔在夜里亮着", "gold": "灯塔在夜里"}
    assert score(row, "灯塔在夜里亮着").precision == 0.5


def test_categories_count_characters_of_words(tmp_path: Path) -> None:
    text = f"{ARTICLE} buy lamps. Write to us."
    spans = [[40, 50, "boilerplate", "advertising"], [51, 63, "boilerplate", "contact"]]
    assert text[40:50] == "buy lamps." and text[51:63] == "Write to us."
    gold = write(tmp_path / "gold.jsonl.gz", [{"id": 1, "input": text, "gold": ARTICLE, "spans": spans}])
    out = write(tmp_path / "out.jsonl", [{"id": "1", "text": f"{ARTICLE} Write to us."}])
    assert evaluate(gold, out).categories == {"advertising": (9, 9), "contact": (10, 0)}


def test_groups_missing_rows_and_worst(tmp_path: Path) -> None:
    rows = [{"id": n, "input": ARTICLE, "gold": ARTICLE, "lang": lang} for n, lang in enumerate(["en", "en", "pl"])]
    gold = write(tmp_path / "gold.jsonl", [*rows, {"id": 9, "input": "no gold here", "gold": None}])
    out = write(
        tmp_path / "out.jsonl", [{"id": 0, "text": ARTICLE}, {"id": 2, "input": ARTICLE}, {"id": 77, "text": ""}]
    )
    found = evaluate(gold, out, by="lang")
    assert list(found.groups) == ["all", "en", "pl"]
    assert found.groups["all"]["missing"] == 1
    assert (found.groups["en"]["f1"], found.groups["pl"]["f1"]) == (0.5, 1.0)
    assert [worst.id for worst in found.worst(1)] == ["1"]
    assert found.as_json(worst=1)["worst"][0]["id"] == "1"


@pytest.mark.parametrize(
    ("gold", "out", "message"),
    [
        ('{"id": 1, "gold": "a"}', '{"text": "a"}', r"out\.jsonl:1: a row needs id"),
        (
            '{"id": 1, "gold": "a"}',
            '{"id": 1, "text": "a"}\n{"id": "1", "text": "b"}',
            r"out\.jsonl:2: the id '1' stands twice",
        ),
        ('{"id": 1, "gold": null}', '{"id": 1, "text": "a"}', "no document with gold"),
        ('{"id": 1, "gold": "a"}', "{", r"out\.jsonl:1: no JSON"),
        ('{"id": 1, "gold": "a"}', "[]", r"out\.jsonl:1: no JSON object"),
        ('{"gold": "a"}', '{"id": 1, "text": "a"}', r"gold\.jsonl:1: a row needs an id"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, gold: str, out: str, message: str) -> None:
    (tmp_path / "gold.jsonl").write_text(gold)
    (tmp_path / "out.jsonl").write_text(out)
    with pytest.raises(UsageError, match=message):
        evaluate(str(tmp_path / "gold.jsonl"), str(tmp_path / "out.jsonl"))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        evaluate(str(tmp_path / "none.jsonl"), str(tmp_path / "none.jsonl"))


@pytest.mark.shared
@pytest.mark.parametrize("name", ["news-html", "sites-html", "news-text", "press-text"])
def test_same_figures_as_the_measuring_scorer(tmp_path: Path, name: str) -> None:
    gold = SHARED / "data" / f"{name}.jsonl.gz"
    if not gold.exists():
        pytest.skip(f"{gold.parent} is not there: the measuring sets stand beside the checkout where there are any")
    with gzip.open(gold, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row.get("gold") is not None]
    # A part of each set is enough to tell two scorers apart, and scoring is slow.
    rows = [{key: value for key, value in row.items() if key != "html"} for row in rows[:: len(rows) // 34]]
    texts = ["\n".join(row["input"].split("\n")[::2]) for row in rows]
    part = write(tmp_path / "gold.jsonl.gz", rows)
    out = write(
        tmp_path / "out.jsonl", [{"id": row["id"], "text": text} for row, text in zip(rows, texts, strict=True)]
    )
    command = [sys.executable, str(SHARED / "score.py"), part, out, "--by", "lang", "--json"]
    theirs = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert evaluate(part, out, by="lang").groups == theirs
