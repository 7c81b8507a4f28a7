"""Where the members of a JSON object stand in its text, so that one value can change and all else keep its bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_scanstring = json.decoder.scanstring  # type: ignore[attr-defined]
# Numbers stay as they are written: only places are asked for, and int() refuses very long ones.
_scan_value = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str).scan_once  # type: ignore[attr-defined]
_dump = json.JSONEncoder(ensure_ascii=False).encode
_dump_ascii = json.JSONEncoder().encode
_space = re.compile(r"[ \t\n\r]*").match
_surrogate = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Member:
    """``"key": value`` in the text of an object: the key stands from ``at`` to ``colon``, the value [start, end).

    value: parsed; numbers and NaN as they are written.
    """

    key: str
    value: Any
    at: int
    colon: int
    start: int
    end: int


def members(text: str, at: int = 0) -> list[Member]:
    """The members of the JSON object that a text is, from ``at`` on, in order, duplicate keys included.

    Raises ValueError where `json.loads` would, with its words, and where the text is another JSON value.
    """
    try:
        found, end = _members(text, _skip(text, at))
    except StopIteration as error:
        raise json.JSONDecodeError("Expecting value", text, error.value) from None
    except RecursionError:
        raise ValueError("nested too deep") from None
    end = _skip(text, end)
    if end < len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return found


def _members(text: str, at: int) -> tuple[list[Member], int]:
    if text[at : at + 1] != "{":
        _scan_value(text, at)
        raise ValueError("not a JSON object")
    found: list[Member] = []
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        return found, at + 1
    while True:
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        key, colon = _scanstring(text, at + 1, True)
        start = _skip(text, colon)
        if text[start : start + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, start)
        start = _skip(text, start + 1)
        value, end = _scan_value(text, start)
        found.append(Member(key, value, at, colon, start, end))
        at = _skip(text, end)
        if text[at : at + 1] == "}":
            return found, at + 1
        if text[at : at + 1] != ",":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
        at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    found = _space(text, at)
    assert found is not None
    return found.end()


def last(found: Sequence[Member], key: str) -> Member | None:
    """The member that `json.loads` would give for a key: the last of its name."""
    return next((member for member in reversed(found) if member.key == key), None)


def with_field(text: str, at: int, key: str, value: str, drop: str | None = None) -> str:
    """An object's text with one field set, all members called ``drop`` left out, and all else as it was.

    at: where the object's text starts. value: JSON. Raises ValueError as `members` does.
    """
    found = members(text, at)
    target = last(found, key)
    first = found[0].at if found else text.index("{", at) + 1
    parts = [text[:first]]
    written = False
    for before, member in zip([None, *found], found, strict=False):
        if member.key == drop and member is not target:
            continue
        if before and written:
            parts.append(text[before.end : member.at])
        new = value if member is target else text[member.start : member.end]
        parts += [text[member.at : member.start], new]
        written = True
    if target is None:
        comma = text[found[0].end : found[1].at] if len(found) > 1 else ", "
        colon = text[found[0].colon : found[0].start] if found else ": "
        parts.append((comma if written else "") + dump_json(key) + colon + value)
    return "".join(parts) + text[found[-1].end if found else first :]


def dump_json(value: Any, ascii: bool = False) -> str:
    """JSON of a value on one line; lone surrogates as escapes, so that it can be UTF-8 and parses back the same.

    ascii: write every character beyond ASCII as an escape.
    """
    if ascii:
        return _dump_ascii(value)
    return _surrogate.sub(lambda found: f"\\u{ord(found[0]):04x}", _dump(value))
