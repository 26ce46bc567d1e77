"""Elementary functions of the theory: the standard library's when called, our own when compiled.

Compiled code uses the polynomials of `sim.core.jit`, made of additions, multiplications and divisions
only, so that the last digit is the same on every machine (a system's own exp and log differ by machine).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import NormalDist
from typing import Any

from sim.core.parameters import equation

_standard_normal = NormalDist()


def exp(x: float) -> float:
    """e to the power x, for x up to 700."""
    return math.exp(x)


def log(x: float) -> float:
    """Natural logarithm of x > 0."""
    return math.log(x)


def normal_quantile(u: float) -> float:
    """The standard normal value below which a share u in (0, 1) lies (Wichura 1988, AS 241)."""
    return _standard_normal.inv_cdf(u)


def total(values: Iterable[Any]) -> Any:
    """Sum from left to right, to the same last digit on every Python (the built-in sum is compensated from 3.12 on).

    >>> total([0.1] * 10)
    0.9999999999999999
    """
    result: Any = 0
    for value in values:
        result = result + value
    return result


@equation
def clip(x, low, high):
    """x, but not below low nor above high."""
    if x < low:
        return low
    if x > high:
        return high
    return x


@equation
def logistic(x):
    """1/(1 + e^-x), in (0, 1).

    >>> logistic(0.0)
    0.5
    """
    e = exp(-min(abs(x), 700.0))
    return (1.0 if x >= 0.0 else e) / (1.0 + e)


@equation
def tanh(x):
    """Hyperbolic tangent, in [-1, 1]."""
    e = exp(-2.0 * min(abs(x), 350.0))
    return (1.0 - e if x >= 0.0 else e - 1.0) / (1.0 + e)
