"""From bytes to text such that the text's bytes are the bytes again."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from stripper.sources.rows import encode

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FOREIGN = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x7fELF")
_controls = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
_HEAD = 65536


@dataclass(frozen=True, slots=True)
class Decoded:
    """encoding: what `encode` takes to give the bytes back. note: what to say of it; empty for Unicode."""

    text: str
    encoding: str
    note: str = ""


def decode(data: bytes, given: str | None = None, declared: str | None = None) -> Decoded | None:
    """The text of a file: Unicode by its BOM or as UTF-8, else in the encoding given, else the one the file declares,
    else one that is detected. A BOM stays in the text. None where none of them gives text that has the same bytes.

    Encodings that write ASCII bytes for other characters are tried before UTF-8, where the bytes speak for them.
    """
    by_bom = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    if by_bom and (decoded := _try(data, by_bom)):
        return decoded
    named = [name for name in (given, declared) if name]
    seven_bit = b"\x1b" in data or b"\0" in data[:_HEAD]
    for name in [*(named if seven_bit else []), "utf-8", *named]:
        if decoded := _try(data, name):
            how = "as --encoding says" if name == given else "as it declares"
            return decoded if name == "utf-8" else Decoded(decoded.text, name, f"not UTF-8: read as {name}, {how}")
    return None if given else _detect(data)


def _try(data: bytes, name: str) -> Decoded | None:
    try:
        text = data.decode(name, "surrogatepass" if name.startswith("utf-") else "strict")
        return Decoded(text, name) if name == "utf-8" or encode(text, name) == data else None
    except (UnicodeError, LookupError):
        return None


def _detect(data: bytes) -> Decoded | None:
    import charset_normalizer

    best = charset_normalizer.from_bytes(data).best()
    decoded = _try(data, best.encoding) if best else None
    return decoded and Decoded(decoded.text, decoded.encoding, f"not UTF-8: read as {decoded.encoding}, by detection")


def is_binary(data: bytes) -> bool:
    """Whether bytes are no text in any encoding that `decode` tells apart: many control characters, or known as another
    format. A stray NUL in text does not make it binary."""
    head = data[:_HEAD]
    if data.startswith(tuple(bom for bom, _ in _BOMS)):
        return False
    if len(_controls.findall(head)) * 10 > len(head):
        return True
    try:
        data.decode("utf-8", "surrogatepass")
        return False
    except UnicodeDecodeError:
        return b"\0" in head or data.startswith(_FOREIGN)


_meta = re.compile(rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_xml = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{2,40})["']""", re.IGNORECASE)
# What browsers take these names for.
_WINDOWS = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}


def declared_encoding(page: bytes) -> str | None:
    """The encoding that the head of an HTML page says it is in, by the name of Python's codec; None without one."""
    head = page[:8192]
    found = _xml.search(head) or _meta.search(head)
    if not found:
        return None
    name = found[1].decode("ascii").lower()
    try:
        codecs.lookup(name).incrementaldecoder  # noqa: B018
        "".encode(name)
    except LookupError:
        return None
    return _WINDOWS.get(name, name)


def decode_page(data: bytes, given: str | None = None) -> Decoded | None:
    """As `decode`, for an HTML page, whose bytes are not written back: where its declared encoding fits but for some
    bytes, these become U+FFFD, and that is said."""
    declared = declared_encoding(data)
    decoded = decode(data, given, declared)
    if decoded is None or (declared and decoded.note.endswith("by detection")):
        name = given or declared or "utf-8"
        try:
            text = data.decode(name, "replace")
        except (UnicodeError, LookupError):
            return decoded
        if text.count("\ufffd") * 100 < len(text):
            return Decoded(text, name, f"not sound {name}: the bytes that do not fit became U+FFFD")
    return decoded
