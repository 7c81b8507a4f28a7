"""From files to documents."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from stripper.model import Document, Rejected, Skipped
from stripper.sources import Pending, ReadOptions, TextRow, find_inputs, finish, read, scan
from stripper.sources.read import Read, host_of


def read_all(path: Path, **options: object) -> list[Read]:
    return [item for input in find_inputs([str(path)]) for item in read(input, ReadOptions(**options))]  # type: ignore[arg-type]


def read_one(path: Path, data: bytes, **options: object) -> Read:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    (item,) = read_all(path, **options)
    return item


TEXTS = {
    "plain": b"One.\n\nTwo.\n",
    "no final newline": b"One.",
    "CRLF": b"One.\r\n\r\nTwo.\r\n",
    "BOM": b"\xef\xbb\xbfOne.\n",
    "NUL": b"One\0 and some more words.\n",
    "line separators": "One\u2028Two\x85Three\n".encode(),
    "lone surrogate": b"One \xed\xa0\x80 two.\n",
    "UTF-16": b"\xff\xfe" + "One ż.\r\n".encode("utf-16-le"),
    "not UTF-8": "Caf\u00e9 au lait, s\u2019il vous pla\u00eet. Tous droits r\u00e9serv\u00e9s.\r\n".encode("cp1252") * 4,
}


@pytest.mark.parametrize("data", TEXTS.values(), ids=TEXTS)
def test_the_bytes_of_a_text_come_through(tmp_path: Path, data: bytes) -> None:
    item = read_one(tmp_path / "a.txt", data)
    assert isinstance(item, Document)
    assert isinstance(item.row, TextRow)
    assert item.row.encode(item.text) == data
    assert (item.path, item.id, item.key, item.source, item.kind) == ("a.txt", "", "a.txt", "", "text")


def test_an_empty_file_is_an_empty_document(tmp_path: Path) -> None:
    for name in ("a.txt", "a.md", "a.html"):
        item = read_one(tmp_path / name, b"")
        assert isinstance(item, Document) and item.text == ""


def test_the_folder_below_input_is_the_source(tmp_path: Path) -> None:
    for name in ("x/y/a.txt", "x/b.txt", "c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    found = {item.path: item.source for item in read_all(tmp_path) if isinstance(item, Document)}
    assert found == {"c.txt": "", "x/b.txt": "x", "x/y/a.txt": "x/y"}


def test_markdown_protects_its_front_matter(tmp_path: Path) -> None:
    item = read_one(tmp_path / "a.md", b"---\na: 1\n---\nText\n")
    assert isinstance(item, Document)
    assert (item.kind, item.protected) == ("markdown", ((0, 12),))


def test_a_page_is_parsed_by_finish(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b"<html><body><p>First words of the page.</p><p>And more of them.</p></body></html>")
    (pending,) = scan(find_inputs([str(path)])[0], ReadOptions())
    assert isinstance(pending, Pending)
    document = finish(pending)
    assert isinstance(document, Document)
    assert (document.kind, document.text) == ("html", "First words of the page.\n\nAnd more of them.")
    assert len(document.blocks) == 2


def test_a_page_that_cannot_be_read_is_rejected_with_its_bytes(tmp_path: Path) -> None:
    page = b"<html><body>" + b"<div>" * 5000 + b"deep" + b"</div>" * 5000 + b"</body></html>"
    item = read_one(tmp_path / "a.html", page)
    assert isinstance(item, Rejected)
    assert (item.path, item.where, item.raw) == ("a.html", "", page)


def test_binary_is_rejected_where_the_name_says_text_or_the_file_was_named(tmp_path: Path) -> None:
    image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    for name in ("a.txt", "a.md", "picture.png"):
        item = read_one(tmp_path / name, image)
        assert isinstance(item, Rejected)
        assert (item.path, item.reason, item.raw) == (name, "binary, not text", image)
    found = read_all(tmp_path)
    assert [type(item) for item in found] == [Rejected, Rejected, Skipped]


def test_a_file_without_a_known_suffix_is_text_if_it_was_named(tmp_path: Path) -> None:
    item = read_one(tmp_path / "NOTES", b"words")
    assert isinstance(item, Document) and item.text == "words"


def test_what_cannot_be_decoded_is_emitted_as_it_is_and_said(tmp_path: Path) -> None:
    data = b"Some words in no encoding \x81\xff\n"
    item = read_one(tmp_path / "a.txt", data, encoding="ascii")
    assert isinstance(item, Document)
    assert item.text == "" and item.row.encode("") == data
    assert "emitted uncut" in item.row.problem and "--encoding" in item.row.problem


def test_a_detected_encoding_is_said(tmp_path: Path) -> None:
    item = read_one(tmp_path / "a.txt", TEXTS["not UTF-8"])
    assert isinstance(item, Document)
    assert "by detection" in item.row.note


def test_a_truncated_file_is_rejected_as_a_whole(tmp_path: Path) -> None:
    item = read_one(tmp_path / "a.txt.gz", gzip.compress(b"words" * 99)[:-4])
    assert isinstance(item, Rejected)
    assert item.where == "" and "truncated" in item.reason


def test_a_file_that_went_away_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (input,) = find_inputs([str(tmp_path / "a.txt")])
    (tmp_path / "a.txt").unlink()
    (item,) = read(input, ReadOptions())
    assert isinstance(item, Rejected) and "No such file" in item.reason


def test_urls_are_read() -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe("/read/a/b.txt.gz", gzip.compress(b"far away"))
    try:
        (input,) = find_inputs(["memory://read"])
        (item,) = read(input, ReadOptions())
        assert isinstance(item, Document)
        assert (item.path, item.source, item.text) == ("a/b.txt.gz", "a", "far away")
    finally:
        memory.rm("/read", recursive=True)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://News.Example.com:8080/a?b", "news.example.com"),
        ("not a url", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_host(url: str, host: str) -> None:
    assert host_of(url) == host
