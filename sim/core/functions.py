"""The few elementary functions of the theory: the standard library's here, our own when compiled.

Compiled code uses the polynomials of `sim.core.jit`, made of additions, multiplications and divisions
only, so that the last digit is the same on every machine (a system's own exp and log differ by machine).
"""

from __future__ import annotations

import math
from statistics import NormalDist

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
