"""Plans of a period: those that strategies make from the firms' knowledge, or those of another run."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sim.core.errors import InputError
from sim.firms.firm import Firm
from sim.firms.mechanisms.record_decay import RecordDecay, count_records
from sim.firms.purchase_records import PurchaseRecords
from sim.firms.state import Clock
from sim.strategies import MarketingPlan, PublicOffer

Plans = tuple[MarketingPlan, ...]


def adopt_plans(
    firms: Sequence[Firm], records: PurchaseRecords, clock: Clock, replay: Sequence[Plans] | None
) -> Plans:
    """Let every firm adopt its plan for a period, then its stocks move; the plans adopted, one per firm.

    Plans are made by strategies and scaled down to the budgets, or taken from the same period of ``replay``.
    """
    decays = (firm.state_of(RecordDecay) for firm in firms)
    count_records([decay for decay in decays if decay is not None], records, clock)
    wanted = _wanted(firms) if replay is None else _replayed(replay, clock.period)
    for firm, plan in zip(firms, wanted, strict=True):
        firm.cut_tiers(plan.tiers)
        firm.adopt(plan, scale=replay is None)
    adopted = tuple(firm.plan for firm in firms)
    for firm in firms:
        firm.advance_stocks()
    return adopted


def public_offers(firms: Sequence[Firm]) -> tuple[PublicOffer, ...]:
    """Offers of the firms that are open, as anybody sees them."""
    return tuple(firm.public_offer() for firm in firms if firm.shocks.open)


def _wanted(firms: Sequence[Firm]) -> Plans:
    """The plans of all strategies, made before any is adopted; a closed firm keeps its standing plan."""
    rivals = cache(lambda: public_offers(firms))
    return tuple(firm.plan_wanted(rivals) for firm in firms)


def _replayed(replay: Sequence[Plans], period: int) -> Plans:
    """The plans of a period in another run; raises `InputError` where there are none."""
    if period >= len(replay):
        raise InputError("replay", f"plans of {len(replay)} periods", "plans of every period lived")
    return replay[period]
