"""Rows of Parquet."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stripper.model import Document, Rejected
from stripper.sources import ParquetRow, Pending, ReadOptions, find_inputs, scan
from stripper.sources.parquet import BATCH, to_json


def rows(path: Path, columns: dict[str, Any] | None, **options: object) -> list[Document | Rejected | Pending]:
    if columns is not None:
        pq.write_table(pa.table(columns), path)
    return list(scan(find_inputs([str(path)])[0], ReadOptions(**options)))  # type: ignore[arg-type]


def test_rows_become_documents(tmp_path: Path) -> None:
    columns = {"id": ["a", None], "text": ["one", "two"], "url": ["https://example.com/a", None], "source": [None, "s"]}
    first, second = rows(tmp_path / "a.parquet", columns)
    assert isinstance(first, Document) and isinstance(second, Document)
    assert (first.text, first.id, first.source, first.row) == ("one", "a", "example.com", ParquetRow(0))
    assert (second.text, second.id, second.source, second.row) == ("two", "2", "s", ParquetRow(1))


TYPES = [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.dictionary(pa.int32(), pa.string())]


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_text_of_any_string_type_is_read(tmp_path: Path, kind: pa.DataType) -> None:
    (item,) = rows(tmp_path / "a.parquet", {"text": pa.array(["żółw"], pa.large_string()).cast(kind)})
    assert isinstance(item, Document) and item.text == "żółw"


def test_bad_rows_are_rejected_by_number(tmp_path: Path) -> None:
    columns = {"id": ["a", "b", "a"], "text": pa.array([b"one", b"caf\xe9", b"two"])}
    kept, undecodable, double = rows(tmp_path / "a.parquet", columns)
    assert isinstance(kept, Document)
    assert isinstance(undecodable, Rejected) and isinstance(double, Rejected)
    assert (undecodable.where, undecodable.raw) == ("row 2", b"caf\xe9")
    assert (double.where, double.raw) == ("row 3", b"two")


def test_null_text_is_rejected_and_null_beside_html_is_a_page(tmp_path: Path) -> None:
    columns = {"text": ["one", None, None], "html": ["<p>x", "<p>y", None]}
    items = rows(tmp_path / "a.parquet", columns)
    assert [type(item) for item in items] == [Document, Pending, Rejected]


def test_all_batches_are_read(tmp_path: Path) -> None:
    items = rows(tmp_path / "a.parquet", {"text": [f"row {number}" for number in range(3 * BATCH + 1)]})
    assert [item.row.index for item in items if isinstance(item, Document)] == list(range(3 * BATCH + 1))


@pytest.mark.parametrize("column", [["one"], [b"\xff"]], ids=["of strings", "of bytes"])
def test_a_missing_column_is_told_with_those_there_are(tmp_path: Path, column: list[Any]) -> None:
    (item,) = rows(tmp_path / "a.parquet", {"body": column})
    assert isinstance(item, Rejected)
    assert (item.where, item.reason) == ("", "no column 'text'; its columns: body")


@pytest.mark.parametrize("kept", [0, 3, 50, -1])
def test_a_truncated_file_is_rejected_as_a_whole(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["one"] * 100}), path)
    path.write_bytes(path.read_bytes()[:kept])
    (item,) = rows(path, None)
    assert isinstance(item, Rejected)
    assert item.where == "" and "not a sound Parquet file" in item.reason


def test_compressed_parquet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["one"]}), path)
    packed = tmp_path / "a.parquet.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    (item,) = rows(packed, None)
    assert isinstance(item, Document) and item.text == "one"


def test_values_that_json_lacks_are_written_as_text() -> None:
    import datetime
    import decimal

    row = {"at": datetime.datetime(2024, 2, 3, 4, 5), "on": datetime.date(2024, 2, 3), "raw": b"\xff", "n": [1, None]}
    assert to_json(row | {"price": decimal.Decimal("1.10")}) == {
        "at": "2024-02-03T04:05:00",
        "on": "2024-02-03",
        "raw": "/w==",
        "n": [1, None],
        "price": "1.10",
    }
