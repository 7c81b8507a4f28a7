"""The bytes of an input, decompressed as they are read: truncated and exploding files do not pass as whole ones."""

from __future__ import annotations

import functools
import io
import os
import shutil
import sys
import tempfile
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from stripper.sources.inputs import STDIN, Input
from stripper.sources.options import MiB, ReadOptions

# Below this no ratio is suspect: such a file does no harm, and short repetitive ones compress very well.
_HARMLESS = 64 * MiB
# A zstd block of four bytes can hold 128 KiB, so this much input expands to 32 MiB at most.
_ZSTD_STEP = 1024


class Damaged(Exception):
    """An input that cannot be read to its end: truncated, broken, or larger than the options allow."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


@contextmanager
def open_stream(input: Input, options: ReadOptions) -> Iterator[IO[bytes]]:
    """The decompressed bytes of an input, from the start.

    Raises Damaged, on opening and on reading.
    """
    with open_found(input) as raw:
        try:
            if input.compression:
                kind = _Gzip if input.compression == "gz" else _Zstandard
                with io.BufferedReader(kind(raw, options.max_ratio), MiB) as stream:
                    yield stream
            else:
                yield raw
        except OSError as error:
            raise _unreadable(error) from error


@contextmanager
def open_found(input: Input) -> Iterator[IO[bytes]]:
    """The bytes of an input as they are stored.

    Raises Damaged where it cannot be opened.
    """
    try:
        if input.remote:
            import fsspec

            stream = fsspec.open(input.name, "rb").open()
        else:
            stream = open(_stdin_copy() if input.name == STDIN else input.name, "rb")  # noqa: SIM115
    except OSError as error:
        raise _unreadable(error) from error
    with stream:
        yield stream


def digest(input: Input) -> str:
    """sha256 of an input's bytes as they are stored, in hexadecimal digits; of one behind a URL, of what its place says of
    its state. Empty where it cannot be read."""
    import hashlib

    try:
        if input.remote:
            import fsspec

            system, path = fsspec.core.url_to_fs(input.name)
            return str(system.ukey(path))
        whole = hashlib.sha256()
        with open_found(input) as raw:
            while chunk := raw.read(MiB):
                whole.update(chunk)
        return whole.hexdigest()
    except (OSError, Damaged):
        return ""


def read_whole(input: Input, options: ReadOptions) -> bytes:
    """All bytes of an input that is one document.

    Raises Damaged.
    """
    chunks: list[bytes] = []
    size = 0
    with open_stream(input, options) as stream:
        while chunk := stream.read(MiB):
            chunks.append(chunk)
            size += len(chunk)
            if size > options.max_document:
                reason = f"more than {options.max_document} bytes in one document"
                raise Damaged(reason, "split it, or raise --max-document")
    return b"".join(chunks)


@functools.cache
def _stdin_copy() -> str:
    """A file with what came on standard input, since learning and stripping each read it."""
    import atexit

    handle, name = tempfile.mkstemp(prefix="stripper-stdin-")
    atexit.register(os.unlink, name)
    with os.fdopen(handle, "wb") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy, MiB)
    return name


def _unreadable(error: OSError) -> Damaged:
    return Damaged(f"cannot be read: {error.strerror or error}", "make it readable, then run again")


def _broken(kind: str, error: Exception) -> Damaged:
    return Damaged(f"not a sound {kind} file: {error}", "compress it anew from its original")


def _truncated(kind: str, size: int) -> Damaged:
    reason = f"truncated: the {kind} stream ends in its middle, after {size} bytes of content"
    return Damaged(reason, "fetch or compress it anew; nothing of it was published")


class _Decompressed(io.RawIOBase):
    """Decompressed bytes that count themselves against the compressed ones."""

    def __init__(self, raw: IO[bytes], max_ratio: int) -> None:
        self._raw = raw
        self._max_ratio = max_ratio
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        size = self._fill(view)
        self._size += size
        if self._size > _HARMLESS and self._size > self._max_ratio * self._raw.tell():
            reason = f"decompresses to more than {self._max_ratio} times its size, a decompression bomb"
            raise Damaged(reason, "leave it out, or raise --max-ratio if its content is known to be sound")
        return size

    @abstractmethod
    def _fill(self, view: memoryview) -> int: ...


class _Gzip(_Decompressed):
    """All members of a gzip file."""

    def __init__(self, raw: IO[bytes], max_ratio: int) -> None:
        import gzip

        super().__init__(raw, max_ratio)
        self._members = gzip.GzipFile(fileobj=raw, mode="rb")

    def _fill(self, view: memoryview) -> int:
        import zlib

        try:
            size = self._members.readinto(view)
        except EOFError as error:
            raise _truncated("gzip", self._size) from error
        except (OSError, zlib.error) as error:
            raise _broken("gzip", error) from error
        if not size and not self._raw.tell():
            raise _truncated("gzip", 0)
        return size


class _Zstandard(_Decompressed):
    """All frames of a zstd file; the library's own readers take the end of the file for the end of a frame."""

    def __init__(self, raw: IO[bytes], max_ratio: int) -> None:
        import zstandard

        super().__init__(raw, max_ratio)
        self._error = zstandard.ZstdError
        self._decompressor = zstandard.ZstdDecompressor()
        self._frame: Any = None
        self._fed = b""
        self._ready = memoryview(b"")

    def _fill(self, view: memoryview) -> int:
        while not self._ready:
            chunk = self._fed or self._raw.read(_ZSTD_STEP)
            if not chunk:
                if self._frame is not None or not self._raw.tell():
                    raise _truncated("zstd", self._size)
                return 0
            self._ready = memoryview(self._expand(chunk))
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _expand(self, chunk: bytes) -> bytes:
        frame = self._frame or self._decompressor.decompressobj()
        try:
            expanded = frame.decompress(chunk)
        except self._error as error:
            raise _broken("zstd", error) from error
        self._fed = frame.unused_data if frame.eof else b""
        self._frame = None if frame.eof else frame
        return expanded
