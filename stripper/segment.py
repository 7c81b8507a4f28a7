"""Segments: exact spans of paragraphs, lines and sentences.

A text is first broken into pieces: at line ends and at wide gaps (two spaces or more, a tab), which is how line ends look
after many a conversion from PDF. A piece that a wrapped line goes on from is joined with the next; what then still stands
apart are the lines. Paragraphs end at blank lines and between lines on different rows; sentences are parts of lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import sentencex

from stripper.model import Level, Segment, Span
from stripper.normalize import UNSPACED, fold, key_of_folded

# Widths that people and programs wrap text to; a "line" longer than this is a paragraph on one line.
_NARROWEST, _WIDEST = 40, 160
_LINE_ENDS = "\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
# What parts two pieces: any run of white space but a lone blank.
_parting = re.compile(r"\s(?:\s+|(?<![ \u00a0]))")
_row_end = re.compile(rf"\r\n|[{_LINE_ENDS}]")
_first_word = re.compile(rf"\S{{1,{_WIDEST}}}")
_ends_sentence = re.compile(r"[.!?:;…。！？：；।۔؟][\"'”’»)\]]*\Z")
_goes_on = re.compile(r"[a-zß-öø-ÿа-яёіїєґα-ωά-ώ,;)]")
_han = re.compile("[\u4e00-\u9fff]")
_kana = re.compile("[\u3040-\u30ff]")
_unspaced = re.compile(f"[{UNSPACED}]")
# The splitter takes a full stop before a capital for an end, also within an address.
_address = re.compile(r"(?i)(?:\bwww\.|://|@)\S*\Z")
_surrogate = re.compile("[\ud800-\udfff]")

# A line this much shorter than the common width still counts as full: ragged edges, soft hyphens.
_SLACK = 0.1


class Line(NamedTuple):
    """A logical line: its span and those of its sentences."""

    start: int
    end: int
    sentences: tuple[Span, ...]


class Paragraph(NamedTuple):
    start: int
    end: int
    lines: tuple[Line, ...]


# The distinct segments of a paragraph: span within it, level, folded text, key, and the levels below that it also is.
_Parts: TypeAlias = list[tuple[int, int, Level, str, int, frozenset[Level]]]
Outline: TypeAlias = tuple[int, tuple[Span, ...], _Parts]
"""A paragraph: where it starts, and within it its lines and all segments. Of plain values: it pickles fast."""

# Paragraphs at hand, by their text and lines.
_met: dict[tuple[str, tuple[Span, ...]], _Parts] = {}
_REMEMBERED = 1 << 13


class _Piece(NamedTuple):
    start: int
    end: int
    parted: int  # how it is parted from the piece before: 0 wide gap, 1 line end, 2 blank line


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a text in order. Spans hold no white space at their ends; what lies between is white space."""
    found: list[Paragraph] = []
    for spans in _paragraphs(text):
        lines = _lines(text, spans)
        found.append(Paragraph(lines[0].start, lines[-1].end, lines))
    return found


def _paragraphs(text: str) -> list[list[Span]]:
    """For each paragraph of a text the spans of its lines."""
    groups = [_without_sentence_gaps(text, group) for group in _groups(_pieces(text))]
    common = _common_width(groups)
    found: list[list[Span]] = []
    for group in groups:
        width = common or _own_width(text, group)
        found.append([group[0][:2]])
        for before, piece in pairwise(group):
            if _wrapped(text, before, piece, width):
                found[-1][-1] = found[-1][-1][0], piece.end
            elif piece.parted == 1:
                found.append([piece[:2]])
            else:
                found[-1].append(piece[:2])
    return found


def outline(text: str) -> list[Outline]:
    """The segments of a text by paragraph, as they are kept for another step."""
    found: list[Outline] = []
    for lines in _paragraphs(text):
        start, end = lines[0][0], lines[-1][1]
        spans = tuple([(a - start, b - start) for a, b in lines])
        own = text[start:end], spans
        parts = _met.get(own)
        if parts is None:
            parts = _parts(*own)
            _remember({own: parts})
        found.append((start, spans, parts))
    return found


def segments(text: str, outlined: Iterable[Outline] | None = None) -> list[Segment]:
    """The distinct segments of a text: each paragraph, then its lines if it has several, then its sentences likewise.

    outlined: the outline of the text, where it is at hand.
    """
    if outlined is None:
        outlined = outline(text)
    else:
        _remember({(text[start : start + spans[-1][1]], spans): parts for start, spans, parts in outlined})
    found: list[Segment] = []
    for ordinal, (start, _, parts) in enumerate(outlined):
        for first, last, level, folded, key, alone in parts:
            found.append(Segment(start + first, start + last, level, folded, key, ordinal, alone))
    return found


def _remember(met: dict[tuple[str, tuple[Span, ...]], _Parts]) -> None:
    """Furniture stands in document after document, and a document that was cut is segmented again."""
    if len(_met) > _REMEMBERED:
        _met.clear()
    _met.update(met)


