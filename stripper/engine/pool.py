"""The map steps over worker processes: results in the order of the work, never more of it under way than memory allows."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import Any, TypeVar

_Work = TypeVar("_Work")
_Made = TypeVar("_Made")

# Pieces of work handed out per worker before the first result is taken.
_AHEAD = 3


class Pool:
    """Runs a function over pieces of work; with one worker in this very process.

    workers: how many processes. setup: done once for each worker before its first piece.
    """

    def __init__(self, workers: int, setup: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()) -> None:
        self.workers = workers
        self._executor: ProcessPoolExecutor | None = None
        forks = workers > 1 and sys.platform == "linux"
        if setup and (workers == 1 or forks):
            setup(*arguments)
        if forks:
            # Forked at once, before DuckDB starts its threads: a fork later would copy their locks in whatever state they
            # are. What was set up here is the workers' too, at no cost.
            self._executor = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"))
            self._submit(self._executor, abs, 0).result()
        elif workers > 1:
            self._executor = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), setup, arguments)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._executor:
            self._executor.shutdown(cancel_futures=True)

    def map(self, function: Callable[[_Work], _Made], works: Iterable[_Work]) -> Iterator[tuple[_Work, _Made]]:
        """Each piece of work with what the function made of it, in the order of the work."""
        if self._executor is None:
            for work in works:
                yield work, function(work)
            return
        waiting: deque[tuple[_Work, Future[_Made]]] = deque()
        for work in works:
            waiting.append((work, self._submit(self._executor, function, work)))
            if len(waiting) > self.workers * _AHEAD:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()

    @staticmethod
    def _submit(executor: ProcessPoolExecutor, function: Callable[[_Work], _Made], work: _Work) -> Future[_Made]:
        # Ctrl-C is for this process alone, which then ends its workers: they are started here and inherit what is blocked.
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return executor.submit(function, work)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
