"""The ids a file has had so far, in memory that does not grow with the file."""

from __future__ import annotations

import sqlite3
from types import TracebackType

import xxhash


class SeenIds:
    """A set of ids on disk (a private file of SQLite, which keeps it in memory while it is small)."""

    def __init__(self) -> None:
        # Isolation level None: nothing here outlives the run, so nothing is committed.
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("CREATE TABLE seen (id BLOB PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> SeenIds:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._base.close()

    def add(self, id: str) -> bool:
        """Remember an id; whether it is new."""
        digest = xxhash.xxh3_128_digest(id.encode("utf-8", "surrogatepass"))
        return self._base.execute("INSERT OR IGNORE INTO seen VALUES (?)", (digest,)).rowcount == 1
