"""What may hold where: the atoms, signs and openings that all leaves are looked up by, found in one pass each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import ahocorasick

from stripper.ruleset.searchable import SIGN

if TYPE_CHECKING:
    from stripper.ruleset.lookups import Lookup

# Of each of some sets one member must stand in a text.
_Sets: TypeAlias = Sequence[tuple[str, ...]]

_leaves = itemgetter(1)
# Openings are looked for by their first signs first.
_FIRST = 5


class Anchors:
    """Leaves of conditions, each looked up by a set of which a member stands wherever it holds.

    always: numbers of leaves without such a set. weak: these, and leaves whose set nearly every paragraph has a member of.
    """

    def __init__(self) -> None:
        self.always: frozenset[int] = frozenset()
        self.weak: set[int] = set()
        self._count = 0
        self._by: dict[str, dict[str, list[int]]] = {"atoms": {}, "signs": {}, "openings": {}}
        self._besides: dict[int, tuple[_Sets, _Sets]] = {}

    def add(self, lookup: Lookup) -> int:
        """Takes a leaf in, and gives its number."""
        leaf = self._count
        self._count += 1
        if lookup.by is None:
            self.always |= {leaf}
        if lookup.weak:
            self.weak.add(leaf)
        for member in lookup.by or ():
            self._by[lookup.among].setdefault(member, []).append(leaf)
        if lookup.atoms or lookup.signs:
            self._besides[leaf] = lookup.atoms, lookup.signs
        return leaf

    def close(self) -> None:
        """Makes ready to look for all that was added."""
        self._automaton: Any = ahocorasick.Automaton()
        # Found nowhere: an empty automaton cannot be asked.
        for atom, leaves in (self._by.pop("atoms") or {"\0": []}).items():
            self._automaton.add_word(atom, tuple(leaves))
        self._automaton.make_automaton()
        self._signs = self._by.pop("signs")
        self._sign = re.compile(f"[{re.escape(''.join(self._signs))}]" if self._signs else r"(?!)")
        self._openings = self._by.pop("openings")
        # Every opening leaf has the opening of segments that open with a sign.
        self._any = frozenset(self._openings.pop(SIGN, ()))
        self._lengths = _lengths(self._openings)

    def stand(self, text: str, searchable: str) -> set[int]:
        """The leaves that may hold in a paragraph, given as its own text and its searchable text; not those by openings."""
        found = set(self.always.union(*map(_leaves, self._automaton.iter(searchable))))
        for sign in set(self._sign.findall(text)):
            found.update(self._signs[sign])
        return found

    def opened(self, head: str) -> AbstractSet[int]:
        """The leaves that are looked up by how a segment opens, given as its `searchable.head`."""
        if head[0] == SIGN:
            return self._any
        met = [
            leaf
            for length in self._lengths.get(head[:_FIRST], self._lengths[""])
            for leaf in self._openings.get(head[:length], ())
        ]
        return frozenset(met) if met else _NONE

    def lacking(self, leaves: AbstractSet[int], text: str, searchable: str) -> list[int]:
        """Of some leaves those that cannot hold in a paragraph, for something lacks that must stand there besides."""
        missed = []
        for leaf in leaves & self._besides.keys():
            atoms, signs = self._besides[leaf]
            if not stand(atoms, searchable) or not stand(signs, text):
                missed.append(leaf)
        return missed


_NONE: frozenset[int] = frozenset()


def _lengths(members: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """By their first signs the lengths of openings; those of openings that have no more signs are everyone's."""
    found: dict[str, set[int]] = {"": set()}
    for opening in members:
        first = opening[:_FIRST]
        found.setdefault(first if len(first) == _FIRST else "", set()).add(len(opening))
    return {first: tuple(sorted(lengths | found[""])) for first, lengths in found.items()}


def stand(sets: _Sets, text: str) -> bool:
    """Whether one member of each set stands in a text."""
    for found in sets:
        for part in found:
            if part in text:
                break
        else:
            return False
    return True
