"""Intervals over seeds, paired differences and Holm's correction; one run gives no interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

#: Differences below this share of their values are rounding errors.
ROUNDING = 1e-12


class Estimate(NamedTuple):
    """A mean over runs, its interval, the two-sided p of the hypothesis that it is 0, and the number of runs.

    One run has neither interval nor p; values that are equal in every run have no p.
    """

    mean: float
    low: float
    high: float
    p: float
    n: int


def estimate(values: np.ndarray, confidence: float = 0.95) -> Estimate:
    """Mean and Student's t interval of independent values (n,); NaN values are left out.

    >>> [round(float(x), 4) for x in estimate(np.array([1.0, 2.0, 3.0, 4.0]))[:3]]
    [2.5, 0.4457, 4.5543]
    """
    from scipy.special import stdtr, stdtrit

    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    n = len(values)
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan, np.nan, 0)
    mean = float(np.mean(values))
    if n == 1:
        return Estimate(mean, np.nan, np.nan, np.nan, 1)
    error = float(np.std(values, ddof=1)) / np.sqrt(n)
    if error <= ROUNDING * abs(mean) or error == 0.0:  # the same in every run
        return Estimate(mean, mean, mean, np.nan, n)
    half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * error
    return Estimate(mean, mean - half, mean + half, float(2 * stdtr(n - 1, -abs(mean) / error)), n)


def paired(values: np.ndarray, others: np.ndarray, confidence: float = 0.95) -> Estimate:
    """The mean of ``values - others``, both (n,) by seed, by the paired t test.

    >>> paired(np.array([3.0, 4.0, 6.0]), np.array([2.0, 2.0, 3.0])).mean
    2.0
    """
    values, others = np.asarray(values, dtype=float), np.asarray(others, dtype=float)
    difference = values - others
    small = np.abs(difference) <= ROUNDING * np.maximum(np.abs(values), np.abs(others))
    return estimate(np.where(small, 0.0, difference), confidence)


def holm(p: Sequence[float] | np.ndarray, families: Sequence[str] | None = None) -> np.ndarray:
    """Holm's (1979) step-down adjusted p values (n,), each among its family; NaN stays NaN and is not counted.

    >>> holm([0.01, 0.04, 0.03]).round(4).tolist(), holm([0.01, 0.04, 0.03], ["a", "b", "a"]).round(4).tolist()
    ([0.03, 0.06, 0.06], [0.02, 0.04, 0.03])
    """
    p = np.asarray(p, dtype=float)
    family = np.array(["one"] * len(p) if families is None else families)
    adjusted = np.full(len(p), np.nan)
    for name in dict.fromkeys(family):
        known = np.flatnonzero(~np.isnan(p) & (family == name))
        ranked = known[np.argsort(p[known], kind="stable")]
        steps = p[ranked] * np.arange(len(ranked), 0, -1)
        adjusted[ranked] = np.minimum(1.0, np.maximum.accumulate(steps)) if len(ranked) else []
    return adjusted
