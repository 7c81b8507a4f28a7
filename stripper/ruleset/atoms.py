"""Atoms: strings that stand in the folded text of everything a phrase, regex or known text can match.

Each set of atoms is one that at least one member of must stand there. They are looked for in `searchable` text. Nothing
that is matched may lack them; that they also stand elsewhere only costs time.
"""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import product, takewhile
from typing import Any, TypeAlias

from stripper import normalize
from stripper.normalize import UNSPACED, fold
from stripper.ruleset import patterns
from stripper.ruleset.language import Match
from stripper.ruleset.phrases import GAP, Part, inner_fold, parse, words
from stripper.ruleset.searchable import plain
from stripper.ruleset.telling import Atoms, are_weak, atom_tells, sign_tells, telling, worth

# Parts of a parsed regex in order: text, alternatives, None for anything, or atoms of which one stands in this place.
_Item: TypeAlias = str | tuple[str, ...] | Atoms | None

# Stands for `\b`, and folds to nothing: no mark follows a letter there, for marks are word characters to `regex`.
BOUNDARY = "\u2060"

# A choice this wide is spelled out in full.
_WIDEST = 8
# Sets of one leaf; beside one that tells much another must tell this much to be worth its while.
_SETS, _MUCH = 3, 4
# All words that a date is made of, each between line ends.
_DATE_WORDS = "\n".join(["", *sorted(normalize.DATE_WORDS), ""])
_unspaced = re.compile(f"[{UNSPACED}]")


def of(leaf: Match) -> tuple[Atoms, ...]:
    """The most telling sets of atoms of a phrase, regex or known text; none where none are known."""
    if leaf.phrase:
        return _few(_of_phrase(parse(leaf.phrase)))
    if leaf.regex:
        tree = patterns.parse(leaf.regex)
        return () if tree is None else _few(_all(_items(tree)))
    return (_of_text(leaf.text),)


def signs_of(leaf: Match) -> list[Atoms]:
    """Of a regex: sets of signs that fold to nothing, of which one each must stand in a segment's own text; rare first."""
    tree = patterns.parse(leaf.regex) if leaf.regex else None
    found = [] if tree is None else list(dict.fromkeys(_signs(flat(tree))))
    return sorted(found, key=sign_tells, reverse=True)[:_SETS]


def _signs(nodes: Iterable[Any]) -> Iterator[Atoms]:
    for kind, value in nodes:
        if kind in patterns.REPEATS and value[0]:
            yield from _signs(flat(value[2]))
        elif kind in (op.LITERAL, op.IN):
            members = [(kind, value)] if kind is op.LITERAL else value
            signs = tuple(chr(code) for member, code in members if member is op.LITERAL)
            if len(signs) == len(members) <= _WIDEST and not any(fold(sign) or sign.isspace() for sign in signs):
                yield frozenset(signs)


def _few(sets: Iterable[Atoms]) -> tuple[Atoms, ...]:
    """The best set, and others that say much; where even the best says little, the next best with it."""
    best = sorted(set(sets), key=worth, reverse=True)[:_SETS]
    if best and are_weak(best[0]):
        return tuple(best)
    return (*best[:1], *(atoms for atoms in best[1:] if telling(atoms) >= _MUCH))


def _of_phrase(parts: Sequence[Part]) -> list[Atoms]:
    # Words are parted at both ends of a phrase, and at those of a gap.
    items: list[Any] = [" "]
    for part in parts:
        items += [" ", None, " "] if part is None else [None] if isinstance(part, tuple) and GAP in "".join(part) else [part]
    items.append(" ")
    found = []
    for window in _windows(items):
        atoms = frozenset(_whole("".join(choice)) for choice in product(*window))
        if "" not in atoms:
            found.append(_shortest(atoms))
    # A choice too wide to be spelled out with what stands around it, or with gaps, may still be the best there is.
    for at, part in enumerate(parts):
        if isinstance(part, tuple) and "" not in part:
            before, after = _side(parts, at - 1)[-1:], _side(parts, at + 1)[:1]
            tellings = (
                max(map(_whole, f"{before}{choice}{after}".replace(GAP, f" {GAP} ").split(GAP)), key=atom_tells)
                for choice in part
            )
            found.append(_shortest(frozenset(tellings)))
    return found


def _side(parts: Sequence[Part], at: int) -> str:
    """What is known to stand beside a choice: a space at the ends of a phrase and at those of a gap."""
    part = parts[at] if 0 <= at < len(parts) else None
    return " " if part is None else part if isinstance(part, str) else ""


def _whole(said: str) -> str:
    """A part of a phrase as an atom: with the spaces at its ends, but in scripts that have none."""
    folded = plain(" ".join(said.split()))
    if not folded or _unspaced.search(folded):
        return folded
    return (" " if said[0] == " " else "") + folded + (" " if said[-1] == " " else "")


