"""The offer a firm posts, and its programmes, as events permit them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from sim.core.functions import total
from sim.customers.offer import PROGRAMME, OfferRecord
from sim.firms.state import FirmState
from sim.strategies import MAX_TIERS, MarketingPlan, Programme
from sim.theory import account_managers, bonds, marketing_response
from sim.theory.account_managers import Managers
from sim.theory.marketing_response import Reach


def permitted(programme: Programme, forbidden: Collection[str]) -> Programme:
    """The programme less what events forbid."""
    banned = set(forbidden) & set(Programme.declared)
    return programme.replace(**dict.fromkeys(banned, 0.0)) if banned else programme


def attention(plan: MarketingPlan, members: Sequence[float], p: Managers, online_cost: float) -> float:
    """Share of the work planned for key accounts that their managers complete; ``members`` of each tier."""
    requested = total(
        account_managers.work(
            number, tier.programme.contact_rate * bonds.of_personal(tier.programme.online, online_cost), p
        )
        for tier, number in zip(plan.tiers, members, strict=False)
        if tier.rule == "key_accounts"
    )
    return float(account_managers.attention(plan.managers, requested))


def programmes_posted(plan: MarketingPlan, forbidden: Collection[str], weeks: float, attention: float) -> np.ndarray:  # fmt: skip
    """Programmes of a plan's tiers in a period, (n_tiers, 5); relationship managers complete the share ``attention`` of their work."""
    rows = np.zeros((min(len(plan.tiers), MAX_TIERS), len(PROGRAMME)))
    for row, tier in zip(rows, plan.tiers, strict=False):
        programme = permitted(tier.programme, forbidden)
        done = weeks * (attention if tier.rule == "key_accounts" else 1.0)
        row[:] = (
            programme.reward_rate,
            programme.discount,
            programme.contact_rate * done,
            programme.integration * done,
            programme.online,
        )
    return rows


def posted(state: FirmState, plan: MarketingPlan, p: Reach, weeks: float) -> OfferRecord:
    """The offer that customers meet this period, from the plan as it has its effect."""
    promotion = plan.promotion if state.may_promote else 0.0
    damped = 1.0 - min(1.0, state.damping) if state.political < 0.0 else 1.0
    failures = marketing_response.failure_rate(state.failure_rate, plan.staff, p) + state.partner_failures
    return OfferRecord(
        rng_id=state.rng_id,
        price=state.price,
        paid=state.price * (1.0 - promotion),
        quality=state.delivered,
        promise=plan.promise,
        brand=marketing_response.log_response(p.w_brand, state.goodwill) + state.partner_brand,
        convenience=marketing_response.log_response(p.w_place, plan.place) + state.partner_convenience,
        effort=state.effort,
        technology=state.technology,
        political=state.political * damped,
        ad_chance=marketing_response.saturating(p.reach, state.advertising * weeks),
        failure_rate=min(1.0, failures),
        found_chance=marketing_response.saturating(p.k_feedback, plan.feedback),
        recovery_quality=marketing_response.saturating(p.k_recovery, plan.recovery),
        congestion=state.congestion,
        full=state.chance_full,
        employee_effect=state.employee_effect,
        open=int(state.open),
    )
