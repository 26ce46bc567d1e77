"""Costs of a firm in a period, by cost column, and the part of them that the budget covers.

The same sums serve twice: before a period with expected amounts, and after it with actual ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from sim.core.functions import total
from sim.customers.traits import Segment
from sim.firms.metrics import ALL_COSTS, UNBUDGETED
from sim.firms.state import Sales, SecondSales, Trade
from sim.strategies import ALL_LEVERS, SPENDING, MarketingPlan
from sim.strategies.levers import A_CASE, A_CUSTOMER, A_HEAD, A_RECORD, SUPPORT
from sim.theory import marketing_response
from sim.theory.marketing_response import Reach

#: The lever of a plan behind each cost of marketing; cost of goods and partners' terms are none.
LEVER_OF = {
    cost: next(name for name, p in ALL_LEVERS.items() if p.cost == cost)
    for cost in ALL_COSTS
    if any(p.cost == cost for p in ALL_LEVERS.values())
}
#: Levers charged by their unit alone; support is charged for the kinds of partner that a firm has.
CHARGED = {
    name: ALL_LEVERS[name]
    for name in SPENDING
    if ALL_LEVERS[name].unit in (A_HEAD, A_CUSTOMER, A_CASE, A_RECORD) and name not in SUPPORT.values()
}
#: Levers charged by the number of customers on file.
BY_CUSTOMER = frozenset(name for name in SPENDING if ALL_LEVERS[name].unit in (A_CUSTOMER, A_RECORD))
#: Cost columns that the budget covers, and no cost in any column.
COVERED = tuple(name for name in ALL_COSTS if name not in UNBUDGETED)
NO_COSTS = dict.fromkeys(ALL_COSTS, 0.0)


class CostBasis(NamedTuple):
    """Prices that a firm pays this period, money, and the levers that act."""

    unit_cost: float  # of a unit at base quality, as partners leave it
    quality_cost: float  # of a unit, for quality above base
    dealer_share: float  # of revenue
    partner_terms: float  # per customer per week
    second_unit_cost: float  # of a unit of the second product
    contact: float  # per contact in person
    online: float  # cost of a contact through a medium, as a share of one in person
    integration: float  # per unit of effort per week
    wage: float  # per relationship manager per week
    reference_price: float
    base_quality: float
    response: Reach  # cost of quality above base
    acting: frozenset[str]  # levers that act for the firm and that events permit
    partner_kinds: tuple[str, ...] = ()


class Outlook(NamedTuple):
    """Sales, customers and time on which a firm expects its costs."""

    units: float
    sales: Sales
    second: SecondSales
    members: Sequence[float]  # by tier
    customers: int
    weeks: float


class Activity(NamedTuple):
    """A firm's activity in a period, as it happened or is expected: customers, units, money and cases."""

    customers: float  # in the market
    active: float  # of them on file and active
    units: float
    revenue: float  # at posted prices
    promotion: float  # money taken off list prices
    issued: float  # points
    paid_out: float  # points
    contacts: float
    integration: float
    recovered: float  # cases
    second_units: float  # of the second product
    second_off: float  # money taken off its list price
    conceded: float = 0.0  # money of it that key accounts negotiated
    online: float = 0.0  # of the contacts, those through a medium
    on_file: float = 0.0  # customers in the market who ever bought


def happened(sales: Sales, before: Sales, second: SecondSales, customers: float, alignment: float,
             conceded: float = 0.0) -> Activity:  # fmt: skip
    """A firm's activity by its sales of the period; it served the customers who were on file ``before``.

    ``alignment`` is the share of the work paid for that had an effect.
    """
    return Activity(
        customers, before.active, sales.units, sales.revenue, sales.promotion, sales.points_issued, sales.points_paid,
        sales.contacts / alignment, sales.integration / alignment, sales.recovered, second.units, second.promotion,
        conceded, sales.contacts_online / alignment, before.on_file,
    )  # fmt: skip


def expected(plan: MarketingPlan, outlook: Outlook) -> Activity:
    """A firm's activity under a plan if the period is like the last one."""
    units, sales, second, weeks = outlook.units, outlook.sales, outlook.second, outlook.weeks
    paid = plan.price * (1.0 - plan.promotion)
    off, issued, contacts, effort, online = (plan.price - paid) * units, 0.0, 0.0, 0.0, 0.0
    for tier, members in zip(plan.tiers, outlook.members, strict=True):
        programme = tier.programme
        buying = members if tier.rule != "prospects" else 0.0  # prospects have bought nothing yet
        bought = paid * units * (buying / sales.active if sales.active > 0 else 0.0)
        off += programme.discount * bought
        issued += programme.reward_rate * (1.0 - programme.discount) * bought
        contacts += programme.contact_rate * members * weeks
        online += programme.online * programme.contact_rate * members * weeks
        effort += programme.integration * members * weeks
    return Activity(
        outlook.customers, sales.active, units, plan.price * units, off, issued, 0.0, contacts, effort, sales.recovered,
        second.units, plan.bundle_discount * second.revenue, online=online, on_file=sales.on_file,
    )  # fmt: skip


