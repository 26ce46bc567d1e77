"""Concentration of customers' spending and net value: Lorenz and whale curves, Gini coefficient, top fifth."""

from __future__ import annotations

import numpy as np
import pandas as pd


def lorenz(amounts: np.ndarray) -> np.ndarray:
    """Cumulative share of spending at each percentile of buyers, (101,), the smallest first; NaN without any.

    >>> lorenz(np.ones(10))[[0, 50, 100]]
    array([0. , 0.5, 1. ])
    """
    return _lorenz(_spent(amounts))


def _lorenz(spent: np.ndarray) -> np.ndarray:
    if not len(spent):
        return np.full(101, np.nan)
    cumulative = np.concatenate([[0.0], np.cumsum(spent)]) / spent.sum()
    return np.interp(np.linspace(0, len(spent), 101), np.arange(len(spent) + 1), cumulative)


def gini(amounts: np.ndarray) -> float:
    """Gini coefficient over buyers.

    >>> gini(np.ones(10))
    0.0
    """
    return _gini(_spent(amounts))


def _gini(spent: np.ndarray) -> float:
    if not len(spent):
        return float("nan")
    n = len(spent)
    return float(abs((2 * np.arange(1, n + 1) - n - 1) @ spent / (n * spent.sum())))


def _spent(amounts: np.ndarray) -> np.ndarray:
    """Spending of buyers, (n_buyers,), the smallest first."""
    return np.sort(amounts[amounts > 0])


def concentration(spending: np.ndarray) -> dict[str, np.ndarray]:
    """Gini and share of the top fifth of each firm's buyers, (n_firms,) each; spending (n_customers, n_firms)."""
    by_firm = [_spent(column) for column in spending.T]
    return {
        "gini": np.array([_gini(spent) for spent in by_firm]),
        "top_fifth_share": np.array([1.0 - _lorenz(spent)[80] for spent in by_firm]),
    }


def lorenz_table(spending: np.ndarray, names: list[str]) -> pd.DataFrame:
    """Tidy Lorenz curves: firm, percentile of buyers, cumulative share of revenue."""
    return pd.DataFrame(
        {
            "firm": np.repeat(names, 101),
            "percentile": np.tile(np.arange(101), len(names)),
            "revenue_share": np.concatenate([lorenz(c) for c in spending.T]),
        }
    )


def whale(worth: np.ndarray) -> np.ndarray:
    """Cumulative worth at each percentile of customers, (101,), the most valuable first, as a share of the whole.

    Above 1 where some customers cost more than they bring (Cooper & Kaplan 1991, Profit priorities from
    activity-based costing, HBR 69(3)). NaN without customers or where the whole is not above 0.

    >>> whale(np.array([3.0, -1.0]))[[0, 50, 100]]
    array([0. , 1.5, 1. ])
    """
    best = np.sort(worth)[::-1]
    if not len(best) or best.sum() <= 0:
        return np.full(101, np.nan)
    cumulative = np.concatenate([[0.0], np.cumsum(best)]) / best.sum()
    return np.interp(np.linspace(0, len(best), 101), np.arange(len(best) + 1), cumulative)


def whale_table(worth: np.ndarray, own: np.ndarray, names: list[str]) -> pd.DataFrame:
    """Tidy whale curves of each firm's own customers: firm, percentile, share of worth; both (n_customers, n_firms)."""
    curves = [whale(column[mine]) for column, mine in zip(worth.T, own.T, strict=True)]
    return pd.DataFrame(
        {
            "firm": np.repeat(names, 101),
            "percentile": np.tile(np.arange(101), len(names)),
            "worth_share": np.concatenate(curves),
        }
    )
