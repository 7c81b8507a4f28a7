"""What `Document.row` holds: the least that a sink needs to write a document back as it was found."""

from __future__ import annotations

from dataclasses import dataclass

from stripper.model import Document


@dataclass(frozen=True, slots=True)
class TextRow:
    """A document that was a file of its own.

    encoding: the file's, in which the article is written back; encoding the document's text gives the file's bytes.
    note: something to say to the person who runs this (``decoded as cp1252, by detection``); empty where all is plain.
    problem: why the file could not be decoded. The document's text is then empty, nothing can be cut from it, and the
        bytes are emitted as they were found; the run ends with exit code 3.
    raw: those bytes.
    """

    encoding: str = "utf-8"
    note: str = ""
    problem: str = ""
    raw: bytes = b""

    def encode(self, text: str) -> bytes:
        """The bytes of an article cut from this document."""
        return self.raw if self.problem else encode(text, self.encoding)


@dataclass(frozen=True, slots=True)
class JsonRow:
    """A line of JSON Lines.

    raw: the line with its line ending, as found (a BOM before the first row included).
    start, end: where the text value stands in ``raw``, in bytes, quotes included; both -1 where the text is a page's.
    encoding: of ``raw``.
    """

    raw: bytes
    start: int = -1
    end: int = -1
    encoding: str = "utf-8"
    note: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ParquetRow:
    """A row of a Parquet file, by its place (from 0); the sink reads the other columns from the file again.

    page: the text is that of the HTML column.
    """

    index: int
    page: bool = False
    note: str = ""
    problem: str = ""


def original(document: Document) -> bytes:
    """The bytes that a document was read from, as far as they are at hand; of a page and of Parquet, its text in UTF-8."""
    row = document.row
    if isinstance(row, JsonRow):
        return row.raw
    if isinstance(row, TextRow) and (row.problem or document.kind != "html"):
        return row.encode(document.text)
    return document.text.encode("utf-8", "surrogatepass")


def encode(text: str, encoding: str) -> bytes:
    """Bytes of a text; lone surrogates pass where the encoding can hold them.

    Raises UnicodeEncodeError.
    """
    return text.encode(encoding, "surrogatepass" if encoding.startswith("utf-") else "strict")