def count_customers(plan: MarketingPlan) -> bool:
    """True if costs of a plan depend on the number of customers on file."""
    return bool(plan.tiers) or not BY_CUSTOMER.isdisjoint(plan.expenses)


def pace(contractual: bool, segments: Sequence[Segment], weeks: float) -> float:
    """Purchase occasions per customer per period."""
    return 1.0 if contractual else total(s.share * s.need_rate.mean for s in segments) * weeks


def expected_units(trade: Trade, customers: int) -> float:
    """Units a firm expects to sell before its first period: its share of tastes among the customers who know it."""
    return trade.taste_share * customers * trade.need


def costs(basis: CostBasis, plan: MarketingPlan, did: Activity, weeks: float) -> dict[str, float]:
    """Every cost column (`ALL_COSTS`), money."""
    spent = NO_COSTS | {
        "goods": basis.unit_cost * did.units,
        "quality_cost": basis.quality_cost * did.units,
        "promotion_cost": did.promotion,
        "points_paid": did.paid_out,
        "contact_cost": basis.contact * (did.contacts - (1.0 - basis.online) * did.online)
        + wages(basis, plan, weeks),
        "integration_cost": basis.integration * did.integration,
        "stakeholder_cost": support(basis, plan) * did.customers * weeks,
        "terms_cost": basis.partner_terms * did.customers * weeks + basis.dealer_share * did.revenue,
        "second_goods": basis.second_unit_cost * did.second_units,
        "second_promotion_cost": did.second_off,
    }
    charged = {A_HEAD: (did.customers, weeks), A_CUSTOMER: (did.active, weeks), A_CASE: (did.recovered, 1.0),
               A_RECORD: (did.on_file, weeks)}  # fmt: skip
    for name, amount in plan.expenses.items():
        if name in CHARGED and name in basis.acting:
            lever = CHARGED[name]
            number, times = charged[lever.unit]
            spent[lever.cost] += float(amount) * number * times
    return spent


def wages(basis: CostBasis, plan: MarketingPlan, weeks: float) -> float:
    """Wages of the plan's relationship managers in a period, money."""
    return plan.managers * basis.wage * weeks


def support(basis: CostBasis, plan: MarketingPlan) -> float:
    """A plan's support of the firm's partners, money per customer per week; 0 for kinds that it does not have."""
    return float(total(getattr(plan, SUPPORT[kind]) for kind in basis.partner_kinds))


def budget_spend(basis: CostBasis, plan: MarketingPlan, did: Activity, spent: Mapping[str, float]) -> float:
    """Costs that the budget covers, money: all but goods and terms of trade, points as issued, a list price below the reference."""
    covered = total(map(spent.__getitem__, COVERED)) - did.conceded
    return covered + did.issued + (reference_price(basis, plan) - plan.price) * did.units


def reference_price(basis: CostBasis, plan: MarketingPlan) -> float:
    """The price against which a price cut counts as promotion."""
    return max(plan.price, basis.reference_price)


def within_budget(basis: CostBasis, plan: MarketingPlan, outlook: Outlook, allowed: float) -> MarketingPlan:
    """The plan with no more managers than allowed pays, scaled down whole where it is still expected to cost more."""
    weeks = outlook.weeks
    plan = _with_managers_paid(basis, plan, allowed, weeks)
    did = expected(plan, outlook)
    whole = budget_spend(basis, plan, did, costs(basis, plan, did, weeks))
    if whole <= allowed:
        return plan
    fixed = wages(basis, plan, weeks)  # managers who are employed are paid, so the rest shrinks the more
    return scaled(basis, plan, max(0.0, allowed - fixed) / (whole - fixed) if whole > fixed else 0.0)


def _with_managers_paid(basis: CostBasis, plan: MarketingPlan, allowed: float, weeks: float) -> MarketingPlan:
    """The plan with as many relationship managers as an amount of money pays."""
    if wages(basis, plan, weeks) <= allowed:
        return plan
    paid = int(allowed * plan.managers / wages(basis, plan, weeks))
    return plan.replace(tiers=tuple(replace(tier, managers=min(tier.managers, paid)) for tier in plan.tiers))


def scaled(basis: CostBasis, plan: MarketingPlan, share: float) -> MarketingPlan:
    """The plan with every expense at a share of it; a price cut shrinks toward the reference price."""
    base, reference = min(basis.base_quality, plan.quality), reference_price(basis, plan)
    extra = marketing_response.extra_unit_cost(plan.quality, base, basis.response)
    return plan.replace(
        price=reference - share * (reference - plan.price),
        **{lever: share * getattr(plan, lever) for lever in SPENDING},
        quality=base + marketing_response.quality_for(share * extra, basis.response),
        tiers=tuple(tier.scaled(share) for tier in plan.tiers),
    )
