"""Files that are wholly old or wholly new at any moment: written beside their place, then renamed into it."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

TEMPORARY = ".stripper-"
"""How the names of files in the making start; `sweep` deletes what killed runs left of them."""


class WriteError(OSError):
    """A file that could not be written. What stood in its place stands there unchanged. Exit code 3."""

    def __init__(self, path: str | os.PathLike[str], error: OSError) -> None:
        what = error.strerror or str(error)
        super().__init__(f"{os.fspath(path)}: {what}; what stood there is unchanged; make room or choose another OUT")


class AtomicFile:
    """A file in the making. `commit` puts it in its place, `abort` leaves no trace of it; a link's target is replaced.

    file: binary, to write to (and to truncate).
    Raises WriteError.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(os.path.realpath(path))
        with _naming(path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = self._open()
        self.file: IO[bytes] = os.fdopen(handle, "w+b")

    def _open(self) -> int:
        while True:
            self._temporary = self.path.with_name(f"{TEMPORARY}{secrets.token_hex(8)}.tmp")
            _under_way.add(self._temporary)
            # Not mkstemp: the file gets the permissions that any new file of this user gets.
            handle = os.open(self._temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            if hold(handle) and os.fstat(handle).st_nlink:
                return handle
            os.close(handle)  # swept away between the two calls

    def commit(self) -> None:
        try:
            with _naming(self.path):
                self.file.flush()
                with contextlib.suppress(FileNotFoundError):
                    os.fchmod(self.file.fileno(), os.stat(self.path).st_mode & 0o7777)
                os.fsync(self.file.fileno())
                os.replace(self._temporary, self.path)
                _under_way.discard(self._temporary)
                # Not before: an open file is locked, and no other process sweeps it away.
                self.file.close()
                _sync_folder(self.path.parent)
        except BaseException:
            self.abort()
            raise

    def abort(self) -> None:
        # Closing writes what is buffered, which fails again on a full disk.
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(OSError):
            os.unlink(self._temporary)
        _under_way.discard(self._temporary)


# What this process has in the making: a signal may come between the making of a file and the first line that would drop it.
_under_way: set[Path] = set()


@atexit.register
def _drop() -> None:
    for temporary in _under_way:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def hold(handle: int) -> bool:
    """Lock an open file or folder for as long as it is open, or its process lives; whether no other process holds it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without locks
    return True


def sweep(folder: str | os.PathLike[str]) -> None:
    """Delete the files in the making that killed runs left in a folder; those that a process holds stay."""
    for name in os.listdir(folder):
        if name.startswith(TEMPORARY) and name.endswith(".tmp"):
            with contextlib.suppress(OSError), open(os.path.join(folder, name), "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(file.name)


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A binary file to write to, published when the block ends and dropped when it raises.

    Raises WriteError.
    """
    target = AtomicFile(path)
    try:
        with _naming(path):
            yield target.file
    except BaseException:
        target.abort()
        raise
    target.commit()


@contextmanager
def _naming(path: str | os.PathLike[str]) -> Iterator[None]:
    try:
        yield
    except WriteError:
        raise
    except OSError as error:
        raise WriteError(path, error) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
