"""YAML as data only, read from its events, so that nothing is constructed that was not looked at before.

Plain scalars mean what YAML 1.2 says (``no`` is a word, not a truth value), as in the editors that use our schema.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from stripper.ruleset.faults import Fault, RulesError

MAX_BYTES = 1 << 20
MAX_EVENTS = 50_000
MAX_DEPTH = 20

Where = tuple[str | int, ...]
"""The way to a value: keys and list positions from the top."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_words: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_words |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_integer = re.compile(r"[-+]?[0-9]{1,18}\Z")
_float = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?\Z")


class Source(NamedTuple):
    """What a YAML file holds.

    value: None, bool, int, float, str, list or dict.
    marks: line and column, from 1, of each value; of a mapping's value, those of its key.
    faults: what was refused in it; ``refused`` gives the places, whose values are not to be trusted.
    """

    path: str
    value: Any
    marks: dict[Where, tuple[int, int]]
    faults: list[Fault]
    refused: list[Where]

    def mark(self, where: Where) -> tuple[int, int]:
        """Line and column of a value, or of the nearest value around it that has some."""
        while where and where not in self.marks:
            where = where[:-1]
        return self.marks.get(where, (1, 1))


def read(path: Path) -> Source:
    """Reads a YAML file. Raises `RulesError` where it cannot be read at all: size, encoding, syntax, depth."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RulesError(
            [Fault(str(path), 0, 0, "", f"cannot be read ({error.strerror}); name a file or folder of rules")]
        ) from error
    if len(raw) > MAX_BYTES:
        raise RulesError([Fault(str(path), 0, 0, "", "is larger than 1 MiB; split it into several files")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RulesError([Fault(str(path), line, 1, "", "is not UTF-8; save it as UTF-8")]) from error
    return _Reader(str(path)).read(text)


class _Open(NamedTuple):
    """A list or mapping whose end has not come yet."""

    value: Any
    where: Where
    keys: list[str]  # of a mapping: the key that waits for its value, or nothing


class _Reader:
    def __init__(self, path: str) -> None:
        self.path = path
        self.marks: dict[Where, tuple[int, int]] = {}
        self.faults: list[Fault] = []
        self.refused: list[Where] = []
        self.open: list[_Open] = []
        self.top: Any = None
        self.documents = 0

    def read(self, text: str) -> Source:
        try:
            for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
                if count >= MAX_EVENTS:
                    self._stop(event, f"holds more than {MAX_EVENTS:,} values; split it into several files")
                self._take(event)
        except yaml.YAMLError as error:
            raise RulesError([*self.faults, self._syntax(text, error)]) from error
        return Source(self.path, self.top, self.marks, self.faults, self.refused)

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._stop(event, "a second YAML document begins here; use one file for each")
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self.open.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(event, self._place(event, None), f"the alias *{event.anchor} is not allowed; write the value out")
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            if len(self.open) >= MAX_DEPTH:
                self._stop(event, f"is nested deeper than {MAX_DEPTH}; rules need no such depth, write them flatter")
            value: Any = [] if isinstance(event, yaml.SequenceStartEvent) else {}
            where = self._place(event, value)
            self._plain(event, where)
            self.open.append(_Open(value, where, []))

    def _scalar(self, event: Any) -> None:
        value = _resolve(event.value) if event.implicit[0] else event.value
        inside = self.open[-1] if self.open else None
        if inside is None or isinstance(inside.value, list) or inside.keys:
            self._plain(event, self._place(event, value))
            return
        key = event.value
        where = (*inside.where, key)
        if key in inside.value:
            self._refuse(event, where, f"the key {key!r} stands twice; keep one", keep_mark=True)
        else:
            self.marks[where] = _mark(event)
        self._plain(event, where)
        inside.keys.append(key)

    def _place(self, event: Any, value: Any) -> Where:
        """Puts a value where it belongs, and says where that is."""
        if not self.open:
            self.top = value
            self.marks[()] = _mark(event)
            return ()
        inside = self.open[-1]
        if isinstance(inside.value, list):
            where = (*inside.where, len(inside.value))
            inside.value.append(value)
            self.marks[where] = _mark(event)
            return where
        if not inside.keys:
            self._stop(event, "a key must be a plain word; write key: value")
        key = inside.keys.pop()
        inside.value[key] = value
        return (*inside.where, key)

    def _plain(self, event: Any, where: Where) -> None:
        if event.anchor is not None:
            self._refuse(event, where, f"the anchor &{event.anchor} is not allowed; write the value out where it is needed")
        if event.tag is not None:
            self._refuse(event, where, f"the tag {event.tag} is not allowed; rules are data only, leave it out")

    def _refuse(self, event: Any, where: Where, what: str, keep_mark: bool = False) -> None:
        line, column = _mark(event)
        if not keep_mark:
            self.marks.setdefault(where, (line, column))
        self.faults.append(Fault(self.path, line, column, "", what))
        self.refused.append(where)

    def _stop(self, event: Any, what: str) -> None:
        raise RulesError([*self.faults, Fault(self.path, *_mark(event), "", what)])

    def _syntax(self, text: str, error: yaml.YAMLError) -> Fault:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be parsed"
        if mark is not None:
            line, column = mark.line + 1, mark.column + 1
        else:
            before = text[: getattr(error, "position", 0) or 0]
            line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        return Fault(self.path, line, column, "", f"is no YAML: {what}; quote text that holds signs such as : # [ {{ \\")


def _mark(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _resolve(plain: str) -> Any:
    if plain in _words:
        return _words[plain]
    if plain[0] in "+-.0123456789":
        if _integer.match(plain):
            return int(plain)
        if _float.match(plain):
            return float(plain)
    return plain
