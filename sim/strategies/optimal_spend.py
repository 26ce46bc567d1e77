"""Optimal spending on a response with diminishing returns, in closed form (Blattberg & Deighton 1996; law L9)."""

from math import exp, inf, log


def response(spend: float, ceiling: float, k: float) -> float:
    """Probability of winning (or keeping) a customer at a given spending: ceiling*(1 - exp(-k*spend))."""
    return ceiling * (1.0 - exp(-k * spend))


def best_spend(value: float, ceiling: float, k: float) -> float:
    """Spending per customer that maximises value*response - spend: ln(k*ceiling*value)/k, or 0 if that is below 0.

    >>> round(best_spend(100.0, 0.5, 0.1), 3)
    16.094
    """
    worth = k * ceiling * value
    return log(worth) / k if worth > 1.0 else 0.0


def learned_k(spend: float, chance: float, ceiling: float) -> float:
    """The k implied by an observed probability, per unit of money; 0 without spending or response, inf at the ceiling.

    >>> round(learned_k(10.0, response(10.0, 0.4, 0.2), 0.4), 3)
    0.2
    """
    if spend <= 0.0 or chance <= 0.0:
        return 0.0
    return -log(1.0 - chance / ceiling) / spend if chance < ceiling else inf
