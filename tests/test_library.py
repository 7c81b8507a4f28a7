"""The Library: a file that merges like a set, and a match that misses nothing that is alike enough."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from texts import word_shingles

from stripper.entry import BOTTOM, HASH_BITS, Entry, bottom, distinct, most_at_home
from stripper.errors import UsageError
from stripper.library import NEAR, NEAR_WORDS, Library, load, loads, rebuild
from stripper.model import Segment
from stripper.normalize import FOLDING, fold, key, key_of_folded, split_words

hashes = st.lists(st.integers(0, (1 << HASH_BITS) - 1), max_size=40).map(bottom)


def name(number: int) -> str:
    return f"{number:016x}"


def entry_of(keys: tuple[int, ...], chance: random.Random) -> Entry:
    documents = some_hashes(chance)
    return Entry(
        id=name(keys[0]),
        text=chance.choice(["All rights reserved.", "Ω \u2028 \0 rights"]),
        keys=sorted(map(name, keys)),
        documents=documents,
        at="".join(chance.choice("hmtl") for _ in documents),
        contexts=some_hashes(chance),
        sources={source: some_hashes(chance) for source in ("", "a.example", "ü.example") if chance.random() < 0.4},
        slots=some_slots(chance),
        action=chance.choice([None, None, "keep"]),
    )


def some_slots(chance: random.Random) -> list[list[object]]:
    """Slots as learning finds them: apart from one another, with a few values in order."""
    made = []
    for start in (0, 4, 8):
        if chance.random() < 0.5:
            end = start + chance.choice([0, 2, 3])
            values = sorted(chance.sample(["1", "2023", "2024", "Monday", "May", "x"], chance.randint(1, 4)))
            made.append([start, end, chance.choice(["number", "date", "name", "text"]), values])
    return made


def some_hashes(chance: random.Random) -> list[int]:
    return bottom(chance.randrange(50) for _ in range(chance.choice([1, 3, 60])))


CLUSTERS = [[(1, 2), (3,), (4, 5)], [(1,), (2,), (3, 4)], [(1, 2), (3,)], [(2, 1), (4, 3)], [(4, 1), (2, 3)], [(1, 2, 3, 4)]]
"""What is one cluster in a Library is two in another: they grew apart."""


def libraries(clusters: list[list[tuple[int, ...]]] = CLUSTERS) -> st.SearchStrategy[Library]:
    # Made from a seed: drawn field by field, Hypothesis would take most of a second for each.
    return st.builds(_library, st.sampled_from(clusters), st.integers(0, 1 << 16))


def _library(clusters: list[tuple[int, ...]], seed: int) -> Library:
    chance = random.Random(seed)
    made = [entry_of(keys, chance) for keys in clusters if chance.random() < 0.7]
    return Library({entry.id: entry for entry in made}, {"a.example": some_hashes(chance)} if seed % 2 else {})


@given(libraries())
def test_a_library_is_read_back_byte_for_byte(library: Library) -> None:
    data = library.dump()
    again = loads(data, "x.library.jsonl")
    assert again == library
    assert again.dump() == data
    assert again.hash == library.hash
    assert data.count(b"\n") == 1 + len(library.totals) + len(library.entries)


def test_a_library_says_the_same_whatever_the_order_in_which_it_was_made() -> None:
    made = [Entry(name(n), f"text {n}", [name(n)], [n], "h") for n in range(20)]
    random.Random(1).shuffle(made)
    shuffled = Library({e.id: e for e in made}, {"b": [2], "a": [1]})
    ordered = Library({e.id: e for e in sorted(made, key=lambda e: e.id)}, {"a": [1], "b": [2]})
    assert shuffled.dump() == ordered.dump()


@given(libraries())
def test_merging_a_library_with_itself_changes_nothing(library: Library) -> None:
    assert library.merge(library).dump() == library.dump()
    assert library.merge(Library()).dump() == library.dump()
    assert Library().merge(library).dump() == library.dump()


@given(libraries(), libraries())
def test_merging_twice_is_merging_once(one: Library, other: Library) -> None:
    merged = one.merge(other)
    assert merged.merge(other).dump() == merged.dump()
    assert merged.merge(one).dump() == merged.dump()


@given(libraries(), libraries())
def test_merging_gives_the_same_whichever_comes_first(one: Library, other: Library) -> None:
    assert one.merge(other).dump() == other.merge(one).dump()


@given(libraries(), libraries(), libraries())
def test_merging_gives_the_same_whatever_is_merged_first(one: Library, other: Library, third: Library) -> None:
    assert one.merge(other).merge(third).dump() == one.merge(other.merge(third)).dump()


@given(libraries(), libraries())
def test_a_merged_library_is_read_back(one: Library, other: Library) -> None:
    merged = one.merge(other)
    assert loads(merged.dump(), "x.library.jsonl") == merged


@given(libraries(), libraries())
def test_what_either_knew_is_known(one: Library, other: Library) -> None:
    merged = {key: entry for entry in one.merge(other).entries.values() for key in entry.keys}
    for entry in (*one.entries.values(), *other.entries.values()):
        for key_ in entry.keys:
            assert set(entry.keys) <= set(merged[key_].keys)
            assert entry.sources.keys() <= merged[key_].sources.keys()
            assert distinct(entry.documents) <= distinct(merged[key_].documents)
            assert not entry.action or merged[key_].action


def test_many_sources_are_all_named_by_a_union() -> None:
    halves = []
    for half in range(2):
        names = {f"s{n}": [n] for n in range(half * 50, half * 50 + 50)}
        halves.append(Library({name(1): Entry(name(1), "x", [name(1)], [1], "h", sources=names)}))
    (entry,) = halves[0].merge(halves[1]).entries.values()
    assert len(entry.sources) == 100


@given(libraries(), libraries())
def test_merging_leaves_both_as_they_were(one: Library, other: Library) -> None:
    before = one.dump(), other.dump()
    one.merge(other)
    assert (one.dump(), other.dump()) == before


def test_a_person_s_keep_survives_merging_on_either_side() -> None:
    dropped = Entry(name(1), "Refrain", [name(1), name(2)], [1], "h", action="keep")
    fresh = Entry(name(2), "Refrain!", [name(2), name(3)], [2], "t")
    for one, other in ((dropped, fresh), (fresh, dropped)):
        merged = Library({one.id: one}).merge(Library({other.id: other}))
        assert [entry.action for entry in merged.entries.values()] == ["keep"]
        assert merged.templates()[0].action == "keep"


def test_places_follow_their_documents_through_a_merge() -> None:
    one = Entry(name(1), "x", [name(1)], [10, 30], "ht")
    other = Entry(name(1), "x", [name(1)], [20, 30], "mh")
    merged = Library({name(1): one}).merge(Library({name(1): other})).entries[name(1)]
    assert (merged.documents, merged.at) == ([10, 20, 30], "hmh")


@given(st.sets(st.integers(0, (1 << HASH_BITS) - 1), max_size=BOTTOM - 1))
def test_small_counts_are_exact(values: set[int]) -> None:
    assert distinct(bottom([*values, *values])) == len(values)


@pytest.mark.parametrize("count", [50, 500, 5_000, 50_000])
def test_large_counts_are_near(count: int) -> None:
    generator = random.Random(count)
    errors = []
    for _ in range(30):
        seen = distinct(bottom(generator.sample(range(1 << HASH_BITS), count)))
        errors.append(seen / count - 1)
    assert abs(sum(errors) / len(errors)) < 0.12
    assert max(map(abs, errors)) < 0.7


@given(st.lists(hashes, max_size=5))
def test_a_sketch_of_unions_is_the_union_of_sketches(parts: list[list[int]]) -> None:
    assert bottom(h for part in parts for h in part) == bottom(h for part in parts for h in bottom(part))


def test_templates_read_their_sketches_as_counts() -> None:
    entry = Entry(
        id=name(7),
        text="© 2024 The Courier",
        keys=[name(7), name(9)],
        documents=[1, 2, 3, 4],
        at="hhtm",
        contexts=[5, 6, 7],
        sources={"": [4], "a.example": [1, 2, 3]},
        slots=[[2, 6, "number", ["2023", "2024"]]],
    )
    library = Library({entry.id: entry}, {"": [4, 8], "a.example": [1, 2, 3, 9]})
    (template,) = library.templates()
    assert template.keys == (7, 9)
    assert (template.evidence.documents, template.evidence.sources, template.evidence.contexts) == (4, 1, 3)
    assert (template.evidence.share, template.evidence.head, template.evidence.tail) == (0.75, 0.5, 0.25)
    assert template.by_source == {"": (1, 0.5), "a.example": (3, 0.75)}
    assert (template.slots[0].start, template.slots[0].kind, template.slots[0].values) == (
        2,
        "number",
        ("2023", "2024"),
    )


def test_a_template_names_the_sources_that_hold_it_most() -> None:
    sources = {f"s{n}": list(range(n % 20)) for n in range(100)}
    kept = most_at_home(sources)
    assert len(kept) == 64
    assert min(len(v) for v in kept.values()) >= max(len(v) for k, v in sources.items() if k not in kept) - 0


# Matching

VOCABULARY = "the tide of a quay rope bell lamp mole weed keeper pilot ferry board clerk rota shed".split()


def segment(text: str) -> Segment:
    folded = fold(text)
    return Segment(0, len(text), "sentence", folded, key_of_folded(folded, text), 0)


def library_of(*exemplars: str) -> Library:
    made = [Entry(name(key(text)), text, [name(key(text))], [1, 2], "hh") for text in exemplars]
    return Library({entry.id: entry for entry in made})


def brute(library: Library, text: str) -> list[tuple[float, str]]:
    """Every Template alike enough, most alike first."""
    own = word_shingles(fold(text))
    found = []
    for template in library.templates():
        theirs = word_shingles(fold(template.exemplar))
        share = len(own & theirs) / max(1, len(own | theirs))
        if share >= NEAR and len(split_words(fold(template.exemplar))) >= NEAR_WORDS:
            found.append((share, template.id))
    return sorted(found, key=lambda f: (-f[0], f[1])) if len(split_words(fold(text))) >= NEAR_WORDS else []


@st.composite
def near_texts(draw: st.DrawFn) -> tuple[list[str], str]:
    words = st.sampled_from(VOCABULARY if draw(st.booleans()) else list("潮汐表已经印好港口明天开放船"))
    joiner = " " if draw(st.booleans()) else ""
    exemplars = draw(st.lists(st.lists(words, min_size=5, max_size=30), min_size=1, max_size=6))
    text = list(draw(st.sampled_from(exemplars)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        text[at : at + draw(st.integers(0, 2))] = draw(st.lists(words, max_size=2))
    return [joiner.join(e) for e in exemplars], joiner.join(text)


@given(near_texts())
def test_whatever_is_alike_enough_is_found(case: tuple[list[str], str]) -> None:
    exemplars, text = case
    library = library_of(*exemplars)
    known = library.match(segment(text))
    if any(key(text) == key(e) for e in exemplars):
        assert known is not None and known.similarity == 1.0
        return
    expected = brute(library, text)
    if not expected:
        assert known is None
    else:
        assert known is not None
        assert (known.similarity, known.template.id) == (round(expected[0][0], 4), expected[0][1])


@pytest.mark.parametrize("size", [10, 12, 17, 22, 27, 37, 52, 77, 102, 202])
def test_a_match_at_the_very_threshold_is_found(size: int) -> None:
    # Of the exemplar's shingles just the share NEAR, the most frequent ones, stand in the text, and none else.
    words = [f"word{'abcdefghij'[n // 100]}{'abcdefghij'[n // 10 % 10]}{'abcdefghij'[n % 10]}" for n in range(size)]
    count = size - 2
    shared = -(-count * 6 // 10)
    text = " ".join(words[: shared + 2])
    others = [" ".join([*words[n : n + 3], *(f"{w}x" for w in VOCABULARY)]) for n in range(shared)]
    library = library_of(" ".join(words), *others)
    known = library.match(segment(text))
    assert (known is not None) == (len(split_words(text)) >= NEAR_WORDS)
    if known:
        assert known.template.exemplar == " ".join(words)


@pytest.mark.parametrize(
    ("text", "similarity"),
    [
        ("© 2024 The Courier", 1.0),
        ("© 1999 the COURIER.", 1.0),
        ("© 2024 The Wharf Courier", None),
        ("This material is for information only and is not meant to be advice of any kind to anybody", 1.0),
        ("This material is for information only and is not meant to be advice of any kind at all", 0.75),
        ("This material is for building and is not cheap", None),
    ],
)
def test_short_segments_match_by_key_alone_and_long_ones_nearly(text: str, similarity: float | None) -> None:
    library = library_of(
        "© 2023 The Courier",
        "This material is for information only and is not meant to be advice of any kind to anybody",
    )
    known = library.match(segment(text))
    assert (known.similarity if known else None) == (pytest.approx(similarity, abs=0.06) if similarity else None)


# Files that cannot be used

HEADER = Library().dump()
LINE = b'{"line":"template","id":"%s","text":"x","keys":["%s"],"documents":[1],"at":"h"}\n' % ((b"0" * 15 + b"1",) * 2)
BAD: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 0, "empty"),
    "blank": (b"\n \n", 0, "empty"),
    "text": (b"The ferry left at seven.\n", 1, "no Library file"),
    "JSON of another kind": (b'{"id": "1", "text": "x"}\n', 1, "no Library file"),
    "binary": (b"\x00\xff\xfe\n", 1, "no Library file"),
    "cut off": (HEADER + LINE[:-20], 2, "damaged"),
    "no JSON": (HEADER + LINE + b"{\n", 3, "damaged"),
    "a field of another type": (HEADER + LINE.replace(b'"documents":[1]', b'"documents":"1"'), 2, "damaged"),
    "a missing field": (HEADER + LINE.replace(b',"at":"h"', b""), 2, "damaged"),
    "an action that is none": (HEADER + LINE.replace(b'"at"', b'"action":"drop","at"'), 2, "damaged"),
    "no header": (LINE, 1, "header"),
    "two headers": (HEADER + LINE + HEADER, 3, "header"),
    "another folding": (HEADER.replace(b'"folding":', b'"folding":9'), 1, "another version"),
    "another format": (HEADER.replace(b'"format":', b'"format":9'), 1, "its format is 91, this version reads 1"),
    "a conflict of git": (HEADER + b"<<<<<<< HEAD\n" + LINE, 2, "git left a conflict"),
    "a key that is no number": (HEADER + LINE.replace(b'"keys":["0', b'"keys":["x'), 2, "damaged"),
    "documents without their places": (HEADER + LINE.replace(b'"documents":[1]', b'"documents":[1,2]'), 2, "damaged"),
    "a place that is none": (HEADER + LINE.replace(b'"at":"h"', b'"at":"x"'), 2, "damaged"),
    "a slot cut short": (HEADER + LINE.replace(b'"at"', b'"slots":[[0,1]],"at"'), 2, "damaged"),
    "a Template twice": (HEADER + LINE + LINE, 3, "twice"),
}


@pytest.mark.parametrize(("data", "line", "what"), BAD.values(), ids=BAD)
def test_files_that_cannot_be_used_are_refused(data: bytes, line: int, what: str) -> None:
    with pytest.raises(UsageError) as caught:
        loads(data, "x.library.jsonl").templates()
    message = str(caught.value)
    assert message.startswith(f"x.library.jsonl:{line}: " if line else "x.library.jsonl: ")
    assert what in message and "; " in message and "stripper " in message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.jsonl.*cannot be read"):
        load(tmp_path / "none.jsonl")


EDITS: dict[str, Callable[[bytes], bytes]] = {
    "line ends of Windows": lambda data: data.replace(b"\n", b"\r\n"),
    "blank lines": lambda data: data.replace(b"\n", b"\n\n"),
    "no newline at the end": bytes.rstrip,
    "spaces between": lambda data: b"\n".join(json.dumps(json.loads(line)).encode() for line in data.splitlines()),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_editors_and_git_do_to_a_file_does_no_harm(edit: Callable[[bytes], bytes]) -> None:
    library = library_of("© 2024 The Courier", "All rights reserved.")
    assert loads(edit(library.dump()), "x") == library


# Libraries of another folding


def of_another_folding(library: Library) -> bytes:
    """The file as a version would have written it that folds otherwise: its keys mean nothing here."""
    data = library.dump().replace(f'"folding":{FOLDING}'.encode(), b'"folding":0')
    for entry in library.entries.values():
        for key_ in {entry.id, *entry.keys}:
            data = data.replace(f'"{key_}"'.encode(), f'"{int(key_, 16) ^ 0xFFFF:016x}"'.encode())
    return data


def test_another_folding_is_refused_with_the_command_that_rebuilds() -> None:
    with pytest.raises(UsageError, match=r"x\.jsonl:1: .*another version.*stripper library rebuild x\.jsonl"):
        loads(of_another_folding(library_of("All rights reserved.")), "x.jsonl")


def test_rebuilding_folds_the_texts_anew_and_keeps_counts_and_marks() -> None:
    library = library_of("© 2024 The Courier", "The tide waits for nobody who reads this at the quay.")
    library.entries = {id: structs.replace(entry, action="keep") for id, entry in library.entries.items()}
    library.totals["a.example"] = [1, 2, 3]
    rebuilt = rebuild(of_another_folding(library), "x.jsonl")
    assert rebuilt == library
    known = rebuilt.match(segment("© 1999 the courier"))
    assert known is not None and known.template.action == "keep" and known.template.evidence.documents == 2


def test_rebuilding_unites_what_folds_alike_now() -> None:
    one, other = (
        Entry(name(n), text, [name(n)], [n], "h") for n, text in enumerate(["© 2023 Courier", "© 2024 Courier"], 1)
    )
    rebuilt = rebuild(of_another_folding(Library({one.id: one, other.id: other})), "x.jsonl")
    (entry,) = rebuilt.entries.values()
    assert (entry.text, entry.documents, entry.keys) == ("© 2023 Courier", [1, 2], [name(key("© 2024 Courier"))])


@given(libraries())
def test_rebuilding_a_library_of_this_version_changes_nothing(library: Library) -> None:
    assert rebuild(library.dump(), "x.jsonl") == library


@pytest.mark.parametrize("what", ["another format", "a key that is no number", "a Template twice", "text"])
def test_rebuilding_refuses_what_cannot_be_read(what: str) -> None:
    with pytest.raises(UsageError):
        rebuild(BAD[what][0], "x.jsonl")


# What two sides changed


def changed(base: Library, ours: Library, theirs: Library) -> Library:
    return ours.without_changes(base, theirs).merge(theirs.without_changes(base, ours))


def test_what_one_side_took_out_stays_out() -> None:
    base = library_of("a text", "another text", "a third text")
    gone = name(key("a text"))
    ours = Library({id: entry for id, entry in base.entries.items() if id != gone})
    theirs = base.merge(library_of("a text of their own"))
    for one, other in ((ours, theirs), (theirs, ours)):
        assert changed(base, one, other).entries.keys() == theirs.entries.keys() - {gone}


def test_what_one_side_took_out_and_the_other_changed_stays() -> None:
    base = library_of("a text")
    ours = Library()
    (before,) = base.entries.values()
    theirs = Library({before.id: structs.replace(before, documents=[1, 2, 3], at="hhh")})
    assert changed(base, ours, theirs) == changed(base, theirs, ours) == theirs


def test_a_mark_that_one_side_took_back_does_not_return() -> None:
    (entry,) = library_of("a text").entries.values()
    marked, plain = structs.replace(entry, action="keep"), entry
    base = theirs = Library({entry.id: marked})
    ours = Library({entry.id: plain})
    assert changed(base, ours, theirs) == changed(base, theirs, ours) == ours


@given(libraries(), libraries())
def test_with_nothing_before_both_sides_are_united(one: Library, other: Library) -> None:
    assert changed(Library(), one, other) == one.merge(other)
