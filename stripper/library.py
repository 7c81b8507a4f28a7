"""The Library: the Templates known so far, in one readable file, and how a segment is matched to them.

The file is JSON Lines: a header, one line per source with its documents, one line per Template, all sorted. Counts are kept
as the smallest hashes of what was counted (bottom-k sketches, Beyer et al. 2007), so that two Libraries merge by union and a
document that is learned twice counts once. The file holds no verdict: rules and policy classify when stripping.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from stripper.errors import UsageError
from stripper.model import Evidence, Segment, Slot, Template
from stripper.normalize import FOLDING, SHINGLE, fold, split_words

FORMAT = 1
# How many hashes a sketch keeps: smaller counts are exact, larger ones are estimates within about 18 %.
BOTTOM = 32
# Sources named per Template: those that hold it most often.
SOURCES = 64
HASH_BITS = 48
# Segments of fewer words match by key alone: one changed word leaves too little to recognise them by.
NEAR_WORDS = 8
NEAR = 0.6
# Answers kept at hand: what a document keeps is asked again when what is left of it is judged.
_REMEMBERED = 1 << 14


class _Header(msgspec.Struct, frozen=True, tag="library", tag_field="line"):
    format: int
    folding: int
    shingle: int
    bottom: int


class _Total(msgspec.Struct, frozen=True, tag="source", tag_field="line"):
    """The documents of one source, as a sketch."""

    source: str
    documents: list[int]


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


_Shingle: TypeAlias = tuple[str, ...]

_HEADER = _Header(FORMAT, FOLDING, SHINGLE, BOTTOM)


class Known(NamedTuple):
    """A segment's Template, and how alike they are: 1.0 for the same key, else the Jaccard of their shingles."""

    template: Template
    similarity: float


def distinct(sketch: list[int]) -> int:
    """How many things a bottom-k sketch stands for."""
    if len(sketch) < BOTTOM:
        return len(sketch)
    return round((BOTTOM - 1) * (1 << HASH_BITS) / max(sketch[BOTTOM - 1], 1))


def bottom(hashes: Iterable[int]) -> list[int]:
    """The sketch of some 48-bit hashes."""
    return sorted(set(hashes))[:BOTTOM]


def _shingles(words: list[str]) -> set[_Shingle]:
    """The shingles of a text, none of one that is too short to be compared. Tuples: they are made without a copy."""
    return set(zip(*(words[at:] for at in range(SHINGLE)), strict=False)) if len(words) >= NEAR_WORDS else set()


def _prefix(count: int) -> int:
    """How many of an exemplar's rarest shingles to index so that no text alike enough shares none of them.

    A text with Jaccard `NEAR` or more shares at least ``NEAR * count`` of them (prefix filtering, Chaudhuri, Ganti and
    Kaushik 2006).
    """
    return count - math.ceil(NEAR * count) + 1


def most_at_home(sources: dict[str, list[int]]) -> dict[str, list[int]]:
    """The sources that a Template is to name, each with its sketch."""
    return dict(sorted(sources.items(), key=lambda s: (-distinct(s[1]), s[0]))[:SOURCES])


