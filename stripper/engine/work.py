"""The map steps as functions over a chunk of what was read, for this process or a worker."""

from __future__ import annotations

from typing import NamedTuple

from stripper.engine.pool import Pool
from stripper.fingerprint import Fingerprint, fingerprint
from stripper.library import Library, loads
from stripper.match import Matcher
from stripper.model import Document, Rejected, Result, Segment, Skipped
from stripper.ruleset import Ruleset
from stripper.segment import segments
from stripper.sources import Pending, finish
from stripper.strip import Strip

Item = Document | Rejected | Skipped | Pending
Done = Result | Rejected | Skipped


class Chunk(NamedTuple):
    """Some of what one input holds, in order.

    last: the input ends here. found: the segments of each item, where they are known; none for what is no document.
    """

    input: int
    items: list[Item]
    last: bool
    found: list[list[Segment]] | None = None


class Prepared(NamedTuple):
    """A chunk with its pages parsed and its documents segmented, and their fingerprints in order."""

    chunk: Chunk
    fingerprints: list[Fingerprint]


def prepare(chunk: Chunk) -> Prepared:
    """Read, segment and fingerprint: all that learning asks of a document, and that stripping need not do again."""
    items: list[Item] = [finish(item) for item in chunk.items]
    found = [segments(item.text) if isinstance(item, Document) else [] for item in items]
    met = [fingerprint(item, own) for item, own in zip(items, found, strict=True) if isinstance(item, Document)]
    return Prepared(chunk._replace(items=items, found=found), met)


# The one Strip of this process: set up once, since compiling rules and indexing a Library takes longer than a document.
_strip: list[Strip] = []


def set_up(rules: Ruleset, library: bytes | None, spared: frozenset[str], timeout: float) -> None:
    known: Library | None = loads(library, "the Library") if library else None
    _strip[:] = [Strip(Matcher(rules, timeout), rules.policy, known, spared)]


def strip_pool(workers: int, rules: Ruleset, library: Library | None, spared: frozenset[str], timeout: float) -> Pool:
    """A pool that is ready for `strip_chunk`."""
    return Pool(workers, set_up, (rules, library.dump() if library else None, spared, timeout))


def strip_chunk(chunk: Chunk) -> list[Done]:
    """Strip each document of a chunk; what is none is passed on."""
    done: list[Done] = []
    for number, item in enumerate(map(finish, chunk.items)):
        found = chunk.found[number] if chunk.found else None
        done.append(_strip[0](item, found) if isinstance(item, Document) else item)
    return done
