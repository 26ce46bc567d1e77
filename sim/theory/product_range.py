"""Product range of a firm: its value to customers, changing tastes, and errors in judging its goods.

Logit within the range and its inclusive value: Ben-Akiva & Lerman 1985, chapters 9 and 10.
"""

from sim.core.functions import exp, log
from sim.core.parameters import equation, param, section
from sim.theory.marketing_response import saturating


@section("assortment")
class Assortment:
    """Appeal of the goods in a range, and the cost of testing and studying them; no effect with a single good."""

    spread: float = param(0.5, low=0, high=5, unit="quality", meaning="spread of appeal among goods (sd)")
    taste_half_life: float = param(
        52.0, low=0.01, high=1e6, unit="weeks", meaning="half-life of a good's appeal as tastes change"
    )
    sensitivity: float = param(
        1.0, low=0.01, high=100, unit="utility per unit of quality", meaning="sensitivity of the choice among the goods",
        source="assumed: the median customer's quality_weight",
    )  # fmt: skip
    variety: float = param(
        0.0, low=0, high=1, unit="times",
        meaning="weight of the number of goods: 0 none, 1 as if tastes for each were independent",
        source="assumed; Broniarczyk, Hoyer & McAlister 1998 and Boatwright & Nunes 2001 found little or none, Borle et al. 2005 some",
    )  # fmt: skip
    error: float = param(
        1.0, low=0, high=1e6, unit="quality",
        meaning="error of appeal as measured from a period's sales, without feedback (sd); very large: goods are dropped at random",
    )  # fmt: skip
    k_study: float = param(
        50.0,
        low=0,
        high=1e4,
        unit="per unit of money per customer per week",
        meaning="effect of feedback on the error of measured appeal",
    )
    trial_cost: float = param(
        0.005,
        low=1e-9,
        high=1e6,
        unit="money per person in the market",
        meaning="cost of trying one good in the shop",
    )
    trials: int = param(
        2, low=1, high=100, unit="goods", meaning="number of goods tried for each one that is adopted"
    )


@equation
def pull(appeal, p):
    """Weight of a good in the sales of its range (logit).

    >>> pull(0.0, Assortment())
    1.0
    """
    return exp(p.sensitivity * appeal)


@equation
def value_of_range(pulls, goods, p):
    """Quality added by the range: the inclusive value of ``goods`` goods whose weights sum to ``pulls``, quality units.

    With ``variety`` 0, duplicating every good adds nothing. Dropping a good costs nothing if its share of sales is
    below 1 - (1 - 1/goods)^(1 - variety).

    >>> value_of_range(1.0, 1, Assortment()), value_of_range(2.0, 2, Assortment())
    (0.0, 0.0)
    """
    return (log(pulls) - (1.0 - p.variety) * log(goods)) / p.sensitivity


@equation
def appeal_after(appeal, keep, noise, p):
    """Appeal after a period (AR(1) with persistence ``keep``, standard normal ``noise``); the spread is stationary.

    >>> appeal_after(0.3, 1.0, 2.0, Assortment())
    0.3
    """
    return keep * appeal + (1.0 - keep * keep) ** 0.5 * p.spread * noise


@equation
def reading_error(feedback, p):
    """Standard error of appeal as estimated from a period's sales, quality units; feedback in money per customer per week.

    >>> reading_error(0.0, Assortment())
    1.0
    """
    return p.error * (1.0 - saturating(p.k_study, feedback))