@dataclass
class Library:
    """Templates by id and the documents of each source, with the index that `match` needs (built when first asked)."""

    entries: dict[str, Entry] = field(default_factory=dict)
    totals: dict[str, list[int]] = field(default_factory=dict)
    _templates: list[Template] = field(default_factory=list, repr=False)
    _by_key: dict[int, int] | None = field(default=None, repr=False)
    _by_shingle: dict[_Shingle, list[int]] = field(default_factory=dict, repr=False)
    _exemplars: list[set[_Shingle]] = field(default_factory=list, repr=False)
    _judged: dict[int, Known | None] = field(default_factory=dict, repr=False)

    def template(self, entry: Entry) -> Template:
        """An entry with its sketches read as counts."""
        places = max(1, len(entry.at))
        by_source = {}
        for name, sketch in sorted(entry.sources.items()):
            here = distinct(sketch)
            by_source[name] = here, here / max(1, here, distinct(self.totals.get(name, [])))
        return Template(
            id=entry.id,
            exemplar=entry.text,
            keys=tuple(int(k, 16) for k in entry.keys),
            evidence=Evidence(
                documents=distinct(entry.documents),
                sources=sum(1 for name in by_source if name),
                contexts=distinct(entry.contexts),
                share=max((share for name, (_, share) in by_source.items() if name), default=0.0),
                head=entry.at.count("h") / places,
                tail=entry.at.count("t") / places,
                links=entry.at.count("l") / places,
            ),
            slots=tuple(Slot(s[0], s[1], s[2], tuple(s[3])) for s in entry.slots),
            by_source=by_source,
            action=entry.action,
        )

    def templates(self) -> list[Template]:
        return [self.template(entry) for _, entry in sorted(self.entries.items())]

    def match(self, segment: Segment) -> Known | None:
        """The Template a segment belongs to: by key, else, for one sentence, the most alike exemplar, `NEAR` or nearer.

        Nearness is the Jaccard similarity of their word shingles.
        """
        if self._by_key is None:
            self._index()
        assert self._by_key is not None
        at = self._by_key.get(segment.key)
        if at is not None:
            return Known(self._templates[at], 1.0)
        if not segment.stands_for("sentence"):
            return None
        if segment.key not in self._judged:
            if len(self._judged) >= _REMEMBERED:
                self._judged.clear()
            self._judged[segment.key] = self._near(segment.folded)
        return self._judged[segment.key]

    def _near(self, folded: str) -> Known | None:
        shingles = _shingles(split_words(folded))
        index = self._by_shingle
        candidates = {at for shingle in shingles & index.keys() for at in index[shingle]}
        best: tuple[float, int] | None = None
        for at in sorted(candidates):
            exemplar = self._exemplars[at]
            shared = len(exemplar & shingles)
            alike = shared / (len(exemplar) + len(shingles) - shared)
            if alike >= NEAR and (best is None or alike > best[0]):
                best = alike, at
        return Known(self._templates[best[1]], round(best[0], 4)) if best else None

    def _index(self) -> None:
        self._templates = self.templates()
        by_key: dict[int, int] = {}
        sets: list[set[_Shingle]] = []
        for at, template in enumerate(self._templates):
            for key in template.keys:
                by_key.setdefault(key, at)
            folded = fold(template.exemplar)
            sets.append(_shingles(split_words(folded)))
        counts = Counter(shingle for shingles in sets for shingle in shingles)
        index: dict[_Shingle, list[int]] = defaultdict(list)
        for at, shingles in enumerate(sets):
            rarest = sorted(shingles, key=lambda s: (counts[s], s))
            for shingle in rarest[: _prefix(len(rarest))]:
                index[shingle].append(at)
        self._by_shingle, self._exemplars, self._by_key = dict(index), sets, by_key

    # The file

    def lines(self) -> Iterator[bytes]:
        encode = msgspec.json.Encoder(order="sorted").encode
        yield encode(_HEADER)
        for name, sketch in sorted(self.totals.items()):
            yield encode(_Total(name, sketch))
        for _, entry in sorted(self.entries.items()):
            yield encode(entry)

    def dump(self) -> bytes:
        """The file's bytes: the same Library gives the same bytes."""
        return b"".join(line + b"\n" for line in self.lines())

    @property
    def hash(self) -> str:
        return sha256(self.dump()).hexdigest()

    def merge(self, other: Library) -> Library:
        """Both Libraries as one: sketches are united, a person's ``action: keep`` stays."""
        totals = {
            name: bottom([*self.totals.get(name, []), *other.totals.get(name, [])])
            for name in self.totals.keys() | other.totals.keys()
        }
        entries = dict(self.entries)
        owner = {key: entry.id for entry in entries.values() for key in entry.keys}
        for _, entry in sorted(other.entries.items()):
            # Clusters grown apart meet again where they share a member; one may bridge several.
            mine = sorted({owner[key] for key in [entry.id, *entry.keys] if key in owner})
            united = reduce(_unite, [*(entries.pop(id) for id in mine), entry])
            entries[united.id] = united
            owner.update(dict.fromkeys(united.keys, united.id))
        return Library(entries, totals)


def _unite(first: Entry, second: Entry) -> Entry:
    at = dict(zip(second.documents, second.at, strict=True)) | dict(zip(first.documents, first.at, strict=True))
    documents = bottom(at)
    sources = {
        name: bottom([*first.sources.get(name, []), *second.sources.get(name, [])])
        for name in first.sources.keys() | second.sources.keys()
    }
    return Entry(
        id=first.id,
        text=first.text,
        keys=sorted({*first.keys, *second.keys}),
        documents=documents,
        at="".join(at[d] for d in documents),
        contexts=bottom([*first.contexts, *second.contexts]),
        sources=most_at_home(sources),
        slots=first.slots or (second.slots if first.text == second.text else []),
        action=first.action or second.action,
    )


_hexadecimal = re.compile("[0-9a-f]{16}")


def _sound(entry: Entry) -> bool:
    """Whether the parts of an entry fit one another."""
    return (
        all(map(_hexadecimal.fullmatch, [entry.id, *entry.keys]))
        and len(entry.at) == len(entry.documents)
        and set(entry.at) <= set("hmtl")
        and all(_is_slot(slot, len(entry.text)) for slot in entry.slots)
    )


def _is_slot(slot: list[Any], length: int) -> bool:
    if len(slot) != 4 or not all(isinstance(at, int) for at in slot[:2]) or not isinstance(slot[3], list):
        return False
    return 0 <= slot[0] <= slot[1] <= length and isinstance(slot[2], str) and all(isinstance(v, str) for v in slot[3])


def load(path: Path) -> Library:
    """Read a Library file. Raises UsageError where it is missing, damaged, or of another format or folding version."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: the Library cannot be read: {error.strerror}") from None
    return loads(data, str(path))


def loads(data: bytes, name: str) -> Library:
    """A Library from the bytes of its file; ``name`` is what errors call it."""
    decode = msgspec.json.Decoder(_Header | _Total | Entry).decode
    rebuild = f"make it anew with: stripper learn INPUT… -o {name}"
    library = Library()
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = decode(line)
        except msgspec.DecodeError as error:
            kind = "no Library file" if number == 1 else "damaged"
            raise UsageError(f"{name}:{number}: this is {kind} ({error}); {rebuild}") from None
        if isinstance(row, _Header) and row != _HEADER:
            raise UsageError(f"{name}:{number}: made by another version ({row}; this one has {_HEADER}); {rebuild}")
        if (number == 1) != isinstance(row, _Header):
            raise UsageError(f"{name}:{number}: a Library has one header, its first line; {rebuild}")
        if isinstance(row, _Total):
            library.totals[row.source] = row.documents
        elif isinstance(row, Entry):
            if row.id in library.entries or not _sound(row):
                kind = "a Template twice" if row.id in library.entries else "a damaged Template"
                raise UsageError(f"{name}:{number}: {kind} ({row.id}); {rebuild}")
            library.entries[row.id] = row
    if not data.strip():
        raise UsageError(f"{name}: this is no Library file (it is empty); {rebuild}")
    return library
