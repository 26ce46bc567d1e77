"""Utility of an offer to a customer: its terms, each in one row of a table, and every sum over them."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from sim.core.jit import inlined, own_copy, part
from sim.customers.offer import DISCOUNT
from sim.market.kernel.contacts import given
from sim.theory import choice
from sim.theory.switching_causes import GROUPS, MARKET, POLITICAL, PRICE, PRODUCT, SERVICE, TECHNOLOGY

OFFER, BOND, INERTIA = "offer", "bond", "inertia"


class Relation(NamedTuple):
    """All that the terms read, but for the offer: a customer's traits and its relation to one firm, in numbers."""

    price_sensitivity: float
    quality_weight: float
    lock_in: float
    taste: float
    expectation: float
    satisfaction: float
    trust: float
    stake: float  # in the points held
    social_bond: float
    structural_bond: float
    habit: float
    price: float  # for the customer
    cross_utility: float


@inlined
def cost_of_leaving(r, p):
    """Utility that leaving the firm of this relation costs the customer."""
    return choice.switching_cost(
        r.lock_in, choice.content(r.satisfaction), r.stake, r.social_bond, r.structural_bond, p
    )


@inlined
def nothing(offer):
    """Zero, which most terms leave in the relation when they are taken away."""
    return 0.0


@inlined
def posted_price(offer):
    """Price without what the customer's own programme takes off."""
    return offer.paid


class Term(NamedTuple):
    """A term of utility: what it is, where it counts, and what it is read from."""

    name: str
    of: Callable[..., float]  # of the relation, the offer and the weights of `choice.Choice`: utility
    part: str  # of delivered value
    kind: str = OFFER  # OFFER: counts in the offer alone; BOND: only with bonds; INERTIA: habit and the cost of leaving
    group: int | None = None  # of causes of leaving; None: taste and inertia are no cause
    equity: str = ""  # part of customer equity; empty: the rest that no part accounts for
    driver: str = ""  # driver of customer equity
    weights: tuple[str, ...] = ()  # parameters of `choice.Choice` that it is multiplied with
    offered: tuple[str, ...] = ()  # fields of the offer that carry it
    column: str = ""  # of the customers, which carries it
    empty: int = 0  # entry of the column where the term is not there
    becomes: str = ""  # field of `Relation` made of the column, if its name is another
    without: Callable[..., float] = nothing  # of the offer: that field when the term is taken away

    @property
    def loyalty(self) -> bool:
        """True for a term whose weights are 0 in the run without loyalty."""
        declared: Any = choice.Choice
        return bool(self.weights) and all(declared.declared[name].loyalty for name in self.weights)


def term(name: str, of: Callable[..., float], **row: Any) -> Term:
    """Make a row of the table, its function a part of the compiled functions that call it."""
    return Term(name, part(of), **row)


#: Every term of an offer's utility, in the order in which they are added; parts are shown in the order of their first terms.
TERMS = (
    term("taste", lambda r, offer, p: r.taste,
         part="taste", column="taste"),
    term("price", lambda r, offer, p: choice.price_value(r.price_sensitivity, r.price),
         part="price", group=PRICE, equity="value", driver="price",
         offered=("paid",), column="tier", empty=-1, becomes="price", without=posted_price),
    term("quality", lambda r, offer, p: choice.quality_value(r.quality_weight, r.expectation),
         part="product", group=PRODUCT, equity="value", driver="quality", column="expectation"),
    term("convenience", lambda r, offer, p: choice.convenience_value(offer.convenience, offer.effort),
         part="service", group=SERVICE, equity="value", driver="convenience", offered=("convenience", "effort")),
    term("brand", lambda r, offer, p: offer.brand,
         part="brand", group=MARKET, equity="brand", driver="brand", offered=("brand",)),
    term("financial_bond", lambda r, offer, p: choice.financial_bond(choice.content(r.satisfaction), r.stake, p),
         part="bonds", kind=BOND, group=PRICE, equity="relationship", driver="programmes", weights=("w_fin",),
         column="points", becomes="stake"),
    term("social_bond", lambda r, offer, p: choice.social_bond(choice.content(r.satisfaction), r.social_bond, p),
         part="bonds", kind=BOND, group=SERVICE, equity="relationship", driver="programmes", weights=("w_soc",),
         column="social_bond"),
    term("structural_bond", lambda r, offer, p: choice.structural_bond(r.structural_bond, p),
         part="bonds", kind=BOND, group=SERVICE, equity="relationship", driver="programmes", weights=("w_str",),
         column="structural_bond"),
    term("trust", lambda r, offer, p: choice.risk_value(r.trust, p),
         part="service", group=SERVICE, equity="relationship", driver="trust and habit", weights=("risk",),
         column="trust"),
    term("satisfaction", lambda r, offer, p: choice.satisfaction_value(r.satisfaction, p),
         part="product", group=PRODUCT, equity="relationship", driver="trust and habit", weights=("w_sat",),
         column="satisfaction"),
    term("habit", lambda r, offer, p: choice.habit_value(r.habit, p),
         part="habit", kind=INERTIA, equity="relationship", driver="trust and habit", weights=("w_hab",),
         column="habit"),
    term("lock_in", lambda r, offer, p: cost_of_leaving(r, p),
         part="switching cost", kind=INERTIA, equity="relationship", driver="trust and habit",
         weights=("procedural", "s_fin", "s_soc", "s_str"), column="lock_in"),
    term("cross_utility", lambda r, offer, p: r.cross_utility,
         part="product", group=PRODUCT),
    term("technology", lambda r, offer, p: offer.technology,
         part="brand", group=TECHNOLOGY, offered=("technology",)),
    term("political", lambda r, offer, p: offer.political,
         part="brand", group=POLITICAL, offered=("political",)),
)  # fmt: skip
#: Parts of delivered value, in the order in which they are shown.
PARTS = tuple(dict.fromkeys(row.part for row in TERMS))


