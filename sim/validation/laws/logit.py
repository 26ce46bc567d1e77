"""Multinomial logit with switching costs: shares, and a customer's way from firm to firm (McFadden 1974)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def shares(utility: Sequence[float], outside: float | None = None) -> np.ndarray:
    """Chances of each firm, and last of not buying, (n_firms + 1,); outside None: it cannot happen.

    >>> shares([0.0, 0.0]).tolist()
    [0.5, 0.5, 0.0]
    """
    every = np.array([*utility, -np.inf if outside is None else outside], dtype=float)
    weights = np.exp(every - every.max())
    return weights / weights.sum()


def transitions(
    utility: Sequence[float], outside: float | None, switching_cost: float, outside_pays: float = 1.0
) -> np.ndarray:
    """Chances of a choice by present supplier, (n_firms, n_firms + 1): customers who leave pay.

    Staying: 1/(1 + sum over others e^(v_k - v_j - s) + e^(V0 - v_j - s outside_pays)).

    >>> transitions([0.0, 0.0], None, 1.0).round(4).tolist()
    [[0.7311, 0.2689, 0.0], [0.2689, 0.7311, 0.0]]
    """
    rows = []
    for supplier in range(len(utility)):
        paid = [v - switching_cost * (k != supplier) for k, v in enumerate(utility)]
        rows.append(shares(paid, None if outside is None else outside - switching_cost * outside_pays))
    return np.array(rows)


def discounted_choices(
    utility: Sequence[float], outside: float | None, switching_cost: float, outside_pays: float, keep: float,
    lost_for_good: bool = False,
) -> np.ndarray:  # fmt: skip
    """Expected choices to come, discounted by keep each, (n_firms + 1, n_firms): by supplier, the last row none.

    N = keep C + keep P N with C the chances of each firm and P those of each next supplier; after a
    choice of none it stays the same, or the customer is lost for good (Rust, Lemon & Zeithaml 2004).

    >>> discounted_choices([0.0], 0.0, 0.0, 1.0, 0.5).tolist()
    [[0.5], [0.5]]
    """
    firms = len(utility)
    chances = np.vstack(
        [transitions(utility, outside, switching_cost, outside_pays), shares(utility, outside)]
    )
    onward = np.zeros((firms + 1, firms + 1))
    onward[:, :firms] = chances[:, :firms]
    if not lost_for_good:
        onward += np.diag(chances[:, firms])
    return np.linalg.solve(np.eye(firms + 1) - keep * onward, keep * chances[:, :firms])
