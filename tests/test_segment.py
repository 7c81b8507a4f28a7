"""Segments: exact spans that rebuild any text, and paragraphs, lines and sentences where a reader sees them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from texts import ODD, documents, prose, texts

from stripper.model import Segment
from stripper.normalize import fold, key
from stripper.segment import paragraphs, segments

# Sentences take time to find.
fewer = settings(max_examples=settings.default.max_examples // 2)


def seen(text: str, level: str) -> list[str]:
    return [text[s.start : s.end] for s in segments(text) if s.stands_for(level)]


def check(text: str) -> None:
    """All that must hold for the segments of any text."""
    found = paragraphs(text)
    _check_row(text, [(p.start, p.end) for p in found], 0, len(text))
    for paragraph in found:
        _check_row(text, [(line.start, line.end) for line in paragraph.lines], paragraph.start, paragraph.end)
        for line in paragraph.lines:
            _check_row(text, list(line.sentences), line.start, line.end)


def _check_row(text: str, spans: list[tuple[int, int]], start: int, end: int) -> None:
    """Spans are in order, disjoint, not empty, bare of white space at their ends, with nothing but white space between."""
    for first, second in pairwise([(start, start), *spans, (end, end)]):
        assert first[1] <= second[0]
        assert not text[first[1] : second[0]].strip(), f"{text[first[1] : second[0]]!r} is in no segment"
    for a, b in spans:
        assert a < b
        assert text[a:b] == text[a:b].strip()


@given(texts)
def test_segments_rebuild_any_text(text: str) -> None:
    check(text)


@fewer
@given(documents())
def test_segments_rebuild_documents(text: str) -> None:
    check(text)


@fewer
@given(documents())
def test_segments_are_the_paragraphs_lines_and_sentences(text: str) -> None:
    expected: dict[tuple[int, int], tuple[int, list[str]]] = {}
    for ordinal, paragraph in enumerate(paragraphs(text)):
        expected[paragraph[:2]] = ordinal, ["paragraph"]
        for line in paragraph.lines:
            expected.setdefault(line[:2], (ordinal, []))[1].append("line")
            for sentence in line.sentences:
                expected.setdefault(sentence, (ordinal, []))[1].append("sentence")
    found = {(s.start, s.end): (s.paragraph, [s.level, *sorted(s.alone)]) for s in segments(text)}
    assert {span: (ordinal, [names[0], *sorted(names[1:])]) for span, (ordinal, names) in expected.items()} == found
    assert len(segments(text)) == len(found)


@given(prose)
def test_segments_carry_the_folding_and_key_of_their_text(text: str) -> None:
    for segment in segments(text):
        piece = text[segment.start : segment.end]
        assert segment.folded == fold(piece)
        assert segment.key == key(piece)


@fewer
@given(documents())
def test_paragraphs_come_before_their_parts_in_order_of_place(text: str) -> None:
    found = segments(text)
    assert [s.paragraph for s in found] == sorted(s.paragraph for s in found)
    wholes = [s for s in found if s.level == "paragraph"]
    assert [s.paragraph for s in wholes] == list(range(len(wholes)))
    for segment in found:
        whole = wholes[segment.paragraph]
        assert whole.start <= segment.start < segment.end <= whole.end


@fewer
@given(documents())
def test_every_segment_stands_for_some_level_and_each_leaf_for_the_sentence(text: str) -> None:
    found = segments(text)
    leaves = [s for s in found if s.stands_for("sentence")]
    covered = [at for s in leaves for at in range(s.start, s.end)]
    assert covered == sorted(set(covered))
    assert all(text[at].isspace() for at in set(range(len(text))) - set(covered))


@pytest.mark.parametrize("character", ODD, ids=ascii)
@pytest.mark.parametrize(
    "shape", ["{0}", "{0}a", "a{0}", "a{0}b", "One line.{0}Two lines.\n\n{0}Three.", "a.{0}{0}b", "{0} {0}\n"]
)
def test_offsets_are_exact_around(character: str, shape: str) -> None:
    check(shape.format(character))


def test_offsets_count_code_points() -> None:
    text = "\ufeff🚢 The 𐐀 ship.\r\n\r\nNUL \0 and \ud800 stay.\u2029End."
    assert [text[p.start : p.end] for p in paragraphs(text)] == [
        "\ufeff🚢 The 𐐀 ship.",
        "NUL \0 and \ud800 stay.",
        "End.",
    ]


WRAPPED = """The Coal Quay swing bridge will be closed to trams, road vehicles and people
on foot for eleven nights in March, while the rollers on which it turns are
replaced. The rollers were cast in 1911 and have carried the bridge through
about two million turns.

