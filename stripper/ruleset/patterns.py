"""Regexes of rules: their parse tree, and what is wrong with them before they are ever run.

The tree is that of Python's own parser. Where it cannot read a pattern, or would read it otherwise than ``regex`` does,
there is none: such a pattern has no atoms and is checked by its text alone.
"""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as sre  # type: ignore[import-not-found]
import string
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import regex

from stripper.ruleset.worked_out import worked_out

MAX_LENGTH = 4_000
# What the repeats of a pattern may multiply to: `(?:(?:(?:a{1000}){1000}){1000})` took 7.7 GB to compile.
MAX_SIZE = 20_000
# From this many times on a repeat counts as endless when its ways to match are looked at.
_MANY = 10

REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)

_property = re.compile(r"\\[pP](?:\{\^?[\w\s=:&-]+\}|[A-Za-z])")
# Fuzzy matching and POSIX classes, which Python takes for literals, and flags that change what a word is.
_read_otherwise = re.compile(r"(?<!\\)(?:\\\\)*(?:\{(?!\d*,?\d*\})|\(\?[imsux]*[aL])|\[:\^?\w+:\]")
_repeat = re.compile(r"\{(\d*)(?:,(\d*))?\}")

# Stands for all characters when two parts of a pattern are compared.
_SAMPLE = frozenset(string.printable + "\u00a0éßñÉÑдДжλΩ中文あกع한٣©’“”–…•")
_CATEGORIES = {
    op.CATEGORY_DIGIT: str.isdecimal,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda character: character.isalnum() or character == "_",
}
_NEGATED = {
    op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
    op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
    op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
}


@lru_cache(maxsize=1 << 14)
def parse(pattern: str) -> Any | None:
    """The parse tree of a pattern, or None. Properties (``\\p{Lu}``) stand in it as word characters."""
    if _read_otherwise.search(pattern := _property.sub(r"\\w", pattern)):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return sre.parse(pattern)
    except (re.error, OverflowError, RecursionError, Warning):
        return None


@worked_out
def check(pattern: str) -> str:
    """What is wrong with a pattern and what to do; empty where nothing is. Cheap for any pattern: looks, then compiles."""
    if len(pattern) > MAX_LENGTH:
        return f"the regex is longer than {MAX_LENGTH:,} characters; split it into several"
    tree = parse(pattern)
    if (_size(tree) if tree is not None else _size_by_text(pattern)) > MAX_SIZE:
        return f"the repeats of the regex multiply to more than {MAX_SIZE:,}; lower them, or leave the inner ones out"
    if tree is not None and (inner := _ambiguous(tree, bool(tree.state.flags & re.IGNORECASE or "(?i" in pattern))):
        return (
            f"the regex can run for ages: {inner} stands inside another repeat, and one text can be shared out between "
            "the two in countless ways; bound the outer one ({0,5}), or end its rounds by a sign the inner one cannot match"
        )
    # What Python's parser reads so far, `regex` compiles: to do so for every rule of a run would take half of its start.
    if tree is not None and not _property.search(pattern) and tree.getwidth()[0]:
        return ""
    return _compile(pattern)


def _compile(pattern: str) -> str:
    try:
        empty = regex.compile(pattern).search("", timeout=1.0)
    except (RecursionError, MemoryError, OverflowError, TimeoutError):
        return "the regex is too deep or too large to compile; write it simpler"
    except (regex.error, KeyError, TypeError, ValueError, IndexError) as error:
        return f"the regex does not compile: {error}; mend it, or write a phrase"
    return "the regex matches the empty text, so it would hold everywhere; demand at least one sign" if empty else ""


def _size(nodes: Any) -> int:
    """How many single steps the pattern unrolls to."""
    total = 0
    for kind, value in nodes:
        if kind in REPEATS:
            low, high, body = value
            total += max(low, 1 if high is op.MAXREPEAT else high, 1) * max(_size(body), 1)
        else:
            total += max(sum(map(_size, children(kind, value))), 1)
    return total


def _size_by_text(pattern: str) -> int:
    """`_size` for a pattern without a tree: the product along each nest of groups, commas and classes not looked at."""
    sizes, closed, at = [1], 1, 0
    while at < len(pattern):
        sign, found = pattern[at], _repeat.match(pattern, at)
        if sign == "\\":
            closed, at = 1, at + 2
            continue
        if sign == "(":
            sizes.append(1)
        elif sign == ")" and len(sizes) > 1:
            closed = sizes.pop()
            sizes[-1] = max(sizes[-1], closed)
        elif found:
            closed *= max([1, *(int(number[:9]) for number in found.groups() if number)])
            sizes[-1] = max(sizes[-1], closed)
            at = found.end()
            continue
        else:
            closed = 1
        at += 1
    return max(sizes)


