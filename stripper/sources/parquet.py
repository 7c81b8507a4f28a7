"""Documents from Parquet, batch by batch, and the other columns again when the rows are written."""

from __future__ import annotations

import base64
import contextlib
import datetime
import decimal
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stripper.model import Document, Rejected, Result
from stripper.sources.inputs import STDIN, Input
from stripper.sources.options import MiB, ReadOptions
from stripper.sources.read import Pending, Read, folder_of, host_of
from stripper.sources.rows import ParquetRow
from stripper.sources.seen import SeenIds
from stripper.sources.streams import Damaged, open_found, open_stream

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BATCH = 256
"""Rows in memory at a time."""


@contextmanager
def open_parquet(input: Input, options: ReadOptions) -> Iterator[pq.ParquetFile]:
    """A Parquet file to read from; a compressed one is laid out on disk first, since Parquet is read from its end.

    Raises Damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with contextlib.ExitStack() as stack:
        try:
            source: Any
            if input.compression:
                source = stack.enter_context(tempfile.TemporaryFile(prefix="stripper-"))
                shutil.copyfileobj(stack.enter_context(open_stream(input, options)), source, MiB)
            elif input.remote or input.name == STDIN:
                source = stack.enter_context(open_found(input))
            else:
                source = stack.enter_context(pa.OSFile(os.fsencode(input.name)))
            yield stack.enter_context(pq.ParquetFile(source))
        except (pa.ArrowException, OSError) as error:
            reason = f"not a sound Parquet file: {str(error).splitlines()[0]}"
            raise Damaged(reason, "fetch or write it anew; nothing of it was published") from error


def scan_parquet(input: Input, options: ReadOptions) -> Iterator[Read | Pending]:
    """The rows of a Parquet file: documents, pages to parse, and Rejected ones.

    A row without an id gets its number, from 1. Raises Damaged.
    """
    index = 0
    with open_parquet(input, options) as file, SeenIds() as seen:
        reader = _Reader(input, options, file.schema_arrow)
        for batch in file.iter_batches(batch_size=BATCH, columns=reader.columns):
            for cells in reader.rows(batch):
                item = reader.read(cells, index)
                id = _id_of(item)
                if id is not None and not seen.add(id):
                    reason, advice = f"a second row with the id {id!r}", "give each row an id of its own"
                    item = Rejected(input.path, f"row {index + 1}", reason, advice, _raw(item))
                yield item
                index += 1


def _id_of(item: Read | Pending) -> str | None:
    if isinstance(item, Pending):
        return item.document.id
    return item.id if isinstance(item, Document) else None


def _raw(item: Read | Pending) -> bytes:
    text = item.html if isinstance(item, Pending) else item.text if isinstance(item, Document) else ""
    return text.encode("utf-8", "surrogatepass")


class _Reader:
    """Turns rows into documents."""

    def __init__(self, input: Input, options: ReadOptions, schema: pa.Schema) -> None:
        self._input = input
        self._options = options
        fields = (options.text_field, options.html_field, options.id_field, options.source_field, "url", "date")
        self.columns = [name for name in dict.fromkeys(fields) if name in schema.names]
        if doubled := [name for name in self.columns if schema.names.count(name) > 1]:
            raise Damaged(f"has two columns named {doubled[0]!r}", "rename one of them")
        if not {options.text_field, options.html_field} & set(self.columns):
            columns = ", ".join(schema.names)
            raise Damaged(f"no column {options.text_field!r}; its columns: {columns}", "name one by --text-field")

    def rows(self, batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
        for at in range(batch.num_rows):
            yield {name: batch.column(name)[at] for name in self.columns}

    def read(self, cells: Mapping[str, Any], index: int) -> Document | Pending | Rejected:
        options = self._options
        where = f"row {index + 1}"
        try:
            text, page = _text(cells.get(options.text_field)), _text(cells.get(options.html_field))
        except UnicodeDecodeError as error:
            raw = cells[options.text_field].as_buffer().to_pybytes() if options.text_field in cells else b""
            return Rejected(self._input.path, where, f"not UTF-8 at its byte {error.start}", "mend the row", raw)
        id, source, url, date = (_word(cells.get(key)) for key in (options.id_field, options.source_field, "url", "date"))
        path = self._input.path
        source = source or host_of(url) or folder_of(path)
        document = Document("", id or str(index + 1), path, source, url, date, row=ParquetRow(index))
        if page is not None and (options.html_field_given or text is None):
            document = replace(document, kind="html", row=ParquetRow(index, page=True))
            return Pending(document, page, where, page.encode("utf-8", "surrogatepass"), options.max_page)
        if text is None:
            reason = f"the field {options.text_field!r} is missing or no string"
            return Rejected(path, where, reason, "name another by --text-field")
        return replace(document, text=text)


def _text(cell: Any) -> str | None:
    """The string in a cell; bytes as UTF-8; None for null and for other types. Raises UnicodeDecodeError."""
    value = None if cell is None else cell.as_py()
    if isinstance(value, bytes):
        return value.decode()
    return value if isinstance(value, str) else None


def _word(cell: Any) -> str:
    value = None if cell is None else cell.as_py()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


class Columns:
    """The rows of a Parquet file once more, with all columns, in the order in which they are asked for.

    Raises Damaged where the file changed since it was read.
    """

    def __init__(self, input: Input, options: ReadOptions) -> None:
        self._options = options
        self._stack = contextlib.ExitStack()
        self._file = self._stack.enter_context(open_parquet(input, options))
        self.schema: pa.Schema = self._file.schema_arrow
        self.codec = _codec(self._file.metadata)
        self._batches = self._file.iter_batches(batch_size=BATCH)
        self._batch: pa.RecordBatch | None = None
        self._first = 0

    def close(self) -> None:
        self._batches = iter(())
        self._stack.close()

    def row(self, result: Result) -> pa.RecordBatch:
        """The row of a document, as a batch of one."""
        row = result.document.row
        while self._batch is None or row.index >= self._first + self._batch.num_rows:
            self._first += self._batch.num_rows if self._batch else 0
            self._batch = next(self._batches, None)
            if self._batch is None:
                raise self._changed()
        found = self._batch.slice(row.index - self._first, 1)
        if not row.page and _text(found.column(self._options.text_field)[0]) != result.document.text:
            raise self._changed()
        return found

    def _changed(self) -> Damaged:
        return Damaged("changed while it was read", "run again when nothing writes to it")


def _codec(metadata: Any) -> str:
    """The compression of the first column: writers use one for all of a file, as good as always."""
    if not metadata.num_row_groups or not metadata.num_columns:
        return "snappy"
    codec = metadata.row_group(0).column(0).compression.lower()
    return "none" if codec == "uncompressed" else codec


class JsonColumns(Columns):
    """Those rows as JSON values."""

    def __call__(self, result: Result) -> dict[str, Any]:
        return {name: to_json(value) for name, value in self.row(result).to_pylist()[0].items()}


def to_json(value: Any) -> Any:
    """A value of Parquet as JSON can hold it: times in ISO 8601, decimals as strings, bytes in base64."""
    if isinstance(value, dict):
        return {str(key): to_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(part) for part in value]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, decimal.Decimal | datetime.timedelta) else value
