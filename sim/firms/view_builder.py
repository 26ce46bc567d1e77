"""The knowledge of a firm when it plans, and the public part of its offer: copies only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.firms.state import Sales, SecondSales, Trade
from sim.strategies import MarketingPlan, Programme, PublicOffer, SecondBook, Tier
from sim.theory import Theory


def last_period(sales: Sales) -> dict[str, Any]:
    """The fields of a view that come from the firm's own accounts of the last period."""
    return {
        "units": sales.units,
        "revenue": sales.revenue - sales.promotion,
        "contacts": sales.contacts,
        "complaints": sales.complaints,
        "failures_found": sales.recovered,
        "customers_on_file": int(sales.on_file),
        "active_customers": int(sales.active),
        "new_customers": int(sales.new),
        "lost_customers": int(sales.lapsed),
        "attended": sales.attended,
        "turned_away": sales.turned_away,
    }


def second_book(own: SecondOffer | None, sales: SecondSales, period: int) -> SecondBook | None:
    """The second product in the firm's accounts; None where none is on sale by the period."""
    if own is None or period < own.opens:
        return None
    return SecondBook(own.price, own.unit_cost, own.works_with, sales.units, sales.revenue, sales.owners)


def public_offer(name: str, price: float, plan: MarketingPlan, members: list[float], active: float) -> PublicOffer:  # fmt: skip
    """The part of a firm's offer that anybody can see; ``members`` of each tier, out of ``active`` customers."""
    first = plan.tiers[0] if plan.tiers else Tier(Programme())
    programme = first.programme
    return PublicOffer(
        name, price, plan.promotion, plan.promise, programme.reward_rate, programme.contact_rate,
        programme.integration, _share_of(first, members, active), programme.online,
    )  # fmt: skip


def _share_of(tier: Tier, members: list[float], active: float) -> float:
    """Share of the active customers that a tier, the first, is for."""
    if tier.rule == "key_accounts":
        return min(1.0, members[0] / active) if active else 0.0
    return 1.0 if tier.rule == "everyone" else tier.share


def known_to(theory: Theory, offer: OfferSettings, trade: Trade) -> Mapping[str, float]:
    """The costs of its trade that a firm knows."""
    return MappingProxyType(
        {
            "contact_cost": theory.bonds.contact_cost,
            "online_cost": theory.bonds.online_cost,
            "integration_cost": theory.bonds.integration_cost,
            "base_quality": offer.base_quality,
            "capacity": offer.capacity,
            "cost_quality": offer.cost_quality,
            "marginal_cost_quality": theory.reach.marginal_cost_quality,
            "manager_wage": theory.managers.wage,
            "record_decay": theory.knowledge.decay,
            "reference_price": trade.reference_price,
            "periods_per_year": trade.periods_per_year,
        }
    )
