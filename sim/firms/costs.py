"""What a firm spends in a period, by cost column, and what of it the budget covers.

The same sums twice: before a period on what is expected, after it on what happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.customers.ledger import Entry
from sim.customers.traits import Segment
from sim.firms.metrics import ALL_COSTS, UNBUDGETED
from sim.firms.partners.base import LEVER
from sim.strategies import ALL_LEVERS, SPENDING, MarketingPlan
from sim.strategies.levers import A_CASE, A_CUSTOMER, A_HEAD, A_RECORD
from sim.theory import marketing_response
from sim.theory.bonds import Bonds

if TYPE_CHECKING:
    from sim.firms.firm import Firm

#: The lever of a plan behind each cost of marketing; cost of goods and partners' terms are none.
LEVER_OF = {
    cost: next(name for name, p in ALL_LEVERS.items() if p.cost == cost)
    for cost in ALL_COSTS
    if any(p.cost == cost for p in ALL_LEVERS.values())
}
#: Levers charged by their unit alone; support is charged for the kinds of stakeholder that a firm has.
CHARGED = tuple(
    name
    for name in SPENDING
    if ALL_LEVERS[name].unit in (A_HEAD, A_CUSTOMER, A_CASE, A_RECORD) and name not in LEVER.values()
)


class Activity(NamedTuple):
    """What a firm did in a period or is expected to do: customers, units, money and cases."""

    heads: float  # customers in the market
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


def happened(firm: Firm, entries: Sequence[float], active: float, heads: float) -> Activity:
    """A firm's activity as its row of the ledger tells it, (entries,), and what it sold of a second product."""
    asked, on_file = firm.departments.asked, firm.model.books.last_ledger(firm.index)[Entry.TRIED]
    return Activity(
        heads, active, entries[Entry.UNITS], entries[Entry.REVENUE], entries[Entry.PROMOTION], entries[Entry.POINTS_ISSUED],
        entries[Entry.POINTS_PAID], asked(entries[Entry.CONTACTS]), asked(entries[Entry.INTEGRATION]),
        entries[Entry.RECOVERED], firm.second_sold.units, firm.second_sold.off,
        online=asked(entries[Entry.ONLINE]), on_file=on_file,
    )  # fmt: skip


def pace(contractual: bool, segments: Sequence[Segment], weeks: float) -> float:
    """Purchase occasions per customer per period."""
    return 1.0 if contractual else sum(s.share * s.need_rate.mean for s in segments) * weeks


def expected_units(weights: Sequence[float], firm: int, customers: int, pace: float) -> float:
    """Units a firm expects before its first period: its share of tastes among those who know it; ``weights`` by firm."""
    return float(weights[firm] / max(np.array(weights).sum(), 1e-300) * customers * pace)


def expected(firm: Firm, plan: MarketingPlan) -> Activity:
    """A firm's activity under a plan if the period is like the last one."""
    market = firm.model
    entries = market.books.last_ledger(firm.index)
    active, weeks, begun = entries[Entry.ON_FILE_ACTIVE], market.weeks, market.period > 0
    units = (
        firm.last_units
        if begun
        else expected_units(
            [offer.taste_weight * offer.known_by for offer in market.setting.firms.values()],
            firm.index,
            market.heads,
            pace(
                market.setting.market.type == "contractual",
                list(market.setting.population.segments.values()),
                market.weeks,
            ),
        )
    )
    paid = plan.price * (1.0 - plan.promotion)
    off, issued, contacts, effort, online = (plan.price - paid) * units, 0.0, 0.0, 0.0, 0.0
    for tier, members in zip(plan.tiers, firm.members, strict=True):
        given = tier.programme
        buying = members if tier.rule != "prospects" else 0.0  # prospects have bought nothing yet
        sales = paid * units * (buying / active if active > 0 else 0.0)
        off += given.discount * sales
        issued += given.reward_rate * (1.0 - given.discount) * sales
        contacts += given.contact_rate * members * weeks
        online += given.online * given.contact_rate * members * weeks
        effort += given.integration * members * weeks
    cases = entries[Entry.RECOVERED] if begun else 0.0
    sold = firm.second_sold
    return Activity(
        market.heads, active, units, plan.price * units, off, issued, 0.0, contacts, effort, cases, sold.units,
        plan.bundle_discount * sold.revenue, online=online, on_file=entries[Entry.TRIED],
    )  # fmt: skip


