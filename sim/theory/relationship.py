"""Stages of the relationship between a customer and the main supplier."""

from sim.core.parameters import equation, param, section

NONE, ACQUAINTANCE, RESERVE, STEADY, WANDERING, CONSOLIDATED = 0, 1, 2, 3, 4, 5
STAGES = ("none", "acquaintance", "reserve", "steady", "wandering", "consolidated")


@section("relationship")
class Relationship:
    """Thresholds between the stages of a relationship."""

    switch_margin: float = param(
        0.1,
        low=0,
        high=1,
        unit="habit",
        meaning="lead in habit that another firm needs to become main supplier",
    )
    acquaintance_until: int = param(
        3,
        low=0,
        high=1000,
        unit="purchases",
        meaning="number of purchases at which the stage of acquaintance ends",
    )
    consolidated_commitment: float = param(
        0.8, low=0, high=1, unit="commitment", meaning="commitment above which a relationship is consolidated"
    )
    consolidated_bond: float = param(
        0.5,
        low=0,
        high=1,
        unit="bond",
        meaning="social or structural bond above which a relationship is consolidated",
    )
    consolidated_slack: float = param(
        0.0, low=0, high=1, unit="of commitment and of bond",
        meaning="distance below both thresholds at which a consolidated relationship ends; 0: at the thresholds",
    )  # fmt: skip
    trust_threshold: float = param(
        1 / 3,
        low=0,
        high=1,
        unit="trust",
        meaning="trust that separates the stage steady from the stage reserve",
    )


@equation
def slack(before, p):
    """Margin below the thresholds within which a consolidated relationship remains consolidated."""
    return p.consolidated_slack if before == CONSOLIDATED else 0.0


@equation
def bound(before, social_bond, structural_bond, p):
    """True if a bond is strong enough for a consolidated relationship."""
    return max(social_bond, structural_bond) > p.consolidated_bond - slack(before, p)


@equation
def settled(before):
    """True if the relationship was steady, wandering or consolidated."""
    return before == STEADY or before == CONSOLIDATED or before == WANDERING


@equation
def looks_around(before, purchases, social_bond, structural_bond, satisfaction, p):
    """True if the stage depends on the offers of rivals; otherwise `stage` need not know them."""
    if purchases < p.acquaintance_until:
        return False
    return bound(before, social_bond, structural_bond, p) or (settled(before) and satisfaction >= 0.0)


@equation
def stage(before, purchases, commitment, social_bond, structural_bond, satisfaction, trust, held_by_cost, p):
    """Stage of the relationship; ``held_by_cost`` is true if a rival is worth more before the switching cost is counted."""
    if purchases < p.acquaintance_until:
        return ACQUAINTANCE
    needed = p.consolidated_commitment - slack(before, p)
    if bound(before, social_bond, structural_bond, p) and commitment > needed:
        return CONSOLIDATED
    if settled(before) and (satisfaction < 0.0 or held_by_cost):
        return WANDERING
    if trust > p.trust_threshold and satisfaction > 0.0:
        return STEADY
    if trust < p.trust_threshold:
        return RESERVE
    return before if before != NONE else ACQUAINTANCE
