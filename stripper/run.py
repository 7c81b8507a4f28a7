"""Whole runs: from INPUT arguments to outputs, with an account of every input."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from stripper import __version__, library
from stripper.engine.pool import Pool
from stripper.engine.work import Chunk, Done, Item, prepare, strip_chunk, strip_pool
from stripper.errors import UsageError
from stripper.library import Library
from stripper.model import Rejected, Result, Skipped
from stripper.ruleset import Ruleset
from stripper.sinks import Sink, SinkOptions, open_sink, places
from stripper.sources import Input, Pending, ReadOptions, find_inputs, scan
from stripper.tally import Tally

# Characters (of text or HTML) in a piece of work, and the size of all inputs from which workers pay for their start.
_CHUNK = 1 << 18
_WORTH_WORKERS = 4 << 20

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
    found = _learn(inputs, settings, None, tally)
    return found, tally


def clean(arguments: Sequence[str], out: str, settings: Settings) -> tuple[Library, Tally]:
    """Learn over all inputs, then strip each one into OUT. Raises UsageError and WriteError."""
    inputs, sink = _open(arguments, out, settings)
    with sink, TemporaryFile(prefix="stripper-") as spool:
        # Pages are parsed once and standard input can be read once: the second step reads what the first put by.
        found = _learn(inputs, settings, spool, Tally())
        settings = replace(settings, library=found)
        tally = _strip(inputs, _unspool(spool), sink, settings)
        if sink.library_path:
            from stripper.sinks import atomic_write

            with atomic_write(sink.library_path) as file:
                file.writelines(line + b"\n" for line in found.lines())
        sink.close(tally.stats(settings.rules.policy))
    return found, tally


def strip(arguments: Sequence[str], out: str, settings: Settings) -> Tally:
    """Strip each input into OUT by the rules and the Library of the settings. Raises UsageError and WriteError."""
    inputs, sink = _open(arguments, out, settings)
    with sink:
        tally = _strip(inputs, _chunks(inputs, settings), sink, settings)
        sink.close(tally.stats(settings.rules.policy))
    return tally


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


def _learn(inputs: Sequence[Input], settings: Settings, spool: IO[bytes] | None, tally: Tally) -> Library:
    from stripper.engine.local import Learner

    workers = settings.workers_for(inputs)
    with Learner(memory=settings.memory, threads=workers) as learner, Pool(workers) as pool:
        for chunk, prepared in pool.map(prepare, _chunks(inputs, settings)):
            for met in prepared.fingerprints:
                learner.add(met)
            if spool:
                pickle.dump(prepared.chunk, spool, pickle.HIGHEST_PROTOCOL)
            for item in prepared.chunk.items:
                if isinstance(item, Rejected):
                    tally.reject(item)
                elif isinstance(item, Skipped):
                    tally.skip(item)
                else:
                    tally.documents += 1
                    tally.emitted += 1
            if chunk.last:
                settings.progress("learning", chunk.input + 1, len(inputs))
        return learner.learn()


def _unspool(spool: IO[bytes]) -> Iterator[Chunk]:
    spool.seek(0)
    with suppress(EOFError):
        while True:
            yield pickle.load(spool)


def _strip(inputs: Sequence[Input], chunks: Iterable[Chunk], sink: Sink, settings: Settings) -> Tally:
    known, rules = settings.library, settings.rules
    tally = Tally()
    sink.start(header(rules, known))
    workers = settings.workers_for(inputs)
    with strip_pool(workers, rules, known, settings.spared, settings.rule_timeout) as pool:
        current, part = -1, Tally()
        for chunk, done in pool.map(strip_chunk, chunks):
            if chunk.input != current:
                sink.begin(inputs[chunk.input])
                current, part = chunk.input, Tally()
            _write(done, sink, part, settings)
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
