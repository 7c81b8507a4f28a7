"""Folding: what differs only in case, width, spacing, punctuation or digits is the same; what says something else is not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from texts import texts, word_shingles

from stripper.normalize import fold, fold_with_offsets, key, split_words

# Text: its folded form.
FOLDED: dict[str, tuple[str, str]] = {
    "nothing": ("", ""),
    "case": ("Follow US", "follow us"),
    "sharp s": ("STRASSE Straße", "strasse strasse"),
    "Greek final sigma": ("ΟΔΟΣ οδος οδός", "οδοσ οδοσ οδόσ"),
    "Turkish dotted capital": ("İzmir", "i̇zmir"),
    "Cherokee": ("Ꭰꭰ", "ᎠᎠ"),
    "Deseret, astral": ("𐐀𐐨", "𐐨𐐨"),
    "full width": ("ＣＯＰＹＲＩＧＨＴ　２０２４", "copyright 0"),
    "mathematical letters": ("𝐁𝐨𝐥𝐝 𝟗", "bold 0"),
    "ligature": ("oﬃce", "office"),
    "long s": ("congreſs", "congress"),
    "spacing": ("  a \t b\n\nc\u00a0d\u3000e\u2003f ", "a b c d e f"),
    "line ends of Unicode": ("a\u2028b\u2029c\x85d\x0be\x0cf", "a b c d e f"),
    "punctuation": ("Read more: “Quay” — (now)…", "read more quay now"),
    "punctuation glued": ("and/or e-mail well-known", "and or e mail well known"),
    "punctuation alone": ("* * * —— ###", ""),
    "apostrophes": ("don't don’t donʼt don＇t", "dont dont dont dont"),
    "digits": ("Page 17 of 240", "page 0 of 0"),
    "digits with marks": ("1,234.56 and 12:30", "0 0 0 and 0 0"),
    "digits in words": ("a1b22c", "a0b0c"),
    "zeros": ("0 00 000", "0 0 0"),
    "Arabic digits": ("٣٤ ۱۲", "0 0"),
    "Devanagari digits": ("१२३", "0"),
    "date in words": ("Posted on Friday, 3 May 2024 by us", "posted on 0 by us"),
    "date in words, American": ("Updated May 3, 2024", "updated 0"),
    "month and year": ("March 2025 issue", "0 issue"),
    "date of a language": ("am 14. März 2025, le 3 mai", "am 0 le 0"),
    "month without a number": ("in May or June", "in may or june"),
    "may is a verb": ("It may rain. Rule 5 may be waived.", "it may rain rule 0 may be waived"),
    "superscripts and circles": ("m² ①②", "m0 0"),
    "Roman numeral sign": ("Ⅳ", "iv"),
    "fraction": ("½", "0 0"),
    "soft hyphen": ("news\u00adletter", "newsletter"),
    "zero-width": ("pri\u200bva\u200ccy\u200d po\u2060licy\ufeff", "privacy policy"),
    "byte order mark": ("\ufeffENDS", "ends"),
    "bidi marks": ("\u200fقارب\u200e", "قارب"),
    "variation selector": ("©\ufe0f 2024", "© 0"),
    "signs that speak": ("© ® ™", "© ® tm"),
    "other signs": ("£5 + 3% = ★", "0 0"),
    "accent composed": ("Café", "café"),
    "accent apart": ("Cafe\u0301", "café"),
    "accents say something": ("resume résumé", "resume résumé"),
    "marks in either order": ("a\u0323\u0302 a\u0302\u0323", "ậ ậ"),
    "Vietnamese": ("Đường phố", "đường phố"),
    "Devanagari": ("पहाड़ी डाकघर।", unicodedata.normalize("NFC", "पहाड़ी डाकघर")),
    "Thai": ("สงวนลิขสิทธิ์ ๒๕๖๗", "สงวนลิขสิทธิ์ 0"),
    "Han": ("版权所有，翻印必究。", "版权所有 翻印必究"),
    "Hangul": ("무단전재 금지!", "무단전재 금지"),
    "Hangul in letters": ("\u1112\u1161\u11ab", "한"),
    "half-width kana": ("ｶﾀｶﾅ", "カタカナ"),
    "half-width kana with voice marks": ("ﾊﾞｽ ｶﾞｽ", "バス ガス"),
    "Hebrew points stay": ("שָׁלוֹם", unicodedata.normalize("NFC", "שָׁלוֹם")),
    "NUL parts words": ("a\0b", "a b"),
    "lone surrogates part words": ("a\ud800b \udfff", "a b"),
    "emoji": ("Sale 🚢 now", "sale now"),
}


@pytest.mark.parametrize(("text", "folded"), FOLDED.values(), ids=FOLDED)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


ALIKE: dict[str, tuple[str, str]] = {
    "dates in words and in digits": ("Updated on 3 May 2024", "Updated on 12 September 2023"),
    "years": ("© 2023 The Courier", "© 2024 The Courier"),
    "spacing and line ends": ("All rights\r\nreserved.", "ALL RIGHTS RESERVED"),
    "quotation marks": ('"Quay"', "„Quay“"),
    "normal forms": (unicodedata.normalize("NFD", "Zürich"), unicodedata.normalize("NFC", "Zürich")),
    "normal forms, Hangul": (unicodedata.normalize("NFD", "항구 소식"), "항구 소식"),
    "width of kana": ("ｺﾞﾐ", "ゴミ"),
    "digits of any script": ("صفحة ٣", "صفحة 14"),
    "hidden characters": ("Un\u00adsub\u200bscribe", "unsubscribe"),
}
APART: dict[str, tuple[str, str]] = {
    "words": ("All rights reserved", "All rights waived"),
    "negation": ("is advice", "is not advice"),
    "order": ("dog bites man", "man bites dog"),
    "what may and what does": ("Rule 5 may apply to boats", "Rule 5 apply to boats"),
    "number against word": ("page 1", "page one"),
    "accents": ("resume", "résumé"),
    "copyright sign": ("© The Courier", "The Courier"),
    "space": ("now here", "nowhere"),
    "signs alone": ("###", "***"),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE)
def test_alike(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=APART)
def test_apart(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_keys_of_signs_do_not_heed_spaces() -> None:
    assert key("* * *") == key("***") != key("* *")


@given(texts)
@example("e\u200d\u0301")
@example("ｶﾞ")
@example("\u3131\u314f")
@example("\u0345\u0301")
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_folded_words_are_parted_by_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert "00" not in folded


@given(texts, texts)
def test_fold_does_not_look_beyond_a_space_but_for_dates(one: str, other: str) -> None:
    if "may" not in fold(f"{one} {other}") and "march" not in fold(f"{one} {other}") and "0" not in fold(one + other):
        assert fold(f"{one} {other}") == f"{fold(one)} {fold(other)}".strip()


@given(texts)
def test_fold_forgets_spacing_and_outer_punctuation(text: str) -> None:
    assert fold(f" \n {text} ...") == fold(text)


@given(st.text(st.characters(codec="ascii"), max_size=60), st.sampled_from([str.upper, str.lower, str.title]))
def test_fold_forgets_case(text: str, change: Callable[[str], str]) -> None:
    assert fold(change(text)) == fold(text)


@given(texts, texts)
def test_keys_are_equal_where_folded_texts_are(one: str, other: str) -> None:
    if fold(one) and fold(other):
        assert (key(one) == key(other)) == (fold(one) == fold(other))
    if fold(one):
        assert key(fold(one)) == key(one)
    assert 0 <= key(one) < 1 << 64


@given(texts)
def test_offsets_lead_back_into_the_text(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert len(offsets) == len(folded) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
    assert all(0 <= at < len(text) for at in offsets[:-1])


# Normal forms of these cross base characters: the docstring leaves them out.
_CROSSING = st.characters(exclude_categories=("Cs",), exclude_characters=[chr(c) for c in range(0x1100, 0x1200)])


@given(st.text(_CROSSING, max_size=40))
def test_offsets_come_with_what_fold_gives(text: str) -> None:
    assert fold_with_offsets(text)[0] == fold(text)


@given(
    st.lists(
        st.sampled_from(["Tide", "12", "é", "e\u0301", " ", ", ", "'", "\u00ad", "漢", "ไก่", "ﬁ", "®"]), max_size=30
    )
)
def test_words_found_in_folded_text_are_those_of_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    folded, offsets = fold_with_offsets(text)
    at = 0
    for word in folded.split():
        start = folded.index(word, at)
        at = start + len(word)
        assert fold(text[offsets[start] : offsets[at]]) == word


@pytest.mark.parametrize("mark", ["\u0301", "\u0315\u0323", "\u064b", "\u3099", "\u0f71", "\U0001d165"], ids=ascii)
def test_long_runs_of_marks_fold_in_time(mark: str) -> None:
    # Normal forms are quadratic on these: unguarded, a run of this length takes minutes.
    text = "Read more: a" + mark * 100_000 + " quay"
    folded = fold(text)
    assert folded.startswith("read more ") and folded.endswith(" quay") and len(folded.split()) <= 4
    assert fold_with_offsets(text)[1][-1] == len(text)


SPLIT: dict[str, tuple[str, list[str]]] = {
    "spaces": ("all rights reserved", ["all", "rights", "reserved"]),
    "nothing": ("", []),
    "Han": ("版权 所有", ["版", "权", "所", "有"]),
    "Kana among Latin": ("jr バス", ["jr", "バ", "ス"]),
    "Thai": ("ท่า", ["ท", "่", "า"]),
    "Hangul has spaces": ("무단전재 금지", ["무단전재", "금지"]),
    "Han beyond the BMP": ("𠮷野", ["𠮷", "野"]),
    "Cyrillic": ("все права", ["все", "права"]),
}


@pytest.mark.parametrize(("folded", "expected"), SPLIT.values(), ids=SPLIT)
def test_split_words(folded: str, expected: list[str]) -> None:
    assert split_words(folded) == expected


SHINGLES: dict[str, tuple[str, set[str]]] = {
    "nothing": ("", set()),
    "fewer words": ("all rights", {"all rights"}),
    "just enough": ("a b c", {"a b c"}),
    "more": ("a b c d", {"a b c", "b c d"}),
    "repeated": ("a b a b a b", {"a b a", "b a b"}),
    "Han": ("版权所有", {"版 权 所", "权 所 有"}),
}


@pytest.mark.parametrize(("folded", "expected"), SHINGLES.values(), ids=SHINGLES)
def test_word_shingles(folded: str, expected: set[str]) -> None:
    assert word_shingles(folded) == expected
