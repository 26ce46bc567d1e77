"""Optimal spending on a response with diminishing returns, in closed form (Blattberg & Deighton 1996; law L9).

The probability of winning (or keeping) a customer at a given spending is ceiling*(1 - exp(-k*spend)).
"""

from math import inf, log


def best_spend(value: float, ceiling: float, k: float) -> float:
    """Spending per customer that maximises value*probability - spend: ln(k*ceiling*value)/k, or 0 if that is below 0.

    >>> round(best_spend(100.0, 0.5, 0.1), 3)
    16.094
    """
    worth = k * ceiling * value
    return log(worth) / k if worth > 1.0 else 0.0


def learned_k(spend: float, chance: float, ceiling: float) -> float:
    """The k implied by an observed probability, per unit of money; 0 without spending or response, inf at the ceiling.

    >>> round(learned_k(10.0, 0.3459, 0.4), 3)
    0.2
    """
    if spend <= 0.0 or chance <= 0.0:
        return 0.0
    return -log(1.0 - chance / ceiling) / spend if chance < ceiling else inf
