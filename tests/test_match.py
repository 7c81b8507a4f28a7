"""Rules × segments: every element of the language does what it says, in any script, and nothing is lost to speed."""

from __future__ import annotations

import pickle
import random
import time
from pathlib import Path

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruleset.making import rule, ruleset

from stripper.match import Hit, Matcher, matches_example
from stripper.model import Document
from stripper.normalize import fold
from stripper.ruleset import Match, Ruleset, phrases
from stripper.segment import segments

KNOWN = "The Harbour Post is published by Quay Media, a company of five people who live near the sea and like it."


def hits(matcher: Matcher, text: str, **document: str) -> list[Hit]:
    found = matcher.match(Document(text, **document), segments(text))
    assert not found.timed_out
    return found.hits


def texts(rules: Ruleset, text: str, **document: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in hits(Matcher(rules), text, **document)]


# match: texts it holds for, texts it does not.
MATCHERS: dict[str, tuple[dict, list[str], list[str]]] = {
    "phrase": ({"phrase": "all rights reserved"}, ["ALL RIGHTS RESERVED!"], ["All rights were reserved."]),
    "gap": ({"phrase": "not … advice"}, ["This is not legal advice."], ["This is advice, not law."]),
    "choice": ({"phrase": "{tax|legal} advice"}, ["No tax advice."], ["No dental advice."]),
    "regex on the text itself": ({"regex": r"\bACME\b"}, ["Read ACME now."], ["Read acme now."]),
    "regex, any case": ({"regex": r"(?i)\bacme\b"}, ["Read ACME now."], ["Read Acmes now."]),
    "regex without atoms": ({"regex": r"^\W*\d+\W*$"}, ["– 12 –"], ["– 12 a –"]),
    "regex of signs": ({"regex": r"\S [»›] \S"}, ["Home » News"], ["Home, News"]),
    "regex with look-around": ({"regex": r"(?<!not )intended (?=to)"}, ["is intended to"], ["is not intended to"]),
    "regex with a property": ({"regex": r"\p{Lu}{4} PRESS"}, ["QUAY PRESS"], ["Quay PRESS"]),
    "fuzzy regex": ({"regex": r"(?:reserved){e<=1}"}, ["All rights resrved"], ["All rights resevd"]),
    "known text": (
        {"text": KNOWN},
        [KNOWN, KNOWN.upper(), KNOWN.replace("five people", "six people"), "a company of five people who live near the sea"],
        [
            "The Harbour Post is published twice a week.",
            "five people who",
            "A company of nine people who live near the hill",
        ],
    ),
    "coverage": (
        {"text": KNOWN, "coverage": 0.2},
        ["The Harbour Post is published twice a week."],
        ["The Harbour Mail is published twice a week, by people who are fond of it."],
    ),
    "any": ({"any": [{"phrase": "one"}, {"regex": "TWO"}]}, ["one", "TWO", "one TWO"], ["two", "none"]),
    "all": ({"all": [{"phrase": "one"}, {"regex": "TWO"}]}, ["TWO one"], ["one", "TWO"]),
    "any and none": ({"any": [{"phrase": "one"}], "none": [{"phrase": "two"}]}, ["one"], ["one two", "two"]),
    "any and all": (
        {"any": [{"phrase": "one"}, {"phrase": "two"}], "all": [{"phrase": "three"}]},
        ["one three", "two three"],
        ["one two", "three"],
    ),
    "any within all": (
        {"all": [{"any": [{"phrase": "one"}, {"phrase": "two"}]}, {"any": [{"phrase": "three"}, {"phrase": "four"}]}]},
        ["one four", "three two"],
        ["one two", "three four"],
    ),
    "none within any": (
        {"any": [{"phrase": "one"}, {"all": [{"phrase": "two"}], "none": [{"phrase": "three"}]}]},
        ["one", "two", "one two three"],
        ["two three"],
    ),
    "none of a regex": ({"all": [{"phrase": "one"}], "none": [{"regex": r"\d"}]}, ["one"], ["one 2"]),
    "Chinese": ({"phrase": "不构成…建议"}, ["本文不构成任何投资建议。"], ["本文构成投资意见。"]),
    "Japanese": ({"phrase": "{無断転載|無断複写}を禁じます"}, ["記事の無断転載を禁じます。"], ["転載を禁じます。"]),
    "Thai": ({"phrase": "สงวนลิขสิทธิ์"}, ["ขอสงวนลิขสิทธิ์ตามกฎหมาย"], ["ลิขสิทธิ์"]),
    "Arabic": ({"phrase": "جميع الحقوق محفوظة"}, ["© ٢٠٢٤ جميع الحقوق محفوظة"], ["الحقوق محفوظة"]),
    "Russian": ({"phrase": "все права {защищены|сохранены}"}, ["ВСЕ ПРАВА ЗАЩИЩЕНЫ"], ["все права народа"]),
    "Hindi": ({"phrase": "सर्वाधिकार सुरक्षित"}, ["© 2024, सर्वाधिकार सुरक्षित।"], ["सर्वाधिकार"]),
    "Chinese known text": (
        {"text": "本网站内容仅供参考不构成投资建议"},
        ["本网站内容仅供参考，不构成投资建议。"],
        ["本网站今日更新"],
    ),
    "Turkish regex, any case": ({"regex": "(?i)istanbul ofisi"}, ["İSTANBUL OFİSİ", "istanbul ofisi"], ["ankara ofisi"]),
    "decomposed accents": ({"phrase": "café society"}, ["CAFE\u0301 SOCIETY"], ["cafe society"]),
    "dates": (
        {"regex": r"(?i)\bupdated (?:on )?(?:monday, )?\d+ may\b"},
        ["Updated 3 May 2024", "Updated on Monday, 3 May", "updated 3 may"],
        ["Updated 3 March 2024"],
    ),
    "words of dates": ({"regex": r"(?i)\bmay 5 of us\b"}, ["May 5 of us go?"], ["May 6 of us go?"]),
    "full width": ({"phrase": "press release"}, ["ＰＲＥＳＳ ＲＥＬＥＡＳＥ"], ["press release"[:-1]]),
}


