"""4. Two workers on one shard publish one result."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .runs import ROOT, corpus, run, start, times, tree

WRITER = """
import sys
from stripper.sinks.atomic import atomic_write, sweep
from pathlib import Path
path, sign = sys.argv[1], sys.argv[2].encode()
sys.stdin.readline()
for _ in range(20):
    sweep(Path(path).parent)
    with atomic_write(path) as file:
        for _ in range(50):
            file.write(sign * 1000)
"""


def test_four_writers_of_one_file_leave_the_whole_text_of_one(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for _ in range(times(3, 50)):
        script = [sys.executable, "-c", WRITER, str(path)]
        racing = [subprocess.Popen([*script, sign], stdin=subprocess.PIPE, cwd=ROOT) for sign in "abcd"]
        for one in racing:
            assert one.stdin
            one.stdin.write(b"\n")
            one.stdin.close()
        assert [one.wait() for one in racing] == [0] * 4
        data = path.read_bytes()
        assert len(data) == 50_000 and data == data[:1] * 50_000
        assert [left.name for left in tmp_path.iterdir()] == ["a"]


def test_four_runs_into_one_folder_give_one_result(tmp_path: Path) -> None:
    given = corpus(tmp_path / "in", 6)
    run("strip", given, "-o", tmp_path / "whole", "--quiet")
    for attempt in range(times(2, 50)):
        out = tmp_path / f"out{attempt}"
        racing = [start("strip", given, "-o", out, "--resume", "--quiet") for _ in range(4)]
        ended = [(one.communicate()[1], one.returncode) for one in racing]
        assert 0 in {code for _, code in ended}
        assert all(code == 0 or (code == 2 and "another run is writing" in said) for said, code in ended), ended
        assert tree(out) == tree(tmp_path / "whole")


def test_four_runs_to_one_file_give_one_result(tmp_path: Path) -> None:
    given = corpus(tmp_path / "in", 6)
    run("strip", given, "-o", tmp_path / "whole" / "x.jsonl", "--quiet")
    for _ in range(times(2, 50)):
        racing = [start("strip", given, "-o", tmp_path / "out" / "x.jsonl", "--overwrite", "--quiet") for _ in range(4)]
        assert [(one.communicate()[1] and one.returncode) or one.returncode for one in racing] == [0] * 4
        assert tree(tmp_path / "out") == tree(tmp_path / "whole")
