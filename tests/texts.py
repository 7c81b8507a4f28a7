"""Texts to try things on: characters that break careless code, words of many scripts, documents with furniture in them."""

from __future__ import annotations

from hypothesis import strategies as st

from stripper.normalize import SHINGLE, split_words

# What text goes wrong on: byte order marks, NUL, lone surrogates, every line end, spaces that are none, marks, ligatures.
ODD = [
    "\ufeff",
    "\0",
    "\ud800",
    "\udfff",
    "\u2028",
    "\u2029",
    "\x85",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1f",
    "\r\n",
    "\r",
    "\n",
    "\n\n",
    "\t",
    "  ",
    "\xa0",
    "\u3000",
    "\u2009",
    "\u200b",
    "\u200d",
    "\u2060",
    "\xad",
    "\ufe0f",
    "\u0301",
    "\u0345",
    "\u20dd",
    "'",
    "\u2019",
    "ﬁ",
    "İ",
    "ß",
    "ſ",
    "ǰ",
    "ΐ",
    "Ǆ",
    "℡",
    "½",
    "²",
    "①",
    "Ⅳ",
    "𝟗",
    "٣",
    "९",
    "𐐀",
    "가",
    "ᄀ",
    "ᅡ",
    "漢",
    "か",
    "ｶ",
    "ﾞ",
    "ไ",
    "ก",
    "क्ष",
    "👩\u200d👧",
    "🚢",
    "©",
    "®",
    "™",
    "—",
    "…",
    "。",
    "؟",
    "।",
    "###",
    "·",
]

WORDS = [
    "the",
    "The",
    "harbour",
    "Harbour",
    "ferry",
    "tide",
    "of",
    "and",
    "in",
    "1931",
    "2,400",
    "3",
    "May",
    "12 March",
    "Monday,",
    "St.",
    "Mr.",
    "U.S.",
    "don't",
    "naïve",
    "Zürich",
    "тоннель",
    "Гавань",
    "λιμάνι",
    "Λιμάνι",
    "قارب",
    "السوق",
    "नाव",
    "港口",
    "潮汐表",
    "みなと",
    "カモメ",
    "เรือ",
    "ท่าเรือ",
    "항구",
    "kıyı",
    "thuyền",
    "example.com",
    "£3.50",
    "(see",
    "below)",
    "“quay”",
    "end.",
    "why?",
    "so!",
    "done。",
]

words = st.sampled_from(WORDS)
odd = st.sampled_from(ODD)
wild = st.text(st.characters(exclude_categories=()), max_size=60)
"""Any code points at all, lone surrogates among them."""

prose = st.lists(st.one_of(words.map(lambda word: word + " "), words, odd), max_size=60).map("".join)
"""Words of many scripts with oddities between and inside them."""

texts = st.one_of(wild, prose)

SENTENCES = [
    "The ferry left at ten past seven with twenty-three pupils aboard.",
    "Nobody had told the harbour master.",
    "“It was discussed,” she said, and looked at the weed on the lower steps.",
    "By noon the tide clock said that it was low water.",
    "Shares in the ropeworks ended the day 4.1% lower.",
    "Boats under seven metres have until the end of August.",
    "The board meets again on Tuesday, 13 March 2025.",
    "海狮在码头上睡了一整天。",
    "Лодка вернулась вечером.",
    "Three brokers said this week that the northern route is no longer a curiosity.",
]
FURNITURE = [
    "© 2024 The Harbour Courier. All rights reserved.",
    "This material is for information only and is not intended to provide investment, tax or legal advice.",
    "Meridian Wire does not guarantee the accuracy of the information and is not a registered broker-dealer.",
    "Past performance is no guarantee of future results.",
    "This press release contains forward-looking statements that involve risks and uncertainties.",
    "Sign up for our newsletter to get the news in your inbox.",
    "Follow us on Facebook and Twitter.",
    "date 2025-05-14",
    "Read more: Patrol boat gets a new skipper",
    "ENDS",
    "Unauthorised copying is prohibited. Terms of use and privacy policy apply.",
]
PARTINGS = ["\n\n", "\n\n", "\n\n", "\n", " ", " ", "  ", "\r\n\r\n", "\r\n", "\n \n", "\u2028", "\t", ""]


@st.composite
def documents(draw: st.DrawFn) -> str:
    """The text of an article with furniture anywhere in it, parted in any way, now and then with oddities."""
    pieces = draw(st.lists(st.sampled_from(SENTENCES + FURNITURE), min_size=1, max_size=12))
    partings = st.sampled_from(PARTINGS) | st.tuples(st.sampled_from(PARTINGS), odd).map("".join)
    edge = st.sampled_from(["", "", "", "\n", "\n\n", " ", "\ufeff", "\ufeff\n", "\r\n", "\0"])
    text = draw(edge)
    for number, piece in enumerate(pieces):
        text += (draw(partings) if number else "") + piece
    return text + draw(edge)


def word_shingles(folded: str, size: int = SHINGLE) -> set[str]:
    """The distinct runs of ``size`` words of a folded text; a text of fewer words is one shingle, an empty one has none."""
    words = split_words(folded)
    return {" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1))} if words else set()