@pytest.mark.parametrize("level", ["paragraph", "line", "sentence", "span"])
@pytest.mark.parametrize("name", MATCHERS)
def test_matcher(tmp_path: Path, name: str, level: str) -> None:
    match, holds, not_ = MATCHERS[name]
    if level == "span" and "text" in match:
        return
    made = rule(tmp_path, match=match, level=level)
    matcher = Matcher(ruleset(tmp_path, {"id": made.id, "match": match, "level": level}))
    for text in holds:
        assert matches_example(made, text, matcher), text
    for text in not_:
        assert not matches_example(made, text, matcher), text


LETTER = """\
Boats came in. Follow us daily. The quay was full.

Follow us on the first line   and then on the second one

Nothing here."""

LEVELS = {
    "paragraph": [
        "Boats came in. Follow us daily. The quay was full.",
        "Follow us on the first line   and then on the second one",
    ],
    "line": [
        "Boats came in. Follow us daily. The quay was full.",
        "Follow us on the first line   and then on the second one",
    ],
    "sentence": ["Follow us daily.", "Follow us on the first line   and then on the second one"],
    "span": ["Follow us ", "Follow us "],
}


@pytest.mark.parametrize("level", LEVELS)
def test_levels(tmp_path: Path, level: str) -> None:
    assert texts(ruleset(tmp_path, {"match": {"phrase": "follow us"}, "level": level}), LETTER) == LEVELS[level]


def test_lines_are_tested_each_on_its_own(tmp_path: Path) -> None:
    text = "Nachrichten vom Hafen    Follow us\n\nBoats"
    rules = ruleset(tmp_path, {"match": {"regex": "^Follow"}, "level": "line"})
    (hit,) = hits(Matcher(rules), text)
    assert text[hit.start : hit.end] == "Follow us"
    assert segments(text)[hit.segment][:3] == (hit.start, hit.end, "line")


def test_a_paragraph_that_parts_otherwise_is_another_one(tmp_path: Path) -> None:
    """What was found in a paragraph is remembered: by how it is parted, too, for two blanks part lines or sentences."""
    matcher = Matcher(ruleset(tmp_path, {"match": {"regex": r"\ASecond"}, "level": "line"}))
    paragraph = "The first one ends here.  Second one follows."
    lines, sentences = f"{paragraph}", f"{paragraph}\nThe third one."
    for text, held in [(lines, True), (sentences, False), (lines, True)]:
        assert bool(hits(matcher, text)) is held, text


