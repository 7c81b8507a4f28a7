"""A file in the making that compresses what it is given, and can go back to where an input began."""

from __future__ import annotations

import contextlib
import os
from typing import IO, Any

from stripper.sinks.atomic import AtomicFile, WriteError

Compression = str
_SUFFIXES = {".gz": "gz", ".zst": "zst"}


def compression_of(name: str) -> Compression:
    """``gz``, ``zst`` or empty, by a file's suffix."""
    return _SUFFIXES.get(os.path.splitext(name.lower())[1], "")


class Output:
    """An `AtomicFile` behind a compressor. What lies between two marks is a gzip member or zstd frame of its own.

    path: where it will stand. Raises WriteError.
    """

    def __init__(self, path: str | os.PathLike[str], compression: Compression = "") -> None:
        self._target = AtomicFile(path)
        self.path = self._target.path
        self._compression = compression
        self._member: IO[bytes] | None = None

    def write(self, data: bytes) -> None:
        try:
            if self._member is None:
                self._member = _compressor(self._target.file, self._compression)
            self._member.write(data)
        except OSError as error:
            raise WriteError(self.path, error) from error

    def mark(self) -> int:
        """A place that `rollback` can go back to."""
        try:
            self._end_member()
            return self._target.file.tell()
        except OSError as error:
            raise WriteError(self.path, error) from error

    def rollback(self, mark: int) -> None:
        """Drop all that was written since a mark."""
        self.mark()
        self._target.file.seek(mark)
        self._target.file.truncate()

    def commit(self) -> None:
        if self.mark() == 0:
            # No bytes at all are not a sound gzip or zstd file.
            self.write(b"")
            self.mark()
        self._target.commit()

    def abort(self) -> None:
        # A compressor that is left open would write to the closed file when it is collected.
        with contextlib.suppress(OSError, ValueError):
            self._end_member()
        self._target.abort()

    def _end_member(self) -> None:
        if self._member is not None and self._member is not self._target.file:
            self._member.close()
        self._member = None


def _compressor(file: IO[bytes], compression: Compression) -> Any:
    if compression == "gz":
        import gzip

        # Neither name nor time: the same rows give the same bytes.
        return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0)
    if compression == "zst":
        import zstandard

        return zstandard.ZstdCompressor().stream_writer(file, closefd=False)
    return file
