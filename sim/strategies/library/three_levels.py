"""All three levels of bond in one plan: points for everyone, contacts for regulars, joint work for the closest."""

import numpy as np

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import Reviewing, contact_rate, integration, reward_rate
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "three_levels",
    source="Berry 1995, Relationship marketing of services, J. Academy of Marketing Science 23(4)",
    traits=("relationship", "level 1", "level 2", "level 3"),
    reads_customer_file=True,
)
class ThreeLevels(MarketingMix, Reviewing):
    """One level of bond more as a customer comes closer: points for everyone, then contacts, then joint work."""

    regular: int = param(
        5, low=1, high=40, unit="purchases", meaning="number of purchases before a customer is contacted"
    )
    close: int = param(
        20, low=1, high=500, unit="purchases", meaning="number of purchases before joint work begins"
    )
    points: float = param(
        0.15, low=0, high=1, unit="share of the amount available", meaning="spending on points for everyone"
    )
    contact: float = param(
        0.2,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on contacts with regular customers",
    )
    joint: float = param(
        0.35,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on joint work with the closest customers",
    )
    lapsed: float = param(
        26.0,
        low=1,
        high=520,
        unit="weeks",
        meaning="time without a purchase after which a customer counts as lapsed",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Each tier has the programme of the tier below it, and one level more."""
        scale = 1.0 / max(1.0, self.points + self.contact + self.joint)
        base = Programme(min(0.05, reward_rate(view, view.standing_plan, scale * self.points * money)))
        regular, close = self.at_review(view, self._shares) or (0.0, 0.0)
        tiers = [Tier(base)]
        if regular > 0:
            talk = base.replace(contact_rate=contact_rate(view, scale * self.contact * money, regular))
            tiers.insert(0, Tier(talk, "rfm", regular))
        if close > 0:
            tie = talk.replace(integration=integration(view, scale * self.joint * money, close))
            tiers.insert(0, Tier(tie, "rfm", close))
        return view.standing_plan.replace(tiers=tuple(tiers))

    def _shares(self, view: FirmView) -> tuple[float, float] | None:
        """Shares of the active customers that are regular, and that are close."""
        file = view.customer_file
        if file is None:
            return None
        bought = file.frequency[file.recency * view.weeks_per_period <= self.lapsed]
        if not len(bought):
            return None
        regular = float(np.mean(bought >= self.regular))
        return regular, min(regular, float(np.mean(bought >= self.close)))
