"""A Result as a row of JSON Lines that keeps every other field of its input."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Mapping
from typing import Any

from stripper.model import Result
from stripper.sinks.options import SinkOptions, Unwritable
from stripper.sources.jsonspan import dump_json, with_field
from stripper.sources.rows import JsonRow, ParquetRow, TextRow

_BOM = codecs.BOM_UTF8

Columns = Callable[[Result], Mapping[str, Any]]
"""Gives the fields of a Parquet row."""


def json_line(result: Result, options: SinkOptions, columns: Columns | None = None) -> bytes:
    """The row of a document, the article in its text field; a row of JSON Lines keeps its bytes and encoding.

    columns: where rows of Parquet come from. Raises Unwritable where JSON cannot hold it.
    """
    row = result.document.row
    if isinstance(row, JsonRow):
        return _from_json(result, row, options)
    if isinstance(row, ParquetRow) and columns is not None:
        return _from_parquet(result, row, options, columns(result))
    if isinstance(row, TextRow) and row.problem:
        raise Unwritable(f"{row.problem.partition(';')[0]}, and JSON holds text only")
    document = result.document
    fields = {"id": document.key, options.read.text_field: result.text, "source": document.source}
    fields |= {key: value for key, value in (("url", document.url), ("date", document.date)) if value}
    return _dump(fields, result.text) + b"\n"


def plain_line(result: Result, options: SinkOptions, columns: Columns | None = None) -> bytes:
    """As `json_line`, fit to stand among rows of other files: UTF-8 without a BOM, ended by a line feed."""
    line = json_line(result, options, columns)
    row = result.document.row
    if isinstance(row, JsonRow) and row.encoding != "utf-8":
        line = line.decode(row.encoding).encode()
    line = line.removeprefix(_BOM)
    return line if line.endswith(b"\n") else line + b"\n"


def _from_json(result: Result, row: JsonRow, options: SinkOptions) -> bytes:
    # Rows written in ASCII stay so; and ASCII escapes are safe in any encoding of the rest.
    ascii = row.raw.removeprefix(_BOM).isascii() or row.encoding != "utf-8"
    if row.start < 0:
        text = row.raw.decode(row.encoding)
        drop = None if options.keep_html else options.read.html_field
        value = _literal(result.text, ascii)
        return with_field(text, text.startswith("\ufeff"), options.read.text_field, value, drop).encode(row.encoding)
    if result.text == result.document.text:
        return row.raw
    return row.raw[: row.start] + _literal(result.text, ascii).encode() + row.raw[row.end :]


def _from_parquet(result: Result, row: ParquetRow, options: SinkOptions, columns: Mapping[str, Any]) -> bytes:
    fields = {**columns, options.read.text_field: result.text}
    if row.page and not options.keep_html and options.read.html_field != options.read.text_field:
        fields.pop(options.read.html_field, None)
    return _dump(fields, result.text) + b"\n"


def _dump(fields: Mapping[str, Any], text: str) -> bytes:
    _check(text)
    return dump_json(fields).encode()


def _literal(text: str, ascii: bool) -> str:
    _check(text)
    return dump_json(text, ascii)


def _check(text: str) -> None:
    """Raises Unwritable for the one text that JSON cannot hold: two surrogates that a cut made neighbours are one
    character when they are read again."""
    try:
        text.encode()
    except UnicodeEncodeError:
        if json.loads(json.dumps(text)) != text:
            raise Unwritable("lone surrogates came to stand side by side, and JSON would join them") from None
