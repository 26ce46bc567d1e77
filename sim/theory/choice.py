"""Choice: delivered value, bonds, inertia and switching costs (Kotler; McFadden's logit)."""

from sim.core.functions import exp
from sim.core.parameters import equation, param, section


@section("choice")
class Choice:
    """Weights of utility, in units of the scale of the choice noise."""

    w_sat: float = param(
        0.3,
        low=0,
        high=10,
        unit="utility per unit of satisfaction",
        meaning="weight of satisfaction",
        loyalty=True,
    )
    w_fin: float = param(
        0.5,
        low=0,
        high=10,
        unit="utility at full stake",
        meaning="weight of the financial bond",
        source="assumed; order by F7",
        loyalty=True,
    )
    w_soc: float = param(
        1.0,
        low=0,
        high=10,
        unit="utility at a full bond",
        meaning="weight of the social bond",
        source="assumed; order by F7",
        loyalty=True,
    )
    w_str: float = param(
        1.0,
        low=0,
        high=10,
        unit="utility at a full bond",
        meaning="weight of the structural bond",
        source="assumed; order by F7",
        loyalty=True,
    )
    w_hab: float = param(
        1.0,
        low=0,
        high=20,
        unit="utility at full habit",
        meaning="weight of habit: the loyalty of Guadagni & Little (1983)",
        loyalty=True,
    )
    risk: float = param(
        0.8,
        low=0,
        high=10,
        unit="utility",
        meaning="perceived risk of a firm without any trust (psychic cost)",
    )
    procedural: float = param(
        1.0,
        low=0,
        high=10,
        unit="utility per unit of lock_in",
        meaning="procedural switching cost; 0: nobody is locked in",
    )
    s_fin: float = param(
        0.3,
        low=0,
        high=10,
        unit="utility",
        meaning="switching cost of losing points",
        source="assumed; F6, F7",
        loyalty=True,
    )
    s_soc: float = param(
        0.4,
        low=0,
        high=10,
        unit="utility",
        meaning="relational switching cost",
        source="assumed; F6, F7",
        loyalty=True,
    )
    s_str: float = param(
        0.8,
        low=0,
        high=10,
        unit="utility",
        meaning="switching cost of the structural bond",
        source="assumed; F6, F7",
        loyalty=True,
    )
    outside_pays: float = param(
        1.0,
        low=0,
        high=1,
        unit="share",
        meaning="share of the switching cost that applies to leaving for the outside option",
    )
    noise_scale: float = param(
        1.0,
        low=0,
        high=100,
        unit="utility",
        meaning="scale of the choice noise; 0: customers choose the best offer",
        source="logit",
    )
    habit_keep: float = param(
        0.85,
        low=0,
        high=0.99999,
        unit="share per purchase",
        meaning="share of habit that remains",
        source="assumed; Guadagni & Little 1983 for the form (0.875 for brands there, recalled)",
    )
    habit_start: float = param(
        0.0, low=0, high=1, unit="share", meaning="habit toward every firm at the start"
    )


@equation
def content(satisfaction):
    """Contentment: satisfaction, but not below 0 (F7)."""
    return max(0.0, satisfaction)


@equation
def stake(points, threshold):
    """Stake in the points held, in [0, 1): 1 - exp(-points/threshold).

    >>> round(stake(20.0, 20.0), 4)
    0.6321
    """
    if points <= 0.0:
        return 0.0
    return 1.0 - exp(-min(points / threshold, 700.0))


@equation
def price_value(price_sensitivity, price):
    """Disutility of the price."""
    return -price_sensitivity * price


@equation
def quality_value(quality_weight, expectation):
    """Utility of the quality expected."""
    return quality_weight * expectation


@equation
def satisfaction_value(satisfaction, p):
    """Utility of satisfaction so far."""
    return p.w_sat * satisfaction


@equation
def convenience_value(convenience, effort):
    """Convenience less effort (cost of time and energy)."""
    return convenience - effort


@equation
def risk_value(trust, p):
    """Disutility of the risk that trust leaves (psychic cost)."""
    return -p.risk * (1.0 - trust)


@equation
def habit_value(habit, p):
    """Utility of buying again what one has bought."""
    return p.w_hab * habit


@equation
def financial_bond(content, stake, p):
    """Utility of the points at stake."""
    return p.w_fin * content * stake


@equation
def social_bond(content, social, p):
    """Utility of the social bond."""
    return p.w_soc * content * social


@equation
def structural_bond(structural, p):
    """Utility of the structural bond, which does not depend on satisfaction (F7)."""
    return p.w_str * structural


@equation
def switching_cost(lock_in, content, stake, social, structural, p):
    """Procedural, financial, relational and structural cost of leaving the supplier (Burnham et al. 2003)."""
    return p.procedural * lock_in + content * (p.s_fin * stake + p.s_soc * social) + p.s_str * structural


@equation
def habit_after(habit, bought, p):
    """Habit in [0, 1] after a purchase from this firm (bought 1) or another (0) (Guadagni & Little 1983).

    >>> round(habit_after(0.5, 1.0, Choice()), 3)
    0.575
    """
    return p.habit_keep * habit + (1.0 - p.habit_keep) * bought
