"""What of a Markdown file is never cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stripper.sources.markdown import protected_spans

CASES: dict[str, tuple[str, list[str]]] = {
    "nothing": ("# Title\n\nText.\n", []),
    "YAML front matter": ("---\ntitle: x\n---\n\nText.", ["---\ntitle: x\n---"]),
    "YAML ended by dots": ("---\ntitle: x\n...\nText.", ["---\ntitle: x\n..."]),
    "TOML front matter": ("+++\ntitle = 'x'\n+++\nText.", ["+++\ntitle = 'x'\n+++"]),
    "empty front matter": ("---\n---\nText.", ["---\n---"]),
    "front matter with CRLF and BOM": ("\ufeff---\r\na: b\r\n---\r\nText", ["\ufeff---\r\na: b\r\n---"]),
    "a rule below the start is no front matter": ("Text\n\n---\na\n---\n", []),
    "unclosed front matter is a rule": ("---\n\nText.\n", []),
    "dashes inside the front matter": ("---\na: x --- y\nb: '---'\n---\nText", ["---\na: x --- y\nb: '---'\n---"]),
    "fence": ("a\n\n```py\nx = 1\n```\n\nb\n", ["```py\nx = 1\n```"]),
    "tildes": ("~~~\n```\n~~~\nb", ["~~~\n```\n~~~"]),
    "longer fence holds a shorter one": ("````\n```\nx\n```\n````\nb", ["````\n```\nx\n```\n````"]),
    "fence that ends a paragraph": ("a\n```\nx\n```", ["```\nx\n```"]),
    "fence in a list": ("- a\n\n  ```\n  x\n  ```\n- b\n", ["  ```\n  x\n  ```"]),
    "fence in a quotation": ("> ```\n> x\n> ```\n\nb", ["> ```\n> x\n> ```"]),
    "indented fence": ("   ```\n   x\n   ```\nb", ["   ```\n   x\n   ```"]),
    "unclosed fence goes to the end": ("a\n\n```\nx\n\ny", ["```\nx\n\ny"]),
    "two fences": ("```\na\n```\nb\n\n```\nc\n```\n", ["```\na\n```", "```\nc\n```"]),
    "CRLF": ("a\r\n\r\n```\r\nx\r\n```\r\nb", ["```\r\nx\r\n```"]),
    "line separators are no lines": ("a\u2028b\x0b\n```\nx\u2028y\n```\n", ["```\nx\u2028y\n```"]),
    "front matter and fence": ("---\na: 1\n---\n```\nx\n```\n", ["---\na: 1\n---", "```\nx\n```"]),
    "code in a line is no fence": ("say ```x``` here", []),
}


@pytest.mark.parametrize(("text", "protected"), CASES.values(), ids=CASES)
def test_protected(text: str, protected: list[str]) -> None:
    assert [text[start:end] for start, end in protected_spans(text)] == protected


@given(st.text(st.sampled_from("`~-+> a\r\n\0\u2028\ufeff"), max_size=60))
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    at = 0
    for start, end in protected_spans(text):
        assert at <= start < end <= len(text)
        at = end
