"""Satisfaction by seven factors (Spreng, MacKenzie & Olshavsky 1996)."""

from sim.core.functions import clip, tanh
from sim.core.parameters import equation, param, section


@section("satisfaction")
class Satisfaction:
    """Weights of desires, expectations and promises in satisfaction."""

    w_des: float = param(
        1.0, low=0, high=10, unit="per unit of quality", meaning="weight of desire congruency"
    )
    w_exp: float = param(
        0.5, low=0, high=10, unit="per unit of quality", meaning="weight of expectation congruency"
    )
    w_att: float = param(0.8, low=0, high=10, unit="", meaning="weight of attribute satisfaction")
    w_inf: float = param(0.3, low=0, high=10, unit="", meaning="weight of information satisfaction")
    rate_sat: float = param(
        0.3,
        low=0,
        high=1,
        unit="share per purchase",
        meaning="weight of the latest experience",
        source="assumed; F3",
    )
    rate_exp: float = param(
        0.2,
        low=0,
        high=1,
        unit="share per purchase",
        meaning="weight of the latest experience in expectations",
        source="assumed",
        loyalty=True,
    )
    tolerance: float = param(
        0.5, low=0, high=2, unit="quality", meaning="zone of tolerance: largest shortfall that does not disappoint",
        source="assumed; Zeithaml, Berry & Parasuraman 1993 for the zone",
    )  # fmt: skip


@equation
def asymmetric(gap, loss_aversion, p):
    """Gap to a standard; a shortfall beyond the zone of tolerance is weighted by ``loss_aversion`` (F5).

    >>> asymmetric(-1.0, 2.0, Satisfaction())
    -1.5
    """
    return gap + (loss_aversion - 1.0) * min(0.0, gap + p.tolerance)


@equation
def attribute_satisfaction(desire_congruency, expectation_congruency, loss_aversion, p):
    """Satisfaction with the attributes of the product."""
    return p.w_des * desire_congruency + p.w_exp * asymmetric(expectation_congruency, loss_aversion, p)


@equation
def overall(felt, desire, expectation, promise, loss_aversion, lift, p):
    """Overall satisfaction with one purchase, in [-1, 1]; ``lift`` is the recovery paradox."""
    attribute = attribute_satisfaction(felt - desire, felt - expectation, loss_aversion, p)
    information = asymmetric(felt - promise, loss_aversion, p)
    return clip(tanh(p.w_att * attribute + p.w_inf * information) + lift, -1.0, 1.0)


@equation
def after(satisfaction, judged, p):
    """Cumulative satisfaction after one purchase.

    >>> after(0.0, 1.0, Satisfaction())
    0.3
    """
    return satisfaction + p.rate_sat * (judged - satisfaction)


@equation
def expectation_after(expectation, felt, p):
    """Expectation after one purchase, adjusted toward the performance felt."""
    return expectation + p.rate_exp * (felt - expectation)
