"""The Library: the Templates known so far, in one readable file, and how a segment is matched to them.

The file is JSON Lines: a header, one line per source with its documents, one line per Template, all sorted. Counts are kept
as the smallest hashes of what was counted (bottom-k sketches, Beyer et al. 2007), so that two Libraries merge by union and a
document that is learned twice counts once. The file holds no verdict: rules and policy classify when stripping.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import ahocorasick
import msgspec

from stripper.entry import BOTTOM, Entry, bottom, distinct, united
from stripper.errors import UsageError
from stripper.model import Evidence, Segment, Slot, Template
from stripper.normalize import FOLDING, SHINGLE, fold, split_words
from stripper.normalize import key as key_of

FORMAT = 1
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


_Shingle: TypeAlias = tuple[str, ...]

_HEADER = _Header(FORMAT, FOLDING, SHINGLE, BOTTOM)
_CONFLICT = (b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")
_RESOLVE = (
    "take both sides with: git show :2:./{name} > ours; git show :3:./{name} > theirs; "
    "stripper library merge ours theirs -o {name} --overwrite"
)


class Known(NamedTuple):
    """A segment's Template, and how alike they are: 1.0 for the same key, else the Jaccard of their shingles."""

    template: Template
    similarity: float


def _shingles(words: list[str]) -> set[_Shingle]:
    """The shingles of a text, none of one that is too short to be compared. Tuples: they are made without a copy."""
    return set(zip(*(words[at:] for at in range(SHINGLE)), strict=False)) if len(words) >= NEAR_WORDS else set()


def _prefix(count: int) -> int:
    """How many of an exemplar's rarest shingles to index so that no text alike enough shares none of them.

    A text with Jaccard `NEAR` or more shares at least ``NEAR * count`` of them (prefix filtering, Chaudhuri, Ganti and
    Kaushik 2006).
    """
    return count - math.ceil(NEAR * count) + 1


class _Index:
    """What `Library.match` looks Templates up by."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._entries = [entry for _, entry in sorted(library.entries.items())]
        self._by_key: dict[int, int] = {}
        # Templates by number, each made when it is first met.
        self._known: dict[int, Known] = {}
        for at, entry in enumerate(self._entries):
            for key in entry.keys:
                self._by_key.setdefault(int(key, 16), at)
        self._exemplars = [_shingles(split_words(fold(entry.text))) for entry in self._entries]
        # Few texts hold an exemplar's rarest shingles: one pass over a text's characters tells, before it is made shingles.
        self._rarest: Any = ahocorasick.Automaton()
        counts = Counter(shingle for shingles in self._exemplars for shingle in shingles)
        holders: dict[_Shingle, list[int]] = defaultdict(list)
        for at, shingles in enumerate(self._exemplars):
            rarest = sorted(shingles, key=lambda s: (counts[s], -sum(map(len, s)), s))
            for shingle in rarest[: _prefix(len(rarest))]:
                holders[shingle].append(at)
        for shingle, found in holders.items():
            self._rarest.add_word(f" {' '.join(shingle)} ", found)
        self._rarest.make_automaton()

    def exactly(self, key: int) -> Known | None:
        at = self._by_key.get(key)
        return None if at is None else self._known.get(at) or self._make(at)

    def _make(self, at: int) -> Known:
        known = self._known[at] = Known(self._library.template(self._entries[at]), 1.0)
        return known

    def nearly(self, folded: str) -> Known | None:
        text = folded if folded.isascii() else " ".join(split_words(folded))
        words = text.count(" ") + 1
        if words < NEAR_WORDS or not len(self._rarest):
            return None
        candidates: set[int] = set()
        for _, holders in self._rarest.iter(f" {text} "):
            candidates.update(holders)
        # A text has no more shingles than words.
        candidates = {at for at in candidates if len(self._exemplars[at]) * NEAR <= words}
        if not candidates:
            return None
        shingles = _shingles(text.split(" "))
        best: tuple[float, int] | None = None
        for at in sorted(candidates):
            exemplar = self._exemplars[at]
            shared = len(exemplar & shingles)
            alike = shared / (len(exemplar) + len(shingles) - shared)
            if alike >= NEAR and (best is None or alike > best[0]):
                best = alike, at
        if best is None:
            return None
        return Known((self._known.get(best[1]) or self._make(best[1])).template, round(best[0], 4))


@dataclass
class Library:
    """Templates by id and the documents of each source, with the index that `match` needs (built when first asked)."""

    entries: dict[str, Entry] = field(default_factory=dict)
    totals: dict[str, list[int]] = field(default_factory=dict)
    _index: _Index | None = field(default=None, repr=False, compare=False)
    _judged: dict[int, Known | None] = field(default_factory=dict, repr=False, compare=False)

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

    def ready(self) -> Library:
        """This Library with its index made: it goes where a pickle goes."""
        self._index = self._index or _Index(self)
        return self

    def match(self, segment: Segment) -> Known | None:
        """The Template a segment belongs to: by key, else, for one sentence, the most alike exemplar, `NEAR` or nearer.

        Nearness is the Jaccard similarity of their word shingles.
        """
        index = self._index or self.ready()._index
        assert index
        known = index.exactly(segment.key)
        if known is not None or not segment.stands_for("sentence"):
            return known
        key = segment.key
        if key in self._judged:
            return self._judged[key]
        if len(self._judged) >= _REMEMBERED:
            self._judged.clear()
        known = self._judged[key] = index.nearly(segment.folded)
        return known

    def elsewhere(self, key: int, source: str) -> bool | None:
        """Whether another document of a source holds the text of this key; None where no other document is known.

        What a person keeps counts as held by none.
        """
        if not source or distinct(self.totals.get(source, [])) < 2:
            return None
        if self._index is None:
            self._index = _Index(self)
        known = self._index.exactly(key)
        if known is None or known.template.action == "keep":
            return False
        return known.template.by_source.get(source, (0, 0.0))[0] > 1

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
        """Both Libraries as one, whichever comes first: sketches are united, a person's ``action: keep`` stays."""
        totals = {
            name: bottom([*self.totals.get(name, []), *other.totals.get(name, [])])
            for name in self.totals.keys() | other.totals.keys()
        }
        return Library(united([*self.entries.values(), *other.entries.values()]), totals)

    def without_changes(self, base: Library, other: Library) -> Library:
        """This Library less what ``other`` took out of ``base``: Templates deleted, and marks of ``action: keep``.

        A union would bring them back. What this Library has changed itself since ``base`` stays.
        """
        theirs = {key: entry for entry in other.entries.values() for key in (entry.id, *entry.keys)}
        entries = dict(self.entries)
        for id, before in base.entries.items():
            own = entries.get(id)
            after = [theirs[key] for key in (id, *before.keys) if key in theirs]
            if own == before and not after:
                del entries[id]
            elif own and before.action and after and not any(entry.action for entry in after):
                entries[id] = msgspec.structs.replace(own, action=None)
        return Library(entries, self.totals)


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
    header, library = _read(data, name)
    if header != _HEADER:
        rebuild = f"rebuild it with: stripper library rebuild {name} INPUT…"
        raise UsageError(f"{name}:1: made by another version ({header}; this one has {_HEADER}); {rebuild}")
    return library


