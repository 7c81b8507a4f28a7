"""Places in JSON: the parser agrees with json.loads, and setting a field leaves every other byte alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stripper.sources.jsonspan import dump_json, last, members, with_field

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner))
KEYS = st.sampled_from(["text", "id", "html", "a\n", 'q"', "ż", "\ud800"]) | st.text(max_size=3)
SPACES = st.sampled_from(["", " ", "\t", "\r", "  "])


@st.composite
def objects(draw: st.DrawFn) -> str:
    """JSON objects as no program would write them: odd spacing, escapes, duplicate keys, NaN, big integers."""
    parts = []
    for key, value in draw(st.lists(st.tuples(KEYS, VALUES), max_size=6)):
        ascii = draw(st.booleans())
        pad = [draw(SPACES) for _ in range(4)]
        parts.append(f"{pad[0]}{dump_json(key, ascii)}{pad[1]}:{pad[2]}{dump_json(value, ascii)}{pad[3]}")
    return draw(SPACES) + "{" + (",".join(parts) or draw(SPACES)) + "}" + draw(SPACES)


@given(objects())
def test_members_are_those_of_json(text: str) -> None:
    pairs: list[tuple[str, Any]] = json.loads(text, object_pairs_hook=lambda pairs: pairs)
    found = members(text)
    assert [member.key for member in found] == [key for key, _ in pairs]
    for member in found:
        assert json.loads(text[member.at : member.colon]) == member.key
    spelled = [json.loads(text[m.start : m.end], object_pairs_hook=lambda pairs: pairs) for m in found]
    assert repr(spelled) == repr([value for _, value in pairs])


@given(st.text(st.sampled_from('{}[]",:\\ \nab01.eE-+ntf'), max_size=30) | st.text(max_size=10))
def test_what_json_refuses_is_refused_and_nothing_else(text: str) -> None:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, dict):
        members(text)
    else:
        with pytest.raises(ValueError):
            members(text)


REFUSED = ["", "null", "[1]", '"{}"', "{", '{"a"}', '{"a":}', '{"a":1,}', "{'a':1}", '{"a":1} x', '{"a":"\t"}', '{"\\x":1}']


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(ValueError):
        members(text)


def test_deep_nesting_is_an_error_and_no_crash() -> None:
    with pytest.raises(ValueError):
        members('{"a":' + "[" * 200_000 + "]" * 200_000 + "}")


def test_digits_that_int_refuses_are_kept() -> None:
    digits = "9" * 6000
    assert members(f'{{"n": {digits}}}')[0].value == digits


@given(objects(), st.text(st.characters(), max_size=10), st.booleans())
def test_setting_a_field_sets_it_alone(text: str, value: str, ascii: bool) -> None:
    changed = with_field(text, 0, "text", dump_json(value, ascii))
    before, after = members(text), members(changed)
    found = last(after, "text")
    assert found and found.value == json.loads(dump_json(value))
    target = last(before, "text")
    rest = [text[m.at : m.end] for m in before if m is not target]
    assert [changed[m.at : m.end] for m in after if m is not found] == rest
    if target:
        assert changed == text[: target.start] + dump_json(value, ascii) + text[target.end :]


@given(objects())
def test_dropping_a_field_drops_all_of_that_name(text: str) -> None:
    changed = with_field(text, 0, "text", '"new"', drop="html")
    kept = [m.key for m in members(text) if m.key != "html"]
    assert [m.key for m in members(changed)] == kept + ["text"] * ("text" not in kept)


@given(st.text(st.characters(), max_size=20), st.booleans())
def test_dumped_text_is_utf8_and_comes_back(text: str, ascii: bool) -> None:
    dumped = dump_json(text, ascii).encode()
    assert json.loads(dumped) == json.loads(json.dumps(text))
    assert b"\n" not in dumped
