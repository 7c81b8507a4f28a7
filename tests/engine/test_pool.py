"""The pool: in order, lazily, in other processes; faults come out, and what hangs or dies is left out and nothing else."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from stripper.engine import watch
from stripper.engine.pool import Lost, Pool
from stripper.engine.watch import Limits

_set: list[int] = []


def prepare(number: int) -> None:
    _set.append(number)


def square(number: int) -> tuple[int, int, int]:
    if number < 0:
        raise ValueError(f"no root of {number}")
    return number * number, os.getpid(), sum(_set)


@pytest.fixture(params=[1, 2], ids=["one worker", "two workers"])
def workers(request: pytest.FixtureRequest) -> Iterator[int]:
    yield request.param
    _set.clear()


def test_results_come_in_the_order_of_the_work(workers: int) -> None:
    with Pool(workers, prepare, (7,)) as pool:
        made = list(pool.map(square, range(40)))
    assert [(work, result[0]) for work, result in made] == [(n, n * n) for n in range(40)]
    assert {result[2] for _, result in made} == {7}, "each worker is set up once"
    pids = {result[1] for _, result in made}
    assert os.getpid() not in pids and 1 <= len(pids) <= workers


def test_work_is_taken_only_as_results_are(workers: int) -> None:
    taken = []

    def works() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    with Pool(workers) as pool:
        results = pool.map(square, works())
        for _ in range(3):
            next(results)
        assert len(taken) <= 3 + workers * 4


def test_a_fault_in_a_worker_is_a_fault_here(workers: int) -> None:
    with Pool(workers) as pool, pytest.raises(ValueError, match="no root of -1"):
        list(pool.map(square, [1, 2, -1, 3]))


def test_nothing_to_do(workers: int) -> None:
    with Pool(workers) as pool:
        assert list(pool.map(square, [])) == []


def double(data: bytes) -> bytes:
    return data * 2


def test_work_and_results_larger_than_a_pipe(workers: int) -> None:
    works = [bytes([n]) * (3_000_000 if n % 3 else 10) for n in range(20)]
    with Pool(workers) as pool:
        assert [made for _, made in pool.map(double, works)] == [work * 2 for work in works]


def reach(names: list[str]) -> list[str]:
    """Stands for a step over the items of a chunk, some of which are not to be survived."""
    made = []
    for at, name in enumerate(names):
        watch.begin(at, 0)
        if name == "hang":
            time.sleep(1000)
        elif name == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif name == "die once":
            path = names[at + 1]
            if not os.path.exists(path):
                open(path, "w").close()
                os._exit(1)
        watch.idle()
        made.append(name.upper())
    return made


def leave_out(names: list[str], index: int, reason: str, advice: str) -> list[str]:
    return [*names[:index], reason, *names[index + 1 :]]


def test_what_hangs_or_dies_is_left_out_and_nothing_else(workers: int) -> None:
    works = [["a", "b"], ["c", "hang", "d"], ["e"], ["die", "f", "die"], ["g", "h"], ["i"], ["j"]]
    with Pool(workers, prepare, (7,), Limits(seconds=0.5)) as pool:
        made = [made for _, made in pool.map(reach, works, leave_out)]
    assert made[0] == ["A", "B"] and made[2] == ["E"] and made[4:] == [["G", "H"], ["I"], ["J"]]
    assert made[1][0] == "C" and made[1][2] == "D" and made[1][1].startswith("TOOK LONGER THAN 0.5 S")
    assert made[3][1] == "F" and "SIGKILL" in made[3][0] and "SIGKILL" in made[3][2]


def test_an_item_whose_worker_ends_once_is_done_again(workers: int, tmp_path: object) -> None:
    works = [["a", "die once", f"{tmp_path}/met", "b"], ["c"]]
    with Pool(workers) as pool:
        made = [made for _, made in pool.map(reach, works, leave_out)]
    assert made == [["A", "DIE ONCE", f"{tmp_path}/MET".upper(), "B"], ["C"]]


def vanish(number: int) -> int:
    os._exit(9)


def test_workers_that_end_before_any_item_end_the_run(workers: int) -> None:
    with Pool(workers) as pool, pytest.raises(Lost, match="exit code 9"):
        list(pool.map(vanish, [1, 2, 3]))


def test_no_worker_outlives_the_pool(workers: int) -> None:
    with Pool(workers) as pool:
        pids = {result[1] for _, result in pool.map(square, range(10))}
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
