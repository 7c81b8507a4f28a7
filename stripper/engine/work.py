"""The map steps as functions over a chunk of what was read, for this process or a worker."""

from __future__ import annotations

import gc
import os
import pickle
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from stripper.engine import watch
from stripper.engine.pool import Pool
from stripper.engine.watch import Limits
from stripper.fingerprint import Fingerprint, fingerprint
from stripper.library import load
from stripper.model import Document, Rejected, Result, Skipped
from stripper.ready import matcher
from stripper.ruleset import Ruleset
from stripper.segment import Outline, outline, segments
from stripper.sources import Pending, finish
from stripper.sources.rows import original
from stripper.strip import Strip

Item = Document | Rejected | Skipped | Pending
Done = Result | Rejected | Skipped
_Made = TypeVar("_Made")

_blank = re.compile(r"\n[ \t\r]*\n")


class Blame(NamedTuple):
    """Why an item of a chunk is left out."""

    reason: str
    advice: str


class Chunk(NamedTuple):
    """Some of what one input holds, in order.

    spool: the file that the chunk is put by in for a second step; None where there is none. last: the input ends here.
    blamed: items that are not to be worked on, by their index; they go to quarantine.
    """

    input: int
    items: list[Item]
    last: bool
    spool: Path | None = None
    blamed: Mapping[int, Blame] = {}


class Prepared(NamedTuple):
    """What learning needs of a chunk, in order. documents: how many it held."""

    documents: int
    fingerprints: list[Fingerprint]
    others: list[Rejected | Skipped]


# The one Strip of this process: set up once, since compiling rules and indexing a Library takes longer than a document.
_strip: list[Strip] = []


def strip_pool(workers: int, rules: Ruleset, spared: frozenset[str], timeout: float, limits: Limits) -> Pool:
    """A pool that is ready for all steps."""
    return Pool(workers, _set_up, (rules, spared, timeout), limits)


def _set_up(rules: Ruleset, spared: frozenset[str], timeout: float) -> None:
    _strip[:] = [Strip(matcher(rules, timeout), rules.policy, None, spared)]
    # What is made here is freed by its counts; to look for cycles as often as by default took a twelfth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


class _Read(NamedTuple):
    item: Document
    outline: list[Outline]
    met: Fingerprint


def prepare(chunk: Chunk) -> Prepared:
    """Parse, segment and fingerprint; put by what was made: this is done once, and standard input can be read only once."""
    read = list(_each(chunk, chunk.items, lambda at, item: _read(item)))
    if chunk.spool:
        items = [made.item if isinstance(made, _Read) else made for made in read]
        outlines = [made.outline for made in read if isinstance(made, _Read)]
        with chunk.spool.open("wb") as file:
            pickle.dump((items, outlines), file, pickle.HIGHEST_PROTOCOL)
    met = [made.met for made in read if isinstance(made, _Read)]
    return Prepared(len(met), met, [made for made in read if not isinstance(made, _Read)])


def _read(item: Item) -> _Read | Rejected | Skipped:
    document = _finished(item)
    if not isinstance(document, Document):
        return document
    found = outline(document.text)
    return _Read(document, found, fingerprint(document, segments(document.text, found)))


def _finished(item: Item) -> Document | Rejected | Skipped:
    document = finish(item)
    most = watch.limits().paragraph
    if isinstance(document, Document) and len(document.text) > most:
        longest = max(map(len, _blank.split(document.text)))
        if longest > most:
            reason = f"a paragraph of {longest} characters, over the limit of {most}"
            return _reject(item, reason, "part it by blank lines, or raise --max-paragraph")
    return document


def _each(chunk: Chunk, items: Iterable[Item], step: Callable[[int, Item], _Made]) -> Iterator[_Made | Rejected]:
    """What a step makes of each item; of one that it fails on, and one that is to blame for the end of a worker, a Rejected.

    One bad document does not end a run.
    """
    for at, item in enumerate(items):
        if at in chunk.blamed:
            yield _reject(item, *chunk.blamed[at])
            continue
        watch.begin(at, _size(item))
        made: _Made | Rejected
        try:
            made = step(at, item)
        except MemoryError:
            most = watch.limits().memory
            made = _reject(item, f"needs more than {most:,} bytes of memory", "raise --max-memory, or leave it out")
        except Exception as error:
            if os.environ.get("STRIPPER_TRACEBACK"):
                raise
            made = _reject(item, f"{type(error).__name__}: {error}", "this is a fault of stripper; please report it")
        watch.idle()
        yield made


def _size(item: Item) -> int:
    return len(item.html) if isinstance(item, Pending) else len(item.text) if isinstance(item, Document) else 0


def _reject(item: Item, reason: str, advice: str) -> Rejected:
    if isinstance(item, Rejected):
        return item
    if isinstance(item, Skipped):
        return Rejected(item.path, "", reason, advice)
    if isinstance(item, Pending):
        return Rejected(item.document.path, item.where, reason, advice, item.raw, item.offset)
    where = f"id {item.id}" if item.id else ""
    return Rejected(item.path, where, reason, advice, original(item))


def blame(work: Chunk, index: int, reason: str, advice: str) -> Chunk:
    """A chunk without the item that made its worker hang or die."""
    return work._replace(blamed={**work.blamed, index: Blame(reason, advice)})


class Stripping(NamedTuple):
    """A chunk to strip. library: the file of the Library, which each process reads once; None lets rules alone decide."""

    chunk: Chunk
    library: Path | None


class Stripped(NamedTuple):
    """A chunk as it comes back. compiled: patterns of rules that were compiled for it."""

    done: list[Done]
    compiled: dict[tuple[str, str], Any]


def blame_stripping(work: Stripping, index: int, reason: str, advice: str) -> Stripping:
    """As `blame`."""
    return work._replace(chunk=blame(work.chunk, index, reason, advice))


# Which Library this process has, by its file.
_known: list[Path | None] = [None]


def strip_chunk(work: Stripping) -> Stripped:
    """Strip each document of a chunk, or of its spool; what is none is passed on."""
    if work.library != _known[0]:
        # A Library may be larger than what a document may take.
        watch.limit_memory(0)
        _strip[:] = [_strip[0]._replace(library=load(work.library) if work.library else None)]
        _known[:] = [work.library]
        watch.limit_memory()
    if work.chunk.spool:
        items, found = pickle.loads(work.chunk.spool.read_bytes())
        outlines: dict[int, list[Outline]] = dict(zip(_documents(items), found, strict=True))
    else:
        items, outlines = work.chunk.items, {}

    def step(at: int, item: Item) -> Done:
        document = _finished(item)
        return _strip[0](document, outlines.get(at)) if isinstance(document, Document) else document

    done = list(_each(work.chunk, items, step))
    patterns = _strip[0].matcher.patterns
    compiled, patterns.fresh = patterns.fresh, {}
    return Stripped(done, compiled)


def take(stripped: Stripped) -> list[Done]:
    """What came back; the patterns that a worker compiled are then known here, and put by for the next run."""
    if stripped.compiled and _strip:
        _strip[0].matcher.patterns.take(stripped.compiled)
    return stripped.done


def _documents(items: Iterable[Item]) -> Iterator[int]:
    """The places of documents among items."""
    return (at for at, item in enumerate(items) if isinstance(item, Document))
