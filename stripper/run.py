"""Whole runs: from INPUT arguments to outputs, with an account of every input."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from stripper import __version__, library
from stripper.engine.pool import Pool
from stripper.engine.watch import Limits
from stripper.engine.work import (
    Chunk,
    Done,
    Item,
    Stripping,
    blame,
    blame_stripping,
    prepare,
    strip_chunk,
    strip_pool,
    take,
)
from stripper.errors import UsageError
from stripper.library import Library
from stripper.model import Rejected, Result, Skipped
from stripper.ruleset import Ruleset
from stripper.sinks import Plan, Sink, SinkOptions, open_sink, places
from stripper.sinks.scratch import scratch
from stripper.sources import Input, Pending, ReadOptions, digest, find_inputs, scan
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
    rule_timeout: seconds that a rule may take on one segment. document: what one document may take of a worker.
    command: what `retry` needs to make these settings again, as JSON can hold it.
    """

    rules: Ruleset
    library: Library | None = None
    spared: frozenset[str] = frozenset()
    workers: int | None = None
    memory: str = "512MB"
    rule_timeout: float = 1.0
    document: Limits = field(default_factory=Limits)
    read: ReadOptions = field(default_factory=ReadOptions)
    sink: SinkOptions = field(default_factory=SinkOptions)
    input_format: str | None = None
    command: Mapping[str, Any] = field(default_factory=dict)
    progress: Progress = lambda step, done, total: None
    tell: Callable[[str], None] = lambda line: None

    @property
    def options(self) -> dict[str, Any]:
        """What outputs depend on besides inputs, rules and Library."""
        read = {key: value for key, value in asdict(self.read).items() if key not in self.read.limits}
        return {**read, "keep": sorted(self.spared), "keep_html": self.sink.keep_html, "tags": self.sink.tags}

    @property
    def limits(self) -> dict[str, float]:
        """What outputs depend on only where one of these was met."""
        return {**self.read.limits, "rule_timeout": self.rule_timeout, **self.document._asdict()}

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
    with Pool(settings.workers_for(inputs), limits=settings.document) as pool:
        return _learn(inputs, _chunks(inputs, settings), pool, settings, tally), tally


def clean(arguments: Sequence[str], out: str, settings: Settings) -> tuple[Library, Tally]:
    """Learn over all inputs, then strip each one into OUT. Raises UsageError and WriteError."""
    inputs, sink = _open(arguments, out, settings)
    digests = _Digests(inputs)
    with _pool(inputs, settings) as pool, sink, scratch() as folder:
        found = _known(inputs, sink, settings, digests)
        spooled: list[Chunk] = []
        if found is None:
            found, spooled = _learn_and_spool(inputs, folder, pool, sink, settings, digests)
            if sink.marks:
                sink.publish_library(found.lines())
        about = {"learned": _all_inputs(inputs, settings, digests)} if sink.marks else {}
        tally = _strip(inputs, spooled, found, pool, sink, settings, digests, about)
        if not sink.marks:
            sink.publish_library(found.lines())
        sink.close(tally.stats(settings.rules.policy))
    return found, tally


def strip(arguments: Sequence[str], out: str, settings: Settings, about: Mapping[str, Any] | None = None) -> Tally:
    """Strip each input into OUT by the rules and the Library of the settings. Raises UsageError and WriteError.

    about: what a run folder is to remember besides.
    """
    inputs, sink = _open(arguments, out, settings)
    with _pool(inputs, settings) as pool, sink:
        tally = _strip(inputs, [], settings.library, pool, sink, settings, _Digests(inputs), about or {})
        sink.close(tally.stats(settings.rules.policy))
    return tally


class _Digests(dict[int, str]):
    """sha256 of inputs by their number, each taken when first asked for: before the input is read, so that one which
    changes meanwhile does not pass for what was read."""

    def __init__(self, inputs: Sequence[Input]) -> None:
        super().__init__()
        self._inputs = inputs

    def __missing__(self, number: int) -> str:
        made = self[number] = digest(self._inputs[number])
        return made


def _all_inputs(inputs: Sequence[Input], settings: Settings, digests: _Digests) -> str:
    """A hash of all that a Library is learned from."""
    met = sorted((item.path, digests[number]) for number, item in enumerate(inputs) if not item.skip)
    content = [__version__, asdict(settings.read), met]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _known(inputs: Sequence[Input], sink: Sink, settings: Settings, digests: _Digests) -> Library | None:
    """The Library that the run to be resumed learned, if it learned it from these very inputs."""
    if not settings.sink.resume:
        return None
    found = sink.learned(_all_inputs(inputs, settings, digests))
    return library.load(found) if found else None


