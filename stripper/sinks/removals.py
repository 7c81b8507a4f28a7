"""What was cut, as JSON Lines, and the way back.

The first line says what made the file. For each document that lost or was marked anything, in the order in which the
documents were written, follow a line about the document and a line for each span.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from stripper.model import Removal, Result
from stripper.sources.jsonspan import dump_json

FORMAT = 1
TEXT_FIELD = "text_field"
"""The header's word for the field that holds the articles of rows."""

_encode = msgspec.json.Encoder().encode


class RestoreError(Exception):
    """A text that its removals do not fit: it was edited since, or they are another's."""


def sha256(text: str) -> str:
    """Hexadecimal SHA-256 of a text's UTF-8 bytes, lone surrogates included."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def header_line(run: Mapping[str, Any]) -> bytes:
    """The first line; ``run`` is what the run knows of itself: version, hashes of rules and Library."""
    return _line({"format": FORMAT, **run})


def removal_lines(result: Result, row: int, encoding: str = "utf-8", file: str = "") -> bytes:
    """The lines about one document; nothing where nothing was cut or marked.

    row: the document's place in the file it was written to, from 1.
    encoding: of the file it was written to. file: its path, where the removals of several files stand together.
    """
    spans = sorted((*result.removals, *result.flags), key=lambda span: (span.start, span.end))
    if not spans:
        return b""
    about = {
        "document": result.document.key,
        "row": row,
        "characters": len(result.document.text),
        "removals": len(result.removals),
        "flags": len(result.flags),
        "input_sha256": sha256(result.document.text),
        "article_sha256": sha256(result.text),
    }
    if encoding != "utf-8":
        about["encoding"] = encoding
    if file:
        about["file"] = file
    return _line(about) + b"".join(_line(removal_row(result.document.key, span)) for span in spans)


def removal_row(document: str, removal: Removal) -> dict[str, Any]:
    """One removal as it is written: what is not known is left out."""
    row: dict[str, Any] = {"document": document}
    row.update(said for said in zip(Removal._fields, removal, strict=True) if said[1] is not None)
    row["sha256"] = sha256(removal.text)
    return row


def _line(row: Mapping[str, Any]) -> bytes:
    # A page has hundreds of removals: the fast encoder, and ours for the lone surrogates that it refuses.
    try:
        return msgspec.json.format(_encode(row), indent=0) + b"\n"
    except UnicodeEncodeError:
        return dump_json(row).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """The removals of one document, read back. file: the path of its file, where those of several files stand together."""

    document: str
    row: int
    input_sha256: str
    article_sha256: str
    encoding: str
    removals: tuple[Removal, ...]
    flags: tuple[Removal, ...]
    file: str = ""


def read_header(line: bytes) -> dict[str, Any]:
    """The first line of a removals file.

    Raises RestoreError where it is none, or of another format.
    """
    row = _parse(line, 1)
    if row.get("format") != FORMAT:
        raise RestoreError(f"line 1: not a removals file of format {FORMAT}; use the stripper that wrote it")
    return row


def read_entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    """The documents of a removals file, after its header; one that runs were added to has a header for each.

    Raises RestoreError, with the line, where a row is damaged or missing.
    """
    about: dict[str, Any] | None = None
    spans: list[Removal] = []
    for number, line in enumerate(lines, 2):
        row = _parse(line, number)
        if "document" not in row and "format" in row:
            read_header(line)
            continue
        try:
            if "input_sha256" in row:
                if about:
                    yield _entry(about, spans)
                about, spans = row, []
            elif about is None or row["document"] != about["document"]:
                raise RestoreError(f"line {number}: a removal without the row about its document")
            else:
                spans.append(_removal(row, number))
        except (KeyError, TypeError) as error:
            raise RestoreError(f"line {number}: damaged: {error}") from error
    if about:
        yield _entry(about, spans)


def _parse(line: bytes, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RestoreError(f"line {number}: damaged: {error}") from error
    if not isinstance(row, dict):
        raise RestoreError(f"line {number}: damaged: no JSON object")
    return row


def _removal(row: Mapping[str, Any], number: int) -> Removal:
    removal = Removal(**{name: row[name] for name in Removal._fields if name in row})
    if sha256(removal.text) != row["sha256"]:
        raise RestoreError(f"line {number}: the removed text was edited; its sha256 does not fit")
    return removal


def _entry(about: Mapping[str, Any], spans: Sequence[Removal]) -> Entry:
    removals = tuple(span for span in spans if span.action == "remove")
    flags = tuple(span for span in spans if span.action != "remove")
    try:
        entry = Entry(
            about["document"],
            about["row"],
            about["input_sha256"],
            about["article_sha256"],
            about.get("encoding", "utf-8"),
            removals,
            flags,
            about.get("file", ""),
        )
        expected = about["removals"], about["flags"]
    except KeyError as error:
        raise RestoreError(f"the row about {about.get('document', 'a document')} is damaged: no {error}") from error
    if (len(removals), len(flags)) != expected:
        raise RestoreError(f"{entry.document}: rows are missing from its removals")
    return entry


def restore_text(text: str, removals: Sequence[Removal]) -> str:
    """The input text that was cut to ``text``.

    Raises RestoreError where a removal does not fit: outside the text, into another one, or of another length.
    """
    parts: list[str] = []
    at = kept = 0
    for removal in sorted(removals, key=lambda removal: removal.start):
        gap = removal.start - at
        if gap < 0 or len(removal.text) != removal.end - removal.start or kept + gap > len(text):
            raise RestoreError(f"the removal at {removal.start}-{removal.end} does not fit the text")
        parts += [text[kept : kept + gap], removal.text]
        kept += gap
        at = removal.end
    return "".join([*parts, text[kept:]])


def restore_entry(text: str, entry: Entry) -> str:
    """The input text of a document, proved by its hashes.

    Raises RestoreError where the article was edited since, or what comes out is not the input.
    """
    if sha256(text) != entry.article_sha256:
        raise RestoreError(f"{entry.document}: its text was edited since the cut; restore from the text as it was written")
    restored = restore_text(text, entry.removals)
    if sha256(restored) != entry.input_sha256:
        raise RestoreError(f"{entry.document}: its removals were edited and do not rebuild the input")
    return restored


def restore_entries(text: str, entries: Sequence[Entry]) -> str:
    """The text of a document before its cuts, the last one first, as far back as nothing but cuts was done to it.

    Raises RestoreError as `restore_entry`, of the last cut.
    """
    for number, entry in enumerate(reversed(entries)):
        if number and sha256(text) != entry.article_sha256:
            break
        text = restore_entry(text, entry)
    return text
