"""10. Memory is set by options, not by input size."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from .runs import FULL, command, environment, story

MB = 1_000_000


def _peak(size: int, folder: Path, what: str) -> int:
    """Bytes of memory of the largest process of a run over so many bytes of rows."""
    rows = folder / f"{size}.jsonl"
    written = number = 0
    with rows.open("w") as file:
        while written < size:
            row = {"id": str(number), "source": f"s{number % 9}", "text": story(number, 40)}
            written += file.write(json.dumps(row) + "\n")
            number += 1
    more = ["--memory", "64MB"] if what == "clean" else []
    arguments = command(what, rows, "-o", folder / f"out{size}", "--quiet", *more)
    pid = os.posix_spawn(arguments[0], arguments, environment())
    _, status, usage = os.wait4(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return usage.ru_maxrss * 1024


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason="NOT RUN: takes minutes; STRIPPER_PROMISES=full")
@pytest.mark.parametrize("what", ["strip", "clean"])
def test_ten_times_the_input_takes_no_more_memory(what: str, tmp_path: Path) -> None:
    small, large = _peak(10 * MB, tmp_path, what), _peak(100 * MB, tmp_path, what)
    print(f"{what}: {small / MB:.0f} MB for 10 MB, {large / MB:.0f} MB for 100 MB")
    assert large < small * 1.2


def test_four_times_the_input_takes_little_more_memory(tmp_path: Path) -> None:
    small, large = _peak(MB, tmp_path, "strip"), _peak(4 * MB, tmp_path, "strip")
    print(f"{small / MB:.0f} MB for 1 MB, {large / MB:.0f} MB for 4 MB")
    assert large < small * 1.2
