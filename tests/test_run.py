"""Whole runs: the same documents give the same bytes, whatever their order, however many workers, whatever the hash seed."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from stripper import library as libraries
from stripper import run
from stripper.errors import UsageError
from stripper.ruleset import Ruleset
from stripper.run import Settings

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"


def tree(out: Path, *without: str) -> dict[str, bytes]:
    files = {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}
    return {name: data for name, data in files.items() if name not in without}


def cleaned(place: Path, rules: Ruleset, *arguments: str, **settings: object) -> dict[str, bytes]:
    run.clean(list(arguments), str(place), replace(Settings(rules, workers=1), **settings))  # type: ignore[arg-type]
    return tree(place)


@pytest.mark.parametrize("corpus", ["newsroom", "web", "scripts", "press"])
def test_clean_is_strip_with_the_library_it_learned(corpus: str, rules: Ruleset, tmp_path: Path) -> None:
    given = str(FIXTURES / corpus / "input")
    made = cleaned(tmp_path / "clean", rules, given)
    learned = libraries.load(tmp_path / "clean" / "library.jsonl")
    run.strip([given], str(tmp_path / "strip"), Settings(rules, library=learned, workers=1))
    assert tree(tmp_path / "strip", "manifest.json") == tree(tmp_path / "clean", "manifest.json", "library.jsonl")
    assert run.learn([given], Settings(rules, workers=1))[0].dump() == made["library.jsonl"]


@pytest.mark.parametrize("corpus", ["newsroom", "traps"])
def test_the_order_of_inputs_does_not_matter(corpus: str, rules: Ruleset, tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / corpus / "input", tmp_path / "in")
    names = sorted(path.name for path in (tmp_path / "in").iterdir())
    expected = None
    for seed in range(3):
        random.Random(seed).shuffle(names)
        made = cleaned(tmp_path / f"out{seed}", rules, *(str(tmp_path / "in" / name) for name in names))
        made = {name: data for name, data in made.items() if name != "stats.json"}
        expected = expected or made
        assert made == expected


def test_rows_give_what_files_give(rules: Ruleset, tmp_path: Path) -> None:
    files = sorted((FIXTURES / "newsroom" / "input").rglob("*.txt"))
    rows = [{"id": f.name, "text": f.read_bytes().decode(), "source": f.parent.name} for f in files]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    made = cleaned(tmp_path / "files", rules, str(FIXTURES / "newsroom" / "input"))
    cleaned(tmp_path / "rows", rules, str(tmp_path / "rows.jsonl"))
    texts = [json.loads(line)["text"] for line in (tmp_path / "rows/documents/rows.jsonl").read_text().splitlines()]
    assert texts == [made[f"documents/{f.parent.name}/{f.name}"].decode() for f in files]


def test_the_number_of_workers_does_not_matter(rules: Ruleset, tmp_path: Path) -> None:
    given = str(FIXTURES / "newsroom" / "input")
    assert cleaned(tmp_path / "one", rules, given) == cleaned(tmp_path / "two", rules, given, workers=2)


def test_the_hash_seed_does_not_matter(tmp_path: Path) -> None:
    made = []
    for seed in ("0", "4711"):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        command = [
            sys.executable,
            "-m",
            "stripper",
            "clean",
            str(FIXTURES / "newsroom/input"),
            "-o",
            seed,
            "--quiet",
            "--workers",
            "1",
        ]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
        made.append(tree(tmp_path / seed))
    assert made[0] == made[1]


def test_every_input_is_accounted_for(rules: Ruleset, tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "edges" / "input", tmp_path / "in")
    _, tally = run.clean([str(tmp_path / "in")], str(tmp_path / "out"), Settings(rules, workers=1))
    stats = json.loads((tmp_path / "out" / "stats.json").read_bytes())
    assert stats["inputs"] == tally.inputs == tally.emitted + tally.emptied + tally.skipped + tally.quarantined
    assert tally.skipped == 1 and tally.emptied == 1 and tally.quarantined >= 8
    quarantined = [
        json.loads(line)
        for path in (tmp_path / "out/quarantine").rglob("*.jsonl")
        for line in path.read_bytes().splitlines()
    ]
    assert len(quarantined) == tally.quarantined
    removals = sum(
        len(row["text"])
        for path in (tmp_path / "out/removals").rglob("*.jsonl")
        for row in map(json.loads, path.read_bytes().splitlines())
        if row.get("action") == "remove"
    )
    assert removals == stats["removed"] == sum(stats["categories"].values())


def test_progress_is_told_for_each_input(rules: Ruleset, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    cleaned(tmp_path / "out", rules, str(FIXTURES / "seeds/input"), progress=lambda *step: told.append(step))
    assert told == [("learning", 1, 2), ("learning", 2, 2), ("stripping", 1, 2), ("stripping", 2, 2)]


def test_the_account_of_a_run_names_its_makers(rules: Ruleset, tmp_path: Path) -> None:
    made = cleaned(tmp_path / "out", rules, str(FIXTURES / "seeds/input"))
    learned = libraries.loads(made["library.jsonl"], "library.jsonl")
    manifest = json.loads(made["manifest.json"])
    assert (manifest["rules"], manifest["library"], manifest["complete"]) == (rules.hash, learned.hash, True)


def test_a_missing_library_is_named_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.jsonl.*stripper learn"):
        run.load_library(str(tmp_path / "none.jsonl"))


def test_long_inputs_are_stripped_in_parts_and_published_whole(rules: Ruleset, tmp_path: Path) -> None:
    # More than one chunk of work in a file; rows stay in order.
    foot = "© 2024 The Courier. All rights reserved."
    rows = [
        {"id": n, "text": f"Story {n}. {hashlib.sha256(bytes([n])).hexdigest() * 80} left.\n\n{foot}"}
        for n in range(120)
    ]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    one = cleaned(tmp_path / "one", rules, str(tmp_path / "x.jsonl"))
    two = cleaned(tmp_path / "two", rules, str(tmp_path / "x.jsonl"), workers=2)
    assert one == two
    out = [json.loads(line) for line in one["documents/x.jsonl"].splitlines()]
    assert [row["id"] for row in out] == list(range(120))
    assert all(row["text"].endswith(" left.") for row in out)
