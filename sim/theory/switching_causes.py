"""Causes of switching, by counterfactual with the same random numbers; six causes as in Chinese texts on relationship marketing."""

from math import factorial

from sim.core.parameters import equation

PRICE, PRODUCT, SERVICE, MARKET, TECHNOLOGY, POLITICAL, CHANCE = 0, 1, 2, 3, 4, 5, 6
CAUSES = ("price", "product", "service", "market", "technology", "political", "chance")
GROUPS = len(CAUSES) - 1  # groups of terms of utility; chance has none
_WEIGHTS = tuple(factorial(size) * factorial(GROUPS - 1 - size) / factorial(GROUPS) for size in range(GROUPS))


@equation
def blame(lost, margin, parts):
    """Attribute a switch to the groups of causes by the Shapley value; ``parts`` (7,) sum to 1.

    ``lost`` (6,): decline of the advantage over the rival by group since the customer became a main customer,
    never negative; ``margin`` < 0: utility of staying less that of leaving, with noise, habit and switching costs
    as in the choice. If restoring all groups would not have kept the customer, the cause is chance. Writes ``parts``.
    """
    total = 0.0
    for g in range(GROUPS):
        parts[g] = 0.0
        total += lost[g]
    if margin + total <= 0.0:
        parts[CHANCE] = 1.0
        return
    parts[CHANCE] = 0.0
    for coalition in range(2**GROUPS):
        put_back = margin
        size = 0
        for g in range(GROUPS):
            if (coalition >> g) & 1:
                put_back += lost[g]
                size += 1
        if put_back > 0.0:
            continue
        weight = shapley_weight(size)
        for g in range(GROUPS):
            if not (coalition >> g) & 1 and put_back + lost[g] > 0.0:
                parts[g] += weight


@equation
def shapley_weight(size):
    """Shapley weight of a coalition of ``size`` out of n groups: size!(n - 1 - size)!/n!.

    >>> [round(1 / shapley_weight(k)) for k in range(6)]
    [6, 30, 60, 60, 30, 6]
    """
    return _WEIGHTS[size]