def _of_text(text: str) -> Atoms:
    """Each three words in a row: a segment that shares any 3-shingle with the text holds one of them."""
    known = words(fold(text))
    found: set[str] = set()
    for at in range(len(known) - 2):
        spelled = [known[at]]
        for word in known[at + 1 : at + 3]:
            # Beside a character of an unspaced script there may be a space or none.
            spaces = (" ", "") if _unspaced.search(spelled[0][-1] + word[0]) else (" ",)
            spelled = [before + space + word for before in spelled for space in spaces]
        found.update(map(plain, spelled))
    return frozenset(found)


def _windows(items: Sequence[Any]) -> Iterable[list[tuple[str, ...]]]:
    """The longest runs of text and choices that can be spelled out in few enough ways."""
    choices: list[tuple[str, ...] | None] = [
        (item,) if isinstance(item, str) else item if isinstance(item, tuple) else None for item in items
    ]
    last_end = 0
    for start in range(len(choices)):
        ways, end = 1, start
        while end < len(choices) and (choice := choices[end]) is not None and ways * len(choice) <= _WIDEST:
            ways *= len(choice)
            end += 1
        if end > max(start, last_end):
            last_end = end
            yield [choice for choice in choices[start:end] if choice is not None]


def _shortest(atoms: Atoms) -> Atoms:
    """Without atoms that hold another: where they stand, the other stands."""
    return frozenset(a for a in atoms if not any(b != a and b in a for b in atoms))


def _all(items: Sequence[_Item]) -> list[Atoms]:
    """Every set of atoms of a sequence but those of single letters, which are met everywhere."""
    found = [item for item in items if isinstance(item, frozenset)]
    for window in _windows(items):
        atoms = frozenset(_certain("".join(choice)) for choice in product(*window))
        if not any(len(atom) < 3 and atom.strip() <= "z" and len(atom.strip()) < 2 and atom != "0" for atom in atoms):
            found.append(_shortest(atoms))
    return found


def _best(items: Sequence[_Item]) -> Atoms | None:
    return max(_all(items), key=worth, default=None)


def _certain(raw: str) -> str:
    """What of a literal stands in the folded text whatever stands around it.

    A mark after the literal would join its last letter, and a mark that begins it joins the letter before.
    """
    start, end = 0, len(raw)
    while start < end and joins(raw[start]):
        start += 1
    while start < end and joins(raw[end - 1]):
        end -= 1
    if start < end and unicodedata.category(raw[end - 1])[0] == "L":
        end -= 1
    return plain(_outside_dates(inner_fold(raw[start:end])))


def _outside_dates(folded: str) -> str:
    """The most telling run of words that cannot become part of a date, which folds to a single ``0``.

    A space at an end says that the word there is whole; else it may be a part of any word.
    """
    runs, run = [], [" " if folded.startswith(" ") else ""]
    tokens = folded.split()
    for at, word in enumerate(tokens):
        first, last = at == 0 and not folded.startswith(" "), at == len(tokens) - 1 and not folded.endswith(" ")
        if ("" if first else "\n") + word + ("" if last else "\n") in _DATE_WORDS:
            runs.append("".join(run))
            run = [" "]
        else:
            run.append(word + ("" if last else " "))
    runs.append("".join(run))
    return max(runs, key=atom_tells) if any(map(str.strip, runs)) else "0" if "0" in folded else ""


def date_in(folded: str) -> int:
    """Where in the beginning of a folded text the first word stands that may be part of a date; its end where none is."""
    at = 0
    for word in folded.split(" "):
        if word and "\n" + word + ("\n" if at + len(word) < len(folded) else "") in _DATE_WORDS:
            return at
        at += len(word) + 1
    return len(folded)


def joins(character: str) -> bool:
    """Whether a normal form may put a character together with the one before: marks, Hangul's vowels and finals."""
    return (
        unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7ff"
    )


def _items(nodes: Any) -> list[_Item]:
    """What a sequence of a parse tree says for certain, texts in a row put together."""
    items: list[_Item] = []
    opened = list(flat(nodes))
    for at, (kind, value) in enumerate(opened):
        if kind is not op.LITERAL and items and isinstance(items[-1], (str, tuple)) and no_mark_at(opened, at):
            items.append(BOUNDARY)
        items += [_of_branch(value[1], _plain(opened[at + 1 :]))] if kind is op.BRANCH else _of_node(kind, value)
    return _joined(items)


