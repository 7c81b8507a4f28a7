"""Rows of any inputs as one Parquet file."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .pipeline import files, run
from .test_folder import plant


def table_of(tmp_path: Path, contents: dict[str, bytes]) -> pa.Table:
    run([plant(tmp_path / "in", contents)], tmp_path / "out/x.parquet")
    return pq.read_table(tmp_path / "out/x.parquet")


def lines(*rows: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def test_rows_of_all_inputs_stand_in_one_file(tmp_path: Path) -> None:
    parquet = tmp_path / "in/c.parquet"
    parquet.parent.mkdir()
    pq.write_table(pa.table({"text": ["three [ad]"], "k": pa.array([7], pa.int8())}), parquet)
    table = table_of(tmp_path, {"a.jsonl": lines({"id": "x", "text": "[ad]one", "n": 1.5}), "b.txt": b"two"})
    assert table.to_pylist() == [
        {"id": "x", "text": "one", "n": 1.5, "source": None, "k": None},
        {"id": "b.txt", "text": "two", "n": None, "source": "", "k": None},
        {"id": None, "text": "three ", "n": None, "source": None, "k": 7},
    ]
    assert table.schema.field("k").type == pa.int8()
    assert files(tmp_path / "out") == ["x.parquet", "x.removals.jsonl", "x.stats.json"]


COLUMNS: dict[str, tuple[list[Any], list[Any]]] = {
    "integers": ([1, 2], [1, 2]),
    "integer and fraction": ([1, 2.5], [1.0, 2.5]),
    "null first": ([None, "a"], [None, "a"]),
    "number and string": ([1, "a"], ["1", "a"]),
    "list and string": ([[1], "a"], ["[1]", "a"]),
    "integer beyond 64 bits": ([2**70, 1], [str(2**70), "1"]),
    "object without fields": ([{}, None], ["{}", None]),
    "objects": ([{"a": 1}, {"b": "x"}], [{"a": 1, "b": None}, {"a": None, "b": "x"}]),
    "true and null": ([True, None], [True, None]),
}


@pytest.mark.parametrize("apart", [False, True], ids=["in one file", "in two files"])
@pytest.mark.parametrize(("values", "expected"), COLUMNS.values(), ids=COLUMNS)
def test_a_column_holds_every_value(tmp_path: Path, values: list[Any], expected: list[Any], apart: bool) -> None:
    rows = [{"text": "t", "v": value} for value in values]
    contents = {"a.jsonl": lines(*rows[:1]), "b.jsonl": lines(*rows[1:])} if apart else {"a.jsonl": lines(*rows)}
    found = table_of(tmp_path, contents).column("v").to_pylist()
    # A file of integers alone is a column of integers, whatever the other file holds, until both are one.
    assert found == expected or (apart and found == [str(2**70), "1"])


def test_integers_that_a_fraction_cannot_hold_stay_exact(tmp_path: Path) -> None:
    contents = {"a.jsonl": lines({"text": "t", "v": 2**53 + 1}), "b.jsonl": lines({"text": "t", "v": 0.5})}
    assert table_of(tmp_path, contents).column("v").to_pylist() == [str(2**53 + 1), "0.5"]


def test_of_a_damaged_input_nothing_stays(tmp_path: Path) -> None:
    content = b"".join(b'{"text": "row %d", "extra": 1}\n' % number for number in range(5000))
    contents = {"a.txt": b"A", "b.jsonl.gz": gzip.compress(content)[:-30], "c.jsonl": b'{"text": "c"}\n'}
    table = table_of(tmp_path, contents)
    assert table.column("text").to_pylist() == ["A", "c"]
    assert "extra" not in table.column_names


def test_what_parquet_cannot_hold_is_quarantined(tmp_path: Path) -> None:
    rows = b'{"text": "\\ud800"}\n{"text": "x", "k": "\\udc00"}\n{"text": "kept"}\n'
    outcome = run([plant(tmp_path / "in", {"a.jsonl": rows})], tmp_path / "x.parquet")
    assert [rejected.where for rejected in outcome.rejected] == ["id 1", "id 2"]
    assert pq.read_table(tmp_path / "x.parquet").column("text").to_pylist() == ["kept"]


def test_no_rows_give_an_empty_file(tmp_path: Path) -> None:
    assert table_of(tmp_path, {"a.jsonl": b""}).to_pylist() == []


def test_many_rows_keep_their_order(tmp_path: Path) -> None:
    rows = [{"text": f"row {number}", **({"late": number} if number > 4000 else {})} for number in range(5000)]
    table = table_of(tmp_path, {"a.jsonl": lines(*rows)})
    assert table.column("text").to_pylist() == [row["text"] for row in rows]
    assert table.column("late").to_pylist()[-1] == 4999
