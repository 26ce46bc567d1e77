"""Purchase occasions: number and times within a period."""

from sim.core.functions import exp, log
from sim.core.parameters import equation, param, section


@section("needs")
class Needs:
    """Season of the market; the rate of each customer is drawn with the population."""

    season: float = param(
        0.0, low=0, high=1, unit="share of the mean rate", meaning="amplitude of the yearly season"
    )
    season_peak: float = param(26.0, low=0, high=52, unit="weeks", meaning="week of the year of the peak")


@equation
def chance_of_none(mean):
    """Probability of no occasion (Poisson; means above 700 count as 700).

    >>> round(chance_of_none(1.0), 4)
    0.3679
    """
    return exp(-min(mean, 700.0))


@equation
def occasions(mean, u):
    """Number of purchase occasions, Poisson with mean ``mean`` (up to 700), by inversion of the uniform ``u``.

    Poisson with Gamma-spread means is the NBD (Ehrenberg 1959).

    >>> occasions(1.0, 0.36), occasions(1.0, 0.37), occasions(1.0, 0.74)
    (0, 1, 2)
    """
    chance = chance_of_none(mean)
    below = chance
    number = 0
    while u > below and number < 2000:
        number += 1
        chance *= mean / number
        below += chance
    return number


@equation
def next_occasion_time(time, end, left, u):
    """Time of the next of ``left`` occasions, which are uniform on the rest of the period up to ``end``.

    >>> next_occasion_time(0.0, 1.0, 1, 0.25)
    0.25
    """
    if left == 1:
        return time + (end - time) * u
    return time + (end - time) * (1.0 - exp(log(1.0 - u) / left))
