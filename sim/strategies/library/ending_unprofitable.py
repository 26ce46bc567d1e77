"""Ends relations that do not pay: who brings less than it costs to be in touch is no longer contacted."""

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
    """Contacts whoever earns more than the contacts cost, ends it with the rest, and gives theirs to those kept."""

    contact_rate: float = param(0.1, low=0, high=2, unit="contacts a week", meaning="with everyone kept")
    touch: float = param(0.6, low=0, high=1, unit="share of the money", meaning="most spent on contacts")
    required: float = param(
        4.0, low=0, high=100, unit="times the cost of contact", meaning="margin below which it is ended"
    )
    trial: float = param(13.0, low=0, high=104, unit="weeks", meaning="that a new customer is kept anyway")

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Contacts for those worth it; the others keep the product and nothing else."""
        kept = self.at_review(view, self._worth_keeping)
        if not kept:
            return view.standing_plan
        rate = min(
            2.0,
            self.contact_rate / max(kept, self.contact_rate),
            contact_rate(view, self.touch * money, kept),
        )
        tiers = (Tier(Programme(contact_rate=rate), "lifetime_value", kept), Tier(Programme()))
        return view.standing_plan.replace(tiers=tiers)

    def _worth_keeping(self, view: FirmView) -> float:
        """Share of the customers on file whose yearly margin pays their contacts, (the new ones among them)."""
        file, plan = view.customer_file, view.standing_plan
        if file is None or len(file) == 0 or paid(plan) <= 0:
            return 0.0
        known_for = np.maximum(file.since * view.weeks_per_period, 1.0)
        earned = file.money * margin(view, plan) / paid(plan) / known_for
        each = view.setting.get("contact_cost", Bonds().contact_cost)
        kept = (earned >= self.required * self.contact_rate * each) | (known_for <= self.trial)
        return float(np.mean(kept))