def _learn_and_spool(
    inputs: Sequence[Input], folder: Path, pool: Pool, sink: Sink, settings: Settings, digests: _Digests
) -> tuple[Library, list[Chunk]]:
    spooled: list[Chunk] = []

    def spooling() -> Iterator[Chunk]:
        for number, chunk in enumerate(_chunks(inputs, settings, digests if sink.marks else None)):
            spool = Path(folder, f"{number:08}")
            spooled.append(Chunk(chunk.input, [], chunk.last, spool))
            yield chunk._replace(spool=spool)

    return _learn(inputs, spooling(), pool, settings, Tally()), spooled


def _pool(inputs: Sequence[Input], settings: Settings) -> Pool:
    workers = settings.workers_for(inputs)
    return strip_pool(workers, settings.rules, settings.spared, settings.rule_timeout, settings.document)


def _open(arguments: Sequence[str], out: str, settings: Settings) -> tuple[list[Input], Sink]:
    inputs = find_inputs(arguments, settings.input_format, exclude=places(out))
    return inputs, open_sink(out, inputs, settings.sink)


def _chunks(
    inputs: Sequence[Input], settings: Settings, digests: _Digests | None = None, which: Container[int] | None = None
) -> Iterator[Chunk]:
    """What the inputs hold, in order. digests: taken of each before it is read. which: numbers of inputs; None is all."""
    for number, source in enumerate(inputs):
        if which is not None and number not in which:
            continue
        if digests is not None:
            digests[number]
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
        for chunk, prepared in pool.map(prepare, chunks, blame):
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
    spooled: Sequence[Chunk],
    known: Library | None,
    pool: Pool,
    sink: Sink,
    settings: Settings,
    digests: _Digests,
    about: Mapping[str, Any],
) -> Tally:
    """Strip what is not done yet, from the spool where there is one. about: what the run's folder is to remember of it."""
    command = {"command": settings.command} if settings.command else {}
    more = {"options": settings.options, "limits": settings.limits, **command, **about}
    sink.start(header(settings.rules, known), more)
    plan = sink.plan(inputs, digests.__getitem__)
    _tell(plan, len(inputs), settings)
    if spooled:
        chunks: Iterable[Chunk] = (chunk for chunk in spooled if chunk.input in plan.redo)
    else:
        chunks = _chunks(inputs, settings, digests if sink.marks else None, plan.redo)
    tally, met = Tally(), 0
    for number, part, published in _parts(inputs, chunks, known, pool, sink, settings, digests):
        _stand(inputs, range(met, number), sink, tally)
        tally.add(part, published or not part.documents)
        met = number + 1
        settings.progress("stripping", met, len(inputs))
    _stand(inputs, range(met, len(inputs)), sink, tally)
    return tally


def _parts(
    inputs: Sequence[Input],
    chunks: Iterable[Chunk],
    known: Library | None,
    pool: Pool,
    sink: Sink,
    settings: Settings,
    digests: _Digests,
) -> Iterator[tuple[int, Tally, bool]]:
    """Strip and publish; of each input its number, its tally and whether it was published."""
    with scratch() as folder:
        library = folder / "library.jsonl" if known else None
        if known and library:
            library.write_bytes(known.dump())
        current, part = -1, Tally()
        works = (Stripping(chunk, library) for chunk in chunks)
        for work, stripped in pool.map(strip_chunk, works, blame_stripping):
            chunk = work.chunk
            if chunk.spool:
                chunk.spool.unlink()
            if chunk.input != current:
                sink.begin(inputs[chunk.input])
                current, part = chunk.input, Tally()
            _write(take(stripped), sink, part, settings)
            if chunk.last:
                published = sink.end()
                # What a rule ran out of time on may come out cut next time.
                if sink.marks and not part.late and not inputs[current].skip:
                    sink.mark(digests[current], published, bool(part.quarantined), part.record())
                yield current, part, published


def _stand(inputs: Sequence[Input], numbers: Iterable[int], sink: Sink, tally: Tally) -> None:
    """Count inputs that an earlier run did."""
    for number in numbers:
        record, published = sink.standing(inputs[number])
        part = Tally.of(record)
        tally.add(part, published or not part.documents)


def _tell(plan: Plan, total: int, settings: Settings) -> None:
    """What a resumed run finds done, and why the rest is to be done."""
    why = Counter(reason for reason in plan.redo.values() if reason)
    if why or plan.gone or len(plan.redo) < total:
        settings.tell(f"resume: {total - len(plan.redo)} of {total} inputs are done")
    for reason, count in sorted(why.items()):
        settings.tell(f"resume: {count} to do: {reason}")
    if plan.gone:
        settings.tell(f"resume: {plan.gone} of the earlier run are no longer among the inputs; their outputs go")


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
