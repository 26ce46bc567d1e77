"""Fading of stocks: from a half-life in weeks to the share that is left."""


def share_left(half_life: float, weeks: float) -> float:
    """Share of a stock that is left after some weeks.

    >>> share_left(26.0, 26.0), share_left(1.0, 2.0)
    (0.5, 0.25)
    """
    return float(0.5 ** (weeks / half_life))
