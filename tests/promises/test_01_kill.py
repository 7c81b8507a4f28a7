"""1. After a kill at any moment every published file is wholly old or wholly new."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .runs import ROOT, corpus, environment, run, start, times, tree


def test_killed_runs_leave_files_that_are_wholly_old_or_wholly_new(tmp_path: Path) -> None:
    given = corpus(tmp_path / "in")
    run("strip", given, "-o", tmp_path / "old", "--quiet")
    run("strip", given, "-o", tmp_path / "new", "--keep", "copyright", "--quiet")
    old, new = tree(tmp_path / "old"), tree(tmp_path / "new")
    assert old["documents/paper0/000.txt"] != new["documents/paper0/000.txt"]
    begun = time.monotonic()
    run("strip", given, "-o", tmp_path / "measured", "--quiet")
    whole = time.monotonic() - begun
    chance, killed, halfway = random.Random(1), 0, 0
    for _ in range(times(8, 200)):
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        shutil.copytree(tmp_path / "old", tmp_path / "out")
        running = start("strip", given, "-o", tmp_path / "out", "--keep", "copyright", "--overwrite", "--quiet")
        time.sleep(whole * chance.uniform(0.6, 1.05))
        running.kill()
        running.communicate()
        killed += running.returncode == -9
        after = tree(tmp_path / "out")
        published = {name: digest for name, digest in after.items() if name.startswith(("documents/", "removals/"))}
        for name, digest in published.items():
            assert ".stripper-" in name or digest in (old.get(name), new.get(name)), name
        assert {name for name in published if name.startswith("documents/") and ".stripper-" not in name} >= {
            name for name in old if name.startswith("documents/")
        }
        halfway += len({digest == new.get(name) for name, digest in published.items() if name.startswith("doc")}) == 2
    print(f"{killed} kills, {halfway} of them between two files")
    assert killed


# A writer without anything around it: what a run does to publish one input. A call that nothing else makes marks its
# start and its end, so that each of its calls can be counted.
WRITER = """
import os, sys
from pathlib import Path
from stripper.model import Document, Removal, Result
from stripper.sinks import SinkOptions, open_sink
from stripper.sinks.folder import RunFolder
from stripper.sources import Input
from stripper.sources.rows import TextRow
out, text = sys.argv[1:]
given = [Input("in/a.txt", "a.txt")]
sink = RunFolder(Path(out), given, SinkOptions(overwrite=True))
result = Result(Document(text + "[ad]", path="a.txt", row=TextRow()), text,
                (Removal(len(text), len(text) + 4, "[ad]", "advertising", "", "span"),))
os.sched_yield()
try:
    with sink:
        sink.start({"stripper": "0", "rules": "r", "library": None})
        sink.begin(given[0])
        sink.write(result)
        sink.mark("digest", sink.end(), False, {})
        sink.close({})
except OSError as error:
    print(error)
    sys.exit(3)
finally:
    os.sched_yield()
"""
CALLS = "openat,write,pwrite64,fsync,rename,ftruncate,unlink,mkdir,fchmod,close,lseek,flock"


@pytest.mark.strace
@pytest.mark.parametrize("fault", ["signal=KILL", "error=ENOSPC", "error=EIO"])
def test_a_fault_at_every_call_of_the_writer(fault: str, tmp_path: Path) -> None:
    old, new, out = "The old text. " * 3000, "The new text. " * 3000, tmp_path / "out"
    variables = environment(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1")
    (tmp_path / "writer.py").write_text(WRITER)

    def writer(text: str, *strace: str) -> subprocess.CompletedProcess[str]:
        script = [sys.executable, str(tmp_path / "writer.py"), str(out), text]
        return subprocess.run([*strace, *script], env=variables, capture_output=True, text=True, check=False, cwd=ROOT)

    assert writer(old).returncode == 0
    shutil.copytree(out, tmp_path / "before")
    calls = _calls_of(writer, new, tmp_path)
    assert (out / "documents/a.txt").read_text() == new and len(calls) > 20
    every = calls if times(0, 1) else random.Random(fault).sample(calls, 6)
    injected = 0
    for name, ordinal in every:
        if fault.startswith("error") and name in ("close", "flock"):
            continue  # the kernel closes what it says it failed to close; a file system without locks is served
        shutil.rmtree(out)
        shutil.copytree(tmp_path / "before", out)
        log = tmp_path / "log"
        inject = f"inject={name}:{fault}:when={ordinal}"
        done = writer(new, "strace", "-f", "-qq", "-o", str(log), "-e", f"trace={name}", "-e", inject)
        hit = "INJECTED" in log.read_text() or "SIGKILL" in log.read_text()
        injected += hit
        assert (out / "documents/a.txt").read_text() in (old, new), (name, ordinal)
        assert done.returncode in (-9, 137, 3, 0, 1, 120), (name, ordinal, done)
        if hit and fault.startswith("error") and name in ("write", "fsync", "rename"):
            assert done.returncode == 3, (name, ordinal, done)
            assert not list(out.rglob(".stripper-*")), (name, ordinal)
        # What a kill left over is gone with the next run.
        assert writer(new).returncode == 0
        assert not list(out.rglob(".stripper-*"))
    print(f"{fault}: injected at {injected} of {len(calls)} calls")
    assert injected >= len(every) * 3 // 4


def _calls_of(writer: object, text: str, tmp_path: Path) -> list[tuple[str, int]]:
    """The writer's calls by name and ordinal since the start of its process."""
    log = tmp_path / "calls"
    done = writer(text, "strace", "-f", "-qq", "-o", str(log), "-e", f"trace={CALLS},sched_yield")  # type: ignore[operator]
    assert done.returncode == 0, done
    counts: dict[str, int] = {}
    calls, within = [], False
    for line in log.read_text().splitlines():
        found = re.match(r"\d+\s+(\w+)\(", line)
        if not found:
            continue
        name = found[1]
        if name == "sched_yield":
            within = not within
        counts[name] = counts.get(name, 0) + 1
        if within and name != "sched_yield":
            calls.append((name, counts[name]))
    return calls


def test_ctrl_c_and_termination_end_cleanly_and_can_be_resumed(tmp_path: Path) -> None:
    import signal

    given = corpus(tmp_path / "in", 200, 60)
    run("clean", given, "-o", tmp_path / "whole", "--quiet")
    for number, sign in enumerate((signal.SIGINT, signal.SIGTERM)):
        out = tmp_path / f"out{number}"
        running = start("clean", given, "-o", out, "--quiet")
        deadline = time.monotonic() + 60
        while not (out / "documents").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(running.pid, sign)
        _, said = running.communicate(timeout=60)
        if running.returncode == 0:
            continue  # it was done sooner
        assert (running.returncode, "Traceback" in said) == (130, False), said
        assert "--resume" in said and not list(out.rglob(".stripper-*"))
        assert run("clean", given, "-o", out, "--resume", "--quiet").code == 0
        assert tree(out) == tree(tmp_path / "whole")
