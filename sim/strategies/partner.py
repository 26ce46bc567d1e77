"""Level 3, the structural bond: work and systems tied with customers who have come to know the firm."""

import numpy as np

from sim.allocation import Reviewer, integration, money_left, spend
from sim.declare import param
from sim.plan import FirmView, MarketingPlan, Programme, Tier, strategy


@strategy(
    "partner",
    source="Berry & Parasuraman 1991, Marketing Services, level 3; Dwyer et al. 1987, J. Marketing 51(2)",
    traits=("relationship", "level 3"),
    reads_customer_file=True,
)
class Partner(Reviewer):
    """Ties work and systems with customers once they are acquainted, and never promises above delivery."""

    integration: float = param(0.1, low=0, high=1, unit="effort", meaning="with each partner")
    acquainted: int = param(3, low=0, high=100, unit="purchases", meaning="before a tie is offered")
    lapsed: float = param(
        26.0, low=1, high=520, unit="weeks", meaning="without a purchase before a partner is given up"
    )
    service: float = param(0.25, low=0, high=1, unit="share of what is left", meaning="spent on staff")

    def plan(self, view: FirmView) -> MarketingPlan:
        """Tie the acquainted, and serve the others well enough to become so."""
        money, usual = self.money(view), view.standing_plan
        plan = usual.but(promise=max(-2.0, min(usual.promise, view.quality)))
        share = self.at_review(view, self._acquainted)
        if share > 0:
            effort = min(self.integration, integration(view, money, share))
            plan = plan.but(tiers=(Tier(Programme(integration=effort), "rfm", share),))
        rest = money_left(view, plan, money)
        return spend(view, plan, rest, staff=self.service, advertising=1.0 - self.service)

    def _acquainted(self, view: FirmView) -> float:
        file = view.customer_file
        if file is None or len(file) == 0:
            return 0.0
        active = file.recency * view.weeks_per_period <= self.lapsed
        return float(np.mean(file.frequency[active] >= self.acquainted)) if active.any() else 0.0
