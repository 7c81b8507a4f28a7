"""8. One bad document cannot stall or kill the run."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from .runs import corpus, quarantine, run, start, story, tree

STORY = story(1, 9)


def _heavy_page(megabytes: int) -> bytes:
    """A sound page that takes seconds to read: very many small elements."""
    block = b"<div class='a b'><p>The <b>ferry</b> <i>left</i> at <a href='#'>ten</a>.</p></div>\n"
    return b"<html><body>" + block * (megabytes * 1_000_000 // len(block)) + b"</body></html>"


def _same_but_for(bad: str, out: Path, sound: Path) -> None:
    ours = tree(out / "documents")
    assert bad not in ours
    assert ours == tree(sound / "documents")
    assert tree(out / "removals") == tree(sound / "removals")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_page_that_takes_too_long_is_quarantined_alone(workers: str, tmp_path: Path) -> None:
    given = corpus(tmp_path / "in")
    assert run("strip", given, "-o", tmp_path / "sound", "--quiet").code == 0
    (given / "paper1" / "heavy.html").write_bytes(_heavy_page(3))
    more = ("--document-timeout", "0.2", "--workers", workers)
    ended = run("strip", given, "-o", tmp_path / "out", *more)
    assert ended.code == 3 and ended.account == (20, 0, 0, 1), ended.said
    (row,) = quarantine(tmp_path / "out")
    assert row["path"] == "paper1/heavy.html" and "took longer than 0.2 s" in row["reason"]
    assert "--document-timeout" in row["advice"]
    _same_but_for("paper1/heavy.txt", tmp_path / "out", tmp_path / "sound")


def test_a_row_that_takes_too_long_leaves_the_rest_of_its_batch(tmp_path: Path) -> None:
    rows = [json.dumps({"id": str(n), "text": story(n, 3)}) for n in range(20)]
    (tmp_path / "sound.jsonl").write_text("\n".join(rows) + "\n")
    rows.insert(10, json.dumps({"id": "heavy", "html": _heavy_page(3).decode()}))
    (tmp_path / "rows.jsonl").write_text("\n".join(rows) + "\n")
    ended = run("clean", tmp_path / "rows.jsonl", "-o", tmp_path / "out", "--document-timeout", "0.2")
    assert ended.account == (20, 0, 0, 1), ended.said
    run("clean", tmp_path / "sound.jsonl", "-o", tmp_path / "sound", "--quiet")
    made, sound = tmp_path / "out/documents/rows.jsonl", tmp_path / "sound/documents/sound.jsonl"
    assert made.read_bytes() == sound.read_bytes()
    (row,) = quarantine(tmp_path / "out")
    assert row["where"] == "line 11" and row["raw"].startswith('{"id": "heavy"')


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="NOT RUN: no Linux, where memory can be limited")
def test_a_page_that_takes_too_much_memory_is_quarantined_alone(tmp_path: Path) -> None:
    given = corpus(tmp_path / "in")
    assert run("strip", given, "-o", tmp_path / "sound", "--quiet").code == 0
    (given / "paper1" / "heavy.html").write_bytes(_heavy_page(8))
    ended = run("strip", given, "-o", tmp_path / "out", "--max-memory", "100MB")
    assert ended.code == 3 and ended.account == (20, 0, 0, 1), ended.said
    (row,) = quarantine(tmp_path / "out")
    assert row["path"] == "paper1/heavy.html" and "--max-memory" in row["advice"]
    _same_but_for("paper1/heavy.txt", tmp_path / "out", tmp_path / "sound")


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="NOT RUN: no /proc to find the workers in")
def test_a_worker_that_is_killed_from_outside_costs_nothing(tmp_path: Path) -> None:
    given = corpus(tmp_path / "in", 60, 60)
    run("clean", given, "-o", tmp_path / "sound", "--quiet")
    running = start("clean", given, "-o", tmp_path / "out", "--workers", "2")
    killed: set[int] = set()
    deadline = time.monotonic() + 60
    while running.poll() is None and len(killed) < 2 and time.monotonic() < deadline:
        for pid in _children(running.pid) - killed:
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
        time.sleep(0.05)
    _, said = running.communicate(timeout=120)
    assert killed and running.returncode == 0, said
    assert tree(tmp_path / "out") == tree(tmp_path / "sound")


def _children(pid: int) -> set[int]:
    try:
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    except OSError:
        return set()


def test_no_worker_outlives_a_killed_run(tmp_path: Path) -> None:
    given = corpus(tmp_path / "in", 60, 60)
    (given / "heavy.html").write_bytes(_heavy_page(9))
    running = start("strip", given, "-o", tmp_path / "out", "--quiet", "--workers", "2")
    deadline = time.monotonic() + 60
    while not (children := _children(running.pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    running.kill()
    running.communicate()
    while any(_runs(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(_runs(child) for child in children)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


LIMITS: dict[str, tuple[str, bytes, tuple[str, str], str]] = {
    "a long row": ("x.jsonl", b'{"text": "' + b"quay " * 500 + b'"}\n', ("--max-line", "1000"), "--max-line"),
    "a large file": ("x.txt", b"quay " * 500, ("--max-document", "1000"), "--max-document"),
    "a long page": ("x.html", _heavy_page(1)[:9000], ("--max-page", "1000"), "--max-page"),
    "a long paragraph": ("x.txt", b"quay " * 500, ("--max-paragraph", "1000"), "--max-paragraph"),
}


@pytest.mark.parametrize("case", LIMITS)
def test_what_is_over_a_limit_is_quarantined_with_the_option_to_raise(case: str, tmp_path: Path) -> None:
    name, data, limit, advice = LIMITS[case]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(data)
    (tmp_path / "in" / "sound.txt").write_text(STORY)
    ended = run("strip", tmp_path / "in", "-o", tmp_path / "out", *limit)
    assert ended.code == 3 and ended.account[3] == 1, ended.said
    (row,) = quarantine(tmp_path / "out")
    assert advice in row["advice"]
    assert (tmp_path / "out/documents/sound.txt").exists()
