"""What an offer is worth to a customer, and which firm is chosen at an occasion."""

import numpy as np

from sim.core import rng
from sim.core.functions import exp, log
from sim.core.jit import inlined
from sim.customers.offer import DISCOUNT
from sim.theory import choice, switching_causes

OUTSIDE, NOBODY = -1, -2  # in place of a firm's row: the outside option; nothing to choose
LANES = 8  # arrays over firms are worked through so many at a time
PRICE, PRODUCT, SERVICE, MARKET, TECHNOLOGY, POLITICAL = range(switching_causes.GROUPS)


@inlined
def wide(count):
    """A count filled up to whole vectors."""
    return (count + LANES - 1) // LANES * LANES


@inlined
def in_market(people, i, period):
    """Whether customer i is in the market at any time of the period."""
    return people[i].entered_at < period + 1 and people[i].leaves_at > period


@inlined
def knows(people, toward, i, j):
    return (people[i].aware >> np.uint32(j)) & np.uint32(1) == np.uint32(1)


@inlined
def given_to(people, toward, i, j, what, programmes):
    """What firm j's programme gives the customer, 0 outside any tier; without a branch, for nobody can guess it."""
    tier = toward[i, j].tier
    given = programmes[j, max(tier, 0), what]
    return given if tier >= 0 else 0.0


@inlined
def price_for(people, toward, i, j, offers, programmes):
    """Posted price less promotion and tier discount."""
    return offers[j].paid * (1.0 - given_to(people, toward, i, j, DISCOUNT, programmes))


@inlined
def utility_by_cause(people, toward, i, j, offers, programmes, p, groups, tied=None):
    """Utility of firm j to customer i by group of causes, without taste and inertia; fills groups (6,).

    ``tied`` (n_customers, n_firms) is what the other category adds, None where there is one category only.
    """
    content = choice.content(np.float64(toward[i, j].satisfaction))
    stake = choice.stake(np.float64(toward[i, j].points), p.bonds.threshold)
    groups[PRICE] = choice.price_value(
        np.float64(people[i].price_sensitivity), price_for(people, toward, i, j, offers, programmes)
    ) + choice.financial_bond(content, stake, p.choice)
    groups[PRODUCT] = choice.product_value(
        0.0, np.float64(people[i].quality_weight), np.float64(toward[i, j].expectation),
        np.float64(toward[i, j].satisfaction), p.choice,
    )  # fmt: skip
    if tied is not None:
        groups[PRODUCT] += np.float64(tied[i, j])
    groups[SERVICE] = (
        choice.service_value(
            offers[j].convenience, offers[j].effort, np.float64(toward[i, j].trust), p.choice
        )
        + choice.social_bond(content, np.float64(toward[i, j].social_bond), p.choice)
        + choice.structural_bond(np.float64(toward[i, j].structural_bond), p.choice)
    )
    groups[MARKET] = offers[j].brand
    groups[TECHNOLOGY] = offers[j].technology
    groups[POLITICAL] = offers[j].political


@inlined
def deliver(people, toward, i, j, offers, programmes, p, stake, own, bonded, tied=None):
    """Utility of firm j to customer i, alone and with bonds, into own[j] and bonded[j]; -inf if unknown or closed."""
    if not knows(people, toward, i, j) or offers[j].open == 0:
        own[j] = bonded[j] = -np.inf
        return
    satisfied = np.float64(toward[i, j].satisfaction)
    content = choice.content(satisfied)
    alone = (
        choice.product_value(
            np.float64(toward[i, j].taste), np.float64(people[i].quality_weight),
            np.float64(toward[i, j].expectation), satisfied, p.choice,
        )
        + choice.price_value(
            np.float64(people[i].price_sensitivity), price_for(people, toward, i, j, offers, programmes)
        )
        + choice.service_value(offers[j].convenience, offers[j].effort, np.float64(toward[i, j].trust), p.choice)
        + offers[j].brand + offers[j].technology + offers[j].political
    )  # fmt: skip
    if tied is not None:
        alone += np.float64(tied[i, j])
    own[j] = alone
    bonded[j] = (
        alone
        + choice.financial_bond(content, stake[j], p.choice)
        + choice.social_bond(content, np.float64(toward[i, j].social_bond), p.choice)
        + choice.structural_bond(np.float64(toward[i, j].structural_bond), p.choice)
    )


