"""Rows of JSON Lines: every byte kept, every bad row named."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from stripper.model import Document, Rejected
from stripper.sources import JsonRow, Pending, ReadOptions, find_inputs, scan
from stripper.sources.jsonl import lines


def rows(tmp_path: Path, data: bytes, **options: object) -> list[Document | Rejected | Pending]:
    path = tmp_path / "a.jsonl"
    path.write_bytes(data)
    return list(scan(find_inputs([str(path)])[0], ReadOptions(**options)))  # type: ignore[arg-type]


KEPT = {
    "plain": (b'{"text": "one"}\n', "one"),
    "no line feed": (b'{"text": "one"}', "one"),
    "CRLF": (b'{"text": "one"}\r\n', "one"),
    "BOM": (b'\xef\xbb\xbf{"text": "one"}\n', "one"),
    "separators that are no line ends": ('{"text": "a\u2028b\x85c"}\n'.encode(), "a\u2028b\x85c"),
    "escapes": (b'{"te\\u0078t": "\\ud83d\\ude00\\/\\n"}\n', "\U0001f600/\n"),
    "lone surrogate": (b'{"text": "\\ud800x"}\n', "\ud800x"),
    "NUL": (b'{"text": "\\u0000"}\n', "\0"),
    "duplicate key": (b'{"text": "one", "text": "two"}\n', "two"),
    "other fields": (b'{"a": NaN, "b": 123456789012345678901234567890, "text": "x", "c": -0.10}\n', "x"),
    "non-ASCII before": ('{"ż": "ó", "text": "ł"}\n'.encode(), "ł"),
    "inner text": (b'{"meta": {"text": "no"}, "text": "yes"}\n', "yes"),
    "empty text": (b'{"text": ""}\n', ""),
}


@pytest.mark.parametrize(("raw", "text"), KEPT.values(), ids=KEPT)
def test_a_row_keeps_its_bytes_and_knows_where_its_text_stands(tmp_path: Path, raw: bytes, text: str) -> None:
    (document,) = rows(tmp_path, raw)
    assert isinstance(document, Document) and isinstance(document.row, JsonRow)
    assert document.text == text
    assert document.row.raw == raw
    assert json.loads(raw[document.row.start : document.row.end]) == text


BAD = {
    "invalid JSON": (b'{"text": "one"', "invalid JSON: Expecting ',' delimiter"),
    "no object": (b"[1]", "not a JSON object"),
    "missing field": (b'{"body": "one", "n": 1}', "no field 'text'; its fields: body, n"),
    "no fields": (b"{}", "its fields: none"),
    "null": (b'{"text": null}', "the field 'text' is no string"),
    "number": (b'{"text": 1}', "the field 'text' is no string"),
    "not UTF-8": (b'{"text": "caf\xe9"}', "not UTF-8 at its byte 13"),
    "control character": (b'{"text": "a\0b"}', "Invalid control character"),
    "too deep": (b'{"text": "x", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
}


@pytest.mark.parametrize(("row", "reason"), BAD.values(), ids=BAD)
def test_a_bad_row_is_rejected_with_its_line_and_bytes_and_others_go_on(tmp_path: Path, row: bytes, reason: str) -> None:
    good = b'{"text": "good"}\n'
    first, rejected, last = rows(tmp_path, good + b"\n" + row + b"\n" + good)
    assert isinstance(rejected, Rejected)
    assert reason in rejected.reason
    assert (rejected.path, rejected.where, rejected.raw) == ("a.jsonl", "line 3", row + b"\n")
    assert isinstance(first, Document) and isinstance(last, Document)
    assert (first.id, last.id) == ("1", "3")


def test_ids_are_those_of_the_rows_or_their_numbers(tmp_path: Path) -> None:
    data = b'{"text": "a", "id": "x"}\n{"text": "b", "id": 7}\n{"text": "c", "id": null}\n{"text": "d"}\n'
    assert [item.id for item in rows(tmp_path, data) if isinstance(item, Document)] == ["x", "7", "3", "4"]


def test_a_second_row_with_an_id_is_rejected(tmp_path: Path) -> None:
    raw = b'{"text": "b", "id": "x"}\n'
    kept, rejected = rows(tmp_path, b'{"text": "a", "id": "x"}\n' + raw)
    assert isinstance(kept, Document)
    assert isinstance(rejected, Rejected)
    assert (rejected.where, rejected.raw) == ("line 2", raw)
    assert "a second row with the id 'x'" in rejected.reason


SOURCES = {
    "its field": (b'{"text": "a", "source": "paper", "url": "https://example.com/a"}', "paper"),
    "the host of its url": (b'{"text": "a", "url": "https://Example.com/a", "source": null}', "example.com"),
    "its folder": (b'{"text": "a"}', "deep/er"),
}


@pytest.mark.parametrize(("row", "source"), SOURCES.values(), ids=SOURCES)
def test_source(tmp_path: Path, row: bytes, source: str) -> None:
    path = tmp_path / "deep/er/a.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(row)
    (item,) = scan(find_inputs([str(tmp_path)])[0], ReadOptions())
    assert isinstance(item, Document)
    assert item.source == source


def test_field_names_can_be_given(tmp_path: Path) -> None:
    row = b'{"body": "b", "key": "k", "site": "s", "date": "2024-02-03", "url": "https://example.com"}\n'
    (item,) = rows(tmp_path, row, text_field="body", id_field="key", source_field="site")
    assert isinstance(item, Document)
    assert (item.text, item.id, item.source, item.date, item.url) == ("b", "k", "s", "2024-02-03", "https://example.com")


@pytest.mark.parametrize(
    ("row", "options", "is_page"),
    [
        (b'{"html": "<p>x"}', {}, True),
        (b'{"html": "<p>x", "text": null}', {}, True),
        (b'{"html": "<p>x", "text": "t"}', {}, False),
        (b'{"html": "<p>x", "text": "t"}', {"html_field_given": True}, True),
        (b'{"text": "t"}', {"html_field_given": True}, False),
        (b'{"page": "<p>x"}', {"html_field": "page"}, True),
    ],
)
def test_the_html_field_is_read_without_a_text_or_when_asked_for(
    tmp_path: Path, row: bytes, options: dict[str, object], is_page: bool
) -> None:
    (item,) = rows(tmp_path, row, **options)
    assert isinstance(item, Pending if is_page else Document)


def test_rows_in_another_encoding_are_read_as_it_is_given(tmp_path: Path) -> None:
    raw = '{"x": "é", "text": "café"}\n'.encode("cp1252")
    (item,) = rows(tmp_path, raw, encoding="cp1252")
    assert isinstance(item, Document)
    assert (item.text, item.row.raw[item.row.start : item.row.end]) == ("café", b'"caf\xe9"')


def test_a_file_in_utf16_is_rejected_once(tmp_path: Path) -> None:
    (item,) = rows(tmp_path, b"\xff\xfe" + '{"text": "x"}\n{"text": "y"}\n'.encode("utf-16-le"))
    assert isinstance(item, Rejected)
    assert (item.where, item.reason) == ("", "in UTF-16, and JSON Lines are UTF-8")


def test_a_line_over_the_limit_is_rejected_with_its_offset(tmp_path: Path) -> None:
    small = b'{"text": "small"}\n'
    big = b'{"text": "' + b"x" * 5000 + b'"}\n'
    first, rejected, last = rows(tmp_path, small + big + small, max_line=100)
    assert isinstance(first, Document) and isinstance(last, Document)
    assert isinstance(rejected, Rejected)
    assert rejected.where == "line 2"
    assert f"a row of {len(big)} bytes at byte {len(small)}, over the limit of 100" in rejected.reason
    assert "--max-line" in rejected.advice
    assert big.startswith(rejected.raw)


@pytest.mark.parametrize("size", [9, 10, 11, 12, 30])
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_the_limit_is_of_the_line_without_its_end(size: int, end: bytes) -> None:
    found = list(lines(io.BytesIO(b"x" * size + end + b"y"), 10))
    assert found[0].over == (size > 10 if end else size + 1 > 10)
    assert sum(line.size for line in found) == size + len(end) + 1


class Endless(io.RawIOBase):
    """A file of one line without an end in sight, and a row after it."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        size = min(len(buffer), self.left)
        buffer[:size] = b"x" * size
        self.left -= size
        return size


def test_memory_stays_flat_on_an_endless_line() -> None:
    import tracemalloc

    tracemalloc.start()
    (line,) = lines(io.BufferedReader(Endless(300 << 20)), 1 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert line.over and line.size == 300 << 20
    assert peak < 8 << 20


def test_many_rows_are_read_in_order(tmp_path: Path) -> None:
    data = b"".join(b'{"text": "row %d", "id": %d}\n' % (number, number) for number in range(3000))
    assert [item.id for item in rows(tmp_path, data) if isinstance(item, Document)] == [str(n) for n in range(3000)]


def test_nothing_is_left_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        next(iter(rows(tmp_path, b'{"text": "a"}\n{"text": "b"}\n')))
    assert len(os.listdir("/proc/self/fd")) <= before + 2
