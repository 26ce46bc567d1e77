"""Shifted beta-geometric: how long customers stay whose chances to leave differ (Fader & Hardie 2007)."""

from __future__ import annotations

import numpy as np
from scipy.special import betaln


def survival(alpha: float, beta: float, periods: int) -> np.ndarray:
    """Share still a customer after 0, 1, ..., periods renewals, (periods + 1,): B(alpha, beta + t)/B(alpha, beta).

    >>> [round(100 * float(s), 1) for s in survival(0.668, 3.806, 3)]
    [100.0, 85.1, 74.7, 67.0]
    """
    t = np.arange(periods + 1)
    return np.exp(betaln(alpha, beta + t) - betaln(alpha, beta))


def retention(alpha: float, beta: float, periods: int) -> np.ndarray:
    """Share of the customers of renewal t - 1 who renew at t = 1, ..., (periods,): rises although no customer changes.

    >>> retention(1.0, 1.0, 3).round(4).tolist()
    [0.5, 0.6667, 0.75]
    """
    t = np.arange(1, periods + 1)
    return (beta + t - 1) / (alpha + beta + t - 1)
