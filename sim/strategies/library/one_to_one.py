"""One-to-one marketing: four tiers by estimated lifetime value, each with the contact that its value pays for."""

import numpy as np

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import Reviewing, within
from sim.strategies.marketing_mix import MarketingMix
from sim.strategies.optimal_spend import best_spend
from sim.theory.bonds import Bonds

#: Top shares of the customers on file.
CUTS = (0.05, 0.2, 0.5, 1.0)


@strategy(
    "one_to_one",
    source="Peppers & Rogers 1993, The one to one future; Blattberg & Deighton 1996, HBR 74(4), for the dose",
    traits=("relationship", "tiers"),
    reads_customer_file=True,
)
class OneToOne(MarketingMix, Reviewing):
    """Contacts in four tiers by lifetime value, each with the optimal spending in closed form; none is set by hand."""

    gain: float = param(
        0.1,
        low=0.02,
        high=1,
        unit="share of lifetime value",
        meaning="largest gain in lifetime value from contact",
    )
    response: float = param(
        0.5,
        low=0.1,
        high=100,
        unit="per unit of money per customer per year",
        meaning="rate at which spending on contact approaches the largest gain",
    )
    learning: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of the tier's spending",
        meaning="spending on fitting the offer to the customers of the best two tiers",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """The spending of each tier; the best two tiers also have their offer fitted."""
        doses = self.at_review(view, self._doses)
        if not doses:
            return view.standing_plan
        contact = view.setting.get("contact_cost", Bonds().contact_cost)
        fitting = view.setting.get("integration_cost", Bonds().integration_cost)
        tiers = []
        for number, (cut, dose) in enumerate(zip(CUTS, doses, strict=True)):
            fitted = self.learning * dose if number < 2 else 0.0
            rate = min(2.0, (dose - fitted) / max(contact, 1e-9))
            effort = min(1.0, fitted / max(fitting, 1e-9))
            tiers.append(Tier(Programme(contact_rate=rate, integration=effort), "lifetime_value", cut))
        return within(view, view.standing_plan.replace(tiers=tuple(tiers)), money)

    def _doses(self, view: FirmView) -> tuple[float, ...]:
        """Money per customer per week for each tier, from its mean lifetime value."""
        file = view.customer_file
        if file is None or len(file) == 0:
            return ()
        worth = np.sort(np.maximum(file.lifetime_value, 0.0))[::-1]
        ends = [max(1, round(cut * len(worth))) for cut in CUTS]
        parts = (worth[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True))
        means = (float(np.mean(part)) if len(part) else 0.0 for part in parts)
        return tuple(best_spend(mean, self.gain, self.response) / 52.0 for mean in means)