# match, text, spans cut out of it.
SPANS: dict[str, tuple[dict, str, list[str]]] = {
    "start of a paragraph": ({"regex": r"^\s*date \d{4}-\d\d-\d\d"}, "date 2025-05-02 Boats came in.", ["date 2025-05-02 "]),
    "end of a paragraph": ({"phrase": "read more"}, "Boats came in. Read more", [" Read more"]),
    "within: the words around stay apart": ({"phrase": "read more"}, "Boats came (Read  more)  in.", ["Read  more"]),
    "within, spaces on both sides": ({"phrase": "read more"}, "Boats read more came.", ["read more "]),
    "several in one paragraph": ({"phrase": "click"}, "Click here, click there.", ["Click ", "click "]),
    "signs beside the words stay": ({"phrase": "read more"}, "Boats came. «Read more!»", ["Read more"]),
    "signs within go": ({"phrase": "read more"}, "Boats came. Read – more.", [" Read – more"]),
    "digits folded to one": ({"phrase": "page 1 of 2"}, "Boats page 123 of 456 came", ["page 123 of 456 "]),
    "first that must hold": ({"all": [{"phrase": "one"}, {"phrase": "two"}]}, "two boats one quay", ["one "]),
    "each alternative": ({"any": [{"phrase": "one"}, {"phrase": "two"}]}, "two boats one quay", ["two ", "one "]),
    "alternatives that overlap": ({"any": [{"phrase": "a b"}, {"phrase": "b c"}]}, "x a b c y", ["a b c "]),
    "none": ({"any": [{"phrase": "one"}], "none": [{"phrase": "two"}]}, "one boat, two boats", []),
    "choice that is absent at the end": ({"phrase": "sign up {now|}"}, "Please sign up, dear.", [" sign up"]),
    "zero width": ({"regex": "(?=boats)"}, "Some boats", []),
    "Chinese": ({"phrase": "点击这里"}, "新闻。请点击这里阅读", ["点击这里"]),
    "letters of two code points": ({"phrase": "cafe\u0301"}, "Un cafe\u0301 noir", ["cafe\u0301 "]),
    "letters that fold to two": ({"phrase": "strasse"}, "Die Straße, lang", [" Straße"]),
}


@pytest.mark.parametrize(("match", "text", "spans"), SPANS.values(), ids=SPANS)
def test_span(tmp_path: Path, match: dict, text: str, spans: list[str]) -> None:
    assert texts(ruleset(tmp_path, {"match": match, "level": "span"}), text) == spans


def document(paragraphs: int) -> str:
    return "\n\n".join(f"Paragraph {'x' * at} has the mark." for at in range(1, paragraphs + 1))


@pytest.mark.parametrize(
    ("position", "paragraphs", "held"),
    [
        ("head", 50, list(range(10))),
        ("tail", 50, list(range(40, 50))),
        ("head", 12, [0, 1, 2, 3, 4]),
        ("tail", 12, [7, 8, 9, 10, 11]),
        ("tail", 3, [0, 1, 2]),
        ("head", 31, list(range(7))),
    ],
)
def test_position_is_a_fifth_or_five_paragraphs(tmp_path: Path, position: str, paragraphs: int, held: list[int]) -> None:
    text = document(paragraphs)
    found = segments(text)
    rules = ruleset(tmp_path, {"match": {"phrase": "the mark"}, "where": {"position": position}})
    assert [found[hit.segment].paragraph for hit in hits(Matcher(rules), text)] == held


@pytest.mark.parametrize(
    ("text", "longest", "held"),
    [("one two three", 3, True), ("one two three", 2, False), ("重要なお知らせ", 7, True), ("重要なお知らせ", 6, False)],
)
def test_max_words(tmp_path: Path, text: str, longest: int, held: bool) -> None:
    rules = ruleset(tmp_path, {"match": {"regex": "two|なお"}, "where": {"max_words": longest}})
    assert bool(hits(Matcher(rules), text)) is held


def test_sources(tmp_path: Path) -> None:
    rules = ruleset(tmp_path, {"match": {"phrase": "mark"}, "where": {"sources": ["a.example", "b.example"]}})
    matcher = Matcher(rules)
    assert hits(matcher, "mark", source="b.example")
    assert not hits(matcher, "mark", source="c.example")
    assert not hits(matcher, "mark")
    assert matches_example(rules.rules[0], "mark", matcher), "an example has no source"