def no_mark_at(nodes: Sequence[Any], at: int) -> bool:
    """Whether what stands at a place of a sequence, or nothing, is for certain no mark."""
    for kind, value in nodes[at:]:
        if kind is op.AT and value in (op.AT_BOUNDARY, op.AT_END, op.AT_END_STRING):
            return True
        if kind is op.LITERAL:
            return not joins(chr(value))
        if kind is op.IN:
            return _no_mark_in(value)
        if kind not in patterns.REPEATS or not no_mark_at([*flat(value[2]), (op.AT, op.AT_END)], 0):
            return False
        if not patterns.may_be_empty((kind, value)):
            return True
    return False


def _no_mark_in(members: Any) -> bool:
    for kind, value in members:
        if kind is op.LITERAL:
            signs = [chr(value)]
        elif kind is op.RANGE and value[1] - value[0] < 128:
            signs = list(map(chr, range(value[0], value[1] + 1)))
        elif kind is op.CATEGORY and value in (op.CATEGORY_SPACE, op.CATEGORY_DIGIT, op.CATEGORY_NOT_WORD):
            signs = []
        else:
            return False
        if any(map(joins, signs)):
            return False
    return True


def _plain(nodes: list[Any]) -> list[Any]:
    """The signs and classes that begin a sequence, repeated or not."""

    def plain(node: Any) -> bool:
        kind, value = node
        return all(map(plain, value[2])) if kind in patterns.REPEATS else kind in (op.LITERAL, op.IN, op.AT)

    return list(takewhile(plain, nodes))


def flat(nodes: Any) -> Iterator[Any]:
    """A sequence with its groups opened."""
    for kind, value in nodes:
        if kind in (op.SUBPATTERN, op.ATOMIC_GROUP):
            yield from flat(value[3] if kind is op.SUBPATTERN else value)
        else:
            yield kind, value


def _joined(items: list[_Item]) -> list[_Item]:
    joined: list[_Item] = []
    for item in items:
        if isinstance(item, str) and joined and isinstance(joined[-1], str):
            joined[-1] += item
        else:
            joined.append(item)
    return joined


def _of_node(kind: Any, value: Any) -> list[_Item]:
    if kind is op.LITERAL:
        return [chr(value)]
    if kind is op.IN:
        return [_of_class(value)]
    if kind is op.AT and value is op.AT_BOUNDARY:
        return [BOUNDARY]
    if kind in (op.AT, op.ASSERT_NOT):
        return []  # of no width, and says nothing of its own
    if kind is op.ASSERT:
        return [_best(_items(value[1]))]
    if kind in patterns.REPEATS:
        return _of_repeat(*value)
    return [None]


def _of_class(members: Any) -> _Item:
    """A class as the few signs it can fold to, each by one sign that does."""
    folds: dict[str, str] = {}
    for kind, value in members:
        if kind is op.LITERAL:
            signs = [chr(value)]
        elif kind is op.RANGE and value[1] - value[0] < 128:
            signs = list(map(chr, range(value[0], value[1] + 1)))
        elif kind is op.CATEGORY and value is op.CATEGORY_SPACE:
            signs = [" "]
        elif kind is op.CATEGORY and value is op.CATEGORY_DIGIT:
            signs = ["0"]
        else:
            return None
        for sign in signs:
            if joins(sign):
                return None
            folds.setdefault(inner_fold(sign), sign)
            if len(folds) > _WIDEST // 2:
                return None
    return next(iter(folds.values())) if len(folds) == 1 else tuple(folds.values())


def _of_branch(branches: list[Any], after: list[Any]) -> _Item:
    if len(branches) <= _WIDEST:
        spelled = [_spell(_items(branch)) for branch in branches]
        together = [text for texts in spelled if texts is not None for text in texts]
        if None not in spelled and len(together) <= _WIDEST:
            return tuple(dict.fromkeys(together))
    # What follows tells where a branch's last word ends.
    sets = [_best(_items([*branch, *after])) for branch in branches]
    return frozenset().union(*(atoms for atoms in sets if atoms)) if all(sets) else None


def _of_repeat(low: int, high: int, body: Any) -> list[_Item]:
    items = _items(body)
    spelled = _spell(items)
    if low == high == 1:
        return items
    if spelled is not None and len(spelled) == 1 and inner_fold(spelled[0]) in (" ", "0", ""):
        # However often it stands, it folds to one space, one digit, or nothing.
        return [spelled[0]] if low else [(spelled[0], "")]
    if low:
        return [*items, None]
    if high == 1 and spelled is not None and len(spelled) < _WIDEST:
        return [(*spelled, "")]
    return [None]


def _spell(items: Sequence[_Item]) -> list[str] | None:
    """Every text that a sequence can be, if it can be spelled out in few."""
    spelled = [""]
    for item in items:
        if item is None or isinstance(item, frozenset):
            return None
        spelled = [before + text for before in spelled for text in ([item] if isinstance(item, str) else item)]
        if len(spelled) > _WIDEST:
            return None
    return spelled
