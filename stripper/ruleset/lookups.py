"""By what a leaf of a condition is looked up: that of it which is met least."""

from __future__ import annotations

from operator import itemgetter
from typing import Literal, NamedTuple

from stripper.ruleset import atoms, openings
from stripper.ruleset.language import Kind, Match
from stripper.ruleset.telling import WEAK, Atoms, sign_tells, telling
from stripper.ruleset.worked_out import worked_out

FEW = 16
"""Sets no wider than this are looked for before a pattern is run: that is cheaper."""
# An opening that tells this much is enough.
_ENOUGH = 8


class Lookup(NamedTuple):
    """Each set is one that a member of must stand where the leaf holds.

    by: the set that the leaf is looked up by, None where it may stand anywhere.
    among: atoms are looked for in searchable text, signs in the text itself, openings at the start of a segment.
    weak: whether nearly every paragraph is likely to hold a member of ``by``.
    opening: how the segment opens, where it is not looked up by that; empty where it may open in any way.
    atoms, signs: what must stand besides.
    """

    by: tuple[str, ...] | None
    among: Literal["atoms", "signs", "openings"]
    weak: bool
    opening: tuple[str, ...]
    atoms: tuple[tuple[str, ...], ...]
    signs: tuple[tuple[str, ...], ...]


@worked_out
def lookup(kind: Kind, said: str) -> Lookup:
    """The Lookup of a leaf."""
    leaf = Match(phrase=said) if kind == "phrase" else Match(regex=said) if kind == "regex" else Match(text=said)
    opening = openings.of(said) if kind == "regex" else frozenset()
    # To find what else must stand is what takes long.
    enough = opening and openings.telling(opening) >= _ENOUGH
    sets, signs = ((), []) if enough else (atoms.of(leaf), atoms.signs_of(leaf))
    ways: list[tuple[float, Atoms | None, Literal["atoms", "signs", "openings"]]] = [(-1.0, None, "atoms")]
    ways += [(openings.telling(opening), opening, "openings")] if opening else []
    ways += [(telling(found), found, "atoms") for found in sets]
    ways += [(sign_tells(found), found, "signs") for found in signs]
    tells, by, among = max(ways, key=itemgetter(0))
    return Lookup(
        None if by is None else _sorted(by),
        among,
        tells < WEAK,
        () if among == "openings" else _sorted(opening),
        tuple(_sorted(found) for found in sets if found != by and len(found) <= FEW),
        tuple(map(_sorted, signs)),
    )


def _sorted(found: Atoms) -> tuple[str, ...]:
    return tuple(sorted(found))
