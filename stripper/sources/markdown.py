"""What of a Markdown file is never cut: front matter and fenced code."""

from __future__ import annotations

import re
from itertools import accumulate

from stripper.model import Span

_front = re.compile(
    r"\A\ufeff?(?:---[ \t]*(?:\r\n|[\r\n])(?:.*?(?:\r\n|[\r\n]))??(?:---|\.\.\.)"
    r"|\+\+\+[ \t]*(?:\r\n|[\r\n])(?:.*?(?:\r\n|[\r\n]))??\+\+\+)[ \t]*(?=[\r\n]|\Z)",
    re.DOTALL,
)
_line = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def protected_spans(text: str) -> tuple[Span, ...]:
    """Front matter (YAML between ``---``, TOML between ``+++``) and code fences of a Markdown text, in order.

    Fences are CommonMark's: in lists and quotes too, and to the end of what holds them where unclosed. A span ends
    before the line break that ends it.
    """
    front = _front.match(text)
    start = front.end() if front else 0
    spans = [(0, start)] if front else []
    if "```" not in text and "~~~" not in text:
        return tuple(spans)
    import markdown_it

    parser = markdown_it.MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    lines = [line for line in _line.findall(text, start) if line]
    offsets = list(accumulate(map(len, lines), initial=start))
    for token in parser.parse(text[start:]):
        if token.type == "fence" and token.map:
            first, after = token.map
            after = min(after, len(lines))
            end = offsets[after] - (len(lines[after - 1]) - len(lines[after - 1].rstrip("\r\n")))
            spans.append((offsets[first], end))
    return tuple(spans)