Night trams will stop at Basin Road, and a ferry will carry passengers across
every ten minutes until the first tram of the morning."""

DISCLAIMERS = (
    "The ropeworks said on Monday that it would hire.\n\n"
    + "Quay Wire does not confirm the accuracy of the data shown here and accepts no liability for it. " * 3
    + "That is all.\n"
    + "This material is for information only and must not be taken for advice of any kind by anybody. " * 3
).rstrip()

PARAGRAPHS: dict[str, tuple[str, list[str]]] = {
    "nothing": ("", []),
    "white space alone": (" \n\t\r\n\u2028 ", []),
    "one": ("One.", ["One."]),
    "blank lines": ("One.\n\nTwo.\n\n\nThree.", ["One.", "Two.", "Three."]),
    "blank lines with blanks": ("One.\n \t\nTwo.", ["One.", "Two."]),
    "CRLF": ("One.\r\n\r\nTwo.\r\n", ["One.", "Two."]),
    "CR alone": ("One.\r\rTwo.", ["One.", "Two."]),
    "lines are paragraphs": (
        "The ferry left at seven.\nNobody had told the harbour master.\nIt came back at noon.",
        ["The ferry left at seven.", "Nobody had told the harbour master.", "It came back at noon."],
    ),
    "wrapped lines": (WRAPPED, WRAPPED.split("\n\n")),
    "wrapped lines, CRLF": (WRAPPED.replace("\n", "\r\n"), WRAPPED.replace("\n", "\r\n").split("\r\n\r\n")),
    "two disclaimers and one newline": (DISCLAIMERS, [part for part in DISCLAIMERS.split("\n") if part]),
    "Unicode's own separators": ("One.\u2029Two.\u2028Three.", ["One.", "Two.", "Three."]),
    "form feed": ("Page one.\x0cPage two.", ["Page one.", "Page two."]),
    "indented": ("  One.\n\n\tTwo.", ["One.", "Two."]),
    "heading and text": (
        "Tide tables\nThe tables were printed in March.",
        ["Tide tables", "The tables were printed in March."],
    ),
    "Chinese": ("潮汐表已经印好。\n\n港口明天开放。", ["潮汐表已经印好。", "港口明天开放。"]),
    "Thai": ("เรือออกเช้า\n\nกลับเย็น", ["เรือออกเช้า", "กลับเย็น"]),
    "Arabic": ("غادر القارب.\n\nعاد مساء.", ["غادر القارب.", "عاد مساء."]),
}


@pytest.mark.parametrize(("text", "expected"), PARAGRAPHS.values(), ids=PARAGRAPHS)
def test_paragraphs(text: str, expected: list[str]) -> None:
    assert seen(text, "paragraph") == expected


LINES: dict[str, tuple[str, list[str]]] = {
    "wrapped lines are one": (WRAPPED, WRAPPED.split("\n\n")),
    "wide gaps part lines": ("MEDIA RELEASE   14 May 2024", ["MEDIA RELEASE", "14 May 2024"]),
    "tabs part lines": ("Gurnard\t£0.90\t£1.60", ["Gurnard", "£0.90", "£1.60"]),
    "one space parts nothing": ("Media contact: Jonas Ashgrove", ["Media contact: Jonas Ashgrove"]),
    "a sentence goes on after a wide gap": ("The rollers were cast  in 1911.", ["The rollers were cast  in 1911."]),
}


@pytest.mark.parametrize(("text", "expected"), LINES.values(), ids=LINES)
def test_lines(text: str, expected: list[str]) -> None:
    assert seen(text, "line") == expected


SENTENCES: dict[str, tuple[str, list[str]]] = {
    "English": ("The ferry left. Nobody knew! Did she?", ["The ferry left.", "Nobody knew!", "Did she?"]),
    "abbreviations": (
        "Mr. Perrin met Dr. Oakes in the U.S. on Monday.",
        ["Mr. Perrin met Dr. Oakes in the U.S. on Monday."],
    ),
    "numbers": ("Shares fell 4.1% to £3.50. They rose again.", ["Shares fell 4.1% to £3.50.", "They rose again."]),
    "quotes": ('"It was discussed." She left.', ['"It was discussed."', "She left."]),
    "Chinese": ("潮汐表已经印好。港口明天开放！", ["潮汐表已经印好。", "港口明天开放！"]),
    "Japanese": ("船は七時に出た。誰も知らなかった。", ["船は七時に出た。", "誰も知らなかった。"]),
    "Hindi": ("नाव चली गई। कोई नहीं जानता था।", ["नाव चली गई।", "कोई नहीं जानता था।"]),
    "Arabic": ("غادر القارب. هل عاد؟ نعم.", ["غادر القارب.", "هل عاد؟", "نعم."]),
    "Russian": ("Лодка ушла. Никто не знал.", ["Лодка ушла.", "Никто не знал."]),
    "Thai has no sentence marks": ("เรือออกเช้า กลับเย็น", ["เรือออกเช้า กลับเย็น"]),
    "a lone surrogate": ("It ended in \ud800. It went on.", ["It ended in \ud800.", "It went on."]),
    "astral": ("A 🚢 left. It came back.", ["A 🚢 left.", "It came back."]),
}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_sentences(text: str, expected: list[str]) -> None:
    assert seen(text, "sentence") == expected


def test_sentences_run_on_over_wrapped_lines() -> None:
    first = seen(WRAPPED, "sentence")
    assert first[0].startswith("The Coal Quay") and first[0].endswith("are\nreplaced.")
    assert len(first) == 3


def test_a_paragraph_of_one_sentence_stands_for_all_levels() -> None:
    assert segments("The ferry left.") == [
        Segment(0, 15, "paragraph", "the ferry left", key("the ferry left"), 0, frozenset({"line", "sentence"}))
    ]


def test_segments_of_a_text_do_not_depend_on_what_was_segmented_before() -> None:
    alone = segments(WRAPPED)
    segments("The Coal Quay swing bridge.\n\n" + DISCLAIMERS)
    assert segments(WRAPPED) == alone


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, " " * 1_000_000, "\n" * 1_000_000, "a\n" * 20_000, "a. " * 20_000, "a\t" * 20_000],
    ids=len,
)
def test_large_texts_segment_in_linear_time(text: str) -> None:
    check(text)
