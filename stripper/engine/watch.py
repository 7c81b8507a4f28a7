"""What one document may take, and how a worker says which one it is at.

Nothing inside a process can end a parser that does not come back: a signal's handler waits for it, and so does a thread. So
a worker writes into a few bytes that it shares with its parent which item it is at and until when, and the parent ends it.
"""

from __future__ import annotations

import math
import mmap
import struct
import time
from pathlib import Path
from typing import NamedTuple

MiB = 1 << 20
SLOT = 16
"""Bytes that a worker has to itself in the shared file: the item's index and its deadline."""

_slot = struct.Struct("=qd")
_IDLE = _slot.pack(-1, math.inf)


class Limits(NamedTuple):
    """What one document may take.

    seconds: for each MiB of it that is begun. memory: bytes that a worker may hold beyond what it starts with.
    paragraph: characters of its longest paragraph.
    """

    seconds: float = 60.0
    memory: int = 2 << 30
    paragraph: int = 16 << 20


class At(NamedTuple):
    """Where a worker is: the index of its item, -1 between items, and when that must be done, on the monotonic clock."""

    item: int
    deadline: float


class Board:
    """The shared bytes of all workers. path: their file, made by the parent, of SLOT bytes for each worker."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), 0)

    def read(self, worker: int) -> At:
        return At(*_slot.unpack_from(self._bytes, worker * SLOT))

    def write(self, worker: int, at: At | None) -> None:
        """at: None between items."""
        self._bytes[worker * SLOT : (worker + 1) * SLOT] = _slot.pack(*at) if at else _IDLE

    def close(self) -> None:
        self._bytes.close()


# The board and the place of this process, where it is a worker; and what its documents may take.
_own: list[tuple[Board, int]] = []
_limits: list[Limits] = [Limits()]


def start(board: Board, worker: int, limits: Limits) -> None:
    """This process is a worker from here on."""
    _own[:] = [(board, worker)]
    _limits[:] = [limits]
    limit_memory()


def limits() -> Limits:
    return _limits[0]


def begin(index: int, size: int) -> None:
    """This worker begins with an item of so many bytes or characters."""
    for board, worker in _own:
        board.write(worker, At(index, time.monotonic() + _limits[0].seconds * (1 + size // MiB)))


def idle() -> None:
    """This worker is done with an item."""
    for board, worker in _own:
        board.write(worker, None)


def limit_memory(to: int | None = None) -> None:
    """Let a worker hold as much as its limit says beyond what it holds now, where the system can see to that.

    to: another limit, in bytes; 0 for none.
    """
    if not _own:
        return
    try:
        import resource

        more = _limits[0].memory if to is None else to
        status = Path("/proc/self/status").read_text()
        held = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData"))
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        wanted = held * 1024 + more if more else hard
        within = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (within, hard))
    except (ImportError, OSError, StopIteration, ValueError):
        pass  # no Linux; the limit of time still holds
