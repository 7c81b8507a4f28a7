"""Writers of articles: a file of its own, rows of JSON Lines, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from stripper.model import Removal, Result
from stripper.sinks.jsonrows import json_line, plain_line
from stripper.sinks.options import SinkOptions
from stripper.sinks.output import Output
from stripper.sources.inputs import Input
from stripper.sources.jsonspan import dump_json
from stripper.sources.rows import JsonRow, ParquetRow, TextRow

if TYPE_CHECKING:
    from stripper.sources.parquet import JsonColumns


class Documents(Protocol):
    """A file of articles in the making.

    count: documents written so far.
    """

    count: int

    def begin(self, input: Input) -> None:
        """What is written from here on comes from this input."""

    def write(self, result: Result) -> None:
        """Raises Unwritable where the target cannot hold it, WriteError where the disk cannot."""

    def mark(self) -> Any:
        """A place that `rollback` can go back to."""

    def rollback(self, mark: Any) -> None: ...

    def commit(self) -> None: ...

    def abort(self) -> None: ...


class Written:
    """A writer of documents into an `Output`."""

    def __init__(self, output: Output) -> None:
        self.count = 0
        self._output = output

    def begin(self, input: Input) -> None: ...

    def mark(self) -> tuple[int, int]:
        return self._output.mark(), self.count

    def rollback(self, mark: tuple[int, int]) -> None:
        at, self.count = mark
        self._output.rollback(at)

    def commit(self) -> None:
        self._output.commit()

    def abort(self) -> None:
        self._output.abort()


class TextFile(Written):
    """One article as a file, in the encoding of its input; the article of a page in UTF-8."""

    def write(self, result: Result) -> None:
        self._output.write(article_bytes(result))
        self.count += 1


def article_bytes(result: Result) -> bytes:
    """An article in the bytes of its own file; in UTF-8 where it had none."""
    row = result.document.row
    if isinstance(row, TextRow) and (row.problem or result.document.kind != "html"):
        return row.encode(result.text)
    return result.text.encode("utf-8", "surrogatepass")


class JsonRows(Written):
    """Rows of JSON Lines.

    alone: the rows of one file, which keeps its bytes; else rows of all inputs, each a line of UTF-8.
    """

    def __init__(self, output: Output, options: SinkOptions, alone: bool) -> None:
        super().__init__(output)
        self._options = options
        self._line = json_line if alone else plain_line
        self._columns: JsonColumns | None = None
        self._ended = True

    def begin(self, input: Input) -> None:
        self._close_input()
        self._input = input

    def _close_input(self) -> None:
        if self._columns:
            self._columns.close()
        self._columns = None

    def commit(self) -> None:
        self._close_input()
        super().commit()

    def abort(self) -> None:
        self._close_input()
        super().abort()

    def write(self, result: Result) -> None:
        if self._columns is None and isinstance(result.document.row, ParquetRow):
            from stripper.sources.parquet import JsonColumns

            # Opened with its first row: an input that cannot be read is told of by its reader.
            self._columns = JsonColumns(self._input, self._options.read)
        line = self._line(result, self._options, self._columns)
        self._output.write(line if self._ended else b"\n" + line)
        self._ended = line.endswith(b"\n")
        self.count += 1

    def rollback(self, mark: tuple[int, int]) -> None:
        super().rollback(mark)
        self._ended = True


class TagRows(Written):
    """Spans in the attribute layout of dolma; a document without any has a row too, as dolma's mixer asks."""

    def write(self, result: Result) -> None:
        self._output.write(tag_line(result))
        self.count += 1


def tag_line(result: Result) -> bytes:
    """Attributes ``stripper__<category>``: ``[start, end, score]``, score 1 for what strip would cut, 0 for flags."""
    attributes: dict[str, list[tuple[int, int, float]]] = {}

    def add(removal: Removal, score: float) -> None:
        name = "stripper__" + removal.category.replace("-", "_")
        attributes.setdefault(name, []).append((removal.start, removal.end, score))

    for removal in result.removals:
        add(removal, 1.0)
    for flag in result.flags:
        add(flag, 0.0)
    document = result.document
    id = document.key if isinstance(document.row, TextRow | None) else document.id
    row = {"id": id, "source": document.source, "attributes": {key: sorted(attributes[key]) for key in attributes}}
    return dump_json(row).encode() + b"\n"


def row_encoding(result: Result) -> str:
    """The encoding that a document's own output file is in."""
    row = result.document.row
    if isinstance(row, JsonRow) or (isinstance(row, TextRow) and result.document.kind != "html"):
        return row.encoding
    return "utf-8"