def sum_of(terms: Iterable[Term]) -> Callable[..., float]:
    """Make a function of a relation, an offer and weights: the sum of some terms, from left to right; of none, 0."""
    *before, last = terms or [term("none", lambda r, offer, p: 0.0, part="")]
    one = last.of
    if not before:
        return one
    others = sum_of(before)
    return part(lambda r, offer, p: others(r, offer, p) + one(r, offer, p))  # type: ignore[no-any-return]


def sums_of(lists: Iterable[Iterable[Term]]) -> Callable[..., None]:
    """Make a function of a relation, an offer, weights and an array: the sum of each list of terms, into the array."""
    *before, last = lists
    place, one = len(before), sum_of(last)
    others = sums_of(before) if before else part(lambda r, offer, p, into: None)

    @part
    def write(r, offer, p, into):
        others(r, offer, p, into)
        into[place] = one(r, offer, p)

    return write  # type: ignore[no-any-return]


def fields_kept(names: Iterable[str]) -> Callable[..., tuple[float, ...]]:
    """Make a function of a relation, an offer and the terms kept, (n_terms,): fields of the relation without the others."""
    *before, last = names
    place = Relation._fields.index(last)
    number = next((n for n, row in enumerate(TERMS) if last == (row.becomes or row.column)), None)
    if number is None:
        one = part(lambda r, offer, kept: r[place])
    else:
        without = TERMS[number].without
        one = part(lambda r, offer, kept: r[place] if kept[number] else without(offer))
    if not before:
        return part(lambda r, offer, kept: (one(r, offer, kept),))  # type: ignore[no-any-return]
    others = fields_kept(before)
    return part(lambda r, offer, kept: (*others(r, offer, kept), one(r, offer, kept)))  # type: ignore[no-any-return]


#: What the table makes: utility of an offer alone, and what bonds add to it; utility by group of causes and by part of
#: delivered value, each into an array; the fields of a relation that are left without some terms.
utility_alone = sum_of([row for row in TERMS if row.kind == OFFER])
utility_of_bonds = sum_of([row for row in TERMS if row.kind == BOND])
utility_by_cause = sums_of([row for row in TERMS if row.group == group] for group in range(GROUPS))
utility_by_part = sums_of([row for row in TERMS if row.part == part] for part in PARTS)
fields_left = fields_kept(Relation._fields)


@inlined
def offer_utility(r, offer, p):
    """Utility of an offer, alone and with bonds."""
    alone = utility_alone(r, offer, p)
    return alone, alone + utility_of_bonds(r, offer, p)


@inlined
def relation_without(r, offer, kept):
    """A relation without the terms that are not kept, (n_terms,); what the offer carries is taken from it beforehand."""
    return Relation(*fields_left(r, offer, kept))


@inlined
def knows(aware, j):
    """True for a customer who knows firm j; ``aware`` has one bit for each firm."""
    return (aware >> np.uint32(j)) & np.uint32(1) == np.uint32(1)


@inlined
def relation(c, k, j, m, price, stake):
    """Customer k's traits and its relation to firm j."""
    return Relation(
        np.float64(c.price_sensitivity[k]), np.float64(c.quality_weight[k]), np.float64(c.lock_in[k]),
        np.float64(c.taste[j, k]), np.float64(c.expectation[j, k]), np.float64(c.satisfaction[j, k]),
        np.float64(c.trust[j, k]), stake, np.float64(c.social_bond[j, k]), np.float64(c.structural_bond[j, k]),
        np.float64(c.habit[j, k]), price, np.float64(c.cross_utility[j, k]) if m.crossed != 0 else 0.0,
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
            alone, tied = offer_utility(relation(c, k, j, m, price[k], stake[k]), offer, p.choice)
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
    alone, tied = offer_utility(r, offer, now.p.choice)
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
