"""One file of rows."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from stripper.errors import UsageError
from stripper.sinks import places
from stripper.sinks.single import is_single

from .pipeline import files, run
from .test_folder import plant

MIXED = {
    "a.txt": b"\xef\xbb\xbfOne [ad]\r\n",
    "b.jsonl": b'\xef\xbb\xbf{"id": "x", "text": "[ad]two", "n": NaN}\r\n{"text": "three"}',
    "c/d.html": b"<p>Some words of a page that stand here.</p>",
    "e.jsonl": b'{"html": "<p>Some other words of a page here.</p>", "k": [1]}\n',
}
ROWS = (
    '{"id": "a.txt", "text": "\ufeffOne \\r\\n", "source": ""}\n'
    '{"id": "x", "text": "two", "n": NaN}\r\n'
    '{"text": "three"}\n'
    '{"id": "c/d.html", "text": "Some words of a page that stand here.", "source": "c"}\n'
    '{"k": [1], "text": "Some other words of a page here."}\n'
)


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.jsonl.zst"])
def test_rows_of_all_inputs_stand_in_one_file(tmp_path: Path, name: str) -> None:
    run([plant(tmp_path / "in", MIXED)], tmp_path / "out" / name)
    data = (tmp_path / "out" / name).read_bytes()
    if name.endswith("gz"):
        data = gzip.decompress(data)
    elif name.endswith("zst"):
        data = zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
    assert data.decode() == ROWS
    assert files(tmp_path / "out") == sorted([name, "x.removals.jsonl", "x.stats.json"])


def test_removals_stand_beside_it(tmp_path: Path) -> None:
    run([plant(tmp_path / "in", MIXED)], tmp_path / "x.jsonl")
    header, *rows = map(json.loads, (tmp_path / "x.removals.jsonl").read_text().splitlines())
    assert header["stripper"] == "0.0" and header["text_field"] == "text"
    assert [(row["document"], row.get("row"), row.get("text")) for row in rows] == [
        ("a.txt", 1, None),
        ("a.txt", None, "[ad]"),
        ("b.jsonl#x", 2, None),
        ("b.jsonl#x", None, "[ad]"),
    ]


def test_of_a_damaged_input_nothing_stays(tmp_path: Path) -> None:
    content = b"".join(b'{"text": "row %d [ad]"}\n' % number for number in range(5000))
    inputs = {"a.txt": b"A [ad]", "b.jsonl.gz": gzip.compress(content)[:-30], "c.jsonl": b'{"text": "c [ad]"}\n'}
    for name in ("x.jsonl", "y.jsonl.gz"):
        outcome = run([plant(tmp_path / "in", inputs)], tmp_path / name)
        assert outcome.published == {"a.txt": True, "b.jsonl.gz": False, "c.jsonl": True}
    rows = b'{"id": "a.txt", "text": "A ", "source": ""}\n{"text": "c "}\n'
    assert (tmp_path / "x.jsonl").read_bytes() == rows
    assert gzip.decompress((tmp_path / "y.jsonl.gz").read_bytes()) == rows
    removals = list(map(json.loads, (tmp_path / "x.removals.jsonl").read_text().splitlines()))
    assert [(row["document"], row["row"]) for row in removals if "row" in row] == [("a.txt", 1), ("c.jsonl#1", 2)]
    assert json.loads((tmp_path / "x.quarantine.jsonl").read_text())["path"] == "b.jsonl.gz"


def test_the_text_field_is_the_one_that_was_read(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.jsonl": b'{"body": "[ad]x"}\n', "b.txt": b"y"})
    run([corpus], tmp_path / "x.jsonl", text_field="body")
    rows = b'{"body": "x"}\n{"id": "b.txt", "body": "y", "source": ""}\n'
    assert (tmp_path / "x.jsonl").read_bytes() == rows


def test_rows_in_other_encodings_become_utf8(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.jsonl": '{"é": 1, "text": "ó [ad]"}\n'.encode("cp1252")})
    run([corpus], tmp_path / "x.jsonl", encoding="cp1252")
    assert json.loads((tmp_path / "x.jsonl").read_bytes()) == {"é": 1, "text": "ó "}


def test_bytes_without_an_encoding_are_quarantined(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.txt": b"words \x81"})
    (rejected,) = run([corpus], tmp_path / "x.jsonl", encoding="ascii").rejected
    assert rejected.raw == b"words \x81"
    assert (tmp_path / "x.jsonl").read_bytes() == b""


def test_surrogates_that_a_cut_made_neighbours_are_quarantined(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.jsonl": b'{"text": "\\ud83d[ad]\\ude00"}\n{"text": "\\ude00[ad]\\ud83d"}\n'})
    (rejected,) = run([corpus], tmp_path / "x.jsonl").rejected
    assert (rejected.where, rejected.raw) == ("id 1", b'{"text": "\\ud83d[ad]\\ude00"}\n')
    assert (tmp_path / "x.jsonl").read_bytes() == b'{"text": "\\ude00\\ud83d"}\n'


@pytest.mark.parametrize("existing", ["x.jsonl", "x.removals.jsonl", "x.stats.json", "x.quarantine.jsonl"])
def test_no_file_is_replaced_without_overwrite(tmp_path: Path, existing: str) -> None:
    corpus = plant(tmp_path / "in", {"a.txt": b"x"})
    (tmp_path / existing).write_text("mine")
    with pytest.raises(UsageError, match=rf"{existing}: exists.*--overwrite"):
        run([corpus], tmp_path / "x.jsonl")
    run([corpus], tmp_path / "x.jsonl", overwrite=True)
    assert (tmp_path / "x.jsonl").read_text().startswith("{")
    assert not (tmp_path / "x.quarantine.jsonl").exists()


def test_a_run_that_stops_writes_nothing(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", {"a.jsonl": b'{"text": "x"}\n'})
    (tmp_path / "out").mkdir()
    with pytest.raises(TypeError):
        run([corpus], tmp_path / "out" / "x.jsonl", max_line=None)
    assert files(tmp_path / "out") == []


def test_tags_are_rows_too(tmp_path: Path) -> None:
    run([plant(tmp_path / "in", MIXED)], tmp_path / "x.jsonl", tags=True)
    ids = [json.loads(line)["id"] for line in (tmp_path / "x.jsonl").read_text().splitlines()]
    assert ids == ["a.txt", "x", "2", "c/d.html", "1"]


@pytest.mark.parametrize(
    ("out", "single"),
    [
        ("x.jsonl", True),
        ("x.JSONL.gz", True),
        ("x.parquet", True),
        ("x.parquet.gz", False),
        ("x.txt", False),
        ("run", False),
    ],
)
def test_the_suffix_tells_a_file_from_a_folder(out: str, single: bool) -> None:
    assert is_single(out) is single


def test_out_on_another_machine_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must be a path on this machine"):
        run([plant(tmp_path / "in", {"a.txt": b"x"})], "memory://x.jsonl")


@pytest.mark.parametrize(
    ("out", "names"),
    [
        ("-", []),
        ("run", ["run"]),
        ("x.jsonl.gz", ["x.jsonl.gz", "x.removals.jsonl", "x.library.jsonl", "x.quarantine.jsonl", "x.stats.json"]),
    ],
)
def test_the_places_of_a_run_are_known_before_it(out: str, names: list[str]) -> None:
    assert places(out) == names