@inlined
def add_inertia(people, toward, i, firms, supplier, p, stake, bonded, value):
    """Utilities with habit and the cost of leaving the supplier (-1: none), into value (n_firms,); returns that cost."""
    cost = 0.0
    if supplier >= 0:
        content = choice.content(np.float64(toward[i, supplier].satisfaction))
        cost = choice.switching_cost(
            np.float64(people[i].lock_in), content, stake[supplier], np.float64(toward[i, supplier].social_bond),
            np.float64(toward[i, supplier].structural_bond), p.choice,
        )  # fmt: skip
    for j in range(firms):
        value[j] = bonded[j] + p.choice.w_hab * np.float64(toward[i, j].habit)
        if j != supplier:
            value[j] -= cost
    return cost


@inlined
def evaluate(people, toward, i, firms, offers, programmes, p, stake, own, bonded, value, tied=None):
    """Utilities of the firms that customer i knows, (n_firms,) each: own, with bonds, and with inertia too.

    Returns the switching cost of leaving the main supplier. A firm unknown or closed has value -inf.
    """
    for j in range(firms):
        stake[j] = choice.stake(np.float64(toward[i, j].points), p.bonds.threshold)
        deliver(people, toward, i, j, offers, programmes, p, stake, own, bonded, tied)
    return add_inertia(people, toward, i, firms, np.int64(people[i].supplier), p, stake, bonded, value)


@inlined
def best_other(value, firms, but):
    """The firm with the largest value besides one; -1 when there is none."""
    found = -1
    for j in range(firms):
        if j != but and value[j] > -np.inf and (found < 0 or value[j] > value[found]):
            found = j
    return found


@inlined
def choose(
    value, firms, outside_value, has_outside, person, occasion, lucks, incumbent, noise_scale, race, weight
):
    """Which firm is chosen, or OUTSIDE, and the expected surplus in utility; one luck a firm, keyed by its id.

    The largest of value + noise_scale * Gumbel is the first of races with exponential times E/exp(value).
    ``race`` (n_firms + 1,) is left holding E, the outside option's last. Nothing to choose: NOBODY.
    """
    value[firms] = outside_value if has_outside else -np.inf
    best = -np.inf
    for j in range(firms + 1):
        best = max(best, value[j])
    if best == -np.inf:
        return NOBODY, 0.0
    for j in range(wide(firms + 1)):  # in vectors
        race[j] = -log(rng.uniform(person, rng.CHOICE, occasion, lucks[j]))
    chosen = NOBODY
    if noise_scale <= 0.0:
        for j in range(firms):
            if value[j] == best and (chosen < 0 or j == incumbent):
                chosen = j
        return OUTSIDE if chosen < 0 else chosen, best
    for j in range(wide(firms + 1)):
        weight[j] = exp((value[j] - best) / noise_scale) if value[j] > -np.inf else 0.0
    first = np.inf
    total = 0.0
    for j in range(firms + 1):
        total += weight[j]
        time = race[j] / weight[j]
        if time < first:
            first = time
            chosen = j
    return OUTSIDE if chosen == firms else chosen, best + noise_scale * log(total)


@inlined
def is_full(offers, j, person, occasion, lucks):
    """Whether firm j turns the customer away at this occasion; with a luck of its own."""
    return offers[j].full > 0.0 and rng.uniform(person, rng.TURNED_AWAY, occasion, lucks[j]) < offers[j].full
