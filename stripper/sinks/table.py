"""Rows of any inputs as one Parquet file, whose columns are known only when the last row is in."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stripper.model import Result
from stripper.sinks.atomic import WriteError
from stripper.sinks.jsonrows import json_line
from stripper.sinks.options import SinkOptions, Unwritable
from stripper.sinks.output import Output
from stripper.sinks.parquet import check_unicode, open_writer, with_articles
from stripper.sources.inputs import Input
from stripper.sources.jsonspan import dump_json
from stripper.sources.parquet import Columns
from stripper.sources.rows import JsonRow, ParquetRow

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 2048
_BYTES = 32 * 1024 * 1024


class ParquetTable:
    """Rows wait in a file without a name beside OUT, in tables that each have columns of their own; `commit` finds the
    columns that hold them all. A column whose values have no type in common becomes text, JSON for what is no string.

    Raises Damaged, Unwritable, WriteError.
    """

    def __init__(self, output: Output, folder: Path, options: SinkOptions) -> None:
        self.count = 0
        self._output = output
        self._options = options
        self._waiting = tempfile.TemporaryFile(dir=folder, prefix=".stripper-")  # noqa: SIM115
        self._schemas: list[tuple[int, pa.Schema]] = []
        self._columns: Columns | None = None
        self._rows: list[Mapping[str, Any]] = []
        self._batches: list[tuple[pa.RecordBatch, str, bool]] = []
        self._size = 0

    def begin(self, input: Input) -> None:
        self._flush()
        self._close_input()
        self._input = input

    def write(self, result: Result) -> None:
        check_unicode(result.text)
        if isinstance(result.document.row, ParquetRow):
            # Opened with its first row: an input that cannot be read is told of by its reader.
            self._columns = self._columns or Columns(self._input, self._options.read)
            row = self._columns.row(result)
            self._batches.append((row, result.text, result.document.row.page))
            self._size += row.nbytes + len(result.text)
        else:
            line = json_line(result, self._options)
            self._rows.append(_fields(line, result))
            self._size += len(line)
        self.count += 1
        if len(self._rows) + len(self._batches) >= _ROWS or self._size >= _BYTES:
            self._flush()

    def mark(self) -> tuple[int, int, int]:
        self._flush()
        return self._waiting.tell(), len(self._schemas), self.count

    def rollback(self, mark: tuple[int, int, int]) -> None:
        self._rows, self._batches, self._size = [], [], 0
        at, tables, self.count = mark
        self._waiting.seek(at)
        self._waiting.truncate()
        del self._schemas[tables:]

    def commit(self) -> None:
        self._flush()
        self._close_input()
        schema = self._schema()
        with open_writer(self._output, schema) as writer:
            for table in self._tables():
                writer.write_table(_as(table, schema))
        self._waiting.close()
        self._output.commit()

    def abort(self) -> None:
        self._close_input()
        self._waiting.close()
        self._output.abort()

    def _close_input(self) -> None:
        if self._columns:
            self._columns.close()
        self._columns = None

    def _flush(self) -> None:
        import pyarrow as pa

        if self._batches:
            rows, texts, pages = zip(*self._batches, strict=True)
            table = with_articles(pa.Table.from_batches(rows), texts, pages, self._options, all(pages))
        elif self._rows:
            table = _table(self._rows)
        else:
            return
        self._schemas.append((self._waiting.tell(), table.schema))
        try:
            with pa.ipc.new_stream(pa.PythonFile(self._waiting, mode="w"), table.schema) as stream:
                stream.write_table(table)
            self._waiting.seek(0, os.SEEK_END)
        except OSError as error:
            raise WriteError(self._output.path, error) from error
        self._rows, self._batches, self._size = [], [], 0

    def _tables(self) -> Iterator[pa.Table]:
        import pyarrow as pa

        for at, _ in self._schemas:
            self._waiting.seek(at)
            yield pa.ipc.open_stream(pa.PythonFile(self._waiting, mode="r")).read_all()

    def _schema(self) -> pa.Schema:
        """The columns of all tables, in the order of their first appearance."""
        import pyarrow as pa

        if len(schemas := list(dict.fromkeys(schema for _, schema in self._schemas))) == 1:
            return schemas[0]
        fields: dict[str, list[pa.Field]] = {}
        for schema in schemas:
            for field in schema:
                found = fields.setdefault(field.name, [])
                if field not in found:
                    found.append(field)
        if not fields:
            return pa.schema([(self._options.read.text_field, pa.large_string())])
        merged = {name: _common(found) for name, found in fields.items()}
        doubtful = {name for name, field in merged.items() if len(fields[name]) > 1}
        for table in self._tables() if doubtful else ():
            for name in doubtful & set(table.column_names):
                if not _fits(table.column(name), merged[name].type):
                    merged[name] = pa.field(name, pa.large_string())
        return pa.schema([merged[name].with_nullable(True) for name in fields])


def _fields(line: bytes, result: Result) -> dict[str, Any]:
    """The fields of a row of JSON. Raises Unwritable where Parquet's strings cannot hold one."""
    row = result.document.row
    text = line.decode(row.encoding if isinstance(row, JsonRow) else "utf-8")
    fields: dict[str, Any] = json.loads(text.removeprefix("\ufeff"), parse_int=_integer)
    try:
        json.dumps(fields, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Unwritable("a lone surrogate in one of its fields, which Parquet cannot hold") from None
    return fields


def _integer(digits: str) -> int | str:
    # int() refuses longer ones; no column of numbers could hold them anyway.
    return int(digits) if len(digits) < 4000 else digits


def _table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    import pyarrow as pa

    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: _array([row.get(name) for row in rows]) for name in names})


def _array(values: list[Any]) -> pa.Array:
    import pyarrow as pa

    try:
        array = pa.array(values)
        if not _is_empty_struct(array.type):
            return array.cast(pa.large_string()) if pa.types.is_string(array.type) else array
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        pass
    return pa.array([_as_text(value) for value in values], pa.large_string())


def _is_empty_struct(kind: pa.DataType) -> bool:
    """Whether a type has a struct without fields in it, which Parquet cannot write."""
    import pyarrow as pa

    if pa.types.is_struct(kind) and not kind.num_fields:
        return True
    return any(_is_empty_struct(kind.field(at).type) for at in range(kind.num_fields))


def _as_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else dump_json(value)


def _common(fields: Sequence[pa.Field]) -> pa.Field:
    import pyarrow as pa

    try:
        schemas = [pa.schema([field.remove_metadata()]) for field in fields]
        return pa.unify_schemas(schemas, promote_options="permissive").field(0)
    except pa.ArrowException:
        return pa.field(fields[0].name, pa.large_string())


def _fits(column: pa.ChunkedArray, kind: pa.DataType) -> bool:
    import pyarrow as pa

    try:
        column.cast(kind)
        return True
    except pa.ArrowException:
        return False


def _as(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table in the columns of a schema: missing ones null, others cast, or made text where they cannot be."""
    import pyarrow as pa

    from stripper.sources.parquet import to_json

    columns = []
    for field in schema:
        if field.name not in table.column_names:
            columns.append(pa.nulls(table.num_rows, field.type))
            continue
        column = table.column(field.name)
        if pa.types.is_large_string(field.type) and not _is_stringy(column.type):
            column = pa.array([_as_text(to_json(value)) for value in column.to_pylist()], field.type)
        columns.append(column.cast(field.type))
    return pa.table(columns, schema=schema)


def _is_stringy(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return any(test(kind) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary))
