"""Parquet in, Parquet out: the same columns, types and order, with the articles in the text column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stripper.model import Result
from stripper.sinks.options import SinkOptions, Unwritable
from stripper.sinks.output import Output
from stripper.sources.inputs import Input
from stripper.sources.parquet import Columns

if TYPE_CHECKING:
    import pyarrow as pa

# A row group is written when either is reached.
_ROWS = 8192
_BYTES = 32 * 1024 * 1024


class ParquetRows:
    """The rows of one Parquet input, less those that were rejected.

    Where the text comes from the HTML column, that column is left out (``keep_html`` keeps it) and a text column is added;
    where only some rows are pages, it stays, and is null for these. Raises Damaged, Unwritable, WriteError.
    """

    def __init__(self, output: Output, options: SinkOptions) -> None:
        self.count = 0
        self._output = output
        self._options = options
        self._columns: Columns | None = None
        self._writer: Any = None
        self._rows: list[pa.RecordBatch] = []
        self._texts: list[str] = []
        self._pages: list[bool] = []
        self._size = 0

    def begin(self, input: Input) -> None:
        # Opened with its first row: an input that cannot be read is told of by its reader.
        self._input = input

    def _opened(self) -> Columns:
        if self._columns is None:
            self._columns = Columns(self._input, self._options.read)
        return self._columns

    def write(self, result: Result) -> None:
        check_unicode(result.text)
        row = self._opened().row(result)
        self._rows.append(row)
        self._texts.append(result.text)
        self._pages.append(result.document.row.page)
        self._size += row.nbytes + len(result.text)
        self.count += 1
        if len(self._rows) >= _ROWS or self._size >= _BYTES:
            self._flush()

    def mark(self) -> None: ...

    def rollback(self, mark: None) -> None:
        raise NotImplementedError  # Only files of several inputs go back.

    def commit(self) -> None:
        if self._rows or self._writer is None:
            self._flush()
        self._writer.close()
        self._close_input()
        self._output.commit()

    def abort(self) -> None:
        self._close_input()
        self._output.abort()

    def _close_input(self) -> None:
        if self._columns:
            self._columns.close()

    def _flush(self) -> None:
        import pyarrow as pa

        columns = self._opened()
        table = pa.Table.from_batches(self._rows, columns.schema)
        read = self._options.read
        all_pages = read.html_field_given or read.text_field not in columns.schema.names
        table = with_articles(table, self._texts, self._pages, self._options, all_pages)
        if self._writer is None:
            self._writer = open_writer(self._output, table.schema, columns.codec)
        if table.num_rows:
            self._writer.write_table(table)
        self._rows, self._texts, self._pages, self._size = [], [], [], 0


def with_articles(
    table: pa.Table, texts: Sequence[str], pages: Sequence[bool], options: SinkOptions, all_pages: bool
) -> pa.Table:
    """A table with the articles in its text column, of the type that the column had."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = table.column_names
    text_field, html_field = options.read.text_field, options.read.html_field
    if html_field in names and html_field != text_field and not options.keep_html:
        at = names.index(html_field)
        field = table.schema.field(at)
        if all_pages and all(pages):
            table = table.remove_column(at)
        elif field.nullable and any(pages):
            kept = pc.if_else(pa.array(pages), pa.scalar(None, field.type), table.column(at))
            table = table.set_column(at, field, kept)
    if text_field not in table.column_names:
        return table.append_column(pa.field(text_field, pa.large_string()), pa.array(texts, pa.large_string()))
    at = table.column_names.index(text_field)
    field = table.schema.field(at)
    if pa.types.is_null(field.type):
        field = field.with_type(pa.large_string())
    return table.set_column(at, field, pa.array(texts, pa.large_string()).cast(field.type))


def check_unicode(text: str) -> None:
    """Raises Unwritable for a lone surrogate: Parquet holds UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Unwritable(f"a lone surrogate at character {error.start}, which Parquet cannot hold") from None


def open_writer(output: Output, schema: pa.Schema, codec: str = "zstd") -> Any:
    """A writer of Parquet into an output, compressed or not."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pq.ParquetWriter(pa.PythonFile(_Stream(output), mode="w"), schema, compression=codec)


class _Stream:
    """What pyarrow asks of a file to write to."""

    closed = False

    def __init__(self, output: Output) -> None:
        self._output = output
        self._size = 0

    def write(self, data: Any) -> int:
        self._output.write(bytes(data))
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None: ...

    def close(self) -> None: ...
