"""Kotler's fifth level: continuous work with the best customers, and service for the others."""

from dataclasses import replace

import numpy as np

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import (
    SEARCHED,
    Reviewing,
    cases,
    contact_rate,
    integration,
    managers_for,
    money_left,
    spend,
    wages,
)
from sim.strategies.library.basic import A_CASE, KOTLER
from sim.strategies.marketing_mix import MarketingMix


@strategy("partnership", source=KOTLER, traits=("relationship", "kotler 5"), reads_customer_file=True)
class Partnership(MarketingMix, Reviewing):
    """Managers, contacts and joint work for the most valuable customers; recovery, staff and feedback for everyone."""

    integration: float = param(
        0.2,
        low=0,
        high=1,
        unit="effort",
        meaning="effort at joint work with each key account",
        source=SEARCHED,
    )
    contact_rate: float = param(
        0.1,
        low=0,
        high=2,
        unit="contacts per week",
        meaning="contacts with each key account",
        source=SEARCHED,
    )
    case_load: int = param(
        50, low=1, high=10_000, unit="accounts per manager", meaning="accounts that one manager looks after"
    )
    partners: float = param(
        0.7,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="upper limit of spending on key accounts",
        source=SEARCHED,
    )
    attention: float = param(
        0.05,
        low=0,
        high=1,
        unit="share of the remaining amount",
        meaning="spending on staff and feedback, in equal parts",
        source=SEARCHED,
    )
    a_case: float = A_CASE

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Recovery, then joint work with the most valuable customers, then feedback and staff."""
        n = max(view.active_customers, 1)
        plan = spend(view, view.standing_plan, min(0.3 * money, self.a_case * cases(view)), recovery=1.0)
        accounts = self.at_review(view, self._worthy)
        managers = managers_for(view, accounts, self.case_load, 0.5 * self.partners * money)
        accounts = min(accounts, managers * self.case_load)
        tier = Tier(Programme(), "key_accounts", 1.0, accounts, managers, self.case_load)
        money_for_ties = self.partners * money - wages(view, plan.replace(tiers=(tier,)))
        money_each = money_for_ties / max(accounts, 1)
        tie = Programme(
            contact_rate=min(self.contact_rate, contact_rate(view, 0.3 * money_each, 1.0 / n)),
            integration=min(self.integration, integration(view, 0.7 * money_each, 1.0 / n)),
        )
        if accounts:
            plan = plan.replace(tiers=(replace(tier, programme=tie),))
        return spend(view, plan, self.attention * money_left(view, plan, money), feedback=1.0, staff=1.0)

    def _worthy(self, view: FirmView) -> int:
        """Number of customers worth more than twice the mean of the file, at most a tenth of the active customers."""
        file = view.customer_file
        if file is None or len(file) == 0:
            return 0
        worthy = np.sum(file.lifetime_value > 2.0 * np.mean(np.maximum(file.lifetime_value, 0.0)))
        return int(min(worthy, np.ceil(0.1 * view.active_customers)))
