"""A file that is rewritten stays the same file, and one that cannot is not touched."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from stripper.hook.inplace import Refused, read, rewrite

OLD, NEW = b"old content\r\n", b"new\r\n"
is_root = not hasattr(os, "geteuid") or os.geteuid() == 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.txt"
    path.write_bytes(OLD)
    return path


def left(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir())


def test_content_is_replaced_and_nothing_is_left_behind(file: Path) -> None:
    rewrite(read(str(file)), NEW)
    assert file.read_bytes() == NEW
    assert left(file) == ["file.txt"]


@pytest.mark.parametrize("mode", [0o600, 0o755, 0o664, 0o4755])
def test_permissions_stay(file: Path, mode: int) -> None:
    file.chmod(mode)
    rewrite(read(str(file)), NEW)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(not is_root, reason="only root may give files away")
def test_the_owner_stays(file: Path) -> None:
    os.chown(file, 1234, 2345)
    rewrite(read(str(file)), NEW)
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 2345)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes here")
def test_extended_attributes_stay(file: Path) -> None:
    try:
        os.setxattr(file, "user.origin", b"the quay")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    rewrite(read(str(file)), NEW)
    assert os.getxattr(file, "user.origin") == b"the quay"


def test_a_link_stays_and_its_target_is_rewritten(file: Path) -> None:
    link = file.with_name("link.txt")
    link.symlink_to(file.name)
    rewrite(read(str(link)), NEW)
    assert link.is_symlink() and os.readlink(link) == "file.txt"
    assert file.read_bytes() == NEW


def hard_link(file: Path) -> None:
    os.link(file, file.with_name("other.txt"))


def read_only(file: Path) -> None:
    file.chmod(0o444)


@pytest.mark.parametrize(
    ("spoil", "message"), [(hard_link, "2 hard links"), (read_only, "read-only")], ids=["hard link", "read-only"]
)
def test_what_would_change_in_another_way_is_refused(file: Path, spoil: Callable[[Path], None], message: str) -> None:
    spoil(file)
    before = left(file), file.stat().st_ino
    with pytest.raises(Refused, match=message):
        rewrite(read(str(file)), NEW)
    assert file.read_bytes() == OLD
    assert (left(file), file.stat().st_ino) == before


def grown(file: Path) -> None:
    with file.open("ab") as more:
        more.write(b"x")


def same_size_and_time(file: Path) -> None:
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    file.write_bytes(OLD.replace(b"old", b"odd"))
    os.utime(file, ns=times)


def replaced(file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(OLD)
    os.replace(other, file)


def gone(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("change", [grown, same_size_and_time, replaced, gone], ids=lambda change: change.__name__)
def test_a_file_that_changed_meanwhile_is_refused(file: Path, change: Callable[[Path], None]) -> None:
    seen = read(str(file))
    change(file)
    before = file.read_bytes() if file.exists() else None
    with pytest.raises(Refused, match="changed while it was checked"):
        rewrite(seen, NEW)
    assert (file.read_bytes() if file.exists() else None) == before
    assert [name for name in left(file) if name.startswith(".")] == []


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(Refused, match="not a regular file"):
        read(str(tmp_path / "pipe.txt"))


@pytest.mark.skipif(is_root, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_loses_nothing(file: Path) -> None:
    file.parent.chmod(0o555)
    try:
        with pytest.raises(Refused, match="cannot be written"):
            rewrite(read(str(file)), NEW)
    finally:
        file.parent.chmod(0o755)
    assert file.read_bytes() == OLD


def test_a_full_disk_loses_nothing(file: Path) -> None:
    import resource
    import signal

    # A limit on file sizes stands for the end of the disk: the write fails in its middle.
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(Refused, match="cannot be written: File too large"):
            rewrite(read(str(file)), bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert file.read_bytes() == OLD
    assert left(file) == ["file.txt"]
