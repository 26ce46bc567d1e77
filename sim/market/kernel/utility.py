"""Utility of an offer to a customer: its terms, listed once, and the two sums over them."""

from typing import NamedTuple

import numpy as np

from sim.core.jit import inlined, part
from sim.customers.offer import DISCOUNT
from sim.theory import choice
from sim.theory.switching_causes import MARKET, POLITICAL, PRICE, PRODUCT, SERVICE, TECHNOLOGY


class Term(NamedTuple):
    """A term of utility, and where it counts."""

    name: str
    part: str  # of delivered value
    group: int | None = None  # of causes of leaving; None: taste and inertia are no cause
    equity: str = ""  # part of customer equity; empty: the rest that no part accounts for
    driver: str = ""  # driver of customer equity


#: Every term of an offer's utility; parts are shown in the order of their first terms here.
TERMS = (
    Term("taste", part="taste"),
    Term("price", part="price", group=PRICE, equity="value", driver="price"),
    Term("quality", part="product", group=PRODUCT, equity="value", driver="quality"),
    Term("convenience", part="service", group=SERVICE, equity="value", driver="convenience"),
    Term("brand", part="brand", group=MARKET, equity="brand", driver="brand"),
    Term("financial_bond", part="bonds", group=PRICE, equity="relationship", driver="programmes"),
    Term("social_bond", part="bonds", group=SERVICE, equity="relationship", driver="programmes"),
    Term("structural_bond", part="bonds", group=SERVICE, equity="relationship", driver="programmes"),
    Term("trust", part="service", group=SERVICE, equity="relationship", driver="trust and habit"),
    Term("satisfaction", part="product", group=PRODUCT, equity="relationship", driver="trust and habit"),
    Term("habit", part="habit", equity="relationship", driver="trust and habit"),
    Term("lock_in", part="switching cost", equity="relationship", driver="trust and habit"),
    Term("cross_utility", part="product", group=PRODUCT),
    Term("technology", part="brand", group=TECHNOLOGY),
    Term("political", part="brand", group=POLITICAL),
)
#: Parts of delivered value, in the order in which they are shown.
PARTS = tuple(dict.fromkeys(term.part for term in TERMS))


@inlined
def in_market(c, i, period):
    """True if customer i is in the market at any time of the period."""
    return c.entered_at[i] < period + 1 and c.leaves_at[i] > period


@inlined
def knows(c, i, j):
    """True if customer i knows firm j."""
    return (c.aware[i] >> np.uint32(j)) & np.uint32(1) == np.uint32(1)


@part
def given_to(c, i, j, what, programmes):
    """Entry of firm j's programme for the customer, 0 outside any tier; without a branch, for it cannot be predicted."""
    tier = c.tier[j, i]
    given = programmes[j, max(tier, 0), what]
    return given if tier >= 0 else 0.0


@part
def price_for(c, i, j, now):
    """Posted price less promotion and tier discount."""
    return now.offers[j].paid * (1.0 - given_to(c, i, j, DISCOUNT, now.programmes))


@inlined
def offer_terms(c, i, j, now, taste, stake):
    """Product, price and service, then the financial, social and structural bond; the market's terms are the offer's."""
    p, offer = now.p.choice, now.offers[j]
    satisfied = np.float64(c.satisfaction[j, i])
    content = choice.content(satisfied)
    return (
        choice.product_value(
            taste, np.float64(c.quality_weight[i]), np.float64(c.expectation[j, i]), satisfied, p
        ),
        choice.price_value(np.float64(c.price_sensitivity[i]), price_for(c, i, j, now)),
        choice.service_value(offer.convenience, offer.effort, np.float64(c.trust[j, i]), p),
        choice.financial_bond(content, stake, p),
        choice.social_bond(content, np.float64(c.social_bond[j, i]), p),
        choice.structural_bond(np.float64(c.structural_bond[j, i]), p),
    )


@inlined
def offer_utility(c, i, j, now, u):
    """Utility of firm j to customer i, alone and with bonds, into ``u.own`` and ``u.bonded``; -inf if unknown or closed."""
    offer = now.offers[j]
    if not knows(c, i, j) or offer.open == 0:
        u.own[j] = u.bonded[j] = -np.inf
        return
    product, price, service, financial, social, structural = offer_terms(
        c, i, j, now, np.float64(c.taste[j, i]), u.stake[j]
    )
    alone = product + price + service + offer.brand + offer.technology + offer.political
    if now.m.crossed != 0:
        alone += np.float64(c.cross_utility[j, i])
    u.own[j] = alone
    u.bonded[j] = alone + financial + social + structural


@inlined
def utility_by_cause(c, i, j, now, groups):
    """Utility of firm j to customer i by group of causes, without taste and inertia, into groups (n_groups,).

    The bonds are added within their groups; hence the last digit of the sum may differ from `offer_utility`.
    """
    offer = now.offers[j]
    stake = choice.stake(np.float64(c.points[j, i]), now.p.bonds.threshold)
    product, price, service, financial, social, structural = offer_terms(c, i, j, now, 0.0, stake)
    if now.m.crossed != 0:
        product += np.float64(c.cross_utility[j, i])
    groups[PRICE] = price + financial
    groups[PRODUCT] = product
    groups[SERVICE] = service + social + structural
    groups[MARKET] = offer.brand
    groups[TECHNOLOGY] = offer.technology
    groups[POLITICAL] = offer.political


@inlined
def cost_of_leaving(c, i, supplier, lock_in, stake, p):
    """Utility that leaving a supplier costs the customer."""
    return choice.switching_cost(
        lock_in, choice.content(np.float64(c.satisfaction[supplier, i])), stake,
        np.float64(c.social_bond[supplier, i]), np.float64(c.structural_bond[supplier, i]), p.choice,
    )  # fmt: skip


@inlined
def add_inertia(c, i, firms, supplier, p, u):
    """Utilities with habit and the cost of leaving the supplier (-1: none), into ``u.value``; return that cost."""
    cost = 0.0
    if supplier >= 0:
        cost = cost_of_leaving(c, i, supplier, np.float64(c.lock_in[i]), u.stake[supplier], p)
    for j in range(firms):
        u.value[j] = u.bonded[j] + p.choice.w_hab * np.float64(c.habit[j, i])
        if j != supplier:
            u.value[j] -= cost
    return cost


@inlined
def evaluate(c, i, firms, now, u):
    """Utilities of the firms that customer i knows, alone, with bonds, and with inertia too.

    Return the cost of leaving the main supplier. A firm unknown or closed has value -inf.
    """
    for j in range(firms):
        u.stake[j] = choice.stake(np.float64(c.points[j, i]), now.p.bonds.threshold)
        offer_utility(c, i, j, now, u)
    return add_inertia(c, i, firms, np.int64(c.supplier[i]), now.p, u)
