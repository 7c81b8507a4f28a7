"""What anchors are looked for in: how a folded text is read by rules at run time."""

from __future__ import annotations

import re
from functools import lru_cache

from stripper.normalize import UNSPACED, fold
from stripper.ruleset.phrases import words

# No folded text holds these marks.
WORD = "\x02"
"""How a segment is marked that opens with a word, after signs that fold to nothing, if any."""
SIGN = "\x03"
"""How every other segment is marked."""
OPENING = 24
"""Characters of an opening that are looked at, its mark included."""

_signs = re.compile(r"[\W_]*")
_unspaced = re.compile(f"[{UNSPACED}]")


def searchable(folded: str) -> str:
    """Folded text as atoms are looked for in it: between spaces, and where a script has none, once more with spaces."""
    if folded.isascii():
        return f" {folded} "
    own = plain(folded)
    return f" {own}  {' '.join(words(own))} " if _unspaced.search(own) else f" {own} "


def plain(folded: str) -> str:
    """``regex`` takes dotted and dotless i for i, folding does not."""
    return folded.replace("i\u0307", "i").replace("\u0131", "i")


def head(text: str, start: int, folded: str) -> str:
    """What openings are looked for in of a segment that starts in a text: the mark of how it opens, and its first words."""
    first = text[start : start + 1]
    if not first.isalpha():
        lead = _signs.match(text, start)
        assert lead
        first = text[lead.end() : lead.end() + 1]
        if not (first.isalpha() or first.isdecimal()) or not _is_silent(lead[0]):
            return SIGN
    # What is plain is shorter by some marks.
    return f"{WORD} {plain(folded[: 2 * OPENING])} "[:OPENING]


@lru_cache(maxsize=1024)
def _is_silent(signs: str) -> bool:
    return not fold(signs)
