"""What stands in which paragraph: the atoms and signs of all rules, found in one pass each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import ahocorasick

from stripper.model import Segment
from stripper.ruleset import atoms
from stripper.ruleset.atoms import Atoms


class Anchors:
    """Sets of atoms (looked for in folded text) and of signs (in the text itself), each with a number.

    weak: numbers of sets that nearly every paragraph has one of.
    """

    def __init__(self) -> None:
        self.weak: set[int] = set()
        self._atoms: dict[str, list[int]] = {}
        self._signs: dict[str, list[int]] = {}
        self._count = 0
        self._automaton: Any = None
        self._sign: re.Pattern[str] | None = None

    def add(self, sets: Sequence[Atoms], signs: Sequence[Atoms]) -> list[int]:
        """Takes sets in, and gives their numbers."""
        for found in sets:
            self._number(found, self._atoms, weak=atoms.are_weak(found))
        for found in signs:
            self._number(found, self._signs, weak=not found.isdisjoint(atoms.COMMON_SIGNS))
        return list(range(self._count - len(sets) - len(signs), self._count))

    def _number(self, found: Atoms, holders: dict[str, list[int]], weak: bool) -> None:
        for member in sorted(found):
            holders.setdefault(member, []).append(self._count)
        if weak:
            self.weak.add(self._count)
        self._count += 1

    def close(self) -> None:
        """Makes ready for `present`, once all sets are in."""
        automaton = ahocorasick.Automaton()
        for atom, numbers in self._atoms.items():
            automaton.add_word(atom, tuple(numbers))
        if self._atoms:
            automaton.make_automaton()
            self._automaton = automaton
        if self._signs:
            self._sign = re.compile(f"[{re.escape(''.join(self._signs))}]")

    def present(self, text: str, paragraphs: Sequence[Sequence[Segment]]) -> list[set[int]]:
        """For each paragraph of a text, given with the segments below it, the numbers of the sets it holds a member of."""
        present: list[set[int]] = [set() for _ in paragraphs]
        if not paragraphs:
            return present
        if self._automaton is not None:
            folded = list(map(_folded, paragraphs))
            ordinal, end, here = 0, len(folded[0]), present[0]
            for at, numbers in self._automaton.iter("\n".join(folded)):
                while at >= end:
                    ordinal += 1
                    end += 1 + len(folded[ordinal])
                    here = present[ordinal]
                here.update(numbers)
        if self._sign is not None:
            ordinal = 0
            for found in self._sign.finditer(text, paragraphs[0][0].start, paragraphs[-1][0].end):
                while found.start() >= paragraphs[ordinal][0].end:
                    ordinal += 1
                present[ordinal].update(self._signs[found[0]])
        return present


def _folded(segments: Sequence[Segment]) -> str:
    """A paragraph's folded text; with it that of segments which folds otherwise alone, such as one that parts a date."""
    whole = segments[0].folded
    others = [segment.folded for segment in segments[1:] if segment.folded not in whole]
    return atoms.searchable("\n".join(f" {folded} " for folded in (whole, *others)))