def costs(firm: Firm, plan: MarketingPlan, did: Activity, weeks: float, p: Bonds) -> dict[str, float]:
    """Every cost column (`ALL_COSTS`), money."""
    spent = dict.fromkeys(ALL_COSTS, 0.0) | {
        "goods": firm.offer.unit_cost * firm.drives.unit_cost * did.units,
        "quality_cost": firm.extra_cost * did.units,
        "promotion_cost": did.promotion,
        "points_paid": did.paid_out,
        "contact_cost": p.contact_cost * (did.contacts - (1.0 - p.online_cost) * did.online)
        + wages(firm, plan),
        "integration_cost": p.integration_cost * did.integration,
        "stakeholder_cost": support(firm, plan) * did.heads * weeks,
        "terms_cost": firm.drives.terms * did.heads * weeks + firm.dealers_part * did.revenue,
        "second_goods": (firm.second.unit_cost if firm.second is not None else 0.0) * did.second_units,
        "second_promotion_cost": did.second_off,
    }
    charged = {A_HEAD: (did.heads, weeks), A_CUSTOMER: (did.active, weeks), A_CASE: (did.recovered, 1.0),
               A_RECORD: (did.on_file, weeks)}  # fmt: skip
    for name in CHARGED:
        lever = ALL_LEVERS[name]
        number, times = charged[lever.unit]
        spent[lever.cost] += firm.amount(plan, name) * number * times
    return spent


def wages(firm: Firm, plan: MarketingPlan) -> float:
    """What the plan's relationship managers cost in a period, money."""
    return plan.managers * float(firm.model.setting.theory.managers.wage) * float(firm.model.weeks)


def support(firm: Firm, plan: MarketingPlan) -> float:
    """What a plan spends on the firm's stakeholders, money a head and week; nothing on a kind it has none of."""
    return float(sum(getattr(plan, LEVER[kind]) for kind in firm.kinds))


def budget_spend(firm: Firm, plan: MarketingPlan, did: Activity, spent: Mapping[str, float]) -> float:
    """What of it the budget covers, money: all but goods and terms of trade, points as issued, a list price below the reference."""
    covered = sum(amount for name, amount in spent.items() if name not in UNBUDGETED) - did.conceded
    return covered + did.issued + (reference_price(firm, plan) - plan.price) * did.units


def reference_price(firm: Firm, plan: MarketingPlan) -> float:
    """The price against which a price cut counts as promotion."""
    return max(plan.price, min(firm.offer.price, firm.model.setting.market.reference_price))


def within_budget(firm: Firm, plan: MarketingPlan, allowed: float) -> MarketingPlan:
    """The plan with no more managers than allowed pays, scaled down whole where it is still expected to cost more."""
    plan = _with_managers_paid(firm, plan, allowed)
    did = expected(firm, plan)
    market = firm.model
    whole = budget_spend(firm, plan, did, costs(firm, plan, did, market.weeks, market.setting.theory.bonds))
    if whole <= allowed:
        return plan
    fixed = wages(firm, plan)  # whom one employs one pays, so the rest shrinks the more
    return scaled(firm, plan, max(0.0, allowed - fixed) / (whole - fixed) if whole > fixed else 0.0)


def _with_managers_paid(firm: Firm, plan: MarketingPlan, allowed: float) -> MarketingPlan:
    """The plan with as many relationship managers as an amount of money pays."""
    if wages(firm, plan) <= allowed:
        return plan
    paid = int(allowed * plan.managers / wages(firm, plan))
    return plan.replace(tiers=tuple(replace(tier, managers=min(tier.managers, paid)) for tier in plan.tiers))


def scaled(firm: Firm, plan: MarketingPlan, share: float) -> MarketingPlan:
    """The plan with every expense at a share of it; a price cut shrinks toward the reference price."""
    base, reference = min(firm.offer.base_quality, plan.quality), reference_price(firm, plan)
    extra = marketing_response.extra_unit_cost(plan.quality, base, firm.quality_costs)
    return plan.replace(
        price=reference - share * (reference - plan.price),
        **{lever: share * getattr(plan, lever) for lever in SPENDING},
        quality=base + marketing_response.quality_for(share * extra, firm.quality_costs),
        tiers=tuple(tier.scaled(share) for tier in plan.tiers),
    )
