"""What a run says about reading: field names, the encoding, and the limits that keep memory flat."""

from __future__ import annotations

from dataclasses import dataclass

MiB = 1024 * 1024
MAX_PAGE = 20_000_000
"""The longest page read unless told otherwise, in characters. Real pages end near two million."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How inputs are read.

    text_field, html_field, id_field, source_field: names of a row's fields.
    html_field_given: read the HTML field wherever a row has it; else only in rows without the text field.
    encoding: for files that are not UTF-8; None detects it.
    max_line: bytes of one row of JSON Lines (``--max-line``).
    max_document: bytes of one text, Markdown or HTML file, decompressed (``--max-document``).
    max_page: characters of one HTML page (``--max-page``).
    max_ratio: decompressed bytes per compressed byte beyond which a large file is a bomb (``--max-ratio``).
    """

    text_field: str = "text"
    html_field: str = "html"
    id_field: str = "id"
    source_field: str = "source"
    encoding: str | None = None
    html_field_given: bool = False
    max_line: int = 64 * MiB
    max_document: int = 256 * MiB
    max_page: int = MAX_PAGE
    max_ratio: int = 500

    @property
    def limits(self) -> dict[str, float]:
        """The options that matter only where something is as large as they say."""
        names = ("max_line", "max_document", "max_page", "max_ratio")
        return {name: getattr(self, name) for name in names}
