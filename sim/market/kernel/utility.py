"""Utility of an offer to a customer: its terms, listed once, and the two sums over them."""

from typing import NamedTuple

import numpy as np

from sim.core.jit import inlined, own_copy, part
from sim.customers.offer import DISCOUNT
from sim.market.kernel.contacts import given
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
def knows(aware, j):
    """True for a customer who knows firm j; ``aware`` has one bit for each firm."""
    return (aware >> np.uint32(j)) & np.uint32(1) == np.uint32(1)


class Relation(NamedTuple):
    """A customer's relation to one firm, in numbers."""

    taste: float
    expectation: float
    satisfaction: float
    trust: float
    social_bond: float
    structural_bond: float
    stake: float  # in the points held
    price: float  # for the customer
    cross_utility: float


@inlined
def relation(c, k, j, m, price, stake):
    """Customer k's relation to firm j."""
    return Relation(
        np.float64(c.taste[j, k]), np.float64(c.expectation[j, k]), np.float64(c.satisfaction[j, k]),
        np.float64(c.trust[j, k]), np.float64(c.social_bond[j, k]), np.float64(c.structural_bond[j, k]), stake, price,
        np.float64(c.cross_utility[j, k]) if m.crossed != 0 else 0.0,
    )  # fmt: skip


@inlined
def price_for(c, k, j, now):
    """Posted price less promotion and tier discount."""
    tier = c.tier[j, k]
    discount = now.programmes[j, max(tier, 0), DISCOUNT] if tier >= 0 else 0.0
    return now.offers[j].paid * (1.0 - discount)


@inlined
def stake_in(c, k, j, p):
    """Stake of customer k in the points of firm j."""
    return choice.stake(np.float64(c.points[j, k]), p.bonds.threshold)


@inlined
def offer_terms(r, taste, quality_weight, price_sensitivity, offer, p):
    """Product, price and service, then the financial, social and structural bond; the market's terms are the offer's."""
    content = choice.content(r.satisfaction)
    return (
        choice.product_value(taste, quality_weight, r.expectation, r.satisfaction, p),
        choice.price_value(price_sensitivity, r.price),
        choice.service_value(offer.convenience, offer.effort, r.trust, p),
        choice.financial_bond(content, r.stake, p),
        choice.social_bond(content, r.social_bond, p),
        choice.structural_bond(r.structural_bond, p),
    )


@inlined
def offer_utility(r, quality_weight, price_sensitivity, offer, p):
    """Utility of an offer, alone and with bonds."""
    product, price, service, financial, social, structural = offer_terms(
        r, r.taste, quality_weight, price_sensitivity, offer, p
    )
    alone = product + price + service + offer.brand + offer.technology + offer.political + r.cross_utility
    return alone, alone + financial + social + structural


@inlined
def utility_by_cause(r, quality_weight, price_sensitivity, offer, p, groups):
    """Utility of an offer by group of causes, without taste and inertia, into groups (n_groups,).

    The bonds are added within their groups; hence the last digit of the sum may differ from `offer_utility`.
    """
    product, price, service, financial, social, structural = offer_terms(
        r, 0.0, quality_weight, price_sensitivity, offer, p
    )
    groups[PRICE] = price + financial
    groups[PRODUCT] = product + r.cross_utility
    groups[SERVICE] = service + social + structural
    groups[MARKET] = offer.brand
    groups[TECHNOLOGY] = offer.technology
    groups[POLITICAL] = offer.political


@inlined
def cost_of_leaving(r, lock_in, p):
    """Utility that leaving the firm of this relation costs the customer."""
    return choice.switching_cost(
        lock_in, choice.content(r.satisfaction), r.stake, r.social_bond, r.structural_bond, p
    )


@part
def evaluate(c, n, now, batch):
    """Utility of every firm's offer to the customers of a batch, alone and with bonds; -inf if unknown or closed."""
    m, p = now.m, now.p
    for j in range(len(now.offers)):
        offer = own_copy(now.offers[j])
        price, stake, own, bonded = batch.price[j], batch.stake[j], batch.own[j], batch.bonded[j]
        if given(c, n, j, DISCOUNT, now, batch.a):
            for k in range(n):
                price[k] = offer.paid * (1.0 - batch.a[k])
        else:
            for k in range(n):
                price[k] = offer.paid
        for k in range(n):
            stake[k] = stake_in(c, k, j, p)
        for k in range(n):
            r = relation(c, k, j, m, price[k], stake[k])
            alone, tied = offer_utility(
                r, np.float64(c.quality_weight[k]), np.float64(c.price_sensitivity[k]), offer, p.choice
            )
            offered = choosable(c, k, j, offer)
            own[k] = alone if offered else -np.inf
            bonded[k] = tied if offered else -np.inf


@inlined
def choosable(c, k, j, offer):
    """True if customer k knows the firm and the firm is open."""
    return knows(c.aware[k], j) and offer.open != 0


@inlined
def evaluate_again(c, k, j, now, batch):
    """Utility of firm j's offer to customer k after a purchase from it, or after the customer left it."""
    offer = now.offers[j]
    batch.stake[j, k] = stake_in(c, k, j, now.p)
    r = relation(c, k, j, now.m, batch.price[j, k], batch.stake[j, k])
    alone, tied = offer_utility(
        r, np.float64(c.quality_weight[k]), np.float64(c.price_sensitivity[k]), offer, now.p.choice
    )
    offered = choosable(c, k, j, offer)
    batch.own[j, k] = alone if offered else -np.inf
    batch.bonded[j, k] = tied if offered else -np.inf


@inlined
def best_other(value, k, firms, but):
    """The firm with the largest value to customer k besides one; -1 when there is none."""
    found = -1
    for j in range(firms):
        if j != but and value[j, k] > -np.inf and (found < 0 or value[j, k] > value[found, k]):
            found = j
    return found
