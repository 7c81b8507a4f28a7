"""The map steps as functions over a chunk of what was read, for this process or a worker."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from stripper.engine.pool import Pool
from stripper.fingerprint import Fingerprint, fingerprint
from stripper.library import load
from stripper.model import Document, Rejected, Result, Skipped
from stripper.ready import matcher
from stripper.ruleset import Ruleset
from stripper.segment import Outline, outline, segments
from stripper.sources import Pending, finish
from stripper.strip import Strip

Item = Document | Rejected | Skipped | Pending
Done = Result | Rejected | Skipped


class Chunk(NamedTuple):
    """Some of what one input holds, in order.

    spool: the file that the chunk is put by in for a second step; None where there is none. last: the input ends here.
    """

    input: int
    items: list[Item]
    last: bool
    spool: Path | None = None


class Prepared(NamedTuple):
    """What learning needs of a chunk, in order. documents: how many it held."""

    documents: int
    fingerprints: list[Fingerprint]
    others: list[Rejected | Skipped]


# The one Strip of this process: set up once, since compiling rules and indexing a Library takes longer than a document.
_strip: list[Strip] = []


def strip_pool(workers: int, rules: Ruleset, spared: frozenset[str], timeout: float) -> Pool:
    """A pool that is ready for all steps."""
    return Pool(workers, _set_up, (rules, spared, timeout))


def _set_up(rules: Ruleset, spared: frozenset[str], timeout: float) -> None:
    _strip[:] = [Strip(matcher(rules, timeout), rules.policy, None, spared)]
    # What is made here is freed by its counts; to look for cycles as often as by default took a twelfth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def prepare(chunk: Chunk) -> Prepared:
    """Parse, segment and fingerprint; put by what was made: this is done once, and standard input can be read only once."""
    items: list[Item] = [finish(item) for item in chunk.items]
    outlined = [(item, outline(item.text)) for item in items if isinstance(item, Document)]
    if chunk.spool:
        with chunk.spool.open("wb") as file:
            pickle.dump((items, [found for _, found in outlined]), file, pickle.HIGHEST_PROTOCOL)
    met = [fingerprint(document, segments(document.text, found)) for document, found in outlined]
    return Prepared(len(outlined), met, [item for item in items if isinstance(item, Rejected | Skipped)])


class Stripping(NamedTuple):
    """A chunk to strip. library: the file of the Library, which each process reads once; None lets rules alone decide."""

    chunk: Chunk
    library: Path | None


class Stripped(NamedTuple):
    """A chunk as it comes back. compiled: patterns of rules that were compiled for it."""

    done: list[Done]
    compiled: dict[tuple[str, str], Any]


# Which Library this process has, by its file.
_known: list[Path | None] = [None]


def strip_chunk(work: Stripping) -> Stripped:
    """Strip each document of a chunk, or of its spool, which is then gone; what is none is passed on."""
    if work.library != _known[0]:
        _strip[:] = [_strip[0]._replace(library=load(work.library) if work.library else None)]
        _known[:] = [work.library]
    items = list(map(finish, work.chunk.items))
    outlines: Iterator[list[Outline]] = iter(())
    if work.chunk.spool:
        items, found = pickle.loads(work.chunk.spool.read_bytes())
        work.chunk.spool.unlink()
        outlines = iter(found)
    results = iter(_strip[0].all((item, next(outlines, None)) for item in items if isinstance(item, Document)))
    done = [next(results) if isinstance(item, Document) else item for item in items]
    patterns = _strip[0].matcher.patterns
    compiled, patterns.fresh = patterns.fresh, {}
    return Stripped(done, compiled)


def take(stripped: Stripped) -> list[Done]:
    """What came back; the patterns that a worker compiled are then known here, and put by for the next run."""
    if stripped.compiled and _strip:
        _strip[0].matcher.patterns.take(stripped.compiled)
    return stripped.done
