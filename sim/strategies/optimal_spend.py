"""The best spend on a response of falling returns, in closed form (Blattberg & Deighton 1996; law L9)."""

from math import exp, inf, log


def response(spend: float, ceiling: float, k: float) -> float:
    """Chance of winning (or keeping) one whom an amount is spent on: ceiling*(1 - exp(-k*spend))."""
    return ceiling * (1.0 - exp(-k * spend))


def best_spend(value: float, ceiling: float, k: float) -> float:
    """Spend a head that maximises value*response - spend: ln(k*ceiling*value)/k, 0 where that is below 0.

    >>> round(best_spend(100.0, 0.5, 0.1), 3)
    16.094
    """
    worth = k * ceiling * value
    return log(worth) / k if worth > 1.0 else 0.0


def learned_k(spend: float, chance: float, ceiling: float) -> float:
    """The k that a chance seen at a spend implies, a money; 0 if nothing came, inf at the ceiling.

    >>> round(learned_k(10.0, response(10.0, 0.4, 0.2), 0.4), 3)
    0.2
    """
    if spend <= 0.0 or chance <= 0.0:
        return 0.0
    return -log(1.0 - chance / ceiling) / spend if chance < ceiling else inf
