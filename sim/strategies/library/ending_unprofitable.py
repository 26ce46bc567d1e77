"""Ending of unprofitable relationships: no contacts with customers who earn less than the contacts cost."""

import numpy as np

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import Reviewing, contact_rate, margin, paid
from sim.strategies.marketing_mix import MarketingMix
from sim.theory.bonds import Bonds


@strategy(
    "ending_unprofitable",
    source="Haenlein, Kaplan & Schoder 2006, Abandoning unprofitable customers, J. Marketing 70(3)",
    traits=("relationship", "tiers"),
    reads_customer_file=True,
)
class EndingUnprofitable(MarketingMix, Reviewing):
    """Contacts only with customers whose margin pays for them; these also get the contacts of the others."""

    contact_rate: float = param(
        0.1,
        low=0,
        high=2,
        unit="contacts per week",
        meaning="mean contacts per customer, all of which go to the customers who are kept",
    )
    touch: float = param(
        0.6,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="upper limit of spending on contacts",
    )
    required: float = param(
        4.0,
        low=0,
        high=100,
        unit="multiple of the cost of contacts",
        meaning="margin of a customer below which contacts end",
    )
    trial: float = param(
        13.0, low=0, high=104, unit="weeks", meaning="time for which a new customer is kept in any case"
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Contacts with the profitable customers; the others get the product and nothing else."""
        share = self.at_review(view, self._worth_keeping)
        if not share:
            return view.standing_plan
        rate = min(
            2.0,
            self.contact_rate / max(share, self.contact_rate),
            contact_rate(view, self.touch * money, share),
        )
        tiers = (Tier(Programme(contact_rate=rate), "lifetime_value", share), Tier(Programme()))
        return view.standing_plan.replace(tiers=tiers)

    def _worth_keeping(self, view: FirmView) -> float:
        """Share of the customers on file whose margin pays for their contacts; new customers are included."""
        file, plan = view.customer_file, view.standing_plan
        if file is None or len(file) == 0 or paid(plan) <= 0:
            return 0.0
        known_for = np.maximum(file.since * view.weeks_per_period, 1.0)
        earned = file.money * margin(view, plan) / paid(plan) / known_for
        each = view.setting.get("contact_cost", Bonds().contact_cost)
        worth = (earned >= self.required * self.contact_rate * each) | (known_for <= self.trial)
        return float(np.mean(worth))
