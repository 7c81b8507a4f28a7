"""What may hold in which paragraph: the atoms and signs of all rules, found in one pass each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import ahocorasick

from stripper.ruleset import atoms
from stripper.ruleset.atoms import Atoms


class Anchors:
    """Leaves of conditions, each with the sets of atoms (looked for in searchable text) and of signs (in the text itself)
    of which a member must stand where it holds.

    always: numbers of leaves without such a set. weak: these, and leaves of whose sets nearly every paragraph has a member.
    """

    def __init__(self) -> None:
        self.always: set[int] = set()
        self.weak: set[int] = set()
        self._sets: dict[tuple[bool, Atoms], int] = {}
        self._leaves: dict[int, list[tuple[int, frozenset[int]]]] = defaultdict(list)
        self._count = 0

    def add(self, sets: Sequence[Atoms], signs: Sequence[Atoms]) -> int:
        """Takes a leaf in, and gives its number. The first of its signs, else of its sets, is what it is looked up by."""
        leaf = self._count
        self._count += 1
        needed = [self._sets.setdefault((True, found), len(self._sets)) for found in signs]
        needed += [self._sets.setdefault((False, found), len(self._sets)) for found in sets]
        if needed:
            self._leaves[needed[0]].append((leaf, frozenset(needed)))
        else:
            self.always.add(leaf)
        if all(map(atoms.are_weak, sets)) and not any(map(atoms.COMMON_SIGNS.isdisjoint, signs)):
            self.weak.add(leaf)
        return leaf

    def close(self) -> None:
        """Makes ready for `possible`, once all leaves are in."""
        holders: tuple[dict[str, list[int]], dict[str, list[int]]] = ({}, {})
        for (is_sign, members), number in self._sets.items():
            for member in sorted(members):
                holders[is_sign].setdefault(member, []).append(number)
        self._automaton: Any = ahocorasick.Automaton()
        for atom, numbers in holders[False].items():
            self._automaton.add_word(atom, tuple(numbers))
        self._automaton.make_automaton()
        self._of_sign = holders[True]
        self._sign = re.compile(f"[{re.escape(''.join(self._of_sign))}]" if self._of_sign else r"(?!)")

    def possible(self, text: str, searchable: str) -> set[int]:
        """The numbers of the leaves that may hold in a paragraph, given as its own text and its searchable text."""
        present: set[int] = set()
        if len(self._automaton):
            for _, numbers in self._automaton.iter(searchable):
                present.update(numbers)
        for sign in set(self._sign.findall(text)):
            present.update(self._of_sign[sign])
        found = set(self.always)
        for number in present & self._leaves.keys():
            for leaf, needed in self._leaves[number]:
                if needed <= present:
                    found.add(leaf)
        return found