def children(kind: Any, value: Any) -> list[Any]:
    """The sequences of nodes directly below a node."""
    if kind in REPEATS:
        return [value[2]]
    if kind is op.SUBPATTERN:
        return [value[3]]
    if kind is op.ATOMIC_GROUP:
        return [value]
    if kind is op.BRANCH:
        return list(value[1])
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return [value[1]]
    if kind is op.GROUPREF_EXISTS:
        return [part for part in value[1:] if part is not None]
    return []


def _ambiguous(nodes: Any, any_case: bool) -> str:
    """Names an inner repeat that shares what it matches with the rounds of a repeat around it: ``(a+)+``; else empty."""
    for kind, value in nodes:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT) and value[1] > _MANY:
            for sequence in _alternatives(value[2]):
                for at, (inner, what) in enumerate(sequence):
                    if inner not in (op.MAX_REPEAT, op.MIN_REPEAT) or what[1] - what[0] < _MANY:
                        continue
                    own = _characters(what[2], any_case)
                    others = sequence[:at] + sequence[at + 1 :]
                    if all(may_be_empty(node) or own & _characters([node], any_case) for node in others):
                        return _name(what)
        for child in children(kind, value):
            if found := _ambiguous(child, any_case):
                return found
    return ""


def _alternatives(nodes: Any) -> Iterator[list[Any]]:
    """The sequences a repeat's body consists of, groups opened: one, or one for each branch of a body that is a choice."""
    flat: list[Any] = []
    for kind, value in nodes:
        if kind is op.SUBPATTERN:
            inner = list(_alternatives(value[3]))
            if len(inner) == 1:
                flat.extend(inner[0])
                continue
            if len(nodes) == 1:
                yield from inner
                return
        elif kind is op.BRANCH and len(nodes) == 1:
            for branch in value[1]:
                yield from _alternatives(branch)
            return
        flat.append((kind, value))
    yield flat


def may_be_empty(node: Any) -> bool:
    """Whether a node can match nothing."""
    kind, value = node
    if kind in REPEATS:
        return value[0] == 0 or all(map(may_be_empty, value[2]))
    if kind is op.BRANCH:
        return any(all(map(may_be_empty, branch)) for branch in value[1])
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT, op.GROUPREF, op.GROUPREF_EXISTS):
        return True
    below = children(kind, value)
    return bool(below) and all(all(map(may_be_empty, child)) for child in below)


def _characters(nodes: Any, any_case: bool) -> frozenset[str]:
    """Which of the sample characters a sequence can match anywhere in it."""
    found: set[str] = set()
    for kind, value in nodes:
        if kind is op.LITERAL:
            found.add(chr(value))
        elif kind is op.NOT_LITERAL:
            found |= _SAMPLE - {chr(value)}
        elif kind is op.ANY:
            found |= _SAMPLE
        elif kind is op.IN:
            found |= members(value)
        else:
            for child in children(kind, value):
                found |= _characters(child, any_case)
    return frozenset(character.casefold() for character in found) if any_case else frozenset(found)


def members(items: Any) -> frozenset[str]:
    """Which characters a class holds: all that are written out, and those of the sample for its ranges and categories."""
    found: set[str] = set()
    negated = False
    for kind, value in items:
        if kind is op.NEGATE:
            negated = True
        elif kind is op.LITERAL:
            found.add(chr(value))
        elif kind is op.RANGE:
            low, high = value
            found.update(map(chr, (low, high)))
            found.update(character for character in _SAMPLE if low <= ord(character) <= high)
        elif value in _CATEGORIES:
            found.update(filter(_CATEGORIES[value], _SAMPLE))
        elif value in _NEGATED:
            found |= _SAMPLE - set(filter(_CATEGORIES[_NEGATED[value]], _SAMPLE))
    return _SAMPLE - found if negated else frozenset(found)


def _name(repeat: Any) -> str:
    """A repeat by the first signs that it repeats, for a message."""
    signs = ""
    nodes = list(repeat[2])
    while nodes and len(signs) < 12:
        kind, value = nodes.pop(0)
        if kind is op.LITERAL:
            signs += chr(value)
        elif kind is op.ANY:
            signs += "."
        elif kind is op.IN:
            signs += "[…]"
        elif below := children(kind, value):
            nodes = [*below[0], *nodes] if kind is not op.BRANCH else list(below[0])
    return f"the repeat of {signs!r}"
