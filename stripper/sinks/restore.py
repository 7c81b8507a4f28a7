"""The way back: articles and removals to the texts they were cut from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from stripper.errors import UsageError
from stripper.sinks.options import SinkOptions
from stripper.sinks.output import Output
from stripper.sinks.removals import TEXT_FIELD, Entry, RestoreError, read_entries, read_header, restore_entries
from stripper.sources.inputs import Input, input_at
from stripper.sources.jsonl import lines
from stripper.sources.jsonspan import dump_json, last, members
from stripper.sources.options import ReadOptions
from stripper.sources.rows import encode
from stripper.sources.streams import Damaged, open_stream, read_whole

_LIMITS = ReadOptions(max_line=2**40, max_document=2**40, max_ratio=2**40)


@dataclass(frozen=True, slots=True)
class Restored:
    """documents: how many got their text back. refused: for each file that was not written, why."""

    documents: int
    refused: tuple[str, ...]


def restore(documents: str, removals: str, out: str, overwrite: bool = False) -> Restored:
    """Write the input texts again: of a run's ``documents/`` and ``removals/`` folders, or of one file and its removals, or
    of a folder's files that ``check --fix`` cut and the one file it kept their cuts in.

    Documents that lost nothing come through as they are. The pages of HTML come back as their text. A file is written
    whole or, where any of its documents was edited since, not at all. Raises UsageError where DOCUMENTS or REMOVALS is
    missing or OUT exists, WriteError where OUT cannot be written.
    """
    for path in (documents, removals):
        if not os.path.exists(path):
            raise UsageError(f"{path}: no such file or folder")
    if os.path.lexists(out) and not overwrite:
        raise UsageError(f"{out}: exists; choose another OUT, or replace it with --overwrite")
    if os.path.isdir(removals) and not os.path.isdir(documents):
        raise UsageError(f"{documents} and {removals}: give two folders of a run, or one file and its removals")
    if not os.path.isdir(documents):
        triples = [(Path(documents), Path(removals), Path(out))]
    elif not os.path.isdir(removals):
        triples = [(Path(documents, name), Path(removals), Path(out, name)) for name in _named(removals)]
    else:
        names = [path.relative_to(documents) for path in sorted(Path(documents).rglob("*")) if path.is_file()]
        triples = [(documents / name, Path(removals, f"{name}.jsonl"), out / name) for name in names]
    restored, refused = 0, []
    for file, cuts, target in triples:
        try:
            restored += _restore_file(file, cuts, target)
        except (RestoreError, Damaged) as error:
            refused.append(f"{file}: {error}; {target} was not written")
    return Restored(restored, tuple(refused))


def _restore_file(file: Path, removals: Path, out: Path) -> int:
    input = input_at(str(file), file.name, named=True)
    output = Output(out, input.compression)
    try:
        with _entries(removals, file) as (field, entries):
            write = {"jsonl": _write_rows, "parquet": _write_table}.get(input.format, _write_text)
            count = write(input, output, field, entries)
    except BaseException:
        output.abort()
        raise
    output.commit()
    return count


@contextmanager
def _entries(removals: Path, documents: Path) -> Iterator[tuple[str, _Entries]]:
    """The text field of a removals file and its entries; none where a file lost nothing and so has no removals."""
    if not removals.exists():
        yield "", _Entries(iter(()))
        return
    with open(removals, "rb") as file:
        header = read_header(file.readline())
        entries = read_entries(file)
        first = next(entries, None)
        found = chain([first] if first else [], entries)
        yield header.get(TEXT_FIELD, "text"), _OfFile(found, documents) if first and first.file else _Entries(found)


def _named(removals: str) -> list[str]:
    """The files that `check --fix` cut, by the file of their removals. Raises UsageError where it is none."""
    try:
        with open(removals, "rb") as file:
            read_header(file.readline())
            names = sorted({entry.file for entry in read_entries(file)})
    except RestoreError as error:
        raise UsageError(f"{removals}: {error}") from None
    for name in names:
        # An output must not leave OUT, whatever stands in a file.
        if not name or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            what = f"it speaks of {name}, no file of a folder" if name else "it speaks of one file only"
            raise UsageError(f"{removals}: {what}; name the file itself as DOCUMENTS")
    return names


class _Entries:
    """Entries by their place in the documents file, each asked for once and in order."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self._entries = entries
        self._next = next(entries, None)
        self.count = 0

    def take(self, row: int) -> list[Entry]:
        """The cuts of a document, the last one last."""
        if self._next is None or self._next.row != row:
            return []
        entry, self._next = self._next, next(self._entries, None)
        self.count += 1
        return [entry]

    def finish(self) -> int:
        """How many were taken. Raises RestoreError where some found no document."""
        if self._next:
            raise RestoreError(f"{self._next.document}: document {self._next.row} of the file is missing")
        return self.count


