"""Runs of the whole command line, for promises that hold for nothing less.

``STRIPPER_PROMISES=full`` tries each promise as often as docs/promises.md says; without it a few times, for every change.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
FULL = os.environ.get("STRIPPER_PROMISES") == "full"

FOOT = "© 2024 The Harbour Courier. All rights reserved."
PARTS = (
    ("The ferry", "A gull", "The lamplighter", "Nobody", "The surveyor", "Her brother", "The clerk of works"),
    ("left", "found", "forgot", "repaired", "sold", "returned", "described"),
    ("the third bell", "a crate of pears", "the tide table", "eleven umbrellas", "a letter from Oslo", "the north gate"),
    ("before noon", "in the rain", "without a word", "for twenty crowns", "on the second try", "as it had been agreed"),
)


def times(few: int, full: int) -> int:
    """How often to try: few times for every change, in full where it is asked for."""
    return full if FULL else few


def story(number: int, sentences: int = 12) -> str:
    """A text of its own for each number, with a footer that all have."""
    chance = random.Random(number)
    lines = [" ".join(chance.choice(part) for part in PARTS) + f", {chance.randrange(10**6)}." for _ in range(sentences)]
    return " ".join(lines) + f"\n\n{FOOT}\n"


def corpus(folder: Path, files: int = 20, sentences: int = 12) -> Path:
    for number in range(files):
        place = folder / f"paper{number % 3}" / f"{number:03}.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(story(number, sentences), encoding="utf-8")
    return folder


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "stripper", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def start(*arguments: str | Path, **more: str) -> subprocess.Popen[str]:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command(*arguments), env=environment(**more), **streams)  # type: ignore[call-overload,no-any-return]


class Ended(NamedTuple):
    """code: the exit code. said: standard error."""

    code: int
    said: str

    @property
    def account(self) -> tuple[int, ...]:
        """Inputs emitted, emptied, skipped and quarantined, whose sum is checked to be that of the inputs."""
        found = re.search(r"inputs (\d+) = (\d+) emitted \+ (\d+) emptied \+ (\d+) skipped \+ (\d+) quarantined", self.said)
        assert found, self.said
        inputs, *parts = map(int, found.groups())
        assert inputs == sum(parts)
        return tuple(parts)


def run(*arguments: str | Path, **more: str) -> Ended:
    process = start(*arguments, **more)
    _, said = process.communicate()
    return Ended(process.returncode, said)


def tree(folder: Path) -> dict[str, str]:
    """sha256 of every file of a folder, those in the making included."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def without_place(files: Mapping[str, str]) -> dict[str, str]:
    """Less the manifest, which names the inputs as they were given."""
    return {name: digest for name, digest in files.items() if name != "manifest.json"}


def quarantine(out: Path) -> list[dict[str, str]]:
    files = sorted((out / "quarantine").rglob("*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_bytes().splitlines()]
