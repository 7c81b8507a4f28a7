"""Templates as the Library's file holds them, and how those of several Libraries become one.

Uniting gives the same whatever comes first or is united first, and twice is once: sketches are unions that keep their
smallest hashes, and of two exemplars that with the smaller id stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

# How many hashes a sketch keeps: smaller counts are exact, larger ones are estimates within about 18 %.
BOTTOM = 32
HASH_BITS = 48
# Sources named per Template by one learning: those that hold it most often. A union names those of both.
SOURCES = 64
# Values of a slot that are shown.
SHOWN = 4
# Where in a document a text stands; of several places the first of these counts.
PLACES = "hmtl"


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, tag="template", tag_field="line"):
    """One Template as the file holds it. Sketches are sorted lists of 48-bit hashes.

    at: for each of ``documents``, where in it the text stood: ``h`` first fifth, ``t`` last fifth, ``m`` between;
    ``l`` where it stood as a link of a page.
    """

    id: str
    text: str
    keys: list[str]
    documents: list[int]
    at: str
    contexts: list[int] = []
    sources: dict[str, list[int]] = {}
    slots: list[list[Any]] = []
    action: Literal["keep"] | None = None


def distinct(sketch: list[int]) -> int:
    """How many things a bottom-k sketch stands for."""
    if len(sketch) < BOTTOM:
        return len(sketch)
    return round((BOTTOM - 1) * (1 << HASH_BITS) / max(sketch[BOTTOM - 1], 1))


def bottom(hashes: Iterable[int]) -> list[int]:
    """The sketch of some 48-bit hashes."""
    return sorted(set(hashes))[:BOTTOM]


def most_at_home(sources: dict[str, list[int]]) -> dict[str, list[int]]:
    """The sources that a Template is to name, each with its sketch."""
    if len(sources) <= SOURCES:
        return sources
    return dict(sorted(sources.items(), key=lambda s: (-distinct(s[1]), s[0]))[:SOURCES])


def united(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by id, those that share a member as one: clusters grown apart meet again, and one may bridge several."""
    groups: dict[int, list[Entry]] = {}
    owner: dict[str, int] = {}
    for number, entry in enumerate(entries):
        group = [entry]
        keys = [entry.id, *entry.keys]
        for other in {owner[key] for key in keys if key in owner}:
            met = groups.pop(other)
            group += met
            keys += [key for member in met for key in (member.id, *member.keys)]
        groups[number] = group
        owner.update(dict.fromkeys(keys, number))
    made = map(_unite, groups.values())
    return {entry.id: entry for entry in sorted(made, key=lambda entry: entry.id)}


def _unite(entries: Sequence[Entry]) -> Entry:
    if len(entries) == 1:
        return entries[0]
    id, text = min((entry.id, entry.text) for entry in entries)
    at: dict[int, str] = {}
    sources: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        for document, place in zip(entry.documents, entry.at, strict=True):
            at[document] = min(at.get(document, place), place, key=PLACES.index)
        for source, sketch in entry.sources.items():
            sources[source] += sketch
    documents = bottom(at)
    return Entry(
        id=id,
        text=text,
        keys=sorted({key for entry in entries for key in entry.keys}),
        documents=documents,
        at="".join(at[document] for document in documents),
        contexts=bottom(context for entry in entries for context in entry.contexts),
        sources={source: bottom(sketch) for source, sketch in sources.items()},
        slots=_slots(slot for entry in entries if (entry.id, entry.text) == (id, text) for slot in entry.slots),
        action="keep" if any(entry.action for entry in entries) else None,
    )


def _slots(slots: Iterable[list[Any]]) -> list[list[Any]]:
    """Slots of one exemplar: those that overlap or touch are one, with the values of all."""
    made: list[list[Any]] = []
    for start, end, kind, values in sorted(slots):
        if made and start <= made[-1][1]:
            last = made[-1]
            made[-1] = [last[0], max(last[1], end), _kind(last[2], kind), sorted({*last[3], *values})[:SHOWN]]
        else:
            made.append([start, end, kind, values])
    return made


def _kind(one: str, other: str) -> str:
    """What holds values of both kinds."""
    if one == other:
        return one
    return "date" if {one, other} == {"number", "date"} else "text"
