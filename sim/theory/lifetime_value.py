"""Lifetime value of a customer at a constant retention rate (Gupta & Lehmann 2003)."""

from __future__ import annotations

import math


def value(margin: float, retention: float, interest: float, first_at_once: bool = False) -> float:
    """Sum of discounted margins: m r/(1+i-r) from the next period on, m (1+i)/(1+i-r) with one now.

    >>> round(value(4.0, 0.8, 0.12), 6), round(value(4.0, 0.8, 0.12, first_at_once=True), 6)
    (10.0, 14.0)
    """
    later = margin * retention / (1.0 + interest - retention)
    return later + margin if first_at_once else later


def elasticity(retention: float, interest: float) -> float:
    """Elasticity of lifetime value with respect to retention: (1+i)/(1+i-r).

    >>> [round(elasticity(r, 0.12), 2) for r in (0.7, 0.8, 0.9)]
    [2.67, 3.5, 5.09]
    """
    return (1.0 + interest) / (1.0 + interest - retention)


def spread(margin: float, retention: float, interest: float) -> float:
    """Standard deviation over customers of discounted margins; tenure is geometric.

    m q (1 - q^T)/(1 - q) with q = 1/(1+i) and P(T = k) = r^k (1-r), whose E q^(sT) = (1-r)/(1 - r q^s).

    >>> round(spread(1.0, 0.5, 0.0000001), 3)
    1.414
    """
    q = 1.0 / (1.0 + interest)
    first, second = ((1.0 - retention) / (1.0 - retention * q**s) for s in (1, 2))
    return margin * q / (1.0 - q) * math.sqrt(second - first * first)


def staying(retention: float, period: int) -> float:
    """Probability that tenure reaches ``period`` periods: r^t.

    >>> round(staying(0.8, 2), 2)
    0.64
    """
    return retention**period


def of_purchases(margin: float, need: float, interest: float, exit_rate: float, dropout: float) -> float:
    """Sum of discounted margins of a monopolist's customer with constant rates of purchase, exit and dropout.

    Per period: ``need`` purchases; ``interest`` and ``exit_rate`` in continuous time; ``dropout``: probability of
    leaving after each purchase. Without dropout the value is the sum over k of e^(-(i + mu) k) need margin;
    the next purchase counts q = need/(need + e^(i + mu) - 1), and each later one (1-p) q times its predecessor.

    >>> round(of_purchases(1.0, 0.5, 0.1, 0.0, 0.0), 6) == round(0.5 / (math.exp(0.1) - 1.0), 6)
    True
    """
    q = need / (need + math.expm1(interest + exit_rate))
    return margin * q / (1.0 - q * (1.0 - dropout))
