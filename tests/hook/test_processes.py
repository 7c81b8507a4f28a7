"""Files shared out among processes, as pre-commit does it, give what one process gives."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
STORY = "The bridge reopened on Monday after eleven weeks, and the first to cross it was a goat that nobody owned up to."
FOOT = "The Lamp has shone on the harbour and all who sail from it since the year of the great gale, come rain or shine."
STORIES = [
    "Gulls took the mayor's hat on Tuesday and left it on the bell tower.",
    "The lido opens on Friday at nine, and those in costume go in for nothing.",
    "A whale was seen off the pier by a party of surveyors.",
    "No one came to the auction of the town clocks.",
]
COPYRIGHT = "© 2024 The Harbour Courier. All rights reserved."


def run(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "stripper", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(random.randint(0, 1000))},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def said(*running: subprocess.Popen[str]) -> set[str]:
    return {line for process in running for line in process.communicate(timeout=120)[0].splitlines()}


def test_300_files_over_several_processes(tmp_path: Path) -> None:
    one, many = tmp_path / "one", tmp_path / "many"
    (one / ".git").mkdir(parents=True)
    names = [f"{number:03}.txt" for number in range(300)]
    for number, name in enumerate(names):
        parts = [f"{STORY} {number}.", *([FOOT] if number % 2 else []), *([COPYRIGHT] if number % 3 else [])]
        (one / name).write_text("\n\n".join(parts) + "\n")
    (one / ".stripper.toml").write_text('library = "library.jsonl"\n')
    (one / "library.jsonl").touch()
    for number, story in enumerate(STORIES):
        (tmp_path / f"{number}.txt").write_text(f"{story}\n\n{FOOT}\n")
    known = [f"../{number}.txt" for number in range(len(STORIES))]
    done = run(one, "learn", *known, "-o", "library.jsonl", "--overwrite", "--quiet")
    done.communicate(timeout=120)
    assert done.returncode == 0
    shutil.copytree(one, many)
    shuffled = random.sample(names, len(names))
    for mode in ("--diff", "--fix"):
        alone = said(run(one, "check", mode, *names))
        assert len(alone) > 200
        assert said(*(run(many, "check", mode, *shuffled[at::5]) for at in range(5))) == alone
    assert [(many / name).read_bytes() for name in names] == [(one / name).read_bytes() for name in names]
    assert (one / names[7]).read_text() == f"{STORY} 7.\n"
