"""Logistic weights of signs, fitted to shares of 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

Array = NDArray[np.float64]

PENALTY = 2e-3
"""Of the squared weights, each taken per standard deviation of its sign."""


@dataclass(frozen=True)
class Fit:
    """The base of a sum and the weight of each sign in it."""

    base: float
    weights: dict[str, float]


def fit(table: Array, shares: Array, counts: Array, speaks_for: Mapping[str, bool]) -> Fit:
    """The weights under which the shares are likeliest, each held to its sign's side of zero.

    table: a row per thing judged, a column per sign. counts: what each row counts. speaks_for: the side of each sign, in the
    order of the columns.
    """
    counts = counts / counts.sum()
    spread = table.std(axis=0) + 1e-6
    scaled = np.column_stack([table / spread, np.ones(len(table))])

    def loss(at: Array) -> tuple[float, Array]:
        sums = scaled @ at
        slope = scaled.T @ (counts * (expit(sums) - shares))
        slope[:-1] += PENALTY * at[:-1]
        value = counts @ (np.logaddexp(0, sums) - shares * sums) + PENALTY * (at[:-1] @ at[:-1]) / 2
        return float(value), slope

    sides: Iterable[tuple[float | None, float | None]] = [(0, None) if side else (None, 0) for side in speaks_for.values()]
    start = np.zeros(scaled.shape[1])
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*sides, (None, None)], options={"maxiter": 150}).x
    return Fit(float(best[-1]), dict(zip(speaks_for, (best[:-1] / spread).tolist(), strict=True)))
