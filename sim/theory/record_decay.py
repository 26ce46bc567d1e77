"""Decay of customer records: records go stale as people move and change; upkeep slows it."""

from sim.core.functions import exp
from sim.core.parameters import equation, param, section


@section("knowledge")
class Knowledge:
    """Rate at which a firm's records of customers go stale; at decay 0 they never do."""

    decay: float = param(
        0.0, low=0, high=100, unit="per week", meaning="rate at which a record without upkeep becomes outdated",
        source="0: off. Vendors of address data quote 22.5 % per year for business contacts, which is 0.0049 per week "
        "(MarketingSherpa, second-hand); no published measurement was found",
    )  # fmt: skip
    upkeep: float = param(
        100.0, low=0, high=1e6, unit="per unit of money per customer on file per week", meaning="effect of data upkeep on the rate of decay"
    )  # fmt: skip


@equation
def rate_of_decay(spend, p):
    """Rate of decay per week, given spending on upkeep per customer on file per week.

    >>> rate_of_decay(0.0, Knowledge(decay=0.01)), rate_of_decay(1.0, Knowledge())
    (0.01, 0.0)
    """
    return p.decay * exp(-min(p.upkeep * spend, 700.0))


@equation
def chance_current(exposure):
    """Probability that a record is still current; ``exposure`` is the sum of rate times weeks since the last refresh.

    >>> chance_current(0.0)
    1.0
    """
    return exp(-min(exposure, 700.0))
