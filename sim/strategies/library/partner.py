"""Level 3, the structural bond: joint work and shared systems with customers who know the firm."""

import numpy as np

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import SEARCHED, Reviewing, integration
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "partner",
    source="Berry & Parasuraman 1991, Marketing Services, level 3; Dwyer et al. 1987, J. Marketing 51(2)",
    traits=("relationship", "level 3"),
    reads_customer_file=True,
)
class StructuralPartner(MarketingMix, Reviewing):
    """Joint work and shared systems with acquainted customers (level 3); the rest goes to plain marketing."""

    integration: float = param(
        1.0, low=0, high=1, unit="effort", meaning="effort at joint work with each partner", source=SEARCHED
    )
    acquainted: int = param(
        5,
        low=0,
        high=20,
        unit="purchases",
        meaning="number of purchases before joint work is offered",
        source=SEARCHED,
    )
    lapsed: float = param(
        26.0,
        low=1,
        high=520,
        unit="weeks",
        meaning="time without a purchase after which a partner is given up",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Joint work with the acquainted customers, and no promise above the quality delivered."""
        usual = view.standing_plan
        plan = usual.replace(promise=max(-2.0, min(usual.promise, view.quality)))
        share = self.at_review(view, self._acquainted)
        if share > 0:
            effort = min(self.integration, integration(view, money, share))
            plan = plan.replace(tiers=(Tier(Programme(integration=effort), "rfm", share),))
        return plan

    def _acquainted(self, view: FirmView) -> float:
        file = view.customer_file
        if file is None or len(file) == 0:
            return 0.0
        active = file.recency * view.weeks_per_period <= self.lapsed
        return float(np.mean(file.frequency[active] >= self.acquainted)) if active.any() else 0.0
