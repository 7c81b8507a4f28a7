"""Documents from JSON Lines. Lines end at ``\\n`` alone; each row keeps its bytes."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO

from stripper.model import Document, Kind, Rejected
from stripper.sources.inputs import Input
from stripper.sources.jsonspan import Member, last, members
from stripper.sources.options import MiB, ReadOptions
from stripper.sources.read import Pending, Read, folder_of, host_of
from stripper.sources.rows import JsonRow
from stripper.sources.seen import SeenIds
from stripper.sources.streams import Damaged, open_stream

_RAW_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Line:
    """number: from 1. offset, size: in bytes. raw: with its ending; of a line ``over`` the limit, its first bytes."""

    number: int
    offset: int
    size: int
    raw: bytes
    over: bool


def scan_json_lines(input: Input, options: ReadOptions) -> Iterator[Read | Pending]:
    """The rows of a JSON Lines file: documents, pages to parse, and Rejected ones with their raw bytes.

    A row without an id gets its number among the rows. Raises Damaged.
    """
    number = 0
    with open_stream(input, options) as stream, SeenIds() as seen:
        for line in lines(stream, options.max_line):
            if line.number == 1 and line.raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise Damaged("in UTF-16, and JSON Lines are UTF-8", "convert it to UTF-8")
            if not line.raw.strip(b" \t\r\n"):
                continue
            number += 1
            where = f"line {line.number}"
            if line.over:
                reason = f"a row of {line.size} bytes at byte {line.offset}, over the limit of {options.max_line}"
                yield Rejected(input.path, where, reason, "split the row, or raise --max-line", line.raw, line.offset)
                continue
            row = _Row(input, options, line.raw, where, line.offset)
            item = row.read(str(number))
            if not isinstance(item, Rejected):
                id = item.document.id if isinstance(item, Pending) else item.id
                if not seen.add(id):
                    item = row.reject(f"a second row with the id {id!r}", "give each row an id of its own")
            yield item


def lines(stream: IO[bytes], limit: int) -> Iterator[Line]:
    """The lines of a stream; of one over ``limit`` bytes no more than its start is ever in memory."""
    number = offset = 0
    while raw := stream.readline(limit + 1):
        number += 1
        size = len(raw)
        over = size > limit and not raw.endswith(b"\n")
        if over:
            more = raw
            while more and not more.endswith(b"\n"):
                more = stream.readline(MiB)
                size += len(more)
            raw = raw[:_RAW_KEPT]
        yield Line(number, offset, size, raw, over)
        offset += size


@dataclass(frozen=True, slots=True)
class _Row:
    """One line on its way to a document."""

    input: Input
    options: ReadOptions
    raw: bytes
    where: str
    offset: int

    def reject(self, reason: str, advice: str) -> Rejected:
        return Rejected(self.input.path, self.where, reason, advice, self.raw, self.offset)

    def read(self, number: str) -> Document | Pending | Rejected:
        """The document of this row; ``number`` is its id if it has none."""
        decoded = self._decode()
        if isinstance(decoded, Rejected):
            return decoded
        text, encoding = decoded
        try:
            found = members(text, text.startswith("\ufeff"))
        except ValueError as error:
            return self.reject(f"invalid JSON: {error}", "mend the row")
        content, page = last(found, self.options.text_field), last(found, self.options.html_field)
        is_page = page is not None and isinstance(page.value, str) and _is_string(text, page)
        if is_page and page and (self.options.html_field_given or content is None or content.value is None):
            document = self._document(text, found, number)
            row = JsonRow(self.raw, encoding=encoding)
            document = _with(document, "", row, "html")
            return Pending(document, page.value, self.where, self.raw, self.options.max_page, self.offset)
        if content is None:
            keys = ", ".join(dict.fromkeys(member.key for member in found)) or "none"
            return self.reject(f"no field {self.options.text_field!r}; its fields: {keys}", "name one by --text-field")
        if not _is_string(text, content):
            return self.reject(f"the field {self.options.text_field!r} is no string", "name another by --text-field")
        row = JsonRow(self.raw, *_bytes_span(text, content, encoding), encoding=encoding)
        return _with(self._document(text, found, number), content.value, row, "text")

    def _decode(self) -> tuple[str, str] | Rejected:
        for encoding in filter(None, ("utf-8", self.options.encoding)):
            try:
                return self.raw.decode(encoding), encoding
            except UnicodeDecodeError as error:
                at = error.start
            except LookupError:
                break
        return self.reject(f"not UTF-8 at its byte {at}", "name the encoding of such rows with --encoding")

    def _document(self, text: str, found: Sequence[Member], number: str) -> Document:
        id, source, url, date = (
            _word(text, last(found, key)) for key in (self.options.id_field, self.options.source_field, "url", "date")
        )
        path = self.input.path
        return Document("", id or number, path, source or host_of(url) or folder_of(path), url, date)


def _with(document: Document, text: str, row: JsonRow, kind: Kind) -> Document:
    return replace(document, text=text, row=row, kind=kind)


def _is_string(text: str, member: Member) -> bool:
    return text[member.start] == '"'


def _word(text: str, member: Member | None) -> str:
    """A field as a word: a string's value, another value as it is written; empty for null and for no field."""
    if member is None or member.value is None:
        return ""
    return member.value if _is_string(text, member) else text[member.start : member.end]


def _bytes_span(text: str, member: Member, encoding: str) -> tuple[int, int]:
    if text.isascii():
        return member.start, member.end
    start = len(text[: member.start].encode(encoding))
    return start, start + len(text[member.start : member.end].encode(encoding))
