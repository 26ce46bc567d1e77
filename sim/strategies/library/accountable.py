"""Kotler's third level: calls shortly after the sale to ask whether all is well, and recovery of failures."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import (
    SEARCHED,
    Reviewing,
    cases,
    contact_rate,
    customers,
    money_left,
    spend,
    units,
)
from sim.strategies.library.basic import A_CASE, KOTLER
from sim.strategies.marketing_mix import MarketingMix


@strategy("accountable", source=KOTLER, traits=("relationship", "kotler 3"))
class Accountable(MarketingMix, Reviewing):
    """Follow-up calls to some of the latest buyers, feedback and service recovery; the rest goes to plain marketing."""

    a_case: float = A_CASE
    called: float = param(
        0.2,
        low=0,
        high=1,
        unit="share of sales",
        meaning="share of sales that are followed up by a call",
        source=SEARCHED,
    )
    listening: float = param(
        0.025,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on feedback from customers",
        source=SEARCHED,
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Recovery, feedback, and calls to the latest buyers."""
        plan = spend(view, view.standing_plan, min(0.5 * money, self.a_case * cases(view)), recovery=1.0)
        plan = spend(view, plan, self.listening * money, feedback=1.0)
        buyers = self.at_review(view, lambda now: min(1.0, units(now) / max(customers(now), 1.0)))
        rate = min(
            self.called / view.weeks_per_period, contact_rate(view, money_left(view, plan, money), buyers)
        )
        return plan.replace(tiers=(Tier(Programme(contact_rate=min(2.0, rate)), "recency", buyers),))
