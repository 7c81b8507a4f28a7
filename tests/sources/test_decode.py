"""Bytes to text and back: the text's bytes are the bytes again, and what is not UTF-8 is said."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stripper.sources.decode import declared_encoding, decode, decode_page, is_binary
from stripper.sources.rows import encode

POLISH = "Zażółć gęślą jaźń. Wszystkie prawa zastrzeżone przez wydawcę tej gazety. Żadna część nie może być powielana. "
RUSSIAN = "Все права защищены. Перепечатка материалов допускается только с согласия редакции этой газеты. " * 4

CASES = {
    "plain": (b"plain", "utf-8", "plain"),
    "BOM stays in the text": (codecs.BOM_UTF8 + b"a", "utf-8", "\ufeffa"),
    "CRLF": (b"a\r\nb\r", "utf-8", "a\r\nb\r"),
    "NUL": (b"some words \0 and more", "utf-8", "some words \0 and more"),
    "line separators": ("a\u2028b\x85c".encode(), "utf-8", "a\u2028b\x85c"),
    "lone surrogate": (b"a\xed\xa0\x80b", "utf-8", "a\ud800b"),
    "UTF-16 LE": (codecs.BOM_UTF16_LE + "aż".encode("utf-16-le"), "utf-16-le", "\ufeffaż"),
    "UTF-16 BE": (codecs.BOM_UTF16_BE + "aż".encode("utf-16-be"), "utf-16-be", "\ufeffaż"),
    "UTF-32": (codecs.BOM_UTF32_LE + "aż".encode("utf-32-le"), "utf-32-le", "\ufeffaż"),
}


@pytest.mark.parametrize(("data", "encoding", "text"), CASES.values(), ids=CASES)
def test_unicode_is_decoded_in_silence_and_exactly(data: bytes, encoding: str, text: str) -> None:
    decoded = decode(data)
    assert decoded
    assert (decoded.text, decoded.encoding, decoded.note) == (text, encoding, "")
    assert encode(decoded.text, decoded.encoding) == data


@pytest.mark.parametrize(("text", "encoding"), [(POLISH * 3, "cp1250"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r")])
def test_other_encodings_are_detected_and_said(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    decoded = decode(data)
    assert decoded
    assert decoded.text == text
    assert "by detection" in decoded.note
    assert encode(decoded.text, decoded.encoding) == data


@pytest.mark.parametrize("encoding", ["cp1250", "utf-16-le", "iso2022_jp"])
def test_a_given_encoding_is_used_where_the_bytes_are_not_plain_utf8(encoding: str) -> None:
    text = "すべての権利" if encoding == "iso2022_jp" else POLISH
    decoded = decode(text.encode(encoding), given=encoding)
    assert decoded
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert "as --encoding says" in decoded.note


def test_utf8_is_utf8_whatever_encoding_is_given() -> None:
    decoded = decode(POLISH.encode(), given="cp1250")
    assert decoded and (decoded.text, decoded.note) == (POLISH, "")


def test_where_the_given_encoding_fails_nothing_is_guessed() -> None:
    assert decode(b"broken \x81 \xff", given="ascii") is None
    assert decode(b"caf\xe9", given="no-such-codec") is None


@given(st.binary(max_size=200))
def test_whatever_is_decoded_gives_its_bytes_back(data: bytes) -> None:
    decoded = decode(data)
    assert decoded is None or encode(decoded.text, decoded.encoding) == data


BINARY = {
    "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "zeros": bytes(100),
    "NUL beside high bytes": b"words\0\xff\xfe words",
}
TEXT = {
    "empty": b"",
    "stray NUL": b"some words \0 and more",
    "UTF-16": codecs.BOM_UTF16_LE + "words".encode("utf-16-le"),
    "latin-1": b"caf\xe9",
    "terminal colours": b"\x1b[31mred\x1b[0m",
    "form feed": b"page one\x0cpage two",
}


@pytest.mark.parametrize("data", BINARY.values(), ids=BINARY)
def test_binary(data: bytes) -> None:
    assert is_binary(data)


@pytest.mark.parametrize("data", TEXT.values(), ids=TEXT)
def test_not_binary(data: bytes) -> None:
    assert not is_binary(data)


HEADS = {
    b'<meta charset="windows-1250">': "windows-1250",
    b"<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=koi8-r'>": "koi8-r",
    b'<?xml version="1.0" encoding="iso-8859-2"?><html>': "iso-8859-2",
    b'<meta charset="ISO-8859-1">': "cp1252",
    b'<meta charset="klingon">': None,
    b'<meta charset="base64">': None,
    b"<p>charset=utf-8": None,
}


@pytest.mark.parametrize(("head", "encoding"), HEADS.items(), ids=[head.decode() for head in HEADS])
def test_a_page_declares_its_encoding(head: bytes, encoding: str | None) -> None:
    assert declared_encoding(b"<!doctype html>" * (b"xml" not in head) + head) == encoding


def test_a_page_is_read_as_it_declares_unless_it_is_utf8() -> None:
    head = '<meta charset="windows-1250"><p>'
    declared = decode_page((head + POLISH).encode("cp1250"))
    assert declared and declared.text == head + POLISH
    wrong = decode_page((head + POLISH).encode())
    assert wrong and wrong.text == head + POLISH


def test_a_page_with_a_few_bad_bytes_is_read_and_that_is_said() -> None:
    page = b'<meta charset="utf-8"><p>' + POLISH.encode() * 5 + b"\xff</p>"
    decoded = decode_page(page)
    assert decoded and decoded.text.count("\ufffd") == 1
    assert "U+FFFD" in decoded.note
