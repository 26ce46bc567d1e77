"""Loyalty out of habit among equal firms, in the mean field (Weisbuch, Kirman & Herreiner 2000).

A customer buys from firm j with weight e^(b habit_j), and habit_j is the share of past purchases from j,
forgotten at 1 - k a purchase. For k near 1 the habit settles where it equals the chance it brings about.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from scipy.optimize import brentq

EXACT, NUDGE = 1e-12, 1e-4


def threshold(firms: int) -> float:
    """The weight of habit b_c above which indifference is unstable: the number of equal firms.

    >>> threshold(2)
    2.0
    """
    return float(firms)


def preference(times_threshold: float) -> float:
    """Preference for one of two firms, D = habit_1 - habit_2 >= 0: D = tanh(D b/b_c).

    >>> [round(preference(a), 3) for a in (0.9, 1.1, 1.25, 1.5, 2.0)]
    [0.0, 0.503, 0.71, 0.859, 0.958]
    """
    if times_threshold <= 1.0:
        return 0.0
    return brentq(lambda d: math.tanh(times_threshold * d) - d, 1e-9, 1.0, xtol=EXACT)


def favourite(weight: float, firms: int) -> Callable[[float], float]:
    """Drift of the habit toward the favourite firm if all others are equal: choice probability less habit.

    >>> favourite(0.0, 3)(1.0)
    -0.6666666666666667
    """

    def drift(h: float) -> float:
        return 1.0 / (1.0 + (firms - 1) * math.exp(-weight * (h - (1.0 - h) / (firms - 1)))) - h

    return drift


class States(NamedTuple):
    """Stable habit toward the favourite, and the unstable one between it and no preference."""

    loyal: float
    barrier: float


def loyal(weight: float, firms: int) -> States | None:
    """The loyal state and the unstable state below it; None if no preference is the only stable state.

    With three firms and more a loyal state exists already below the threshold, and a barrier before it:
    where a customer stays depends on where it came from. Above the threshold the barrier is 1/firms.

    >>> loyal(2.7, 3), [round(h, 3) for h in loyal(2.85, 3)], [round(h, 3) for h in loyal(2.5, 2)]
    (None, [0.739, 0.419], [0.855, 0.5])
    """
    drift, even = favourite(weight, firms), 1.0 / firms
    grid = [1.0 - k / 1000 * (1.0 - even) for k in range(1000)]
    turns = [
        brentq(drift, below, above, xtol=EXACT)
        for above, below in pairwise(grid)
        if drift(below) * drift(above) < 0.0
    ]
    return States(turns[0], turns[1] if len(turns) > 1 else even) if turns else None


class Memory(NamedTuple):
    """Effects of a finite memory on a settled state: the spread over customers, and the shift of the mean."""

    spread: float
    shift: float


def finite_memory(drift: Callable[[float], float], state: float, noise: float, keep: float) -> Memory:
    """Spread and shift about a settled state at memory k, to first order in 1 - k.

    A purchase moves the state by (1-k)(drift f + noise of this variance): variance (1-k) noise/(2|f'|),
    and the bend of f shifts the mean by f'' variance/(2|f'|).

    >>> [round(x, 4) for x in finite_memory(lambda d: math.tanh(1.25 * d) - d, 0.7104118, 0.4953, 0.999)]
    [0.0255, -0.0009]
    """
    ahead, here, behind = (drift(state + step * NUDGE) for step in (1, 0, -1))
    pull = (behind - ahead) / (2.0 * NUDGE)
    variance = (1.0 - keep) * noise / (2.0 * pull)
    bend = (ahead - 2.0 * here + behind) / NUDGE**2
    return Memory(math.sqrt(variance), bend * variance / (2.0 * pull))
