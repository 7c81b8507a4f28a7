"""Parquet in, Parquet out."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stripper.model import Document, Result
from stripper.sinks import SinkOptions, open_sink
from stripper.sources import ParquetRow, find_inputs

from .pipeline import run


def through(tmp_path: Path, table: pa.Table, **options: Any) -> pa.Table:
    (tmp_path / "in").mkdir()
    pq.write_table(table, tmp_path / "in/a.parquet", compression="gzip")
    run([tmp_path / "in"], tmp_path / "out", **options)
    return pq.read_table(tmp_path / "out/documents/a.parquet")


def test_all_but_the_text_is_untouched(tmp_path: Path) -> None:
    import datetime

    columns = {
        "n": pa.array([1, None, 3], pa.uint16()),
        "text": ["a [ad]", "b", "[ad]"],
        "when": pa.array([datetime.datetime(2024, 1, 2)] * 3, pa.timestamp("ns", "UTC")),
        "tags": pa.array([["x"], None, []], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        "meta": pa.array([{"k": b"\xff"}, None, {"k": None}]),
        "nan": [float("nan"), 1.5, None],
    }
    table = pa.table(columns).replace_schema_metadata({"made": "here"})
    out = through(tmp_path, table)
    before = pq.read_table(tmp_path / "in/a.parquet")
    assert out.schema.equals(before.schema, check_metadata=True)
    assert out.column("text").to_pylist() == ["a ", "b", ""]
    for name in set(columns) - {"text"}:
        assert str(out.column(name)) == str(before.column(name))
    assert pq.ParquetFile(tmp_path / "out/documents/a.parquet").metadata.row_group(0).column(0).compression == "GZIP"


TYPES = [pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string())]


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_the_text_keeps_its_type(tmp_path: Path, kind: pa.DataType) -> None:
    table = pa.table({"text": pa.array(["ż [ad]", "b", "ż [ad]"], pa.large_string()).cast(kind)})
    out = through(tmp_path, table)
    assert out.schema.field("text").type == kind
    assert out.column("text").cast(pa.large_string()).to_pylist() == ["ż ", "b", "ż "]


def test_rejected_rows_leave_the_others_in_order(tmp_path: Path) -> None:
    numbers = list(range(2000))
    texts = [None if number % 7 == 0 else f"row {number}[ad]" for number in numbers]
    out = through(tmp_path, pa.table({"text": texts, "n": numbers}))
    assert out.column("n").to_pylist() == [number for number in numbers if number % 7]
    assert out.column("text").to_pylist() == [f"row {number}" for number in numbers if number % 7]


@pytest.mark.parametrize("rows", [[], [None]], ids=["no rows", "no good row"])
def test_no_rows_give_a_file_with_the_same_columns(tmp_path: Path, rows: list[None]) -> None:
    table = pa.table({"text": pa.array(rows, pa.string()), "n": pa.array(rows, pa.int8())})
    out = through(tmp_path, table)
    assert (out.num_rows, out.schema) == (0, table.schema)


@pytest.mark.parametrize(
    ("keep_html", "names"), [(False, ["id", "text"]), (True, ["id", "html", "text"])], ids=["left out", "kept"]
)
def test_pages_become_a_text_column(tmp_path: Path, keep_html: bool, names: list[str]) -> None:
    table = pa.table({"id": ["a", "b"], "html": ["<p>Some words [ad] of a page.</p>", "<p>Other words of a page.</p>"]})
    out = through(tmp_path, table, keep_html=keep_html)
    assert out.column_names == names
    assert out.column("text").to_pylist() == ["Some words  of a page.", "Other words of a page."]


def test_where_only_some_rows_are_pages_their_html_is_null(tmp_path: Path) -> None:
    out = through(tmp_path, pa.table({"text": ["one", None], "html": ["<p>x</p>", "<p>Other words of a page.</p>"]}))
    assert out.to_pylist() == [{"text": "one", "html": "<p>x</p>"}, {"text": "Other words of a page.", "html": None}]


def test_compressed_parquet_stays_compressed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    stream = io.BytesIO()
    pq.write_table(pa.table({"text": ["x[ad]"]}), stream)
    (tmp_path / "in/a.parquet.gz").write_bytes(gzip.compress(stream.getvalue()))
    run([tmp_path / "in"], tmp_path / "out")
    data = gzip.decompress((tmp_path / "out/documents/a.parquet.gz").read_bytes())
    assert pq.read_table(io.BytesIO(data)).to_pylist() == [{"text": "x"}]


def sink_of(tmp_path: Path, texts: list[str]) -> Any:
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    inputs = find_inputs([str(tmp_path / "a.parquet")])
    sink = open_sink(str(tmp_path / "out"), inputs, SinkOptions())
    sink.start({})
    sink.begin(inputs[0])
    return sink


def test_a_lone_surrogate_is_quarantined(tmp_path: Path) -> None:
    sink = sink_of(tmp_path, ["x"])
    text = "\ud800"
    rejected = sink.write(Result(Document(text, "1", "a.parquet", row=ParquetRow(0)), text))
    assert rejected and "a lone surrogate at character 0, which Parquet cannot hold" in rejected.reason


def test_a_file_that_changed_since_it_was_read_is_not_published(tmp_path: Path) -> None:
    sink = sink_of(tmp_path, ["new words"])
    rejected = sink.write(Result(Document("old words", "1", "a.parquet", row=ParquetRow(0)), "old words"))
    assert rejected and (rejected.where, rejected.reason) == ("", "changed while it was read")
    assert not sink.end()
