"""Openings: what a segment begins with where a regex that is bound to its start matches."""

from __future__ import annotations

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from stripper.normalize import fold
from stripper.ruleset import openings
from stripper.ruleset.searchable import head


def of(pattern: str) -> set[str]:
    """The openings of a pattern without their marks."""
    return {opening[2:] for opening in openings.of(pattern) if len(opening) > 1}


OPENINGS: dict[str, set[str]] = {
    r"\AShare this\b": {"share "},
    r"(?i)\A\W*share (?:this|on)\b": {"share "},
    r"^\W*(?:read|see)\s+more\Z": {"read ", "see "},
    r"\A(?:please )?subscribe": {"please", "subscr"},
    r"\A[\s•|–-]*Tags:": {"tags "},
    r"\A(?!sharp)share (?=this)it": {"share "},
    r"\A\W*(?:page\s*)?\d{1,4}\W*\Z": {"page", "0", "page0"},
    r"\AMay contain": {"may", "0"},  # a month may go into the date that follows
    r"(?i)\Aon monday\b": {"on mon", "on "},
    r"\A\W*a\W*a\W*\Z": {"a", "aa", "a a", "0"},  # and a word that is not whole may become one
    # Nothing is certain.
    r"share this": set(),
    r"(?m)^share this": set(),
    r"\A\w+ this": set(),
    r"\A(?:share|\w+) this": set(),
    r"\A[^s]hare": set(),
    r"\A(?:share)?": set(),
    r"(?<=\A.{3})share": set(),
}


@pytest.mark.parametrize(("pattern", "expected"), OPENINGS.items())
def test_of(pattern: str, expected: set[str]) -> None:
    found = of(pattern)
    assert bool(found) == bool(expected)
    # How far an opening is drawn out is a matter of speed.
    assert all(any(one.startswith(begun[:3]) for begun in expected) for one in found), found


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Share this", True),
        ("“Share” this", True),
        ("– share this", True),
        ("© Share this", True),
        ("½ share this", True),
        ("Please share this", False),
        ("12 share this", False),
        ("***", True),
        ("_share", True),
    ],
)
def test_signs_before_the_first_word_are_stepped_over(text: str, held: bool) -> None:
    """Where a sign folds to a letter, or there is no word at all, a segment has every opening."""
    assert head(text, 0, fold(text)).startswith(tuple(openings.of(r"\A\W*Share\b"))) is held


_pieces = st.sampled_from(
    [
        "share",
        "Share",
        "may",
        "5 May",
        "3",
        "a",
        "İ",
        "ﬁne",
        "Straße",
        "e\u0301",
        "é",
        "“",
        "-",
        "©",
        "½",
        "№",
        "_",
        "ª",
        "K",
        " ",
        " this",
    ]
)
_syntax = st.sampled_from(
    [
        r"\W*",
        r"\s+",
        r"\s*",
        r"\d+",
        r"\b",
        "?",
        "*",
        "+",
        "{2}",
        "(?:share|sign)",
        "(?:a|an |the )?",
        "[ae]",
        "[-–“]*",
        "(?!x)",
        "(?i:k)",
    ]
)


@given(
    st.lists(st.one_of(_pieces, _syntax), min_size=1, max_size=6), st.lists(_pieces, min_size=1, max_size=6), st.booleans()
)
@example(["a", r"\W*", "a"], ["a", " ", "a"], False)
@example([r"\W*", "May"], ["№", "may"], True)
def test_what_a_regex_matches_has_one_of_its_openings(pattern: list[str], said: list[str], any_case: bool) -> None:
    written = "".join(part if part[0] in r"\?*+{([" else regex.escape(part) for part in pattern)
    source = ("(?i)" if any_case else "") + r"\A" + written
    try:
        compiled = regex.compile(source)
    except regex.error:
        return
    found = openings.of(source)
    for text in ("".join(said), "".join(part for part in pattern if part[0] not in r"\?*+{([") + "".join(said)):
        text = text.strip()
        if text and found and compiled.search(text, timeout=5):
            assert head(text, 0, fold(text)).startswith(tuple(found)), (source, text, found)
