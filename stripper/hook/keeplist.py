"""What a person keeps: comments in the file, and a list beside it.

An entry of the list says that in one file one rule is to leave one text. It knows the text by its key, so it holds wherever
the text moves in the file and whatever its spacing, and asks again where its words change.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from stripper.errors import UsageError
from stripper.hook.findings import cause
from stripper.model import Removal, Span
from stripper.normalize import key

_SHOWN = 60
_marker = re.compile(r"<!--[ \t]*stripper:[ \t]*([^\n>]{0,40}?)[ \t]*-->")
_blank_line = re.compile(r"(?:\r\n|\r(?!\n)|\n)[^\S\r\n]*(?=[\r\n])")


class Marked(NamedTuple):
    """What the comments of a file say. spans: what is to stay. whole: all of it is. odd: comments that do nothing, each
    with its offset and why."""

    spans: list[Span]
    whole: bool
    odd: list[tuple[int, str]]


def marked(text: str, barred: Iterable[Span] = ()) -> Marked:
    """The comments ``<!-- stripper: keep -->`` (up to the next blank line) and ``keep-file`` of a text.

    barred: spans in which they are only shown, such as code.
    """
    found = Marked([], False, [])
    barred = list(barred)
    for marker in _marker.finditer(text):
        if any(start <= marker.start() < end for start, end in barred):
            continue
        if marker[1] == "keep-file":
            found = found._replace(whole=True)
        elif marker[1] != "keep":
            found.odd.append((marker.start(), f"unknown comment 'stripper: {marker[1]}'; known are keep and keep-file"))
        else:
            blank = _blank_line.search(text, marker.end())
            end = blank.start() if blank else len(text)
            if text[marker.end() : end].strip():
                found.spans.append((marker.start(), end))
            else:
                found.odd.append(
                    (marker.start(), "this comment keeps nothing; put it right above the text, no blank line between")
                )
    return found


class Entry(NamedTuple):
    """path: of the file, as `Config.path_of` gives it. rule: what would cut. key: of the text, 16 hexadecimal digits."""

    path: str
    rule: str
    key: str


class KeepList:
    """The list of a project: JSON Lines, sorted, one text a line. ``text`` shows how it begins; the key decides.

    Raises UsageError where the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._texts: dict[Entry, str] = dict(_read(path))
        self._used: set[Entry] = set()

    def holds(self, path: str, removal: Removal) -> bool:
        """Whether a person keeps this; the entry then counts as used."""
        entry = _entry(path, removal)
        if entry in self._texts:
            self._used.add(entry)
        return entry in self._texts

    def add(self, path: str, removal: Removal) -> None:
        """Keep this from now on."""
        entry = _entry(path, removal)
        self._texts[entry] = " ".join(removal.text.split())[:_SHOWN]
        self._used.add(entry)

    def unused(self, paths: Iterable[str]) -> list[tuple[Entry, str]]:
        """The entries of these files that kept nothing, each with the start of its text."""
        checked = set(paths)
        return sorted((e, text) for e, text in self._texts.items() if e.path in checked and e not in self._used)

    def prune(self, paths: Iterable[str], root: Path) -> int:
        """Drop the entries of these files that kept nothing, and those of files that are gone; how many."""
        gone = {entry for entry in self._texts if not os.path.lexists(root / entry.path)}
        gone |= {entry for entry, _ in self.unused(paths)}
        for entry in gone:
            del self._texts[entry]
        return len(gone)

    def save(self) -> None:
        """Raises WriteError."""
        import json

        from stripper.sinks.atomic import atomic_write

        with atomic_write(self.path) as file:
            for entry, text in sorted(self._texts.items()):
                row = {**entry._asdict(), "text": text}
                file.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")

    def __len__(self) -> int:
        return len(self._texts)


def _entry(path: str, removal: Removal) -> Entry:
    return Entry(path, cause(removal), f"{key(removal.text):016x}")


def _read(path: Path) -> Iterator[tuple[Entry, str]]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path}: the keep-list cannot be read: {error.strerror}") from None
    import json

    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            entry = Entry(row["path"], row["rule"], row["key"])
            sound = all(isinstance(part, str) for part in entry)
        except (ValueError, KeyError, TypeError, RecursionError):
            sound = False
        if not sound:
            raise UsageError(f"{path}:{number}: no entry of a keep-list (path, rule, key); mend the line or drop it")
        yield entry, str(row.get("text", ""))
