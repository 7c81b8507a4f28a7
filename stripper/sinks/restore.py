"""The way back: articles and removals to the texts they were cut from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stripper.errors import UsageError
from stripper.sinks.options import SinkOptions
from stripper.sinks.output import Output
from stripper.sinks.removals import TEXT_FIELD, Entry, RestoreError, read_entries, read_header, restore_entry
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
    """Write the input texts again: of a run's ``documents/`` and ``removals/`` folders, or of one file and its removals.

    Documents that lost nothing come through as they are. The pages of HTML come back as their text. A file is written
    whole or, where any of its documents was edited since, not at all. Raises UsageError where DOCUMENTS or REMOVALS is
    missing or OUT exists, WriteError where OUT cannot be written.
    """
    for path in (documents, removals):
        if not os.path.exists(path):
            raise UsageError(f"{path}: no such file or folder")
    if os.path.lexists(out) and not overwrite:
        raise UsageError(f"{out}: exists; choose another OUT, or replace it with --overwrite")
    if os.path.isdir(documents) != os.path.isdir(removals):
        raise UsageError(f"{documents} and {removals}: give two folders of a run, or one file and its removals")
    if not os.path.isdir(documents):
        triples = [(Path(documents), Path(removals), Path(out))]
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
        with _entries(removals) as (field, entries):
            write = {"jsonl": _write_rows, "parquet": _write_table}.get(input.format, _write_text)
            count = write(input, output, field, _Entries(entries))
    except BaseException:
        output.abort()
        raise
    output.commit()
    return count


@contextmanager
def _entries(removals: Path) -> Iterator[tuple[str, Iterator[Entry]]]:
    """The text field of a removals file and its entries; none where a file lost nothing and so has no removals."""
    if not removals.exists():
        yield "", iter(())
        return
    with open(removals, "rb") as file:
        header = read_header(file.readline())
        yield header.get(TEXT_FIELD, "text"), read_entries(file)


class _Entries:
    """Entries by their place in the documents file, each asked for once and in order."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self._entries = entries
        self._next = next(entries, None)
        self.count = 0

    def take(self, row: int) -> Entry | None:
        if self._next is None or self._next.row != row:
            return None
        entry, self._next = self._next, next(self._entries, None)
        self.count += 1
        return entry

    def finish(self) -> int:
        """How many were taken. Raises RestoreError where some found no document."""
        if self._next:
            raise RestoreError(f"{self._next.document}: document {self._next.row} of the file is missing")
        return self.count


def _write_text(input: Input, output: Output, field: str, entries: _Entries) -> int:
    data = read_whole(input, _LIMITS)
    if entry := entries.take(1):
        try:
            text = data.decode(entry.encoding, "surrogatepass" if entry.encoding.startswith("utf-") else "strict")
        except UnicodeDecodeError as error:
            raise RestoreError(f"no longer in {entry.encoding}: {error.reason} at byte {error.start}") from error
        data = encode(restore_entry(text, entry), entry.encoding)
    output.write(data)
    return entries.finish()


def _write_rows(input: Input, output: Output, field: str, entries: _Entries) -> int:
    row = 0
    with open_stream(input, _LIMITS) as stream:
        for line in lines(stream, _LIMITS.max_line):
            row += bool(line.raw.strip(b" \t\r\n"))
            entry = entries.take(row)
            output.write(_restored_line(line.raw, field, entry, line.number) if entry else line.raw)
    return entries.finish()


def _restored_line(raw: bytes, field: str, entry: Entry, number: int) -> bytes:
    try:
        text = raw.decode(entry.encoding)
        found = last(members(text, text.startswith("\ufeff")), field)
    except ValueError as error:
        raise RestoreError(f"line {number}: {error}") from error
    if found is None or not isinstance(found.value, str):
        raise RestoreError(f"line {number}: no text in the field {field!r}")
    ascii = raw.removeprefix(b"\xef\xbb\xbf").isascii() or entry.encoding != "utf-8"
    value = dump_json(restore_entry(found.value, entry), ascii)
    return (text[: found.start] + value + text[found.end :]).encode(entry.encoding)


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
                entry = entries.take(row)
                value = cell.decode() if isinstance(cell, bytes) else cell
                texts.append(restore_entry(value, entry) if entry else value)
            table = pa.Table.from_batches([batch])
            writer.write_table(with_articles(table, texts, [False] * len(texts), options, False) if field else table)
    return entries.finish()
