"""How good the whole command line is on the measuring sets: one table of f1, lost and left.

    python benchmarks/accuracy.py [--data DIR] [--sample N] [--only SET]

Every line is one run of ``stripper clean`` or ``strip`` in a process of its own, scored by `stripper.evaluate`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "bench" / "data"
"""Where the measuring sets stand unless ``--data`` says otherwise: beside the checkout."""

# What is measured is this checkout, whichever stripper is installed.
sys.path.insert(0, str(ROOT))

Row: TypeAlias = dict[str, Any]

_FIGURES = {"f1": "f1", "lost": "content_lost", "left": "boilerplate_left"}
_GROUPS = {"": "all", " A": "A", " B": "B"}
# The exit codes of a run that is done; 3 says that some inputs are in quarantine, and these score as empty.
_DONE = (0, 3)


class Absent(Exception):
    """A measuring set that is not there. Its text says which, and where it was looked for."""


@dataclass(frozen=True)
class Run:
    """A line of the table.

    name: what ``--only`` calls it. data: its set. command: the words after ``python -m stripper``.
    """

    name: str
    data: str
    command: tuple[str, ...]


RUNS = (
    Run("news-html", "news-html", ("clean", "--html-field", "html")),
    Run("news-html as text", "news-html", ("clean", "--text-field", "input")),
    Run("sites-html", "sites-html", ("clean", "--html-field", "html")),
    Run("news-text", "news-text", ("clean", "--text-field", "input")),
    Run("news-text, each alone", "news-text", ("strip", "--text-field", "input")),
    Run("press-text", "press-text", ("clean", "--text-field", "input")),
)


def data_file(folder: Path, name: str) -> Path:
    """The file of a measuring set. Raises Absent."""
    path = folder.resolve() / f"{name}.jsonl.gz"
    if not path.is_file():
        raise Absent(
            f"{path} is not there; the measuring sets are no part of the project. Put them beside the checkout as"
            " shared/bench/data, or name their folder with --data DIR"
        )
    return path


def read_rows(path: Path, sample: int = 0) -> list[Row]:
    """The rows of a measuring set; with ``sample`` about so many, of whole sources, those with gold first."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows: list[Row] = [json.loads(line) for line in lines]
    if not sample or sample >= len(rows):
        return rows
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[_origin(row)].append(row)
    with_gold = {origin: any(row.get("gold") is not None for row in group) for origin, group in groups.items()}
    chosen: list[Row] = []
    for origin in sorted(groups, key=lambda origin: (not with_gold[origin], _digest(origin))):
        chosen += groups[origin][: sample - len(chosen)]
    return chosen


def half(row: Mapping[str, Any]) -> str:
    """``A`` or ``B``, by the row's source, else by its id: all pages of a site are in one half."""
    return "AB"[_digest(_origin(row))[0] % 2]


def _origin(row: Mapping[str, Any]) -> str:
    return str(row.get("source") or row["id"])


def _digest(origin: str) -> bytes:
    return hashlib.md5(origin.encode(), usedforsecurity=False).digest()


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write rows as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")
    return path


def write_gold(path: Path, rows: Iterable[Row]) -> Path:
    """Write the rows that have gold as `stripper.evaluate` reads them, without their pages, each with its ``half``."""
    wanted = ("id", "input", "gold", "spans")
    return write_rows(
        path,
        (
            {"half": half(row), **{name: row[name] for name in wanted if name in row}}
            for row in rows
            if row.get("gold") is not None
        ),
    )


def header() -> str:
    """The head of the table whose lines `line` gives."""
    figures = "".join(f"{name + mark:>8}" for mark in _GROUPS for name in _FIGURES)
    return f"{'set':<28}{'docs':>5}{'none':>6}{figures}"


def line(name: str, gold: Path, out: Path) -> str:
    """A line of the table: an output scored against gold, all of it and its halves; ``-`` for a half without gold."""
    from stripper.evaluate import evaluate

    groups = evaluate(str(gold), str(out), by="half").groups
    found = [groups.get(group, {}).get(key) for group in _GROUPS.values() for key in _FIGURES.values()]
    figures = "".join(f"{'-':>8}" if value is None else f"{value:>8.4f}" for value in found)
    return f"{name:<28}{groups['all']['documents']:>5}{groups['all']['missing']:>6}{figures}"


def measure(run: Run, folder: Path, sample: int) -> str:
    """Run a command line whole and score what it wrote: a line of the table. Raises Absent, CalledProcessError."""
    data = data_file(folder, run.data)
    rows = read_rows(data, sample)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        source = write_rows(work / f"{run.data}.jsonl", rows) if sample else data
        gold, out = write_gold(work / "gold.jsonl", rows), work / "out.jsonl"
        command = [sys.executable, "-m", "stripper", run.command[0], str(source), "-o", str(out), *run.command[1:]]
        start = time.perf_counter()
        done = subprocess.run([*command, "--quiet"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        seconds = time.perf_counter() - start
        if done.returncode not in _DONE:
            raise subprocess.CalledProcessError(done.returncode, command, stderr=done.stderr)
        return f"{line(run.name, gold, out)}{seconds:>8.1f}"


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The options that the commands of this folder share."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA, metavar="DIR", help="the measuring sets (%(default)s)")
    parser.add_argument(
        "--sample", type=int, default=0, metavar="N", help="N rows of each set; to try it, not to quote"
    )
    return parser


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument(
        "--only", choices=sorted({run.data for run in RUNS}), metavar="SET", help="one set: %(choices)s"
    )
    given = parser.parse_args()
    print(f"{header()}{'wall s':>8}", flush=True)
    try:
        for run in RUNS:
            if given.only in (None, run.data):
                print(measure(run, given.data, given.sample), flush=True)
    except Absent as error:
        print(f"accuracy: {error}", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(f"accuracy: {' '.join(error.cmd)} ended with {error.returncode}:\n{error.stderr}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
