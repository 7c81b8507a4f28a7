"""A run folder: documents, removals, Library, statistics, manifest, quarantine."""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stripper.errors import UsageError
from stripper.model import Result
from stripper.sinks.account import Account
from stripper.sinks.documents import Documents, JsonRows, TagRows, TextFile, row_encoding
from stripper.sinks.options import SinkOptions
from stripper.sinks.output import Output, compression_of
from stripper.sinks.removals import TEXT_FIELD
from stripper.sinks.sink import Sink, write_json
from stripper.sources.inputs import STDIN, Input

_PAGES = (".html", ".htm", ".xhtml")
_STDIN_SUFFIXES = {"text": ".txt", "markdown": ".md", "html": ".html", "jsonl": ".jsonl", "parquet": ".parquet"}
_OWNED = ("documents", "removals", "quarantine", "attributes")
_MANIFEST = "manifest.json"


def output_name(input: Input, tags: bool = False) -> str:
    """Where an input's output stands under ``documents/`` (or, for tags, under ``attributes/stripper/``)."""
    name = "stdin" + _STDIN_SUFFIXES[input.format] if input.path == STDIN else input.path
    if tags:
        return name if input.format == "jsonl" else name + ".jsonl"
    if input.format != "html":
        return name
    stem, suffix = os.path.splitext(name)
    compressed = suffix if compression_of(name) else ""
    stem, suffix = os.path.splitext(stem) if compressed else (stem, suffix)
    return (stem if suffix.lower() in _PAGES else stem + suffix) + ".txt" + compressed


def check_names(inputs: Sequence[Input], tags: bool = False) -> None:
    """Raises UsageError, naming both, where two inputs would be written to one name, or one below another."""
    taken: dict[str, Input] = {}
    for input in inputs:
        if not input.skip and (other := taken.setdefault(output_name(input, tags), input)) is not input:
            raise _meeting(other, input, output_name(input, tags))
    for name, input in taken.items():
        folder = posixpath.dirname(name)
        while folder:
            if folder in taken:
                raise _meeting(taken[folder], input, folder)
            folder = posixpath.dirname(folder)


def _meeting(one: Input, other: Input, name: str) -> UsageError:
    return UsageError(f"{one.name} and {other.name} would both be written to {name}; give them in separate runs")


class RunFolder(Sink):
    """Each input is published when it ends: first its quarantine and removals, then its documents.

    Raises UsageError where the folder holds anything and may not be overwritten or is none of a run, or where two inputs
    would meet at one name.
    """

    def __init__(self, out: Path, inputs: Sequence[Input], options: SinkOptions) -> None:
        super().__init__()
        check_names(inputs, options.tags)
        _check_place(out, options.overwrite)
        self.library_path = out / "library.jsonl"
        self._out = out
        self._options = options
        self._run: Mapping[str, Any] = {}
        self._input: Input | None = None
        self._published: set[Path] = set()

    def start(self, run: Mapping[str, Any]) -> None:
        self._run = {**run, TEXT_FIELD: self._options.read.text_field}
        write_json(self._out / _MANIFEST, {**self._run, "complete": False})

    def begin(self, input: Input) -> None:
        removals = None if self._options.tags else self._place("removals", output_name(input) + ".jsonl")
        quarantine = self._place("quarantine", output_name(input) + ".jsonl")
        self._input = input
        self._failed = False
        if input.skip:
            return
        self._account = Account(removals, quarantine, self._run)
        self._documents = self._open(input)
        self._documents.begin(input)

    def _place(self, *parts: str) -> Path:
        return self._out.joinpath(*parts)

    def _documents_path(self, input: Input) -> Path:
        folder = ("attributes", "stripper") if self._options.tags else ("documents",)
        return self._place(*folder, output_name(input, self._options.tags))

    def _open(self, input: Input) -> Documents:
        path = self._documents_path(input)
        output = Output(path, compression_of(path.name))
        if self._options.tags:
            return TagRows(output)
        if input.format == "jsonl":
            return JsonRows(output, self._options, alone=True)
        if input.format == "parquet":
            from stripper.sinks.parquet import ParquetRows

            return ParquetRows(output, self._options)
        return TextFile(output)

    def end(self) -> bool:
        if not self._documents or not self._account or not self._input:
            return False
        # A file of its own that was not written was skipped; a file of rows may well have none.
        alone = self._input.format not in ("jsonl", "parquet")
        published = not self._failed and not (alone and not self._documents.count)
        if not published:
            self._documents.abort()
            self._account.rollback(None)
        self._account.commit()
        self._published.update(self._account.paths)
        if published:
            self._documents.commit()
            self._published.add(self._documents_path(self._input))
        self._documents = self._account = None
        return published

    def close(self, stats: Mapping[str, Any]) -> None:
        if self._options.overwrite:
            self._prune()
        write_json(self._out / "stats.json", stats)
        write_json(self._out / _MANIFEST, {**self._run, "complete": True})

    def _prune(self) -> None:
        """Delete what an earlier run left that this one did not write."""
        for folder in _OWNED:
            for place, _, names in os.walk(self._out / folder, topdown=False):
                for name in names:
                    if (path := Path(place, name)) not in self._published:
                        path.unlink()
                if not os.listdir(place):
                    os.rmdir(place)

    def _encoding(self, result: Result) -> str:
        return row_encoding(result)


def _check_place(out: Path, overwrite: bool) -> None:
    if not os.path.lexists(out):
        return
    if not out.is_dir():
        raise UsageError(f"{out}: exists and is no folder; OUT is a run folder unless it ends in .jsonl or .parquet")
    if not os.listdir(out):
        return
    if not overwrite:
        raise UsageError(f"{out}: exists; choose another OUT, or replace it with --overwrite")
    try:
        known = "complete" in json.loads((out / _MANIFEST).read_bytes())
    except (OSError, ValueError):
        known = False
    if not known:
        raise UsageError(f"{out}: holds files and is no run folder, so --overwrite does not touch it; choose another OUT")
