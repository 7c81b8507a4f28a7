"""What may hold in which paragraph: the atoms and signs that all rules are looked up by, found in one pass each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, TypeAlias

import ahocorasick

from stripper.ruleset.telling import Atoms

_leaves = itemgetter(1)


# Of each of some sets one member must stand in a text.
_Sets: TypeAlias = Sequence[tuple[str, ...]]


class Anchors:
    """Leaves of conditions, each with a set of atoms (looked for in searchable text) or of signs (in the text itself).

    Where a leaf holds, a member of its set stands, and by that it is looked up.

    always: numbers of leaves without such a set. weak: these, and leaves whose set nearly every paragraph has a member of.
    """

    def __init__(self) -> None:
        self.always: set[int] = set()
        self.weak: set[int] = set()
        self._count = 0
        self._by_atom: dict[str, list[int]] = {}
        self._by_sign: dict[str, list[int]] = {}
        self._others: dict[int, tuple[_Sets, _Sets]] = {}

    def add(
        self, found: Atoms | None, is_sign: bool = False, weak: bool = False, atoms: _Sets = (), signs: _Sets = ()
    ) -> int:
        """Takes a leaf in, and gives its number.

        found: the atoms or signs that it is looked up by, None where it may stand anywhere.
        weak: whether nearly every paragraph is likely to hold one of them.
        atoms, signs: what must stand besides.
        """
        leaf = self._count
        self._count += 1
        if found is None:
            self.always.add(leaf)
        if weak or found is None:
            self.weak.add(leaf)
        for member in sorted(found or ()):
            (self._by_sign if is_sign else self._by_atom).setdefault(member, []).append(leaf)
        if atoms or signs:
            self._others[leaf] = atoms, signs
        return leaf

    def close(self) -> None:
        """Makes ready for `possible`, once all leaves are in."""
        self._automaton: Any = ahocorasick.Automaton()
        # Found nowhere: an empty automaton cannot be asked.
        for atom, leaves in (self._by_atom or {"\0": []}).items():
            self._automaton.add_word(atom, tuple(leaves))
        self._automaton.make_automaton()
        self._sign = re.compile(f"[{re.escape(''.join(self._by_sign))}]" if self._by_sign else r"(?!)")

    def possible(self, text: str, searchable: str) -> set[int]:
        """The numbers of the leaves that may hold in a paragraph, given as its own text and its searchable text."""
        found = self.always.union(*map(_leaves, self._automaton.iter(searchable)))
        for sign in set(self._sign.findall(text)):
            found.update(self._by_sign[sign])
        for leaf in found & self._others.keys():
            atoms, signs = self._others[leaf]
            if not stand(atoms, searchable) or not stand(signs, text):
                found.discard(leaf)
        return found


def stand(sets: _Sets, text: str) -> bool:
    """Whether one member of each set stands in a text."""
    for found in sets:
        for part in found:
            if part in text:
                break
        else:
            return False
    return True
