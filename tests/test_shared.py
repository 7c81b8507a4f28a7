"""The two real seeds, and a sample of the measuring sets: held to what must be true of any text."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from stripper import run
from stripper.api import Stripper
from stripper.model import Document
from stripper.ruleset import Ruleset
from stripper.run import Settings
from stripper.sinks.removals import restore_text

SHARED = Path(__file__).parent.parent.parent / "shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the measuring sets are not beside the project (../shared)"),
]


def seeds() -> list[Path]:
    return sorted((SHARED / "seeds").glob("*.txt"))


def kept(path: Path) -> str:
    """What must come out: 000 ends before its disclaimers, 001 loses the date line that opens it."""
    text = path.read_bytes().decode()
    if path.name.startswith("000"):
        article = text[: text.index("Unusual Whales does not confirm")]
    else:
        assert text.lstrip("\ufeff \n").startswith("date 2025-05-02")
        article = text[text.index("date 2025-05-02") + len("date 2025-05-02") :]
    return article.strip() + ("\n" if text.endswith("\n") else "")


def check(made: Path, seed: Path) -> None:
    article, expected = made.read_bytes().decode(), kept(seed)
    assert article.strip() == expected.strip()
    assert article.endswith("\n") == expected.endswith("\n")


@pytest.mark.parametrize("number", [0, 1])
def test_a_seed_comes_out_right_alone(number: int, rules: Ruleset, tmp_path: Path) -> None:
    seed = seeds()[number]
    run.strip([str(seed)], str(tmp_path / "out"), Settings(rules))
    check(tmp_path / "out" / "documents" / seed.name, seed)


@pytest.mark.parametrize("number", [0, 1])
def test_a_seed_comes_out_right_cleaned_alone(number: int, rules: Ruleset, tmp_path: Path) -> None:
    seed = seeds()[number]
    run.clean([str(seed)], str(tmp_path / "out"), Settings(rules))
    check(tmp_path / "out" / "documents" / seed.name, seed)


def test_the_seeds_come_out_right_together(rules: Ruleset, tmp_path: Path) -> None:
    run.clean([str(SHARED / "seeds")], str(tmp_path / "out"), Settings(rules))
    assert len(seeds()) == 2
    for seed in seeds():
        check(tmp_path / "out" / "documents" / seed.name, seed)


@pytest.mark.parametrize("name", ["press-text", "news-text"])
def test_a_sample_rebuilds_and_is_stable(name: str, rules: Ruleset) -> None:
    with gzip.open(SHARED / "bench" / "data" / f"{name}.jsonl.gz", "rb") as lines:
        found = [json.loads(line) for number, line in enumerate(lines) if number % 20 == 0]
    documents = [Document(row["input"], id=row["id"], path=name, source=row["source"] or "") for row in found]
    library = Stripper(rules).learn(documents)
    stripper = Stripper(rules, library)
    for document in documents:
        result = stripper.strip(document)
        assert restore_text(result.text, result.removals) == document.text
        again = stripper.strip(Document(result.text, id=document.id, path=name, source=document.source))
        assert again.removals == ()
