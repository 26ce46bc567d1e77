"""Trust: kept promises build it slowly, broken promises reduce it fast."""

from sim.core.functions import clip
from sim.core.parameters import equation, param, section

COGNITIVE, AFFECTIVE, BEHAVIOURAL = 0, 1, 2
LEVELS = ("cognitive", "affective", "behavioural")


@section("trust")
class Trust:
    """Adjustment of trust after purchases, and thresholds of its levels."""

    start: float = param(0.3, low=0, high=1, unit="trust", meaning="trust before any experience")
    up: float = param(
        0.05,
        low=0,
        high=1,
        unit="share of the gap per purchase",
        meaning="effect of a kept promise on trust",
        loyalty=True,
    )
    down: float = param(
        0.15, low=0, high=1, unit="share of trust per purchase", meaning="effect of a broken promise on trust",
        source="assumed; losses weigh more, F5", loyalty=True,
    )  # fmt: skip
    tolerance: float = param(
        0.5, low=0, high=2, unit="quality", meaning="largest shortfall that does not count as a broken promise",
        source="assumed; Zeithaml, Berry & Parasuraman 1993 for the zone",
    )  # fmt: skip
    affective_from: float = param(
        1 / 3, low=0, high=1, unit="trust", meaning="trust from which trust can be affective"
    )
    affective_bond: float = param(
        0.2, low=0, high=1, unit="social bond", meaning="social bond that affective trust requires"
    )
    behavioural_streak: int = param(
        8,
        low=1,
        high=1000,
        unit="purchases",
        meaning="number of purchases in a row that behavioural trust requires",
    )


@equation
def after(trust, felt, promise, p):
    """Trust in [0, 1] after one purchase (Morgan & Hunt 1994 for the direction).

    >>> after(0.5, felt=1.0, promise=0.5, p=Trust())
    0.525
    """
    margin = clip(felt - (promise - p.tolerance), -1.0, 1.0)
    if margin >= 0.0:
        return trust + p.up * (1.0 - trust) * margin
    return trust + p.down * trust * margin


@equation
def level(trust, social_bond, streak, p):
    """Level of trust: 0 cognitive, 1 affective, 2 behavioural."""
    if trust <= p.affective_from or social_bond <= p.affective_bond:
        return COGNITIVE
    return BEHAVIOURAL if streak >= p.behavioural_streak else AFFECTIVE
