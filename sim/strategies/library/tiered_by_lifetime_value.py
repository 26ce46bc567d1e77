"""The customer pyramid: each tier gets the programme that its lifetime value pays for, the lowest none."""

import numpy as np

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import Reviewing, contact_rate, integration, money_left, reward_rate, spend


@strategy(
    "tiered_by_lifetime_value",
    source="Zeithaml, Rust & Lemon 2001, The customer pyramid, California Management Review 43(4)",
    traits=("relationship", "tiers"),
    reads_customer_file=True,
)
class TieredByLifetimeValue(Reviewing):
    """Contacts and joint work for the top tier by lifetime value, points for the middle one; the rest is advertising.

    A tier is defined by its share of lifetime value: it is wide if customers are alike, narrow if few hold most of it.
    """

    top_value: float = param(
        0.5, low=0.05, high=1, unit="share of lifetime value", meaning="lifetime value held by the top tier"
    )
    middle_value: float = param(
        0.3, low=0, high=1, unit="share of lifetime value", meaning="lifetime value held by the middle tier"
    )
    keeping: float = param(
        0.6,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on the top and middle tiers",
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """Contacts and joint work for the top, points for the middle, advertising with the remaining amount."""
        money, plan = self.money(view), view.standing_plan
        cuts = self.at_review(view, self._cuts)
        if cuts:
            top, both = cuts
            best = 0.7 * self.keeping * money
            first = Programme(
                contact_rate=min(0.2, contact_rate(view, 0.4 * best, top)),
                integration=min(0.3, integration(view, 0.6 * best, top)),
            )
            second = Programme(reward_rate=min(0.05, reward_rate(view, plan, 0.3 * self.keeping * money)))
            rule = "lifetime_value"
            plan = plan.replace(tiers=(Tier(first, rule, top), Tier(second, rule, both)))
        return spend(view, plan, money_left(view, plan, money), advertising=1.0)

    def _cuts(self, view: FirmView) -> tuple[float, float] | None:
        cuts = self._cut(view, self.top_value), self._cut(view, self.top_value + self.middle_value)
        return cuts if cuts[0] > 0 else None

    def _cut(self, view: FirmView, value: float) -> float:
        """Top share of the customers of positive value who hold the given share of the value."""
        file = view.customer_file
        worth = np.sort(np.maximum(file.lifetime_value, 0.0))[::-1] if file is not None else np.zeros(0)
        worth = worth[worth > 0]
        if not len(worth):
            return 0.0
        held = np.cumsum(worth) / worth.sum()
        return min(1.0, float(np.searchsorted(held, min(value, 1.0) - 1e-9) + 1) / len(worth))
