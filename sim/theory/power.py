"""Power between two who trade: who depends more on whom, and how they split the gain (Emerson 1962; Nash 1950)."""

from typing import NamedTuple

from sim.declare import equation, param, parameters


@parameters
class Power(NamedTuple):
    """Where the stronger side stops dictating and both negotiate."""

    band: float = param(
        1.5,
        low=1,
        high=1000,
        unit="ratio",
        meaning="between 1/band and band the two negotiate; beyond, one dictates",
    )


@equation
def power(share_of_trade, ease_of_replacing, information):
    """Power over another: its dependence, from 0 up; the share of its trade that is ours, hard to replace, known better.

    >>> power(0.5, 0.2, 1.0)
    0.4
    """
    return share_of_trade * (1.0 - ease_of_replacing) * information


@equation
def power_ratio(own, other):
    """Power of one over the other against the other's over it; 1 where neither has any."""
    if other > 0.0:
        return own / other
    return 1.0 if own <= 0.0 else 1e300


@equation
def part_of_gain(ratio, p):
    """The part of the gain from their trade that goes to the one with `ratio` of power, in [0, 1].

    The three force equations: the weaker takes what the other leaves, the stronger dictates, equals negotiate.
    Between, the Nash bargain with weights ratio/(1+ratio): the part that maximises part^w (1-part)^(1-w) is w.

    >>> [part_of_gain(ratio, Power()) for ratio in (0.5, 1.0, 2.0)]
    [0.0, 0.5, 1.0]
    """
    if ratio > p.band:
        return 1.0
    if ratio * p.band < 1.0:
        return 0.0
    return ratio / (1.0 + ratio)
