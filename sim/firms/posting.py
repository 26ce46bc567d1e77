"""The offer a firm puts before the customers: a row of `OFFER` and its programmes, as events permit them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.strategies import MAX_TIERS, Programme
from sim.theory import marketing_response

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market.market import Market


def permitted(firm: Firm, given: Programme) -> Programme:
    """The programme less what events forbid."""
    if not firm.shocks.forbidden:
        return given
    return given.replace(**{name: 0.0 for name in firm.shocks.forbidden & set(Programme.declared)})


def post(firm: Firm, programmes: np.ndarray) -> tuple[float, ...]:
    """The offer that customers meet this period, a row of `OFFER`; writes its programmes (tiers, `PROGRAMME`)."""
    market: Market = firm.model
    p, shocks, drives = market.setting.theory.reach, firm.shocks, firm.drives
    plan = firm.departments.working(firm.plan)
    promotion = 0.0 if "promotion" in shocks.forbidden else plan.promotion
    price = firm.price
    programmes[:] = 0.0
    for number, tier in enumerate(plan.tiers[:MAX_TIERS]):
        given = permitted(firm, tier.programme)
        done = market.weeks * (firm.attention if tier.rule == "key_accounts" else 1.0)
        programmes[number] = (
            given.reward_rate,
            given.discount,
            given.contact_rate * done,
            given.integration * done,
            given.online,
        )
    if firm.negotiating is not None:
        firm.negotiating.take(programmes, price * (1.0 - promotion))
    return (  # in the order of `OFFER`
        firm.luck,
        price,
        price * (1.0 - promotion),
        firm.delivered,
        plan.promise,
        marketing_response.log_response(p.w_brand, firm.goodwill) + drives.brand,
        marketing_response.log_response(p.w_place, plan.place) + drives.convenience,
        firm.offer.effort,
        shocks.technology,
        shocks.political * (1.0 - min(1.0, drives.damping) if shocks.political < 0.0 else 1.0),
        marketing_response.saturating(p.reach, firm.advertising * market.weeks),
        min(1.0, marketing_response.failure_rate(firm.offer.failure_rate, plan.staff, p) + drives.failures),
        marketing_response.saturating(p.k_feedback, plan.feedback),
        marketing_response.saturating(p.k_recovery, plan.recovery),
        firm.congestion,
        firm.chance_full,
        drives.employee_effect,
        shocks.open,
    )
