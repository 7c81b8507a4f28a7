"""Openings: how a segment's folded text can begin where a regex that is bound to the start of the text matches.

Most rules ask for a whole line by its first words, so this tells more than any atom. An opening is an atom with a mark
before it that stands at the start of a segment alone. Signs before the first word are nothing to folding, and a regex may
step over them; segments that open with one that folds to a letter have a mark of their own, which is every opening.
"""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]
from collections.abc import Iterator, Sequence
from itertools import dropwhile
from typing import Any, TypeAlias

from stripper.ruleset import atoms, patterns
from stripper.ruleset.phrases import inner_fold
from stripper.ruleset.searchable import OPENING, SIGN, WORD, plain
from stripper.ruleset.telling import Atoms
from stripper.ruleset.telling import telling as tells

# The beginning of a match, and whether that is all that was matched so far, so that what comes next stands right behind it.
_Begun: TypeAlias = tuple[str, bool]

# Beginnings are not drawn out further than this, and a leaf has no more of them.
_ENOUGH, _MOST = 6, 1000


def of(pattern: str) -> Atoms:
    """The openings of a regex, one of which every segment it matches has; none where it may match anything."""
    tree = patterns.parse(pattern)
    if tree is None:
        return frozenset()
    nodes = list(atoms.flat(tree))
    starts = (op.AT_BEGINNING_STRING,) if tree.state.flags & re.MULTILINE else (op.AT_BEGINNING_STRING, op.AT_BEGINNING)
    if not nodes or nodes[0][0] is not op.AT or nodes[0][1] not in starts:
        return frozenset()
    begun = _drawn_out({("", True)}, list(dropwhile(_is_left_out, nodes)))
    found = {opening for said, _ in begun for opening in _certain(said)}
    if len(found) > _MOST or "" in found:
        return frozenset()
    return frozenset([SIGN, *(f"{WORD} {said}"[:OPENING] for said in found)])


def telling(openings: Atoms) -> float:
    """How rarely one of some openings is likely to be met: at its start alone a segment says it half as often."""
    return 2 * tells(frozenset(opening[2:] for opening in openings if opening != SIGN))


def _drawn_out(begun: set[_Begun], nodes: Sequence[Any]) -> set[_Begun]:
    """Beginnings with what a sequence adds to them."""
    for at, node in enumerate(nodes):
        still = {said for said, goes_on in begun if goes_on and len(said.strip()) < _ENOUGH}
        if not still:
            break
        added = list(_said(node))
        if len(begun) + len(still) * len(added) > _MOST:
            still &= {""}
        done = {(said, False) for said, goes_on in begun if not goes_on or said not in still}
        if node[0] is not op.LITERAL and atoms.no_mark_at(nodes, at):
            still = {said + atoms.BOUNDARY if said[-1:].isalpha() else said for said in still}
        begun = done | {(said + more, goes_on) for said in still for more, goes_on in added}
    return begun


def _said(node: Any) -> Iterator[_Begun]:
    """The ways in which what a node matches can begin."""
    kind, value = node
    if kind is op.LITERAL:
        yield chr(value), True
    elif kind is op.AT and value is op.AT_BOUNDARY:
        yield atoms.BOUNDARY, True
    elif kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
        yield "", True
    elif kind is op.IN:
        yield from _of_class(value)
    elif kind is op.BRANCH:
        for branch in value[1]:
            yield from _drawn_out({("", True)}, list(atoms.flat(branch)))
    elif kind in patterns.REPEATS:
        low, high, body = value
        if low == 0:
            yield "", True
        for said, goes_on in _drawn_out({("", True)}, list(atoms.flat(body))):
            # However often a space or a digit stands, it folds to one.
            yield said, goes_on and (high == 1 or said in (" ", "0"))
    else:
        yield "", False


def _is_left_out(node: Any) -> bool:
    """Whether a node at the start matches nothing but signs, or nothing at all."""
    kind, value = node
    if kind not in patterns.REPEATS:
        return kind in (op.AT, op.ASSERT_NOT)
    low, _, ((inner, what), *more) = value
    members = what if inner is op.IN else [(inner, what)]
    return not (low or more) and all(
        (member is op.LITERAL and not chr(code).isalnum())
        or (member is op.CATEGORY and code in (op.CATEGORY_NOT_WORD, op.CATEGORY_SPACE))
        for member, code in members
    )


def _of_class(members: Any) -> Iterator[_Begun]:
    signs: set[str] = set()
    for kind, value in members:
        if kind is op.LITERAL:
            signs.add(chr(value))
        elif kind is op.RANGE and value[1] - value[0] < 32:
            signs.update(map(chr, range(value[0], value[1] + 1)))
        elif kind is op.CATEGORY and value is op.CATEGORY_SPACE:
            signs.add(" ")
        elif kind is op.CATEGORY and value is op.CATEGORY_DIGIT:
            signs.add("0")
        else:
            yield "", False
            return
    yield from ((sign, True) for sign in sorted(signs))


def _certain(said: str) -> Iterator[str]:
    """What a folded text begins with for certain, one or the other, if the text begins so, whatever follows."""
    end = len(said)
    while end and atoms.joins(said[end - 1]):
        end -= 1
    if said[end - 1 : end].isalpha():
        end -= 1  # a mark that follows would join it
    folded = plain(inner_fold(said[:end])).lstrip()
    cut = atoms.date_in(folded)
    if folded and cut == 0:
        # Either the word stands, or the date that begins with it.
        yield "0"
        cut = len(folded.split(" ")[0])
    yield folded[:cut]
