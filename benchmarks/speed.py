"""How long the whole command line takes, and what it takes beside it: wall, CPU and memory.

    python benchmarks/speed.py [--data DIR] [--sample N] [--rounds N]

Every line is one run in a process of its own, one after the other: ``clean`` over press-text, ``clean`` over news-html with
one worker, and trafilatura alone over the pages of news-html, what the time for pages is held against.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from accuracy import ROOT, Absent, arguments, data_file, read_rows, write_rows

_ALONE = "--trafilatura"
# The exit codes of a run that is done; 3 says that some inputs are in quarantine.
_DONE = (0, 3)


class Failed(Exception):
    """A command that did not do its work. Its text says which, and how it ended."""


@dataclass(frozen=True)
class Taken:
    """What a command and the processes it started took.

    wall, cpu: seconds, CPU of user and system together. peak: bytes of memory, of the largest of its processes.
    """

    wall: float
    cpu: float
    peak: int


def take(command: Sequence[str]) -> Taken:
    """Run a command and wait for it. Raises Failed."""
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], [*command], os.environ)
    # Not RUSAGE_CHILDREN, whose peak is that of every command so far; this is of one command and its own children.
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    if (code := os.waitstatus_to_exitcode(status)) not in _DONE:
        raise Failed(f"{' '.join(command)} ended with {code}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Taken(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


def extract_alone(source: str, out: str) -> None:
    """What a user would run instead: trafilatura over each page of a file of rows, its text to another."""
    import trafilatura

    opened = gzip.open if source.endswith(".gz") else open
    with opened(source, "rt", encoding="utf-8") as lines, open(out, "w", encoding="utf-8") as file:
        for line in lines:
            row = json.loads(line)
            text = trafilatura.extract(row["html"], include_comments=False, deduplicate=False) or ""
            file.write(json.dumps({"id": row["id"], "text": text}) + "\n")


def measure(folder: Path, sample: int, work: Path) -> None:
    """Run the commands back to back and print a line for each. Raises Absent, Failed."""
    sources = {name: data_file(folder, name) for name in ("press-text", "news-html")}
    if sample:
        sources = {name: write_rows(work / f"{name}.jsonl", read_rows(path, sample)) for name, path in sources.items()}
    # `-m stripper` is this checkout, whichever is installed: `main` starts in its root.
    clean = [sys.executable, "-m", "stripper", "clean", "--quiet", "--overwrite", "-o", str(work / "out.jsonl")]
    text, html = (str(sources[name]) for name in ("press-text", "news-html"))
    show("clean press-text", take([*clean, text, "--text-field", "input"]))
    ours = take([*clean, html, "--html-field", "html", "--workers", "1"])
    show("clean news-html, one worker", ours)
    theirs = take([sys.executable, str(Path(__file__).resolve()), _ALONE, html, str(work / "alone.jsonl")])
    show("trafilatura alone, news-html", theirs)
    print(f"{'clean to trafilatura':<30}{ours.wall / theirs.wall:>10.2f}{ours.cpu / theirs.cpu:>10.2f}", end="")
    print(f"{ours.peak / theirs.peak:>10.2f}", flush=True)


def show(name: str, taken: Taken) -> None:
    print(f"{name:<30}{taken.wall:>10.1f}{taken.cpu:>10.1f}{taken.peak / 2**20:>10.0f}", flush=True)


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="how often all are run (%(default)s)")
    given = parser.parse_args()
    folder = given.data.resolve()
    os.chdir(ROOT)
    print(f"{'':<30}{'wall s':>10}{'CPU s':>10}{'peak MiB':>10}", flush=True)
    try:
        for _ in range(given.rounds):
            with tempfile.TemporaryDirectory() as work:
                measure(folder, given.sample, Path(work))
    except (Absent, Failed) as error:
        print(f"speed: {error}", file=sys.stderr)
        return 2 if isinstance(error, Absent) else 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == [_ALONE]:
        extract_alone(*sys.argv[2:])
    else:
        sys.exit(main())
