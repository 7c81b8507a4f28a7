"""A run folder: documents, removals, Library, statistics, manifest, quarantine."""

from __future__ import annotations

import contextlib
import json
import os
import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from stripper.errors import UsageError
from stripper.model import Result
from stripper.sinks.account import Account
from stripper.sinks.atomic import TEMPORARY, WriteError, hold, sweep
from stripper.sinks.documents import Documents, JsonRows, TagRows, TextFile, row_encoding
from stripper.sinks.done import Made, Markers, digest
from stripper.sinks.options import SinkOptions
from stripper.sinks.output import Output, compression_of
from stripper.sinks.removals import TEXT_FIELD
from stripper.sinks.sink import Plan, Sink, write_json
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
    """Each input is published when it ends: first its quarantine and removals, then its documents, then its marker.

    Raises UsageError where the folder holds anything and may not be overwritten or is none of a run, where another run
    is writing to it, or where two inputs would meet at one name.
    """

    marks = True

    def __init__(self, out: Path, inputs: Sequence[Input], options: SinkOptions) -> None:
        super().__init__()
        check_names(inputs, options.tags)
        _check_place(out, options)
        self.library_path: Path = out / "library.jsonl"
        self._out = out
        self._options = options
        self._run: Mapping[str, Any] = {}
        self._about: Mapping[str, Any] = {}
        self._input: Input | None = None
        self._ended: list[Path] = []
        self._published: set[Path] = set()
        self._lock = -1

    def __enter__(self) -> RunFolder:
        try:
            self._out.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self._out, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise WriteError(self._out, error) from error
        try:
            if not hold(self._lock):
                raise UsageError(f"{self._out}: another run is writing to it; wait for its end, or choose another OUT")
            # Once more: another run may have ended in between.
            _check_place(self._out, self._options)
        except UsageError:
            os.close(self._lock)
            raise
        for place, _, _ in os.walk(self._out):
            sweep(place)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        super().__exit__(kind, error, trace)
        with contextlib.suppress(OSError):
            os.rmdir(self._out)  # where nothing was written
        os.close(self._lock)

    def learned(self, inputs: str) -> Path | None:
        manifest = read_manifest(self._out)
        if not self._options.resume or manifest.get("learned") != inputs:
            return None
        with contextlib.suppress(OSError):
            return self.library_path if digest(self.library_path) == manifest.get("library") else None
        return None

    def publish_library(self, lines: Iterable[bytes]) -> None:
        # First, since a folder that holds anything is known for a run's by its manifest.
        self._state(complete=False)
        super().publish_library(lines)

    def start(self, run: Mapping[str, Any], about: Mapping[str, Any] | None = None) -> None:
        self._run = {**run, TEXT_FIELD: self._options.read.text_field}
        self._about = about or {}
        made = Made({**run, **self._about.get("options", {})}, self._about.get("limits", {}))
        self._markers = Markers(self._out, made)
        if self._options.overwrite:
            self._markers.forget()
        self._state(complete=False)

    def _state(self, complete: bool) -> None:
        write_json(self._out / _MANIFEST, {**self._run, **self._about, "complete": complete})

    def plan(self, inputs: Sequence[Input], digest_of: Callable[[int], str]) -> Plan:
        earlier = set(self._markers.read()) if self._options.resume else set()
        if not earlier:
            return super().plan(inputs, digest_of)
        why: dict[int, str] = {}
        for number, input in enumerate(inputs):
            name = output_name(input, self._options.tags)
            marker = None if input.skip else self._markers.earlier(name)
            if reason := "" if input.skip else self._markers.why_not(marker, digest_of(number), self._options.again):
                why[number] = reason
            elif marker:
                self._markers.keep(name)
                self._published.update(self._out / path for path in marker.outputs)
            else:
                why[number] = ""
            earlier.discard(name)
        return Plan(why, len(earlier))

    def standing(self, input: Input) -> tuple[dict[str, Any], bool]:
        marker = self._markers.earlier(output_name(input, self._options.tags))
        assert marker
        return marker.tally, marker.published

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
        self._ended = self._account.paths
        if published:
            self._documents.commit()
            self._ended.append(self._documents_path(self._input))
        self._published.update(self._ended)
        self._documents = self._account = None
        return published

    def mark(self, input_digest: str, published: bool, limited: bool, tally: Mapping[str, Any]) -> None:
        assert self._input
        outputs = [path.relative_to(self._out).as_posix() for path in self._ended]
        name = output_name(self._input, self._options.tags)
        self._markers.add(name, input_digest, outputs, published, limited, dict(tally))

    def close(self, stats: Mapping[str, Any]) -> None:
        if self._options.overwrite or self._options.resume:
            self._prune()
        write_json(self._out / "stats.json", stats)
        self._markers.close()
        self._state(complete=True)

    def _prune(self) -> None:
        """Delete what an earlier run left that this one did not write or take over."""
        for folder in _OWNED:
            for place, _, names in os.walk(self._out / folder, topdown=False):
                for name in names:
                    if (path := Path(place, name)) not in self._published:
                        path.unlink()
                if not os.listdir(place):
                    os.rmdir(place)

    def _encoding(self, result: Result) -> str:
        return row_encoding(result)


def read_manifest(out: Path) -> dict[str, Any]:
    """What a run folder says of its run; empty where it is none."""
    try:
        manifest = json.loads((out / _MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) and "complete" in manifest else {}


def _check_place(out: Path, options: SinkOptions) -> None:
    if not os.path.lexists(out):
        return
    if not out.is_dir():
        raise UsageError(f"{out}: exists and is no folder; OUT is a run folder unless it ends in .jsonl or .parquet")
    if all(name.startswith(TEMPORARY) for name in os.listdir(out)):
        return
    known = bool(read_manifest(out))
    if not options.overwrite and not options.resume:
        way = "go on with it by --resume, or " if known else ""
        raise UsageError(f"{out}: exists; choose another OUT, {way}replace it with --overwrite")
    if not known:
        how = "--resume" if options.resume else "--overwrite"
        raise UsageError(f"{out}: holds files and is no run folder, so {how} does not touch it; choose another OUT")