def _parts(paragraph: str, lines: tuple[Span, ...]) -> _Parts:
    """The distinct segments of one paragraph; offsets are the paragraph's."""
    levels: dict[Span, list[Level]] = {(0, len(paragraph)): ["paragraph"]}
    for line in _lines(paragraph, lines):
        levels.setdefault(line[:2], []).append("line")
        for sentence in line.sentences:
            levels.setdefault(sentence, []).append("sentence")
    parts: _Parts = []
    for (start, end), names in levels.items():
        folded = fold(paragraph[start:end])
        parts.append((start, end, names[0], folded, key_of_folded(folded, paragraph[start:end]), _alone(tuple(names[1:]))))
    return parts


def _lines(text: str, spans: Iterable[Span]) -> tuple[Line, ...]:
    return tuple([Line(a, b, tuple([(a + c, a + d) for c, d in sentences(text[a:b])])) for a, b in spans])


_alone = cache(frozenset[Level])


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    at, parted, stop = 0, 2, len(text.rstrip())
    for match in _parting.finditer(text, 0, stop):
        start, end = match.span()
        if start > at:
            pieces.append(_Piece(at, start, parted))
            parted = 0
        parted = max(parted, _breaks(match[0]))
        at = end
    if at < stop:
        # Only the text's first piece can open with a blank: the pattern leaves a lone one to the words.
        pieces.append(_Piece(at, stop, parted))
    if pieces and text[pieces[0].start].isspace():
        pieces[0] = pieces[0]._replace(start=pieces[0].start + 1)
    return pieces


def _ends(text: str, piece: _Piece) -> bool:
    """Whether a sentence ends where a piece does."""
    return bool(_ends_sentence.search(text, max(piece.start, piece.end - 8), piece.end))


def _common_width(groups: list[list[_Piece]]) -> int | None:
    """The width that the lines of a text are wrapped to, or None where there is no such width."""
    full = sorted(p.end - p.start for group in groups for p in group[:-1] if p.end - p.start <= _WIDEST)
    if len(full) < 3:
        return None
    width = full[int(len(full) * 0.95)]
    near = len(full) - bisect_left(full, width * 0.75)
    return width if width >= _NARROWEST and near * 2 >= len(full) else None


@lru_cache(maxsize=1 << 10)
def _breaks(space: str) -> int:
    return min(len(_row_end.findall(space)), 2)


def _groups(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces between blank lines."""
    start = 0
    for at, piece in enumerate(pieces):
        if piece.parted == 2 and at > start:
            yield pieces[start:at]
            start = at
    if pieces:
        yield pieces[start:]


def _without_sentence_gaps(text: str, group: list[_Piece]) -> list[_Piece]:
    """Where lines end in line ends, two blanks after a full stop are a typist's habit and part nothing."""
    if len(group) < 2 or all(piece.parted == 0 for piece in group[1:]):
        return group
    joined = group[:1]
    for piece in group[1:]:
        last = joined[-1]
        habit = piece.parted == 0 and piece.start - last.end == 2 and _ends(text, last)
        if habit:
            joined[-1] = last._replace(end=piece.end)
        else:
            joined.append(piece)
    return joined


def _own_width(text: str, group: list[_Piece]) -> int | None:
    """The width that one group of lines is wrapped to, where the whole text shows none: each line but the last is full."""
    if len(group) < 3:
        return None
    width = max(piece.end - piece.start for piece in group[:-1])
    if not _NARROWEST <= width <= _WIDEST:
        return None
    return width if all(_full(text, before, piece, width) for before, piece in pairwise(group)) else None


def _full(text: str, before: _Piece, piece: _Piece, width: int) -> bool:
    """Whether the first word of a piece would not have fitted behind the one before."""
    word = _first_word.match(text, piece.start, piece.end)
    assert word
    needed = 1 if _unspaced.match(text, piece.start) else 1 + len(word[0])
    return before.end - before.start + needed >= width * (1 - _SLACK)


def _wrapped(text: str, before: _Piece, piece: _Piece, width: int | None) -> bool:
    """Whether a piece goes on with the one before: its first word would not have fitted there, or plainly continues."""
    length = before.end - before.start
    if length > _WIDEST:
        return False
    if width is not None and _full(text, before, piece, width):
        return True
    goes_on = bool(_goes_on.match(text, piece.start)) and not _ends(text, before)
    return goes_on and (length >= _NARROWEST or piece.parted == 0)


def sentences(line: str) -> tuple[Span, ...]:
    """The sentences of one line of text, white space at their ends left out."""
    language = "en"
    split = line
    if not line.isascii():
        # The splitter takes no surrogates; a stand-in of the same length keeps every offset.
        split = _surrogate.sub("\ufffd", line)
        language = "ja" if _kana.search(line) else "zh" if _han.search(line) else "en"
    spans: list[Span] = []
    at = 0
    for sentence in sentencex.segment(language, split):
        end = at + len(sentence)
        first = end - len(sentence.lstrip())
        last = first + len(sentence.strip())
        if spans and spans[-1][1] == first and _address.search(line, *spans[-1]):
            spans[-1] = spans[-1][0], last
        elif first < end:
            spans.append((first, last))
        at = end
    return tuple(spans) or ((0, len(line)),)
