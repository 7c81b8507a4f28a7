"""One file of rows, and the files beside it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stripper.errors import UsageError
from stripper.sinks.account import Account
from stripper.sinks.atomic import sweep
from stripper.sinks.documents import Documents, JsonRows, TagRows
from stripper.sinks.options import SinkOptions
from stripper.sinks.output import Output, compression_of
from stripper.sinks.removals import TEXT_FIELD
from stripper.sinks.sink import Sink, write_json
from stripper.sources.inputs import Input


def is_single(out: str) -> bool:
    """Whether an OUT is one file of rows."""
    return out.lower().endswith((".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet"))


_BESIDE = ("removals", "library", "quarantine", "stats")


def beside(out: Path, name: str) -> Path:
    """The file of a run that stands beside its rows: ``removals``, ``library``, ``quarantine`` or ``stats``."""
    stem = out.name
    for suffix in (".gz", ".zst", ".jsonl", ".parquet"):
        stem = stem[: -len(suffix)] if stem.lower().endswith(suffix) else stem
    return out.with_name(f"{stem}.{name}.{'json' if name == 'stats' else 'jsonl'}")


def places(out: Path) -> list[Path]:
    """All files that a run to one file may write."""
    return [out, *(beside(out, name) for name in _BESIDE)]


class SingleFile(Sink):
    """All rows of all inputs in one file, published by `close` with its removals. Of an input that turns out damaged
    nothing stays.

    Raises UsageError where a file of the run exists and may not be overwritten.
    """

    def __init__(self, out: Path, options: SinkOptions) -> None:
        super().__init__()
        self._out = out
        self._options = options
        self._marks: tuple[Any, Any] = (None, None)
        self._rows = False
        if options.resume:
            raise UsageError(f"{out}: one file is published as a whole, so --resume finds nothing done; leave it out")
        names = ("quarantine", "stats") if options.tags else ("removals", "quarantine", "stats")
        for path in (out, *(beside(out, name) for name in names)):
            if path.is_dir():
                raise UsageError(f"{path}: is a folder; OUT that ends in .jsonl or .parquet is a file")
            if os.path.lexists(path) and not options.overwrite:
                raise UsageError(f"{path}: exists; choose another OUT, or replace it with --overwrite")
        self.library_path = beside(out, "library")

    def start(self, run: Mapping[str, Any], about: Mapping[str, Any] | None = None) -> None:
        if self._out.parent.is_dir():
            sweep(self._out.parent)
        removals = None if self._options.tags else beside(self._out, "removals")
        header = {**run, TEXT_FIELD: self._options.read.text_field}
        self._account = Account(removals, beside(self._out, "quarantine"), header)
        self._account.open_removals()
        self._documents = self._open()

    def _open(self) -> Documents:
        output = Output(self._out, compression_of(self._out.name))
        if self._options.tags:
            return TagRows(output)
        if self._out.name.lower().endswith(".parquet"):
            from stripper.sinks.table import ParquetTable

            return ParquetTable(output, self._out.parent, self._options)
        return JsonRows(output, self._options, alone=False)

    def begin(self, input: Input) -> None:
        assert self._documents and self._account
        self._failed = False
        # A file of its own is read whole before its row is written, so there is nothing to go back from; and a gzip
        # member for each small file would be a waste.
        self._rows = input.format in ("jsonl", "parquet")
        if self._rows:
            self._marks = self._documents.mark(), self._account.mark()
        self._documents.begin(input)

    def end(self) -> bool:
        assert self._documents and self._account
        if self._failed and self._rows:
            documents, removals = self._marks
            self._documents.rollback(documents)
            self._account.rollback(removals)
        return not self._failed

    def close(self, stats: Mapping[str, Any]) -> None:
        assert self._documents and self._account
        self._account.commit()
        if self._options.overwrite and beside(self._out, "quarantine") not in self._account.paths:
            with contextlib.suppress(FileNotFoundError):
                beside(self._out, "quarantine").unlink()
        self._documents.commit()
        self._documents = self._account = None
        write_json(beside(self._out, "stats"), stats)
