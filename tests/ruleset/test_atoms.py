"""Atoms are sound: whatever a matcher matches holds one atom of each of its sets; and they are worth having."""

from __future__ import annotations

import random

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stripper.normalize import fold
from stripper.ruleset import atoms, patterns
from stripper.ruleset.anchors import Anchors
from stripper.ruleset.conditions import Patterns, Piece, compile
from stripper.ruleset.language import Match
from stripper.ruleset.searchable import searchable

WORDS = [
    "not",
    "legal",
    "advice",
    "İl",
    "ılık",
    "ﬁne",
    "café",
    "cafe\u0301",
    "2024",
    "don’t",
    "広告",
    "の",
    "ไทย",
    "STRASSE",
    "ß",
    "©",
    "a",
]


def of(**leaf: str) -> list[set[str]]:
    return [set(found) for found in atoms.of(Match(**leaf))]


PHRASES = {
    "all rights reserved": [{" all rights reserved "}],
    "not intended to provide {legal|tax} advice": [
        {f" not intended to provide {kind} advice " for kind in ("legal", "tax")},
        {" legal ", " tax "},
    ],
    "not … financial advice": [{" financial advice "}],
    "copyright … example press": [{" example press "}, {" copyright "}],
    "{a|b|c|d|e|f|g|h|i} newsletter": [{" newsletter "}],
    "{alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota} of": [
        {f" {word} " for word in ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota")}
    ],
    "e{mail|post|letter|journal|note|form|book|zine|card}": [
        {f"e{word} " for word in ("mail", "post", "letter", "journal", "note", "form", "book", "zine", "card")}
    ],
    "{one|two|three|four|five|six|seven|eight|nine}{fold|some}": [{"fold ", "some "}],
    "cookie使用": [{"cookie使用"}],
    "使用 {cookie|local storage}": [{"使用 cookie", "使用 local storage"}, {" cookie ", " local storage "}],
}


@pytest.mark.parametrize(("phrase", "expected"), PHRASES.items())
def test_of_phrases(phrase: str, expected: list[set[str]]) -> None:
    assert of(phrase=phrase) == expected


REGEXES = {
    r"(?i)\ball rights reserved\b": [{"all rights reserved"}],
    r"(?i)all\s+rights\s+reserve": [{"all rights reserv"}],
    r"(?i)subscri(?:be|ption) to": [{"subscribe ", "subscription "}],
    r"(?i)newsletters?\b": [{"newsletter"}],
    r"page \d+ of \d+": [{"page "}],
    r"(?i)updated may \d+ at noon\b": [{"updated "}],
    r"(?i)\bmay not be copied\b": [{" not be copied"}],
    r"(?i)on monday\b": [],
    r"don['’]t miss\.": [{"dont miss "}],
    r"(?=.*harbour).*quay\b": [{"harbou"}, {"quay"}],
    r"(?:harbour)?x": [],
    r"(?:harbour|\w+)": [],
    r"\w+": [],
    r"[^a]bc": [],
    r"(?<!not )harbour,": [{"harbour "}],
    r"(?:harbour ){2,}": [{"harbour "}],
    r"\(c\) \d{4}": [{" c "}],
}


@pytest.mark.parametrize(("pattern", "expected"), REGEXES.items())
def test_of_regexes(pattern: str, expected: list[set[str]]) -> None:
    assert sorted(map(sorted, of(regex=pattern))) == sorted(map(sorted, expected))


def stands(found: frozenset[str], text: str) -> bool:
    return any(atom in searchable(fold(text)) for atom in found)


LETTERS = [
    *"aeiIİıéßﬁ1アか広告กำ한KſΩώ\u3099\u1112\u1161\u11ab",
    "e\u0301",
    "23",
    "legal",
    "advice",
    "may",
    "5 May ",
    " of 2024",
    "monday ",
    "th",
]
PIECES = [*LETTERS, *"\u0301'’\u00ad \n.-()©_", "  "]
SIGNS = [r"\b", r"\B", r"\s", r"\s*", r"\s+", r"\W*", r"\W+", r"\d", r"\d+", r"\w*", r"\.", r"\(", r"\A", r"\Z"]
SIGNS += ["?", "*", "+", "{1,2}", "{2}", "(?:", ")", "|", ".", "(?=", "(?!", "(?<=", "(?i)", "(?i:", "^", "$"]
SYNTAX = [*SIGNS, "[aeé]", "[-–]", "['’]?", "[^a]", "[0-9]", r"\p{L}"]


def written(pattern: list[str]) -> str:
    """A pattern from pieces, its brackets closed."""
    text = "".join(regex.escape(piece) if piece in PIECES else piece for piece in pattern)
    return text + ")" * (sum(piece.startswith("(?") and piece != "(?i)" for piece in pattern) - pattern.count(")"))


@settings(max_examples=1000, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES + SYNTAX + ["legal", "advice"] * 4), min_size=1, max_size=8),
    st.integers(),
    st.booleans(),
)
@example(["legal", "e"], 0, True)
def test_a_regex_never_matches_without_its_atoms(pattern: list[str], seed: int, any_case: bool) -> None:
    source = ("(?i)" if any_case else "") + written([piece for piece in pattern if piece != "(?i)"])
    if not source or patterns.parse(source) is None:
        return
    sets = atoms.of(Match(regex=source))
    try:
        compiled = regex.compile(source)
    except regex.error:
        return
    draw = random.Random(seed)
    own = [piece for piece in pattern if piece in PIECES] or ["a"]
    for _ in range(30):
        pool = own if draw.random() < 0.7 else own + PIECES
        text = "".join(draw.choice(pool) for _ in range(draw.randint(1, 9)))
        text = draw.choice([str, str.upper, str.lower, str.title])(text)
        if compiled.search(text, timeout=2):
            assert all(stands(found, text) for found in sets), (source, text, sets)


