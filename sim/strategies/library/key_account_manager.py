"""Key-account management: selection of accounts by revenue, managers with a case load, attention to silent accounts."""

import numpy as np

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import (
    Reviewing,
    contact_rate,
    customers,
    integration,
    managers_for,
    money_left,
    spend,
)
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "key_account_manager",
    source="McDonald, Millman & Rogers 1997, Key account management, J. Marketing Management 13(8) (recalled)",
    traits=("relationship", "key accounts"),
    reads_customer_file=True,
)
class KeyAccountManager(MarketingMix, Reviewing):
    """Visits to key accounts as often as the case load allows, and joint work with the largest of them."""

    held: float = param(
        0.3, low=0, high=1, unit="share of revenue", meaning="revenue from all key accounts together"
    )
    case_load: int = param(
        25, low=1, high=1000, unit="accounts per manager", meaning="accounts that one manager looks after"
    )
    visits: float = param(
        10.0, low=0, high=200, unit="visits per week", meaning="visits that one manager can make"
    )
    largest: float = param(
        0.2,
        low=0,
        high=1,
        unit="share of key accounts",
        meaning="largest key accounts, with which work is integrated",
    )
    managing: float = param(
        0.7,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on key accounts, from which visits, joint work and managers are planned",
    )
    alarm: float = param(
        0.2,
        low=0,
        high=1,
        unit="share of key accounts",
        meaning="silent key accounts above which feedback and recovery are added",
    )
    silent: float = param(
        8.0, low=1, high=104, unit="weeks", meaning="time without a purchase that counts as silence"
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Visits, joint work with the largest, and feedback and recovery when accounts fall silent."""
        chosen, silence = self.at_review(view, self._selected) or (0, 0.0)
        plan, active = view.standing_plan, max(customers(view), 1.0)
        if chosen == 0:
            return plan
        rate = min(2.0, self.visits / self.case_load)
        bought = contact_rate(view, 0.6 * self.managing * money, chosen / active)
        served = chosen if bought >= rate else max(1, int(chosen * bought / rate))
        managers = managers_for(view, served, self.case_load, 0.3 * self.managing * money)
        served = min(served, managers * self.case_load)
        if served == 0:
            return plan
        first = max(1, round(self.largest * served))
        each = min(rate, contact_rate(view, 0.6 * self.managing * money, served / active))
        effort = min(0.5, integration(view, 0.4 * self.managing * money, first / active))
        load = (managers, self.case_load)
        tiers = (
            Tier(Programme(contact_rate=each, integration=effort), "key_accounts", 1.0, first, *load),
            Tier(Programme(contact_rate=each), "key_accounts", 1.0, served, *load),
        )
        plan = plan.replace(tiers=tiers)
        if silence > self.alarm:
            plan = spend(view, plan, 0.5 * money_left(view, plan, money), feedback=1.0, recovery=1.0)
        return plan

    def _selected(self, view: FirmView) -> tuple[int, float] | None:
        """Number of the largest customers who bring the required share of revenue, and the share of silent ones."""
        file = view.customer_file
        if file is None or len(file) == 0:
            return None
        order = np.argsort(-file.money, kind="stable")
        held = np.cumsum(file.money[order])
        number = int(np.searchsorted(held, self.held * held[-1]) + 1)
        weeks = file.recency[order[:number]] * view.weeks_per_period
        return min(number, int(customers(view))), float(np.mean(weeks > self.silent))
