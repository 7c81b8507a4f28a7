"""How much it tells that a paragraph holds an atom or a sign: how rarely that is likely to be met."""

from __future__ import annotations

from functools import lru_cache
from math import log2
from typing import TypeAlias

from stripper.normalize import fold
from stripper.ruleset.phrases import words

Atoms: TypeAlias = frozenset[str]
"""Strings, or signs, of which one must stand in a text."""

# Less telling atoms are met in nearly every paragraph; longer strings say no more than one of this many letters.
WEAK, _ENOUGH = 1.6, 24
COMMON_SIGNS = frozenset(".,-–'’\"()")
_COMMON = frozenset(
    fold(
        "A about all an and any are as at be been but by can do for from has have his I if in is it its may more new no not "
        "of on or our out shall so such that the their them there this to up was we were what when which who will with you"
    ).split()
)


def are_weak(atoms: Atoms) -> bool:
    """Whether nearly every paragraph is likely to hold one of a set."""
    return telling(atoms) < WEAK


def telling(atoms: Atoms) -> float:
    """How much one of a set tells at least."""
    return min(map(atom_tells, atoms))


def worth(atoms: Atoms) -> tuple[float, list[str]]:
    """By what sets are compared: a wide one is met more often."""
    return telling(atoms) - log2(len(atoms)) / 2, sorted(atoms)


def sign_tells(signs: Atoms) -> float:
    """`telling` for signs."""
    return 0.2 if signs & COMMON_SIGNS else 2.0 if ":" in signs else 4.0


@lru_cache(maxsize=8192)
def atom_tells(atom: str) -> float:
    """How much an atom tells: its letters, common words and digits hardly counted."""
    total = 0.0
    for word in words(atom):
        if word in _COMMON:
            total += len(word) / 2
        elif word.isdecimal():
            total += 0.5
        else:
            # Whole words are rarer than parts of words.
            total += (len(word) if word.isascii() else 3 * len(word)) + atom.startswith(" ") / 2 + atom.endswith(" ") / 2
    return min(total, _ENOUGH)
