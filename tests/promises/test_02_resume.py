"""2. A resumed run gives the bytes of an uninterrupted one, removals included."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import pytest

from .runs import corpus, run, start, times, tree


@pytest.mark.parametrize("command", ["clean", "strip", "tag"])
def test_a_run_killed_again_and_again_ends_with_the_bytes_of_one_that_was_not(command: str, tmp_path: Path) -> None:
    given = corpus(tmp_path / "in", 20, 40)
    rows = [json.dumps({"id": number, "text": path.read_text()}) for number, path in enumerate(sorted(given.rglob("*.txt")))]
    (given / "rows.jsonl").write_text("\n".join([*rows, "no row"]))
    assert run(command, given, "-o", tmp_path / "whole").code == 3
    begun = time.monotonic()
    run(command, given, "-o", tmp_path / "measured", "--quiet")
    whole = time.monotonic() - begun
    chance, killed, rounds = random.Random(command), 0, 0
    for attempt in range(times(1, 17)):
        out = tmp_path / f"out{attempt}"
        for _ in range(4):
            running = start(command, given, "-o", out, "--resume", "--quiet", "--workers", chance.choice("12"))
            time.sleep(whole * chance.uniform(0.5, 1.0))
            running.kill()
            running.communicate()
            killed += running.returncode == -9
        ended = run(command, given, "-o", out, "--resume")
        assert ended.code == 3
        rounds += 1
        assert tree(out) == tree(tmp_path / "whole")
    print(f"{killed} kills, {rounds} runs of 21 inputs compared file by file")
    assert killed


def test_killed_runs_leave_nothing_behind_in_the_temporary_folder(tmp_path: Path) -> None:
    given, scratch = corpus(tmp_path / "in", 20, 40), tmp_path / "tmp"
    scratch.mkdir()
    running = start("clean", given, "-o", tmp_path / "out", "--quiet", TMPDIR=str(scratch))
    deadline = time.monotonic() + 60
    while not list(scratch.glob("stripper-*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    running.kill()
    running.communicate()
    for left in scratch.iterdir():
        # As if it were an hour old; fresh ones may be another run's.
        os.utime(left, (time.time() - 3600,) * 2)
    assert run("clean", given, "-o", tmp_path / "out", "--resume", "--quiet", TMPDIR=str(scratch)).code == 0
    assert list(scratch.iterdir()) == []