def test_evidence_is_left_to_the_judge(tmp_path: Path) -> None:
    where = {"min_documents": 5, "min_contexts": 5}
    rules = ruleset(tmp_path, {"match": {"phrase": "mark"}, "evidence": "repeated", "where": where})
    assert hits(Matcher(rules), "mark")


def test_order_is_that_of_the_text(tmp_path: Path) -> None:
    rules = ruleset(
        tmp_path,
        {"id": "z.z", "match": {"phrase": "one"}, "level": "paragraph"},
        {"id": "a.a", "match": {"phrase": "one"}},
        {"id": "m.m", "match": {"phrase": "two"}},
    )
    text = "First one. Then two.\n\nThen one."
    assert [(hit.rule.id, hit.start) for hit in hits(Matcher(rules), text)] == [
        ("z.z", 0),
        ("a.a", 0),
        ("m.m", 11),
        ("a.a", 22),
        ("z.z", 22),
    ]


def test_nothing_to_match(tmp_path: Path) -> None:
    for rules in (
        ruleset(tmp_path),
        ruleset(tmp_path, {"match": {"phrase": "one"}}),
        ruleset(tmp_path, {"match": {"regex": r"\d"}}),
    ):
        for text in ("", " \n\n ", "\ud800", "\x00", "***"):
            assert hits(Matcher(rules), text) == []


def test_a_rule_that_runs_out_of_time_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    rules = ruleset(
        tmp_path,
        {"id": "slow.one", "match": {"regex": r"^(?:a|ab|b)*c$"}},
        {"id": "slow.none", "match": {"any": [{"phrase": "mark"}], "none": [{"regex": r"^(?:a|ab|b)*c$"}]}},
        {"id": "fast.one", "match": {"phrase": "mark"}},
    )
    text = "\n\n".join(["c " + "ab" * 60 + "d", "ab" * 60 + "c mark", "ab" * 60 + " c mark " + "ab" * 60 + "d"])
    slow = "ab" * 40 + "dc"
    matcher = Matcher(rules, timeout=0.2)
    began = time.perf_counter()
    found = matcher.match(Document(slow + "\n\nthe mark"), segments(slow + "\n\nthe mark"))
    assert time.perf_counter() - began < 2
    assert "slow.one" in found.timed_out
    assert [hit.rule.id for hit in found.hits if hit.rule.id == "fast.one"] == ["fast.one"]
    again = matcher.match(Document(text), segments(text))
    assert "fast.one" in {hit.rule.id for hit in again.hits}
    with pytest.raises(TimeoutError, match=r"slow\.one"):
        matches_example(rules.get("slow.one"), slow, matcher)


def test_a_phrase_with_gaps_cannot_stall_either(tmp_path: Path) -> None:
    rules = ruleset(tmp_path, {"match": {"phrase": "a … a … a … a … a … a … a … a … b"}})
    text = "a " * 2_000 + "c b"
    began = time.perf_counter()
    found = Matcher(rules, timeout=0.2).match(Document(text), segments(text))
    assert time.perf_counter() - began < 3
    assert found.timed_out in ((), ("made.rule-0",))


def test_unanchored_rules_are_named(tmp_path: Path) -> None:
    rules = ruleset(
        tmp_path,
        {"id": "an.chored", "match": {"any": [{"phrase": "quay"}, {"regex": "harbour"}, {"regex": "[»›]"}]}},
        {"id": "un.anchored", "match": {"any": [{"phrase": "one"}, {"regex": r"^\w+$"}]}},
        {"id": "hardly.anchored", "match": {"phrase": "of"}},
        {"id": "all.anchored", "match": {"all": [{"phrase": "one"}, {"regex": r"^\w+$"}]}},
    )
    assert Matcher(rules).unanchored == ("hardly.anchored", "un.anchored")


