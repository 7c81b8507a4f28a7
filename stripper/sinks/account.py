"""What stands beside the documents: removals and quarantine."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stripper.model import Rejected
from stripper.sinks.output import Output
from stripper.sinks.removals import header_line
from stripper.sources.jsonspan import dump_json


def quarantine_line(rejected: Rejected) -> bytes:
    """A row of a quarantine file: where it stood, what was wrong, and its bytes, as text or else in base64."""
    row: dict[str, str | int] = {"path": rejected.path, "where": rejected.where}
    if rejected.offset >= 0:
        row["offset"] = rejected.offset
    row |= {"reason": rejected.reason, "advice": rejected.advice}
    try:
        row["raw"] = rejected.raw.decode()
    except UnicodeDecodeError:
        row["raw_base64"] = base64.b64encode(rejected.raw).decode()
    return dump_json(row).encode() + b"\n"


class Account:
    """The removals and the quarantine of one output; each file is made when there is something to write in it.

    removals: where to write them; None keeps none. header: the first line of a removals file.
    Raises WriteError.
    """

    def __init__(self, removals: Path | None, quarantine: Path, header: Mapping[str, Any]) -> None:
        self._removals_path = removals
        self._quarantine_path = quarantine
        self._header = header
        self._removals: Output | None = None
        self._quarantine: Output | None = None

    @property
    def paths(self) -> list[Path]:
        """The files made so far."""
        made = ((self._removals, self._removals_path), (self._quarantine, self._quarantine_path))
        return [path for output, path in made if output and path]

    def open_removals(self) -> None:
        if self._removals is None and self._removals_path:
            self._removals = Output(self._removals_path)
            self._removals.write(header_line(self._header))

    def remove(self, lines: bytes) -> None:
        if lines and self._removals_path:
            self.open_removals()
            assert self._removals
            self._removals.write(lines)

    def reject(self, rejected: Rejected) -> None:
        if self._quarantine is None:
            self._quarantine = Output(self._quarantine_path)
        self._quarantine.write(quarantine_line(rejected))

    def mark(self) -> int | None:
        return self._removals.mark() if self._removals else None

    def rollback(self, mark: int | None) -> None:
        """Forget the removals since a mark. What was quarantined stays so."""
        if self._removals and mark is not None:
            self._removals.rollback(mark)
        elif self._removals:
            self._removals.abort()
            self._removals = None

    def commit(self) -> None:
        # Before the documents they speak of: no article is ever published without its removals.
        for output in (self._quarantine, self._removals):
            if output:
                output.commit()

    def abort(self) -> None:
        for output in (self._quarantine, self._removals):
            if output:
                output.abort()
