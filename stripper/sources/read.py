"""From an input to its documents, one at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from stripper.model import Document, Rejected, Skipped
from stripper.sources.decode import decode, decode_page, is_binary
from stripper.sources.inputs import Input
from stripper.sources.options import MAX_PAGE, MiB, ReadOptions
from stripper.sources.rows import TextRow
from stripper.sources.streams import Damaged, read_whole


@dataclass(frozen=True, slots=True)
class Pending:
    """A document whose HTML page is not parsed yet; `finish` does that, in whatever process should bear its cost.

    document: as it will be, without text and blocks.
    where: the place in the input, as `Rejected.where` has it.
    raw: what goes to quarantine where the page cannot be read.
    most: characters that the page may have. offset: as `Rejected.offset` has it.
    """

    document: Document
    html: str
    where: str = ""
    raw: bytes = b""
    most: int = MAX_PAGE
    offset: int = -1


Read = Document | Rejected | Skipped


def read(input: Input, options: ReadOptions) -> Iterator[Read]:
    """The documents of an input, in order, and what could not be read of it.

    A Rejected without ``where`` speaks of the whole input: where rows came before it, nothing of it is to be published.
    """
    return map(finish, scan(input, options))


def scan(input: Input, options: ReadOptions) -> Iterator[Read | Pending]:
    """As `read`, without what takes long: parsing HTML pages and Markdown."""
    if input.skip:
        yield Skipped(input.path, input.skip)
        return
    try:
        if input.format == "jsonl":
            from stripper.sources.jsonl import scan_json_lines

            yield from scan_json_lines(input, options)
        elif input.format == "parquet":
            from stripper.sources.parquet import scan_parquet

            yield from scan_parquet(input, options)
        else:
            yield _scan_file(input, options, input.format)
    except Damaged as damage:
        yield Rejected(input.path, "", damage.reason, damage.advice)


def finish(item: Read | Pending) -> Read:
    """What `scan` left undone: a page's document, and what of Markdown is never cut; else the item. A pure function."""
    if isinstance(item, Document) and item.kind == "markdown" and not item.protected:
        from stripper.sources.markdown import protected_spans

        return replace(item, protected=protected_spans(item.text))
    if not isinstance(item, Pending):
        return item
    from stripper.sources.page import PageError, read_page

    try:
        page = read_page(item.html, max_characters=item.most)
    except PageError as error:
        return Rejected(item.document.path, item.where, str(error), error.advice, item.raw, item.offset)
    return replace(item.document, text=page.text, blocks=tuple(page.blocks))


def _scan_file(input: Input, options: ReadOptions, kind: Literal["text", "markdown", "html"]) -> Read | Pending:
    data = read_whole(input, options)
    # Larger files are not copied: the original stands where it stood.
    raw = data if len(data) <= MiB else b""
    if is_binary(data) and not (options.encoding and decode(data, options.encoding)):
        advice = "leave it out; if it is text, name its encoding with --encoding"
        return Rejected(input.path, "", "binary, not text", advice, raw)
    document = Document("", path=input.path, source=folder_of(input.path), kind=kind)
    decoded = decode_page(data, options.encoding) if kind == "html" else decode(data, options.encoding)
    if decoded is None:
        problem = f"neither UTF-8 nor {options.encoding}" if options.encoding else "in no encoding that can be detected"
        if kind == "html":
            return Rejected(input.path, "", problem, "name its encoding with --encoding", raw)
        problem += "; emitted uncut, byte for byte; name its encoding with --encoding"
        return replace(document, row=TextRow(problem=problem, raw=data))
    document = replace(document, row=TextRow(decoded.encoding, decoded.note))
    if kind == "html":
        return Pending(document, decoded.text, "", raw, options.max_page) if data.strip() else document
    return replace(document, text=decoded.text)


def folder_of(path: str) -> str:
    """The source of a document that names none: the folder it lies in, relative to the INPUT; empty right in it."""
    return os.path.dirname(path)


def host_of(url: str) -> str:
    """The host of a URL in lower case; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
