"""Folding: texts that differ only in case, width, spacing, punctuation or digits fold to the same words.

What `fold` gives is what keys are hashed from, what phrases of rules are matched on and what shingles are made of. A
change of what it gives for any text is a change of `FOLDING`, and Libraries made with another number are refused.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate

import xxhash

FOLDING = 1
SHINGLE = 3
"""Words in a shingle: long enough to say something, short enough that one changed word spoils only three."""

# Written inside words without parting them: apostrophes. Format characters (soft hyphen, zero-width) are as silent.
_APOSTROPHES = frozenset("'\u2018\u2019\u201b\u02bc\uff07")
# Symbols that say something of their own; every other symbol parts words like punctuation.
_SYMBOLS = frozenset("©®™")

_zeros = re.compile("00+")
# Normal forms are quadratic on long runs of marks; no writing system stacks this many.
_marks = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0730-\u074a\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe20-\ufe2f"
)
_long_marks = re.compile(rf"([{_marks}]{{16}})[{_marks}]+")

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts written without spaces between words (a character class): each character is a word for shingles."""



def _names(words: str) -> frozenset[str]:
    return frozenset(unicodedata.normalize("NFC", words).split())


# A date in words folds like one in digits. English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian,
# Ukrainian, Greek, Czech, Swedish, Turkish; full names and the English short ones, in the case a date takes.
_MONTHS = _names("""
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
januar februar märz mai juni juli oktober dezember jänner
janvier février mars avril juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
januari februari maart mei augustus
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
ledna února března dubna května června července srpna září října listopadu prosince
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
""")
_WEEKDAYS = _names("""
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica
segunda terça quarta quinta sexta maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
poniedziałek wtorek środa czwartek piątek sobota niedziela
понедельник вторник среда четверг пятница суббота воскресенье
δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή
""")
_ZEROS = frozenset(("0", "0st", "0nd", "0rd", "0th"))
_LINKS = frozenset(("of", "de"))
_VERBS = frozenset(("may", "march"))
DATE_WORDS = _MONTHS | _WEEKDAYS | _ZEROS | _LINKS
"""Words that may be missing from a folded text where they stood in a date."""


class _Table(dict[int, str]):
    """What each code point folds to, filled as code points are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = "".join(map(_fold_character, unicodedata.normalize("NFKC", chr(code)).casefold()))
        return folded


def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if character in _APOSTROPHES or category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    if category == "Nd":
        return "0"
    return character if category[0] in "LMN" or character in _SYMBOLS else " "


_table = _Table()
# For ASCII in one go; the apostrophe is left out there.
_ascii = bytes(ord(_table[code] or " ") for code in range(128)) + bytes(128)
_unspaced = re.compile(f"([{UNSPACED}])")


def fold(text: str) -> str:
    """The words of a text in lower case, parted by single spaces; a run of digits, or a date, becomes one ``0``."""
    if text.isascii():
        words = text.encode().translate(_ascii, b"'").decode().split()
    else:
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", _long_marks.sub(r"\1", text))
        text = text.translate(_table)
        if not unicodedata.is_normalized("NFC", text):
            # Half-width letters and their marks meet only now.
            text = unicodedata.normalize("NFC", text)
        words = text.split()
    folded = " ".join(words)
    if "00" in folded:
        folded = _zeros.sub("0", folded)
    if _MONTHS.isdisjoint(words):
        return folded
    words = folded.split()
    while runs := _dates(words):
        for start, end in reversed(runs):
            words[start:end] = ["0"]
    return " ".join(words)


def _dates(words: list[str]) -> list[tuple[int, int]]:
    """The runs of words that are dates: a month with a number beside it, a weekday before, a year behind."""
    runs: list[tuple[int, int]] = []
    for at, word in enumerate(words):
        if word not in _MONTHS:
            continue
        start, end, floor = at, at + 1, runs[-1][1] if runs else 0
        if start > floor and words[start - 1] in _ZEROS:
            start -= 1
        elif start > floor + 1 and words[start - 1] in _LINKS and words[start - 2] in _ZEROS:
            start -= 2
        if word in _VERBS and start < at and end < len(words) and words[end] not in _ZEROS:
            continue  # "Rule 5 may be waived"
        if end < len(words) and words[end] in _ZEROS:
            # A day and then a year, or the year alone where the day stands before.
            end += 2 if start == at and words[end + 1 : end + 2] == ["0"] else 1
        elif end + 1 < len(words) and words[end] in _LINKS and words[end + 1] == "0":
            end += 2
        if end - start == 1:
            continue
        if start > floor and words[start - 1] in _WEEKDAYS:
            start -= 1
        runs.append((start, end))
    return runs


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """`fold` of a text, and for each folded character the offset in the text it came from, plus the text's length.

    A base character and its marks count as one. For the few texts whose normal form crosses such groups (Hangul in
    single letters), the folded text may differ from `fold`'s; it is then still a folding of the same words.
    """
    folded: list[str] = []
    offsets: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and unicodedata.category(text[end])[0] == "M":
            end += 1
        group = text[at:end]
        if end - at > 1:
            group = unicodedata.normalize("NFC", _long_marks.sub(r"\1", group))
        for character in group.translate(_table):
            last = folded[-1] if folded else " "
            if character != last or character not in " 0":
                folded.append(character)
                offsets.append(at)
        at = end
    if folded and folded[-1] == " ":
        folded.pop()
        offsets.pop()
    return _without_dates("".join(folded), [*offsets, len(text)])


def _without_dates(folded: str, offsets: list[int]) -> tuple[str, list[int]]:
    words = folded.split(" ")
    while runs := _dates(words):
        starts = list(accumulate((len(word) + 1 for word in words), initial=0))
        for start, end in reversed(runs):
            # The zero stands at the date's first character.
            del offsets[starts[start] + 1 : starts[end] - 1]
            words[start:end] = ["0"]
    return " ".join(words), offsets


def split_words(folded: str) -> list[str]:
    """The words of a folded text; each character of a script written without spaces is one."""
    return folded.split() if folded.isascii() else _unspaced.sub(r" \1 ", folded).split()


def key_of_folded(folded: str, text: str) -> int:
    """The key of a text whose folded form is at hand: see `key`."""
    return xxhash.xxh3_64_intdigest((folded or "".join(text.split())).encode("utf-8", "surrogatepass"))


def key(text: str) -> int:
    """64-bit hash of a segment's folded text; of the text less its spaces where folding leaves nothing (``###``)."""
    return key_of_folded(fold(text), text)
