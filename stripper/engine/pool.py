"""The map steps over worker processes: results in the order of the work, never more of it under way than memory allows.

Own code, because executors and the libraries that can end a task fork their workers late, from a thread, when DuckDB's
threads run, and know tasks but not the document within one that is to blame.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Generic, TypeVar

from stripper.engine import watch
from stripper.engine.watch import SLOT, Board, Limits
from stripper.sinks.scratch import scratch

_Work = TypeVar("_Work")
_Made = TypeVar("_Made")

# Pieces of work taken per worker before the first result is.
_AHEAD = 3
# Seconds between two looks at the deadlines.
_PACE = 0.25
# How often a worker may end on its own at one item, or at none, before the item is to blame, or the run.
_DEATHS = 2


class Lost(Exception):
    """Workers end before they come to any document. Its text says how."""


class _Job(Generic[_Work]):
    def __init__(self, work: _Work) -> None:
        self.work = work
        self.done = False
        self.made: Any = None
        self.deaths: dict[int, int] = {}


class _Worker:
    """A process, the pipes to and from it, and the jobs it has: the first under way, a second one waiting in its pipe."""

    def __init__(self, process: Any, jobs: Connection, results: Connection) -> None:
        self.process = process
        self.jobs = jobs
        self.results = results
        self.room = _widen(jobs)
        self.has: deque[_Job[Any]] = deque()


class Pool:
    """Runs a function over pieces of work in worker processes; one that hangs or dies is ended and started again.

    workers: how many processes. setup: done once for each worker before its first piece. limits: of one item of work.
    """

    def __init__(
        self,
        workers: int,
        setup: Callable[..., None] | None = None,
        arguments: tuple[Any, ...] = (),
        limits: Limits | None = None,
    ) -> None:
        self.workers = workers
        self._again = setup, arguments, limits or Limits()
        self._scratch = scratch()
        self._path = self._scratch.__enter__() / "workers"
        self._path.write_bytes(bytes(SLOT * workers))
        self._board = Board(self._path)
        first = self._again
        if sys.platform == "linux":
            # Forked at once, before DuckDB starts its threads: a fork later would copy their locks in whatever state they
            # are. What was set up here is the workers' too, at no cost.
            if setup:
                setup(*arguments)
            first = None, (), first[2]
        how = "fork" if sys.platform == "linux" else "spawn"
        self._pool = [self._start(number, how, first) for number in range(workers)]

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for worker in self._pool:
            # Whatever they are at, nobody waits for it.
            worker.process.kill()
        for worker in self._pool:
            worker.process.join()
            worker.jobs.close()
            worker.results.close()
        self._board.close()
        self._scratch.__exit__(None, None, None)

    def _start(self, number: int, how: str, again: tuple[Any, ...]) -> _Worker:
        context = multiprocessing.get_context(how)
        take, jobs = context.Pipe(duplex=False)
        results, give = context.Pipe(duplex=False)
        self._board.write(number, None)
        arguments = (take, give, self._path, number, os.getpid(), *again)
        process = context.Process(target=_serve, args=arguments, daemon=True)  # type: ignore[attr-defined]
        # Ctrl-C is for this process alone, which then ends its workers: they are started here and inherit what is blocked.
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        take.close()
        give.close()
        return _Worker(process, jobs, results)

    def map(
        self,
        function: Callable[[_Work], _Made],
        works: Iterable[_Work],
        blame: Callable[[_Work, int, str, str], _Work] | None = None,
    ) -> Iterator[tuple[_Work, _Made]]:
        """Each piece of work with what the function made of it, in the order of the work.

        blame: makes the piece without the item that made its worker hang or die: takes the piece, the item's index, the
        reason and an advice. Raises Lost, and what the function raises.
        """
        under_way: deque[_Job[_Work]] = deque()
        waiting: deque[_Job[_Work]] = deque()
        source = iter(works)
        more = True
        while more or under_way:
            while more and len(under_way) <= self.workers * _AHEAD:
                work = next(source, self)
                if work is self:
                    more = False
                else:
                    under_way.append(_Job(work))  # type: ignore[arg-type]
                    waiting.append(under_way[-1])
                self._turn(function, waiting, blame, 0)
                if under_way and under_way[0].done:
                    break
            if under_way and under_way[0].done:
                job = under_way.popleft()
                yield job.work, job.made
            elif under_way:
                self._turn(function, waiting, blame, _PACE)

    def _turn(self, function: Any, waiting: deque[Any], blame: Any, patience: float) -> None:
        """Hand out what can be, take in what is made, and see to workers that hang or died."""
        self._hand_out(function, waiting)
        busy = {worker.results: number for number, worker in enumerate(self._pool) if worker.has}
        for results in wait(list(busy), patience):
            self._take(busy[results], waiting, blame)  # type: ignore[index]
        for number, worker in enumerate(self._pool):
            if worker.has and self._board.read(number).deadline < time.monotonic():
                worker.process.kill()
                self._replace(number, waiting, blame)
        self._hand_out(function, waiting)

    def _hand_out(self, function: Any, waiting: deque[Any]) -> None:
        for held in (0, 1):
            for worker in self._pool:
                if not waiting:
                    return
                if len(worker.has) != held:
                    continue
                data = pickle.dumps((function, waiting[0].work), pickle.HIGHEST_PROTOCOL)
                # A second job must fit the pipe: to wait until the worker takes it could be for ever.
                if held and len(data) > worker.room:
                    continue
                worker.has.append(waiting.popleft())
                try:
                    worker.jobs.send_bytes(data)
                except OSError:
                    return  # it died; its end is seen where results are taken

    def _take(self, number: int, waiting: deque[Any], blame: Any) -> None:
        worker = self._pool[number]
        try:
            made, error, trace = pickle.loads(worker.results.recv_bytes())
        except (EOFError, OSError):
            self._replace(number, waiting, blame)
            return
        if error is not None:
            error.add_note(trace)
            raise error
        job = worker.has.popleft()
        job.made, job.done = made, True

    def _replace(self, number: int, waiting: deque[Any], blame: Any) -> None:
        """Start a worker in the place of one that is gone, and have its jobs done again."""
        worker = self._pool[number]
        worker.process.join()
        at = self._board.read(number)
        first = worker.has[0]
        late = at.deadline < time.monotonic()
        first.deaths[at.item] = first.deaths.get(at.item, 0) + 1
        if at.item >= 0 and blame and (late or first.deaths[at.item] >= _DEATHS):
            reason, advice = self._reason(late, worker.process.exitcode)
            first.work = blame(first.work, at.item, reason, advice)
        elif first.deaths[at.item] >= _DEATHS:
            raise Lost(f"worker processes end before they come to any document ({_ending(worker.process.exitcode)})")
        waiting.extendleft(reversed(worker.has))
        worker.jobs.close()
        worker.results.close()
        # Not forked: by now there may be threads here.
        self._pool[number] = self._start(number, "spawn", self._again)

    def _reason(self, late: bool, code: int | None) -> tuple[str, str]:
        if late:
            seconds = self._again[2].seconds
            return f"took longer than {seconds:g} s for each MiB", "raise --document-timeout, or leave it out"
        return f"the process that read it ended twice ({_ending(code)})", "leave it out, and report it with the file"


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"


def _widen(pipe: Connection) -> int:
    """Let a pipe hold as much as the system allows; bytes that it holds."""
    try:
        import fcntl

        return fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, 1 << 20) - 64
    except (ImportError, AttributeError, OSError):
        return 1 << 12


def _serve(
    jobs: Connection,
    results: Connection,
    board: Any,
    number: int,
    parent: int,
    setup: Callable[..., None] | None,
    arguments: tuple[Any, ...],
    limits: Limits,
) -> None:
    """The life of a worker."""
    _stay_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    if setup:
        setup(*arguments)
    watch.start(Board(board), number, limits)
    _widen(results)
    while True:
        try:
            function, work = pickle.loads(jobs.recv_bytes())
        except EOFError:
            return
        made: tuple[Any, Exception | None, str]
        try:
            made = function(work), None, ""
        except Exception as error:
            made = None, error, "".join(traceback.format_exception(error))
        watch.idle()
        try:
            data = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # an error of some library that cannot be pickled
            data = pickle.dumps((None, RuntimeError(f"{error}: {made[1]}"), made[2]))
        results.send_bytes(data)


def _stay_with(parent: int) -> None:
    """End this process when its parent ends, however that ends: who is in a parser's loop sees no pipe close."""
    if sys.platform == "linux":
        import ctypes

        PR_SET_PDEATHSIG = 1
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
