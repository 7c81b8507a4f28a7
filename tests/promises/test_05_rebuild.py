"""5. Text plus removals rebuild the input text, checked before publishing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import documents, texts

from stripper.model import Document
from stripper.sinks.removals import header_line, read_entries, read_header, removal_lines, restore_entry, restore_text
from stripper.strip import Strip

from .naughty import NAUGHTY
from .runs import FOOT, run

MANY = settings(max_examples=2000)


@MANY
@given(text=st.one_of(documents(), texts))
def test_article_and_removals_give_the_text(by_rules: Strip, text: str) -> None:
    result = by_rules(Document(text, path="a.txt"))
    assert restore_text(result.text, result.removals) == text
    lines = [header_line({"stripper": "0"}), *removal_lines(result, 1).splitlines(keepends=True)]
    assert read_header(lines[0])["stripper"] == "0"
    for entry in read_entries(lines[1:]):
        assert entry.removals == result.removals and entry.flags == result.flags
        assert restore_entry(result.text, entry) == text


def _texts() -> list[str]:
    """Every naughty string alone, amid a story, and with a footer that goes."""
    return [text for s in NAUGHTY for text in (s, f"The ferry {s} left.\n\n{FOOT}\n", f"{FOOT}\n\n{s}\n\n{FOOT}")]


def _odd(text: str) -> bool:
    """Whether a text has lone surrogates."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def test_naughty_strings_come_through_rows_and_back(tmp_path: Path) -> None:
    rows = [{"id": str(number), "text": text, "more": text} for number, text in enumerate(_texts())]
    # A lone surrogate is no UTF-8: such rows are written as escapes.
    lines = (json.dumps(row, ensure_ascii=_odd(row["text"]) or bool(n % 2)) for n, row in enumerate(rows))
    data = "".join(line + "\n" for line in lines).encode()
    for name, content in {
        "a.jsonl": data,
        "b.jsonl.gz": gzip.compress(data),
        "c.jsonl.zst": zstandard.compress(data),
    }.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(content)
    ended = run("clean", tmp_path / "in", "-o", tmp_path / "out")
    assert ended.code == 0 and sum(ended.account) == 3 * len(rows), ended.said
    again = run("restore", tmp_path / "out/documents", tmp_path / "out/removals", "-o", tmp_path / "again")
    assert again.code == 0, again.said
    kept = [json.loads(line) for line in (tmp_path / "again/a.jsonl").read_bytes().split(b"\n")[:-1]]
    assert [row["text"] for row in kept] == [row["text"] for row in rows]
    for name in ("b.jsonl.gz", "c.jsonl.zst"):
        packed = (tmp_path / "again" / name).read_bytes()
        whole = gzip.decompress(packed) if name.endswith("gz") else zstandard.ZstdDecompressor().stream_reader(packed).read()
        assert whole == (tmp_path / "again/a.jsonl").read_bytes()


@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_naughty_strings_come_through_files_and_back(suffix: str, tmp_path: Path) -> None:
    files = {f"{number}.{suffix}": text.encode("utf-8", "surrogatepass") for number, text in enumerate(_texts())}
    (tmp_path / "in").mkdir()
    for name, data in files.items():
        (tmp_path / "in" / name).write_bytes(data)
    ended = run("strip", tmp_path / "in", "-o", tmp_path / "out")
    emitted, emptied, skipped, quarantined = ended.account
    # Strings that look like no text are named and left out, no more.
    assert emitted + emptied + quarantined == len(files) and skipped == 0 and quarantined <= 6, ended.said
    again = run("restore", tmp_path / "out/documents", tmp_path / "out/removals", "-o", tmp_path / "again")
    assert again.code == 0, again.said
    for path in (tmp_path / "again").iterdir():
        assert path.read_bytes() == files[path.name], path.name
    assert len(list((tmp_path / "again").iterdir())) == emitted + emptied


def test_naughty_strings_come_through_parquet_and_pages(tmp_path: Path) -> None:
    import html

    import pyarrow as pa
    import pyarrow.parquet as pq

    sound = [text for text in _texts() if not _odd(text)]
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"id": [str(n) for n in range(len(sound))], "text": sound}), tmp_path / "in/a.parquet")
    ended = run("strip", tmp_path / "in", "-o", tmp_path / "out")
    assert ended.code == 0 and sum(ended.account) == len(sound), ended.said
    again = run("restore", tmp_path / "out/documents", tmp_path / "out/removals", "-o", tmp_path / "again")
    assert again.code == 0, again.said
    assert pq.read_table(tmp_path / "again/a.parquet")["text"].to_pylist() == sound
    body = "The ferry left at ten past seven with twenty-three pupils aboard, and nobody had told the harbour master. " * 5
    pages = [f"<html><body><p>{body}</p><p>{html.escape(s)}</p><p>{s}</p></body></html>" for s in NAUGHTY]
    rows = "".join(json.dumps({"id": str(n), "html": page}) + "\n" for n, page in enumerate(pages))
    (tmp_path / "pages.jsonl").write_text(rows)
    ended = run("strip", tmp_path / "pages.jsonl", "-o", tmp_path / "pages")
    assert sum(ended.account) == len(pages) and "fault of stripper" not in ended.said, ended.said
    assert ended.account[0] > len(pages) * 0.9