class _OfFile(_Entries):
    """The entries of one file among those of several, of one or more runs."""

    def __init__(self, entries: Iterator[Entry], file: Path) -> None:
        super().__init__(iter(()))
        path = "/" + file.resolve().as_posix().lstrip("/")
        self._rows: dict[int, list[Entry]] = {}
        for entry in entries:
            if path.endswith("/" + entry.file.lstrip("/")):
                self._rows.setdefault(entry.row, []).append(entry)
        if not self._rows:
            raise RestoreError("no removals of this file are in it")

    def take(self, row: int) -> list[Entry]:
        found = self._rows.pop(row, [])
        self.count += bool(found)
        return found

    def finish(self) -> int:
        for row, entries in self._rows.items():
            raise RestoreError(f"{entries[0].document}: document {row} of the file is missing")
        return self.count


def _write_text(input: Input, output: Output, field: str, entries: _Entries) -> int:
    data = read_whole(input, _LIMITS)
    if found := entries.take(1):
        encoding = found[-1].encoding
        try:
            text = data.decode(encoding, "surrogatepass" if encoding.startswith("utf-") else "strict")
        except UnicodeDecodeError as error:
            raise RestoreError(f"no longer in {encoding}: {error.reason} at byte {error.start}") from error
        data = encode(restore_entries(text, found), encoding)
    output.write(data)
    return entries.finish()


def _write_rows(input: Input, output: Output, field: str, entries: _Entries) -> int:
    row = 0
    with open_stream(input, _LIMITS) as stream:
        for line in lines(stream, _LIMITS.max_line):
            row += bool(line.raw.strip(b" \t\r\n"))
            found = entries.take(row) if line.raw.strip(b" \t\r\n") else []
            output.write(_restored_line(line.raw, field, found, line.number) if found else line.raw)
    return entries.finish()


def _restored_line(raw: bytes, field: str, entries: list[Entry], number: int) -> bytes:
    encoding = entries[-1].encoding
    try:
        text = raw.decode(encoding)
        found = last(members(text, text.startswith("\ufeff")), field)
    except ValueError as error:
        raise RestoreError(f"line {number}: {error}") from error
    if found is None or not isinstance(found.value, str):
        raise RestoreError(f"line {number}: no text in the field {field!r}")
    ascii = raw.removeprefix(b"\xef\xbb\xbf").isascii() or encoding != "utf-8"
    value = dump_json(restore_entries(found.value, entries), ascii)
    return (text[: found.start] + value + text[found.end :]).encode(encoding)


def _write_table(input: Input, output: Output, field: str, entries: _Entries) -> int:
    import pyarrow as pa

    from stripper.sinks.parquet import open_writer, with_articles
    from stripper.sources.parquet import BATCH, open_parquet

    options = SinkOptions(ReadOptions(text_field=field or "text"))
    row = 0
    with open_parquet(input, _LIMITS) as file, open_writer(output, file.schema_arrow) as writer:
        for batch in file.iter_batches(batch_size=BATCH):
            texts: list[Any] = []
            for cell in batch.column(field).to_pylist() if field else ():
                row += 1
                found = entries.take(row)
                value = cell.decode() if isinstance(cell, bytes) else cell
                texts.append(restore_entries(value, found) if found else value)
            table = pa.Table.from_batches([batch])
            writer.write_table(with_articles(table, texts, [False] * len(texts), options, False) if field else table)
    return entries.finish()
