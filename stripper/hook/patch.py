"""The unified diff of a file and its edits, byte for byte, such that `patch` and `git apply` make the edits."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from stripper.hook.checking import Checked, Edit, apply

_CONTEXT = 3
_NO_END = b"\n\\ No newline at end of file\n"


class _Change(NamedTuple):
    """Lines [first, last) of the old file and what stands there in the new one."""

    first: int
    last: int
    new: list[bytes]


def patch(checked: Checked) -> bytes:
    """What ``--fix`` would do to a file, as a patch; empty where it would do nothing.

    Made from the edits, not found by comparison: exact and linear.
    """
    if not checked.edits or not checked.seen:
        return b""
    old = _lines(checked.seen.data)
    changes = list(_changes(old, checked.edits))
    if not changes:
        return b""
    name = os.path.relpath(checked.target.name).replace(os.sep, "/")
    parts = [b"--- " + _quoted("a", name), b"+++ " + _quoted("b", name)]
    shift = 0
    for group in _hunks(changes):
        lines = list(_hunk(old, group, shift))
        shift += sum(len(change.new) - (change.last - change.first) for change in group)
        parts += lines
    return b"".join(parts)


def _lines(data: bytes) -> list[bytes]:
    """Lines as diff has them: ended by ``\\n`` alone."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _changes(old: list[bytes], edits: Sequence[Edit]) -> Iterator[_Change]:
    """The edits as changes of whole lines; edits that touch the same line are one."""
    starts = list(accumulate(map(len, old), initial=0))
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in edits:
        first = bisect_right(starts, edit.start) - 1
        last = bisect_left(starts, edit.end)
        if (
            last < len(old)
            and starts[last] == edit.end
            and not (starts[first] == edit.start and edit.new[-1:] in (b"", b"\n"))
        ):
            # What stands before the edit in its line goes on with the line behind it.
            last += 1
        if groups and first < groups[-1][1]:
            groups[-1] = groups[-1][0], max(last, groups[-1][1]), [*groups[-1][2], edit]
        else:
            groups.append((first, last, [edit]))
    for first, last, inside in groups:
        data, origin = b"".join(old[first:last]), starts[first]
        moved = [Edit(edit.start - origin, edit.end - origin, edit.new) for edit in inside]
        change = _trimmed(old, _Change(first, last, _lines(apply(data, moved))))
        if change.first < change.last or change.new:
            yield change


def _trimmed(old: list[bytes], change: _Change) -> _Change:
    """A change less the lines at its ends that stay as they are."""
    first, last, new = change
    while first < last and new and old[first] == new[0]:
        first, new = first + 1, new[1:]
    while first < last and new and old[last - 1] == new[-1]:
        last, new = last - 1, new[:-1]
    return _Change(first, last, new)


def _hunks(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Changes in groups whose context would meet."""
    group: list[_Change] = []
    for change in changes:
        if group and change.first - group[-1].last > 2 * _CONTEXT:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _hunk(old: list[bytes], group: Sequence[_Change], shift: int) -> Iterator[bytes]:
    """A hunk. shift: lines that the file grew by in hunks before."""
    start, stop = max(0, group[0].first - _CONTEXT), min(len(old), group[-1].last + _CONTEXT)
    grown = sum(len(change.new) - (change.last - change.first) for change in group)
    yield b"@@ -%s +%s @@\n" % (_range(start, stop - start), _range(start + shift, stop - start + grown))
    at = start
    for change in group:
        yield from (_line(b" ", line) for line in old[at : change.first])
        yield from (_line(b"-", line) for line in old[change.first : change.last])
        yield from (_line(b"+", line) for line in change.new)
        at = change.last
    yield from (_line(b" ", line) for line in old[at:stop])


def _range(start: int, count: int) -> bytes:
    # An empty range is named by the line before it.
    return b"%d,%d" % (start + 1 if count else start, count)


def _line(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + _NO_END


def _quoted(side: str, name: str) -> bytes:
    """A name on a line of its own, as git writes it."""
    path = os.fsencode(f"{side}/{name.lstrip('/')}")
    if any(byte < 32 or byte in b'"\\\x7f' for byte in path):
        return (
            b'"' + b"".join(b"\\%03o" % byte if byte < 32 or byte in b'"\\\x7f' else bytes([byte]) for byte in path) + b'"\n'
        )
    # Without the tab, patch would end the name at its first space.
    return path + (b"\t\n" if b" " in path else b"\n")
