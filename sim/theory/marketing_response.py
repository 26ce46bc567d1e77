"""Response to marketing spending; every response is concave."""

from sim.core.functions import exp, log
from sim.core.parameters import equation, param, section


@section("reach")
class Reach:
    """Response curves of advertising, place, staff, feedback, recovery and quality."""

    reach: float = param(
        10.0,
        low=0,
        high=1e4,
        unit="per unit of money per person in the market",
        meaning="speed at which advertising reaches people who do not know the firm",
    )
    persuade: float = param(
        0.05,
        low=0,
        high=1,
        unit="share of the gap",
        meaning="share of the gap by which advertising moves the expectations of people who have never bought",
        loyalty=True,
    )
    goodwill_half_life: float = param(
        8.0,
        low=0.01,
        high=1e6,
        unit="weeks",
        meaning="half-life of goodwill",
        source="assumed; Nerlove & Arrow 1962",
    )
    w_brand: float = param(
        0.5, low=0, high=10, unit="utility", meaning="weight of the brand, log(1 + goodwill)"
    )
    w_place: float = param(
        1.0, low=0, high=10, unit="utility", meaning="weight of convenience, log(1 + spend)"
    )
    staff_effect: float = param(
        5.0,
        low=0,
        high=1e4,
        unit="per unit of money per customer per week",
        meaning="effect of staff spending on failures",
    )
    k_feedback: float = param(
        10.0,
        low=0,
        high=1e4,
        unit="per unit of money per customer per week",
        meaning="effect of feedback on the discovery of failures without a complaint",
    )
    k_recovery: float = param(
        0.5,
        low=0,
        high=1e4,
        unit="per unit of money per case",
        meaning="effect of spending per case on the quality of recovery",
    )
    survey_cost: float = param(
        1.0, low=0.001, high=1e6, unit="money", meaning="cost of surveying one customer"
    )
    survey_noise: float = param(
        0.3, low=0, high=5, unit="satisfaction", meaning="error of one survey answer (sd)"
    )
    quality_half_life: float = param(
        26.0, low=0.01, high=1e6, unit="weeks", meaning="half-life of the gap between quality and its target"
    )
    cost_quality: float = param(
        2.0,
        low=0,
        high=1e4,
        unit="money per unit of quality squared",
        meaning="quadratic coefficient of unit cost in quality above base",
    )
    marginal_cost_quality: float = param(
        2.2,
        low=0,
        high=1e4,
        unit="money per unit of quality",
        meaning="linear coefficient of unit cost in quality above base",
        source="assumed: the amount that the median customer pays for it, 1/0.45, so that a firm with the right price gains "
        "little by a little more; costs convex and not free at the margin: Moorthy 1988, Marketing Science 7(2)",
    )


@equation
def saturating(rate, spend):
    """Saturating response 1 - exp(-rate*spend), in [0, 1): reach, early warning and recovery.

    >>> round(saturating(1.0, 1.0), 4)
    0.6321
    """
    return 1.0 - exp(-min(rate * spend, 700.0))


@equation
def persuaded(expectation, promise, purchases, p):
    """Expectation of a person reached by advertising; own purchases reduce its effect."""
    return expectation + p.persuade * (promise - expectation) / (1.0 + purchases)


@equation
def goodwill_after(goodwill, spend_a_head, keep):
    """Stock of goodwill (Nerlove & Arrow 1962)."""
    return keep * goodwill + spend_a_head


@equation
def introduced(chance_a_week, bond, trust, weeks):
    """Probability that a partner introduces its firm to one person within a period, proportional to bond and trust.

    >>> round(introduced(0.5, 1.0, 0.2, 2.0), 4)
    0.19
    """
    return 1.0 - (1.0 - chance_a_week * bond * trust) ** weeks


@equation
def log_response(weight, amount):
    """Logarithmic response weight*log(1 + amount): brand from goodwill, convenience from place."""
    return weight * log(1.0 + amount)


@equation
def failure_rate(base, staff_spend, p):
    """Failure rate after spending on staff."""
    return base * exp(-min(p.staff_effect * staff_spend, 700.0))


@equation
def extra_unit_cost(quality, base_quality, p):
    """Additional cost per unit of quality above base, money."""
    above = max(0.0, quality - base_quality)
    return (p.marginal_cost_quality + p.cost_quality * above) * above


@equation
def quality_for(extra_cost, p):
    """Quality above base that an additional cost per unit buys: the inverse of `extra_unit_cost`."""
    first = p.marginal_cost_quality
    if p.cost_quality <= 0.0:
        return extra_cost / max(first, 1e-300)
    return ((first * first + 4.0 * p.cost_quality * extra_cost) ** 0.5 - first) / (2.0 * p.cost_quality)
