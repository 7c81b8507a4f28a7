"""Folding: texts that differ only in case, width, spacing, punctuation or digits fold to the same words.

What `fold` gives is what keys are hashed from, what phrases of rules are matched on and what shingles are made of. A
change of what it gives for any text is a change of `FOLDING`, and Libraries made with another number are refused.
"""

from __future__ import annotations

import re
import unicodedata

import xxhash

FOLDING = 1
SHINGLE = 3
"""Words in a shingle: long enough to say something, short enough that one changed word spoils only three."""

# Written inside words without parting them: apostrophes. Format characters (soft hyphen, zero-width) are as silent.
_APOSTROPHES = frozenset("'\u2018\u2019\u201b\u02bc\uff07")
# Symbols that say something of their own; every other symbol parts words like punctuation.
_SYMBOLS = frozenset("©®™")

_zeros = re.compile("00+")
# Normal forms are quadratic on long runs of marks; no writing system stacks this many.
_marks = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0730-\u074a\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe20-\ufe2f"
)
_long_marks = re.compile(rf"([{_marks}]{{16}})[{_marks}]+")

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts written without spaces between words (a character class): each character is a word for shingles."""


class _Table(dict[int, str]):
    """What each code point folds to, filled as code points are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = "".join(map(_fold_character, unicodedata.normalize("NFKC", chr(code)).casefold()))
        return folded


def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if character in _APOSTROPHES or category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    if category == "Nd":
        return "0"
    return character if category[0] in "LMN" or character in _SYMBOLS else " "


_table = _Table()
_unspaced = re.compile(f"([{UNSPACED}])")


def fold(text: str) -> str:
    """The words of a text in lower case, parted by single spaces; each run of digits becomes one ``0``."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", _long_marks.sub(r"\1", text))
    return _zeros.sub("0", " ".join(text.translate(_table).split()))


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """`fold` of a text, and for each folded character the offset in the text it came from, plus the text's length.

    A base character and its marks count as one. For the few texts whose normal form crosses such groups (Hangul in
    single letters), the folded text may differ from `fold`'s; it is then still a folding of the same words.
    """
    folded: list[str] = []
    offsets: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and unicodedata.category(text[end])[0] == "M":
            end += 1
        group = text[at:end]
        if end - at > 1:
            group = unicodedata.normalize("NFC", _long_marks.sub(r"\1", group))
        for character in group.translate(_table):
            last = folded[-1] if folded else " "
            if character != last or character not in " 0":
                folded.append(character)
                offsets.append(at)
        at = end
    if folded and folded[-1] == " ":
        folded.pop()
        offsets.pop()
    return "".join(folded), [*offsets, len(text)]


def split_words(folded: str) -> list[str]:
    """The words of a folded text; each character of a script written without spaces is one."""
    return folded.split() if folded.isascii() else _unspaced.sub(r" \1 ", folded).split()


def word_shingles(folded: str, size: int = SHINGLE) -> set[str]:
    """The distinct runs of ``size`` words of a folded text; a text of fewer words is one shingle, an empty one has none."""
    words = split_words(folded)
    return {" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1))} if words else set()


def key_of_folded(folded: str, text: str) -> int:
    """The key of a text whose folded form is at hand: see `key`."""
    return xxhash.xxh3_64_intdigest((folded or "".join(text.split())).encode("utf-8", "surrogatepass"))


def key(text: str) -> int:
    """64-bit hash of a segment's folded text; of the text less its spaces where folding leaves nothing (``###``)."""
    return key_of_folded(fold(text), text)
