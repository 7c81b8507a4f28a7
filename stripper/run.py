"""Whole runs: from INPUT arguments to outputs, with an account of every input."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stripper import __version__, library
from stripper.engine.pool import Pool
from stripper.engine.work import Chunk, Done, Item, Stripping, prepare, strip_chunk, strip_pool, take
from stripper.errors import UsageError
from stripper.library import Library
from stripper.model import Rejected, Result, Skipped
from stripper.ruleset import Ruleset
from stripper.sinks import Sink, SinkOptions, atomic_write, open_sink, places
from stripper.sources import Input, Pending, ReadOptions, find_inputs, scan
from stripper.tally import Tally

# Characters (of text or HTML) in a piece of work, and the size of all inputs from which workers pay for their start.
_CHUNK = 1 << 18
_WORTH_WORKERS = 1 << 20

Progress = Callable[[str, int, int], None]
"""Called with the step, inputs done and inputs in all."""


@dataclass(frozen=True)
class Settings:
    """What a run depends on.

    rules: all rules of the run. library: for `strip` and `tag`; None lets rules alone decide.
    spared: categories that are not cut. workers: processes; None is one per core. memory: what learning may hold.
    rule_timeout: seconds that a rule may take on one segment.
    """

    rules: Ruleset
    library: Library | None = None
    spared: frozenset[str] = frozenset()
    workers: int | None = None
    memory: str = "512MB"
    rule_timeout: float = 1.0
    read: ReadOptions = field(default_factory=ReadOptions)
    sink: SinkOptions = field(default_factory=SinkOptions)
    input_format: str | None = None
    progress: Progress = lambda step, done, total: None

    def workers_for(self, inputs: Sequence[Input]) -> int:
        """As many as asked for; else one per core, or a single one where the inputs are small."""
        if self.workers is not None:
            return self.workers
        size = 0
        for item in inputs:
            with suppress(OSError):
                size += os.path.getsize(item.name)
        return (os.cpu_count() or 1) if size >= _WORTH_WORKERS else 1


def learn(arguments: Sequence[str], settings: Settings) -> tuple[Library, Tally]:
    """The Library of what repeats in the inputs. Raises UsageError."""
    inputs = find_inputs(arguments, settings.input_format)
    tally = Tally()
    with Pool(settings.workers_for(inputs)) as pool:
        return _learn(inputs, _chunks(inputs, settings), pool, settings, tally), tally


def clean(arguments: Sequence[str], out: str, settings: Settings) -> tuple[Library, Tally]:
    """Learn over all inputs, then strip each one into OUT. Raises UsageError and WriteError."""
    inputs, sink = _open(arguments, out, settings)
    with sink, TemporaryDirectory(prefix="stripper-", ignore_cleanup_errors=True) as folder, _pool(inputs, settings) as pool:
        spooled: list[Chunk] = []

        def spooling() -> Iterator[Chunk]:
            for number, chunk in enumerate(_chunks(inputs, settings)):
                spool = Path(folder, f"{number:08}")
                spooled.append(Chunk(chunk.input, [], chunk.last, spool))
                yield chunk._replace(spool=spool)

        found = _learn(inputs, spooling(), pool, settings, Tally())
        tally = _strip(inputs, spooled, found, pool, sink, settings)
        if sink.library_path:
            with atomic_write(sink.library_path) as file:
                file.writelines(line + b"\n" for line in found.lines())
        sink.close(tally.stats(settings.rules.policy))
    return found, tally


def strip(arguments: Sequence[str], out: str, settings: Settings) -> Tally:
    """Strip each input into OUT by the rules and the Library of the settings. Raises UsageError and WriteError."""
    inputs, sink = _open(arguments, out, settings)
    with sink, _pool(inputs, settings) as pool:
        tally = _strip(inputs, _chunks(inputs, settings), settings.library, pool, sink, settings)
        sink.close(tally.stats(settings.rules.policy))
    return tally


def _pool(inputs: Sequence[Input], settings: Settings) -> Pool:
    return strip_pool(settings.workers_for(inputs), settings.rules, settings.spared, settings.rule_timeout)


def _open(arguments: Sequence[str], out: str, settings: Settings) -> tuple[list[Input], Sink]:
    inputs = find_inputs(arguments, settings.input_format, exclude=places(out))
    return inputs, open_sink(out, inputs, settings.sink)


def _chunks(inputs: Sequence[Input], settings: Settings) -> Iterator[Chunk]:
    for number, source in enumerate(inputs):
        items: list[Item] = []
        size = 0
        for item in scan(source, settings.read):
            if size >= _CHUNK:
                yield Chunk(number, items, False)
                items, size = [], 0
            items.append(item)
            size += _size(item)
        yield Chunk(number, items, True)


def _size(item: Item) -> int:
    if isinstance(item, Pending):
        return len(item.html)
    return len(item.raw) if isinstance(item, Rejected) else 0 if isinstance(item, Skipped) else len(item.text)


def _learn(
    inputs: Sequence[Input], chunks: Iterable[Chunk], pool: Pool, settings: Settings, tally: Tally
) -> Library:
    from stripper.engine.local import Learner

    with Learner(memory=settings.memory, threads=pool.workers) as learner:
        for chunk, prepared in pool.map(prepare, chunks):
            for met in prepared.fingerprints:
                learner.add(met)
            tally.documents += prepared.documents
            tally.emitted += prepared.documents
            for item in prepared.others:
                if isinstance(item, Rejected):
                    tally.reject(item)
                else:
                    tally.skip(item)
            if chunk.last:
                settings.progress("learning", chunk.input + 1, len(inputs))
        return learner.learn()


def _strip(
    inputs: Sequence[Input],
    chunks: Iterable[Chunk],
    known: Library | None,
    pool: Pool,
    sink: Sink,
    settings: Settings,
) -> Tally:
    tally = Tally()
    sink.start(header(settings.rules, known))
    with TemporaryDirectory(prefix="stripper-", ignore_cleanup_errors=True) as folder:
        library = Path(folder, "library.jsonl") if known else None
        if known and library:
            library.write_bytes(known.dump())
        current, part = -1, Tally()
        for work, stripped in pool.map(strip_chunk, (Stripping(chunk, library) for chunk in chunks)):
            chunk = work.chunk
            if chunk.input != current:
                sink.begin(inputs[chunk.input])
                current, part = chunk.input, Tally()
            _write(take(stripped), sink, part, settings)
            if chunk.last:
                tally.add(part, sink.end() or not part.documents)
                settings.progress("stripping", chunk.input + 1, len(inputs))
    return tally


def _write(done: Iterable[Done], sink: Sink, tally: Tally, settings: Settings) -> None:
    for item in done:
        if isinstance(item, Result):
            rejected = sink.write(item)
            if rejected:
                tally.reject(rejected)
            else:
                tally.take(item, settings.rules.policy)
        elif isinstance(item, Rejected):
            sink.reject(item)
            tally.reject(item)
        else:
            tally.skip(item)


def header(rules: Ruleset, known: Library | None) -> dict[str, Any]:
    """What made an output: the version, and the hashes of its rules and Library."""
    return {"stripper": __version__, "rules": rules.hash, "library": known.hash if known else None}


def load_library(path: str) -> Library:
    """The Library in a file. Raises UsageError."""
    if not os.path.exists(path):
        raise UsageError(f"{path}: there is no such Library; make one with: stripper learn INPUT… -o {path}")
    return library.load(Path(path))
