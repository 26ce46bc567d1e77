"""What a firm can know when it plans, and what anybody can see of it: copies only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from sim.customers.ledger import Entry
from sim.market.attendance import prospects
from sim.strategies import FirmView, Programme, PublicOffer, SecondBook, Tier

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market.market import Market
    from sim.scenario.scenario import Scenario
    from sim.scenario.settings import OfferSettings


def view(firm: Firm, rivals: tuple[PublicOffer, ...]) -> FirmView:
    """All that the firm may know now."""
    market: Market = firm.model
    books, j = market.books, firm.index
    entries, known = books.last_ledger(j), prospects(market, firm)
    reads = firm.strategy.reads_file(market.period * market.weeks)
    return FirmView(
        name=firm.name,
        period=market.period,
        weeks_per_period=market.weeks,
        standing_plan=firm.standing_plan,
        last_plan=firm.plan,
        budget=firm.allowed(),
        heads=market.heads,
        unit_cost=firm.unit_cost,
        quality=firm.quality,
        units=entries[Entry.UNITS],
        revenue=entries[Entry.REVENUE] - entries[Entry.PROMOTION],
        profit=books.last("profit", j),
        spend=books.last("budget_spend", j),
        contacts=entries[Entry.CONTACTS],
        complaints=entries[Entry.COMPLAINTS],
        failures_found=entries[Entry.RECOVERED],
        customers_on_file=int(entries[Entry.TRIED]),
        active_customers=int(entries[Entry.ON_FILE_ACTIVE]),
        new_customers=int(entries[Entry.NEW_BUYERS]),
        lost_customers=int(entries[Entry.LAPSED]),
        attended=entries[Entry.ATTENDED],
        turned_away=entries[Entry.TURNED_AWAY],
        prospects_on_file=0 if known is None else len(known),
        alignment=firm.departments.alignment,
        current_records=1.0 if firm.knowledge is None else firm.knowledge.share,
        survey=firm.survey,
        rivals=tuple(offer for offer in rivals if offer.name != firm.name),
        stakeholders=MappingProxyType(dict(firm.kinds)),
        second=second_book(firm),
        range_sales=() if firm.goods is None else firm.goods.sales(),
        customer_file=firm.customer_file() if reads else None,
        prospects=known if reads else None,
        setting=firm.knows,
    )


def second_book(firm: Firm) -> SecondBook | None:
    """Its second product, if it is on sale."""
    market: Market = firm.model
    own = firm.second
    if own is None or market.second is None or not firm.sells_second:
        return None
    sold, owners = firm.second_sold, market.second.books.last_ledger(firm.index)[Entry.TRIED]
    return SecondBook(own.price, own.unit_cost, own.works_with, sold.units, sold.revenue, owners)


def public_offer(firm: Firm) -> PublicOffer:
    """What anybody can see."""
    plan = firm.plan
    first = plan.tiers[0] if plan.tiers else Tier(Programme())
    return PublicOffer(
        firm.name, firm.price, plan.promotion, plan.promise, first.programme.reward_rate,
        first.programme.contact_rate, first.programme.integration, _share_of(firm, first), first.programme.online,
    )  # fmt: skip


def _share_of(firm: Firm, tier: Tier) -> float:
    """Share of its active customers that a tier, its first, is for."""
    if tier.rule == "key_accounts":
        active = firm.model.books.last_ledger(firm.index)[Entry.ON_FILE_ACTIVE]
        return min(1.0, firm.members[0] / active) if active else 0.0
    return 1.0 if tier.rule == "everyone" else tier.share


def known_to(setting: Scenario, offer: OfferSettings) -> Mapping[str, float]:
    """What a firm knows of its trade: what things cost it."""
    return MappingProxyType(
        {
            "contact_cost": setting.theory.bonds.contact_cost,
            "online_cost": setting.theory.bonds.online_cost,
            "integration_cost": setting.theory.bonds.integration_cost,
            "base_quality": offer.base_quality,
            "capacity": offer.capacity,
            "cost_quality": offer.cost_quality,
            "marginal_cost_quality": setting.theory.reach.marginal_cost_quality,
            "manager_wage": setting.theory.managers.wage,
            "record_decay": setting.theory.knowledge.decay,
            "reference_price": setting.market.reference_price,
            "periods_per_year": setting.market.periods_per_year,
        }
    )
