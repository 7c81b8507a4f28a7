"""The map steps as functions over a chunk of what was read, for this process or a worker."""

from __future__ import annotations

from typing import NamedTuple

from stripper.engine.pool import Pool
from stripper.fingerprint import Fingerprint, fingerprint
from stripper.library import Library, loads
from stripper.match import Matcher
from stripper.model import Document, Rejected, Result, Skipped
from stripper.ruleset import Ruleset
from stripper.segment import segments
from stripper.sources import Pending, finish
from stripper.strip import Strip

Item = Document | Rejected | Skipped | Pending
Done = Result | Rejected | Skipped


class Chunk(NamedTuple):
    """Some of what one input holds, in order. last: the input ends here."""

    input: int
    items: list[Item]
    last: bool


class Prepared(NamedTuple):
    """A chunk with its pages parsed, and the fingerprints of its documents in order."""

    chunk: Chunk
    fingerprints: list[Fingerprint]


def prepare(chunk: Chunk) -> Prepared:
    """Read and fingerprint: all that learning asks of a document."""
    items: list[Item] = [finish(item) for item in chunk.items]
    met = [fingerprint(item, segments(item.text)) for item in items if isinstance(item, Document)]
    return Prepared(chunk._replace(items=items), met)


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
    return [_strip[0](item) if isinstance(item, Document) else item for item in map(finish, chunk.items)]
