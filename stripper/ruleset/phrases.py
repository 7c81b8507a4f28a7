"""Phrases: folded words with choices and gaps, as parts and as patterns over folded text."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from math import prod
from typing import TypeAlias

from stripper.normalize import UNSPACED, fold

GAP_WORDS = 8
# A phrase that can be said in no more ways is looked for as it is, without a pattern.
_FEW = 64

GAP = "…"

Part: TypeAlias = str | tuple[str, ...] | None
"""Folded text (a space at its ends parts words), the alternatives of a choice, or None for a gap.

A gap within an alternative is written as `GAP`, which no folded text holds.
"""

_parts = re.compile(r"(\{[^{}]*\}|…|\.\.\.)")
_gap = re.compile(r"…|\.\.\.")
_GAP_ALONE = "a gap must have words on both sides that cannot be absent"
# A character that joins with nothing, to see whether folding leaves a space at the ends of a part.
_STOP = "\u3400"

# Patterns run over folded text with a space before and after it. Where a script has no spaces every place is a boundary.
_EDGE = f"(?:(?<=[ {UNSPACED}])|(?=[ {UNSPACED}]))"
_SPACED_EDGE = "(?:(?<= )|(?= ))"
# The space beside words that may be absent: one space serves both sides.
_SPACE = "(?:(?<= )| )"
_GAP = f"{_EDGE}(?: ?[{UNSPACED}]|(?: |(?<=[ {UNSPACED}]))[^ {UNSPACED}]++){{0,{GAP_WORDS}}}? ?{_EDGE}"
_unspaced = re.compile(f"[{UNSPACED}]")
_SPACED_GAP = f"{_SPACED_EDGE}(?:(?: |(?<= ))[^ ]++){{0,{GAP_WORDS}}}? ?{_SPACED_EDGE}"
_word = re.compile(f"[{UNSPACED}]|[^ {UNSPACED}]+")


def words(folded: str) -> list[str]:
    """The words of folded text; in scripts without spaces each character is one."""
    return folded.split() if folded.isascii() else _word.findall(folded)


def inner_fold(text: str) -> str:
    """Folds a part of a text: a space stays at an end where words are parted there."""
    return fold(f"{_STOP}{text}{_STOP}")[1:-1]


@lru_cache(maxsize=4096)
def parse(phrase: str) -> tuple[Part, ...]:
    """The parts of a phrase. Raises `ValueError`, whose text says what is wrong and what to do."""
    parts: list[Part] = []
    for token in _parts.split(phrase):
        if token in ("…", "..."):
            parts.append(None)
        elif token.startswith("{") and token.endswith("}"):
            parts.append(_choice(token))
        elif "{" in token or "}" in token:
            raise ValueError("the braces of a choice do not pair; write {one|another}, and none inside another")
        elif folded := inner_fold(token):
            parts.append(folded)
    _trim(parts)
    chunk: list[Part] = []
    for end in [*parts, None]:
        if end is not None:
            chunk.append(end)
            continue
        if all("" in part if isinstance(part, tuple) else not (part or "").strip() for part in chunk):
            if len(parts) == len(chunk):
                raise ValueError("the phrase folds to no words at all; write words, or use regex for signs")
            raise ValueError(_GAP_ALONE)
        chunk = []
    return tuple(part for part in parts if part != "")


def _choice(token: str) -> tuple[str, ...]:
    inside = token[1:-1]
    if "|" not in inside:
        raise ValueError(f"the choice {token} has one alternative only; write {{one|another}}")
    alternatives = {GAP.join(map(fold, _gap.split(alternative))) for alternative in inside.split("|")}
    if any("" in alternative.split(GAP) for alternative in alternatives if alternative):
        raise ValueError(_GAP_ALONE)
    if alternatives == {""}:
        raise ValueError(f"the choice {token} folds to no words at all; write words, or use regex for signs")
    return tuple(sorted(alternatives, key=lambda alternative: (-len(alternative), alternative)))


def _trim(parts: list[Part]) -> None:
    """Drops spaces at the ends and beside gaps, in place."""
    for at, part in enumerate(parts):
        if isinstance(part, str):
            if at == 0 or parts[at - 1] is None:
                part = part.lstrip()
            if at == len(parts) - 1 or parts[at + 1] is None:
                part = part.rstrip()
            parts[at] = part


def pattern(parts: tuple[Part, ...], spaced: bool = False) -> str:
    """A phrase as a pattern (``re`` and ``regex`` read it alike) over folded text with a space at both ends.

    What it matches may hold a space at its ends, where words were absent.
    spaced: for texts that hold no character of an unspaced script; such a pattern is far quicker to compile.
    """
    edge, gap = (_SPACED_EDGE, _SPACED_GAP) if spaced else (_EDGE, _GAP)
    out = [edge]
    for at, part in enumerate(parts):
        if part is None:
            out.append(gap)
        elif isinstance(part, tuple):
            spelled = (gap.join(map(re.escape, alternative.split(GAP))) for alternative in part)
            out.append(f"(?:{'|'.join(spelled)})")
        else:
            before, after = parts[at - 1] if at else None, parts[at + 1] if at + 1 < len(parts) else None
            body = part
            if _may_be_absent(before) and body.startswith(" "):
                out.append(_SPACE)
                body = body[1:]
            last = ""
            if _may_be_absent(after) and body.endswith(" "):
                last = _SPACE
                body = body[:-1]
            out.append(re.escape(body) + last)
    return "".join([*out, edge])


def spelled(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """What a phrase can be, each between spaces, where no gap is in it and the ways are few; else nothing.

    A text in a script with spaces holds the phrase where it holds one of these between spaces of its own.
    """
    choices = [part if isinstance(part, tuple) else (part or GAP,) for part in parts]
    if prod(map(len, choices)) > _FEW or any(GAP in choice for part in choices for choice in part):
        return ()
    return tuple(dict.fromkeys(f" {' '.join(''.join(ways).split())} " for ways in product(*choices)))


def is_spaced(folded: str) -> bool:
    """Whether a text holds no character of an unspaced script."""
    return folded.isascii() or not _unspaced.search(folded)


def _may_be_absent(part: Part) -> bool:
    return isinstance(part, tuple) and "" in part
