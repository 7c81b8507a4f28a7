"""The way back: what a run cut, put in its place again."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stripper.errors import UsageError
from stripper.sinks.restore import restore

from .pipeline import files, run
from .test_folder import plant

CORPUS = {
    "a.txt": b"\xef\xbb\xbfOne [ad]\r\ntwo [more] <b>\r\n",
    "sub/b.md": b"untouched\r\n",
    "c.txt.gz": gzip.compress(b"packed [ad]", mtime=0),
    "d.txt": b"\xff\xfe" + "ż [ó]\n".encode("utf-16-le"),
    "e.jsonl": b'{"text": "[ad]\\ud800", "n": NaN}\r\n\n{"text": "same \\/"}\n?\n{"text":"\xc5\xbc[ad]"}',
}


def test_a_run_is_restored_byte_for_byte_but_for_what_was_never_published(tmp_path: Path) -> None:
    corpus = plant(tmp_path / "in", CORPUS)
    run([corpus], tmp_path / "out")
    done = restore(str(tmp_path / "out/documents"), str(tmp_path / "out/removals"), str(tmp_path / "back"))
    assert (done.documents, done.refused) == (5, ())
    assert files(tmp_path / "back") == files(corpus)
    for name in ("a.txt", "sub/b.md", "d.txt"):
        assert (tmp_path / "back" / name).read_bytes() == CORPUS[name]
    assert gzip.decompress((tmp_path / "back/c.txt.gz").read_bytes()) == b"packed [ad]"
    rows = CORPUS["e.jsonl"].replace(b"\n?\n", b"\n").replace(b"\r\n\n", b"\r\n")
    assert (tmp_path / "back/e.jsonl").read_bytes() == rows


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "parquet"])
def test_one_file_of_rows_is_restored(tmp_path: Path, suffix: str) -> None:
    rows = b'{"id": 1, "text": "a [ad]"}\n{"id": 2, "text": "b"}\n{"id": 3, "text": "[ad]"}\n'
    corpus = plant(tmp_path / "in", {"a.jsonl": rows, "b.txt": b"[ad] c"})
    run([corpus], tmp_path / f"x.{suffix}")
    out = tmp_path / f"y.{suffix}"
    done = restore(str(tmp_path / f"x.{suffix}"), str(tmp_path / "x.removals.jsonl"), str(out))
    assert (done.documents, done.refused) == (3, ())
    if suffix == "parquet":
        texts = pq.read_table(out).column("text").to_pylist()
    else:
        data = gzip.decompress(out.read_bytes()) if suffix.endswith("gz") else out.read_bytes()
        texts = [json.loads(line)["text"] for line in data.splitlines()]
    assert texts == ["a [ad]", "b", "[ad]", "[ad] c"]


def test_parquet_of_a_run_is_restored(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    table = pa.table({"body": ["a [ad]", "b"], "n": [1, 2]})
    pq.write_table(table, tmp_path / "in/a.parquet")
    run([tmp_path / "in"], tmp_path / "out", text_field="body")
    restore(str(tmp_path / "out/documents"), str(tmp_path / "out/removals"), str(tmp_path / "back"))
    assert pq.read_table(tmp_path / "back/a.parquet") == table


def test_an_edited_document_is_refused_and_others_are_restored(tmp_path: Path) -> None:
    run([plant(tmp_path / "in", {"a.txt": b"a [ad]", "b.txt": b"b [ad]"})], tmp_path / "out")
    (tmp_path / "out/documents/a.txt").write_bytes(b"a changed")
    done = restore(str(tmp_path / "out/documents"), str(tmp_path / "out/removals"), str(tmp_path / "back"))
    assert done.documents == 1
    (refused,) = done.refused
    assert "a.txt: its text was edited since the cut" in refused and "was not written" in refused
    assert files(tmp_path / "back") == ["b.txt"]


EDITS = {
    "a row edited": (b'"a "', b'"A "'),
    "a row dropped": (b'{"id": 2, "text": ""}\n', b""),
    "the field renamed": (b'"text"', b'"body"'),
    "no JSON": (b"{", b"["),
}


@pytest.mark.parametrize(("old", "new"), EDITS.values(), ids=EDITS)
def test_edited_rows_are_refused(tmp_path: Path, old: bytes, new: bytes) -> None:
    run(
        [plant(tmp_path / "in", {"a.jsonl": b'{"id": 1, "text": "a [ad]"}\n{"id": 2, "text": "[ad]"}\n'})],
        tmp_path / "x.jsonl",
    )
    path = tmp_path / "x.jsonl"
    path.write_bytes(path.read_bytes().replace(old, new))
    done = restore(str(path), str(tmp_path / "x.removals.jsonl"), str(tmp_path / "y.jsonl"))
    assert len(done.refused) == 1
    assert not (tmp_path / "y.jsonl").exists()


def test_other_files_than_removals_are_refused(tmp_path: Path) -> None:
    plant(tmp_path, {"a.txt": b"x", "b.jsonl": b"{}\n"})
    done = restore(str(tmp_path / "a.txt"), str(tmp_path / "b.jsonl"), str(tmp_path / "c.txt"))
    assert "not a removals file" in done.refused[0]


def test_usage(tmp_path: Path) -> None:
    plant(tmp_path, {"a.txt": b"x", "b.jsonl": b'{"format": 1}\n', "folder/c": b""})
    a, b, folder = (str(tmp_path / name) for name in ("a.txt", "b.jsonl", "folder"))
    with pytest.raises(UsageError, match="no such file"):
        restore(str(tmp_path / "missing"), b, str(tmp_path / "out"))
    with pytest.raises(UsageError, match="exists"):
        restore(a, b, a)
    with pytest.raises(UsageError, match="two folders of a run"):
        restore(a, folder, str(tmp_path / "out"))
    with pytest.raises(UsageError, match="line 1: damaged"):
        restore(folder, a, str(tmp_path / "out"))


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.text(st.characters(), max_size=20).map(lambda text: f"{text}[x{text[:1]}]{text}"), max_size=4))
def test_any_rows_come_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("any")
    rows = [json.dumps({"text": text}) for text in texts]
    plant(folder / "in", {"a.jsonl": "".join(f"{row}\n" for row in rows).encode()})
    outcome = run([folder / "in"], folder / "x.jsonl")
    restore(str(folder / "x.jsonl"), str(folder / "x.removals.jsonl"), str(folder / "y.jsonl"))
    bad = {rejected.where for rejected in outcome.rejected}
    kept = [json.loads(row)["text"] for number, row in enumerate(rows, 1) if f"id {number}" not in bad]
    assert [json.loads(line)["text"] for line in (folder / "y.jsonl").read_bytes().split(b"\n") if line] == kept
