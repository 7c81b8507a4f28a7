"""A file is wholly old or wholly new, and nothing is left lying about."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from stripper.sinks.atomic import AtomicFile, WriteError, atomic_write


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "sub" / "a") as file:
        file.write(b"new")
        assert not (tmp_path / "sub" / "a").exists()
    assert (tmp_path / "sub" / "a").read_bytes() == b"new"
    assert os.listdir(tmp_path / "sub") == ["a"]


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(RuntimeError), atomic_write(tmp_path / "a") as file:
        file.write(b"new")
        raise RuntimeError
    assert (tmp_path / "a").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/target").write_bytes(b"old")
    os.symlink("folder/target", tmp_path / "link")
    with atomic_write(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder/target").read_bytes() == b"new"


def test_permissions_are_those_of_the_old_file_or_of_any_new_one(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "old").chmod(0o640)
    (tmp_path / "plain").write_bytes(b"")
    for name in ("old", "new"):
        with atomic_write(tmp_path / name) as file:
            file.write(b"new")
    modes = {name: (tmp_path / name).stat().st_mode & 0o777 for name in ("old", "new", "plain")}
    assert modes["old"] == 0o640
    assert modes["new"] == modes["plain"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteError, match=r"file/a: File exists; what stood there is unchanged"):
        AtomicFile(tmp_path / "file" / "a")


FULL = """
import resource, signal, sys
from stripper.sinks.atomic import WriteError, atomic_write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    with atomic_write(sys.argv[1]) as file:
        file.write(b"x" * int(sys.argv[2]))
except WriteError as error:
    print(error)
"""


@pytest.mark.parametrize("size", [5000, 500_000])
def test_no_room_leaves_the_old_file_and_no_other(tmp_path: Path, size: int) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    path = tmp_path / "a"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", FULL, str(path), str(size)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{path}: File too large")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


KILLED = """
import os, random, signal, sys, threading, time
from stripper.sinks.atomic import atomic_write
number = 0
print("ready", flush=True)
while True:
    number += 1
    with atomic_write(sys.argv[1]) as file:
        for _ in range(64):
            file.write(b"%08d" % number * 512)
"""


def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    import random
    import time

    path = tmp_path / "a"
    moments = random.Random(1)
    for _ in range(10):
        with subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE) as process:
            assert process.stdout and process.stdout.readline()
            time.sleep(0.02 + moments.random() * 0.03)
            process.kill()
        data = path.read_bytes()
        assert len(data) == 64 * 512 * 8 and data == data[:8] * (64 * 512)
