"""Files that are wholly old or wholly new at any moment: written beside their place, then renamed into it."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

TEMPORARY = ".stripper-"
"""How the names of files in the making start; one that is left over from a killed run can be deleted."""


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
        self._temporary = self.path.with_name(f"{TEMPORARY}{secrets.token_hex(8)}.tmp")
        with _naming(path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Not mkstemp: the file gets the permissions that any new file of this user gets.
            handle = os.open(self._temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        self.file: IO[bytes] = os.fdopen(handle, "w+b")

    def commit(self) -> None:
        try:
            with _naming(self.path):
                self.file.flush()
                with contextlib.suppress(FileNotFoundError):
                    os.fchmod(self.file.fileno(), os.stat(self.path).st_mode & 0o7777)
                os.fsync(self.file.fileno())
                self.file.close()
                os.replace(self._temporary, self.path)
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