def rebuild(data: bytes, name: str) -> Library:
    """A Library of any folding, its texts folded as this version folds them; one of this version is left as it is.

    Of each Template only the exemplar's text is in the file, so the keys of its other wordings are not known any more.
    Raises UsageError where the file is damaged or of another format.
    """
    header, old = _read(data, name)
    if header == _HEADER:
        return old
    entries = []
    for entry in old.entries.values():
        id = f"{key_of(entry.text):016x}"
        sources = {source: bottom(sketch) for source, sketch in entry.sources.items()}
        documents = bottom(entry.documents)
        at, contexts = entry.at[: len(documents)], bottom(entry.contexts)
        entries.append(
            msgspec.structs.replace(entry, id=id, keys=[id], documents=documents, at=at, contexts=contexts, sources=sources)
        )
    return Library(united(entries), {source: bottom(sketch) for source, sketch in old.totals.items()})


def _read(data: bytes, name: str) -> tuple[_Header, Library]:
    """What a Library's file holds, whatever folding its header names. Raises UsageError where it cannot be read."""
    decode = msgspec.json.Decoder(_Header | _Total | Entry).decode
    again = f"make it anew with: stripper learn INPUT… -o {name} --overwrite"
    header: _Header | None = None
    library = Library()
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        if line.startswith(_CONFLICT):
            raise UsageError(f"{name}:{number}: git left a conflict here; {_RESOLVE.format(name=name)}")
        try:
            row = decode(line)
        except msgspec.DecodeError as error:
            kind = "damaged" if header else "no Library file"
            raise UsageError(f"{name}:{number}: this is {kind} ({error}); {again}") from None
        if isinstance(row, _Header) != (header is None):
            raise UsageError(f"{name}:{number}: a Library has one header, its first line; {again}")
        if isinstance(row, _Header):
            header = row
            if row.format != FORMAT:
                raise UsageError(f"{name}:{number}: its format is {row.format}, this version reads {FORMAT}; {again}")
        elif isinstance(row, _Total):
            library.totals[row.source] = row.documents
        elif row.id in library.entries or not _sound(row):
            kind = "a Template twice" if row.id in library.entries else "a damaged Template"
            raise UsageError(f"{name}:{number}: {kind} ({row.id}); {again}")
        else:
            library.entries[row.id] = row
    if header is None:
        raise UsageError(f"{name}: this is no Library file (it is empty); {again}")
    return header, library
