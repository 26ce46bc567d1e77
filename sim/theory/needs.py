"""Needs: how often a customer has an occasion to buy."""

from typing import NamedTuple

from sim.declare import equation, param, parameters
from sim.elementary import exp, log


@parameters
class Needs(NamedTuple):
    """The season of the market; each customer's own rate is drawn with the population."""

    season: float = param(
        0.0, low=0, high=1, unit="share of the mean rate", meaning="amplitude of the yearly season"
    )
    season_peak: float = param(26.0, low=0, high=52, unit="weeks", meaning="week of the year of the peak")


@equation
def occasions(mean, luck):
    """Number of purchase occasions, Poisson with that mean, by inversion of a uniform luck (Ehrenberg 1959).

    A mean above 500 is drawn from the normal limit's integer part by the caller; none occurs in markets here.

    >>> occasions(1.0, 0.36), occasions(1.0, 0.37), occasions(1.0, 0.74)
    (0, 1, 2)
    """
    chance = exp(-min(mean, 700.0))
    below = chance
    number = 0
    while luck > below and number < 2000:
        number += 1
        chance *= mean / number
        below += chance
    return number


@equation
def time_of_next(time, left, luck):
    """Time in the period, in (0, 1), of the next of `left` occasions that are uniform in what remains.

    >>> time_of_next(0.0, 1, 0.25)
    0.25
    """
    if left == 1:
        return time + (1.0 - time) * luck
    return time + (1.0 - time) * (1.0 - exp(log(1.0 - luck) / left))
