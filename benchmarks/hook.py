"""How long a hook takes over 1, 10 and 300 files, beside two that people know: codespell and trailing-whitespace.

    python benchmarks/hook.py [--rounds N] [--library LIBRARY]

Each line is one process over files of about 5 kB, as pre-commit would start it, from a cold interpreter with warm caches:
the median of the rounds. codespell and pre-commit-hooks must be installed beside stripper.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COUNTS = (1, 10, 300)
_SIZE = 5000
_WORDS = (
    "the harbour bridge ferry goat toll keeper lamp gale quay market bell tower mayor whale pier surveyor clock auction boat"
    " rope morning evening water stone winter letter of and to in was were that for with on by from had but not her his they"
).split()
_ENDING = "\n\n© 2024 The Harbour Courier. All rights reserved.\n"


def text(chance: random.Random) -> str:
    """Some 5 kB of paragraphs, every third with a line to find at its end."""
    paragraphs = []
    while sum(map(len, paragraphs)) < _SIZE - 100:
        sentences = (" ".join(chance.choices(_WORDS, k=chance.randint(6, 22))).capitalize() + "." for _ in range(5))
        paragraphs.append(" ".join(sentences))
    return "\n\n".join(paragraphs) + (_ENDING if chance.random() < 1 / 3 else "\n")


def taken(command: list[str], rounds: int) -> tuple[float, float]:
    """Median seconds of a command: from start to end, and of CPU."""
    wall, cpu = [], []
    for _ in range(rounds + 1):
        start, before = time.perf_counter(), os.times()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        after = os.times()
        wall.append(time.perf_counter() - start)
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        cpu.append(spent)
    # The first run fills caches.
    return statistics.median(wall[1:]), statistics.median(cpu[1:])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--library")
    given = parser.parse_args()
    beside = Path(sys.executable).parent
    known = ["--library", given.library] if given.library else []
    programs = {
        "stripper check": [sys.executable, "-m", "stripper", "check", *known],
        "codespell": [str(beside / "codespell")],
        "trailing-whitespace": [str(beside / "trailing-whitespace-fixer")],
    }
    for name, command in programs.items():
        if not Path(command[0]).exists():
            print(f"{name}: {command[0]} is not there; pip install codespell pre-commit-hooks", file=sys.stderr)
            return 2
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        names = [str(Path(folder, f"{number:03}.txt")) for number in range(max(COUNTS))]
        for name in names:
            Path(name).write_text(text(chance))
        print(f"{'':<22}{'files':>6}{'wall s':>9}{'CPU s':>9}")
        for count in COUNTS:
            for name, command in programs.items():
                wall, cpu = taken([*command, *names[:count]], given.rounds)
                print(f"{name:<22}{count:>6}{wall:>9.2f}{cpu:>9.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
