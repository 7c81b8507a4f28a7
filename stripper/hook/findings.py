"""What was found and where it stands: lines and columns of the file, as editors count them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stripper.model import Removal, Span


class Place(NamedTuple):
    """From a first to behind a last character: lines and columns from 1, columns in code points."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One cut that `strip` would make of a file, or with action ``flag`` a text to look at.

    name: the file as it was given. document: the row's id, in files of several. fixable: whether ``--fix`` can cut it.
    """

    name: str
    place: Place
    removal: Removal
    document: str = ""
    fixable: bool = True

    @property
    def cause(self) -> str:
        """The rule, else the Template, else the category that it goes by."""
        return cause(self.removal)

    @property
    def why(self) -> str:
        """The reason without the rule's id, which stands beside it."""
        return self.removal.reason.removeprefix(f"rule {self.removal.rule}").removeprefix(": ") or "its rule says no more"


def cause(removal: Removal) -> str:
    """The rule, else the Template, else the category that a removal goes by."""
    return removal.rule or removal.template or removal.category


def visible(removal: Removal) -> Span:
    """A removal's span without the white space that goes with it."""
    text = removal.text
    start = removal.start + len(text) - len(text.lstrip())
    return start, max(start, removal.end - (len(text) - len(text.rstrip())))


_ends = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of a text, to tell places in it."""

    def __init__(self, text: str) -> None:
        # A byte order mark is no column to anyone.
        self._starts = [int(text.startswith("\ufeff")), *(found.end() for found in _ends.finditer(text))]

    def place(self, span: Span) -> Place:
        """Where a span stands."""
        return Place(*self._at(span[0]), *self._at(span[1]))

    def _at(self, offset: int) -> tuple[int, int]:
        line = max(1, bisect_right(self._starts, offset))
        return line, offset - self._starts[line - 1] + 1


# What stands for one code point in the text of a JSON string.
_character = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)


class InString:
    """The one line of a row, to tell where in it parts of its text value stand.

    literal: the value as it is written, quotes included. column: where it starts, from 1.
    """

    def __init__(self, literal: str, line: int, column: int) -> None:
        self._line = line
        self._columns = [column + 1]
        for found in _character.finditer(literal, 1, len(literal) - 1):
            self._columns.append(column + found.end())

    def place(self, span: Span) -> Place:
        """Where a span of the value stands."""
        return Place(self._line, self._columns[span[0]], self._line, self._columns[span[1]])


_between = r"(?:\s|&nbsp;|&#160;|<[^<>]*>)+"
_WORDS = 6


class InPage:
    """The source of a page, to find in it where parts of its text come from: by their first words, in page order.

    An element within a word, or a character written as a reference, can hide a place; the last one found stands for it.
    """

    def __init__(self, html: str, lines: Lines) -> None:
        self._html, self._lines = html, lines
        self._last = 0

    def find(self, text: str) -> Span:
        """Where a text starts and how far its first words reach, in code points of the source."""
        words = [re.escape(word) for word in text.split()[:_WORDS]]
        for at in (self._last, 0):
            found = re.compile(_between.join(words)).search(self._html, at) if words else None
            if found:
                self._last = found.start()
                return found.span()
        return self._last, self._last

    def place(self, span: Span) -> Place:
        return self._lines.place(span)


def summed(findings: Sequence[Finding]) -> list[tuple[int, str, str]]:
    """How often each category and cause was found, the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        what = finding.removal.category, finding.cause
        counts[what] = counts.get(what, 0) + 1
    return sorted(((count, *what) for what, count in counts.items()), key=lambda row: (-row[0], row[1], row[2]))