def test_it_pickles(tmp_path: Path) -> None:
    rules = ruleset(tmp_path, {"match": {"regex": "(?i)mark"}})
    matcher = Matcher(rules, timeout=0.5)
    expected = hits(matcher, "the mark")
    copy = pickle.loads(pickle.dumps(matcher))
    assert copy.timeout == 0.5
    assert (matcher.patterns.keys(), copy.patterns.keys()) == ({("regex", "(?i)mark")}, set())
    assert hits(copy, "the mark") == expected != []
    bare = pickle.loads(pickle.dumps(matcher.without_rules()))
    assert (bare.ruleset.rules, hits(bare.of(rules), "the mark")) == ((), expected)


# Nothing is lost to speed: with atoms and without, the same rules hold for the same segments.

_word = st.sampled_from(
    [
        "legal",
        "may",
        "3",
        "5 May",
        "Monday",
        "of",
        "advice",
        "not",
        "café",
        "İl",
        "ılk",
        "12",
        "広告",
        "です",
        "don’t",
        "Straße",
        "©",
        "a",
        "“",
        "-",
        "½",
        "№",
        "_",
    ]
)
_phrase = st.lists(st.one_of(_word, st.just("{legal|tax|}"), st.just("{not|no more}"), st.just("…")), min_size=1, max_size=4)
_start = st.sampled_from(["", "", r"\A", r"\A\W*", r"\A\s*", r"\A\W+", "^", r"\A(?!legal)", r"\A[\s“-]*"])
_regex = st.builds(
    lambda start, parts: [start, *parts],
    _start,
    st.lists(
        st.one_of(
            _word.map(regex.escape),
            st.sampled_from([r"\s+", r"\W*", r"\b", ".?", r"\d+", "(?:legal|tax)", "[ae]?", "(?:not )?", "(?i:İL)"]),
            st.sampled_from([r"a\W*a", "(?:may |legal )*", r"(?:no\b|not|n)?", "[-–“]", r"(?:\W*a){2}", "(?:le|li)"]),
        ),
        min_size=1,
        max_size=5,
    ),
)
_leaf = st.one_of(
    _phrase.map(lambda words: {"phrase": " ".join(words)}),
    _regex.map(lambda parts: {"regex": "(?i)" + "".join(parts)}),
    st.lists(_word, min_size=4, max_size=8).map(lambda words: {"text": " ".join(words), "coverage": 0.5}),
)
_group = st.fixed_dictionaries(
    {"any": st.lists(_leaf, min_size=1, max_size=3)},
    optional={"all": st.lists(_leaf, min_size=1, max_size=2), "none": st.lists(_leaf, min_size=1, max_size=2)},
)
_text = st.lists(
    st.one_of(_word, _word, _word.map(str.upper), st.sampled_from([". ", "\n\n", "\n", "   ", "other", "\u0301", "!"])),
    max_size=25,
)


def said(match: Match, text: str) -> bool:
    """What a match says of a text, told without any atom."""
    if match.phrase:
        return regex.search(phrases.pattern(phrases.parse(match.phrase)), f" {fold(text)} ") is not None
    if match.regex:
        return regex.search(match.regex, text) is not None
    if match.text:
        own, known = (phrases.words(fold(either)) for either in (text, match.text))
        shingles, all_known = ({tuple(words[at : at + 3]) for at in range(len(words) - 2)} for words in (own, known))
        return len(own) >= 4 and len(shingles & all_known) >= match.coverage * len(shingles)
    return (
        (not match.any or any(said(child, text) for child in match.any))
        and all(said(child, text) for child in match.all)
        and not any(said(child, text) for child in match.none)
    )


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.one_of(_leaf, _group),
    st.lists(_text, min_size=1, max_size=4),
    st.sampled_from(["paragraph", "line", "sentence"]),
    st.randoms(),
)
def test_nothing_is_lost_to_atoms(
    tmp_path: Path, match: dict, drawn: list[list[str]], level: str, draw: random.Random
) -> None:
    try:
        rules = ruleset(tmp_path, {"match": match, "level": level})
    except Exception as error:
        assert "made.rule-0" in str(error)  # a rule that is refused has nothing to lose
        return
    matcher = Matcher(rules, timeout=5)
    for words in drawn:
        text = draw.choice([" ", " ", ""]).join(words)
        found = segments(text)
        expected = {
            (at, segment.start, segment.end)
            for at, segment in enumerate(found)
            if segment.stands_for(level) and said(rules.rules[0].match, text[segment.start : segment.end])
        }
        assert {hit[1:] for hit in hits(matcher, text)} == expected