def phrase_matches() -> st.SearchStrategy[str]:
    word = st.sampled_from(WORDS)
    choice = st.lists(st.lists(word, max_size=2).map(" ".join), min_size=2, max_size=10).map(
        lambda c: "{" + "|".join(c) + "}"
    )
    parts = st.lists(st.one_of(word, word, choice, st.just("…")), min_size=1, max_size=6)
    return st.builds(str.join, st.sampled_from([" ", " ", ""]), parts)


@settings(max_examples=500, deadline=None)
@given(
    phrase_matches(), st.lists(st.sampled_from([*WORDS, "other", ",", "\n"]), max_size=14), st.randoms(use_true_random=False)
)
def test_a_phrase_never_matches_without_its_atoms(phrase: str, filling: list[str], draw: random.Random) -> None:
    try:
        parts = atoms.parse(phrase)
    except ValueError:
        return
    said = [draw.choice(part) if isinstance(part, tuple) else part or f" {' '.join(filling[:8])} " for part in parts]
    text = " ".join([*filling[8:], "".join(said), *filling])
    sets = atoms.of(Match(phrase=phrase))
    assert sets, "a phrase always has atoms"
    unfiltered = compile(Match(phrase=phrase), Anchors(), Patterns())
    if next(unfiltered._found(f" {fold(text)} ", 5.0), None):  # type: ignore[attr-defined]
        assert all(stands(found, text) for found in sets)
        assert unfiltered.holds(Piece(text, 0, len(text), fold(text), "", {0}, True), 5.0)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=4, max_size=12), st.lists(st.sampled_from(WORDS), min_size=4, max_size=12))
def test_a_known_text_is_never_met_without_its_atoms(known: list[str], said: list[str]) -> None:
    match = Match(text=" ".join(known), coverage=0.01)
    text = "".join(said) if len(said) % 2 else " ".join(said)
    piece = Piece(text, 0, len(text), fold(text), "", {0}, False)
    condition = compile(match, Anchors(), Patterns())
    own, shingles = atoms.words(fold(text)), condition._shingles  # type: ignore[attr-defined]
    if len(own) >= 4 and any(shingle in shingles for shingle in zip(own, own[1:], own[2:], strict=False)):
        assert stands(atoms.of(match)[0], text)
        assert condition.holds(piece, 1.0)


def test_only_the_two_letters_i_fold_apart_where_case_is_ignored() -> None:
    """What `searchable` makes up for: for every other letter, folding joins what `regex` takes for the same."""
    apart = set()
    for code in range(0x30000):
        letter = chr(code)
        for other in {letter.lower(), letter.upper(), letter.casefold(), letter.title()} - {letter}:
            if len(other) == 1 and fold(letter) != fold(other) and regex.match("(?i)" + regex.escape(letter), other):
                apart.add((letter, other))
    assert {letter for pair in apart for letter in pair} <= set("iIİı")
