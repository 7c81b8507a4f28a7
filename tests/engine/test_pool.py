"""The pool: in order, lazily, in this process or in others, and faults come out."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from stripper.engine.pool import Pool

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
    assert (os.getpid() in {result[1] for _, result in made}) == (workers == 1)


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
