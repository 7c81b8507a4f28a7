"""Regexes looked at before they run: what is refused, quickly, and what is left in peace."""

from __future__ import annotations

import time

import pytest

from stripper.ruleset import patterns

REFUSED = {
    "(?:(?:(?:a{1000}){1000}){1000})": "multiply",
    "(?:a{200}){200}": "multiply",
    "(?V1)(?:(?:(?:a{1000}){1000}){1000})": "multiply",
    "(?:(?:[[:alpha:]]{1000}){1000}){1000}": "multiply",
    "a{20001}": "multiply",
    "a{99999999999999999999}": "compile|multiply|large",
    "(a+)+b": "ages",
    "(a*)*b": "ages",
    r"(?:\w+\s*)+x": "ages",
    r"(?:\s*\w+\s*)*:": "ages",
    "(?i)(?:[A-Z][a-z]+)+x": "ages",
    r"(?:x\w*\d)+y": "ages",
    "(?:(?:a+|b+))+c": "ages",
    "(?:a{0,50}){0,50}b": "ages",
    "(": "compile",
    "[a-": "compile",
    "*a": "compile",
    r"\p{Nonesuch}": "compile",
    r"(?P<a>x)(?P=b)": "compile",
    "x*": "empty",
    r"^\s*$": "empty",
    "|a": "empty",
    r"\b|$": "empty",
    "a" * 5_000: "longer",
    "(?:" * 1_500 + "a" + ")" * 1_500: "longer|deep|compile",
    "(" * 1_900 + "a" + ")" * 1_900: "deep|compile",
}


@pytest.mark.parametrize(("pattern", "what"), REFUSED.items(), ids=lambda value: value[:40])
def test_refused(pattern: str, what: str) -> None:
    began = time.perf_counter()
    said = patterns.check(pattern)
    assert any(word in said for word in what.split("|")), said
    assert "; " in said, "says what to do"
    assert time.perf_counter() - began < 1


FINE = [
    r"(?i)\bnot (?:a )?registered .{0,40}\bbroker-dealer\b",
    r"(?:\w+\s+)*x",
    r"(?:[A-Z][a-z]+ )+said",
    r"(?:[^,]+,)+ and",
    r"(?:a+){0,5}b",
    r"\p{Lu}+ \P{L}",
    r"(?V1)[\p{L}--[aeiou]]+x",
    r"(?:colou?r){e<=1}",
    r"[[:alpha:]]+x",
    r"^(?=.*\bfoo)(?=.*\bbar).+$",
    r"(?<=a.{0,5})b",
    r"a++b",
    r"(?>a+)b",
    r"\d{4}-\d{2}-\d{2}",
    r".{0,4000}x",
    r"a{b}",
]


@pytest.mark.parametrize("pattern", FINE)
def test_fine(pattern: str) -> None:
    assert patterns.check(pattern) == ""


OTHERWISE = [r"(?:foo){e<=1}", r"[[:alpha:]]x", r"[^[:digit:]]x", "(?V1)foo", "(?a)foo", r"foo\X", "(?|a|b)c", "(?<n>a)b"]


@pytest.mark.parametrize("pattern", OTHERWISE)
def test_no_tree_where_python_would_read_it_otherwise(pattern: str) -> None:
    assert patterns.parse(pattern) is None
    assert patterns.check(pattern) == ""
