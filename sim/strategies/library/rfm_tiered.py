"""Segmentation by recency, frequency and money: contacts for the best cells, points for the middle ones too."""

import numpy as np

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import Reviewing, contact_rate, reward_rate
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "rfm_tiered",
    source="Bult & Wansbeek 1995, Optimal selection for direct mail, Marketing Science 14(4); Hughes 1994 (recalled)",
    traits=("relationship", "tiers"),
    reads_customer_file=True,
)
class RfmTiered(MarketingMix, Reviewing):
    """Contacts and points for customers with the best scores of recency, frequency and money, points for the middle ones.

    Each of the three is scored 1 to 5; the sum of the scores assigns customers to tiers.
    """

    best: float = param(
        12.0, low=3, high=15, unit="points of 15", meaning="sum of scores from which customers are contacted"
    )
    middle: float = param(
        8.0, low=3, high=15, unit="points of 15", meaning="sum of scores from which customers collect points"
    )
    mailing: float = param(
        0.3,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on contacts with the best customers",
    )
    collecting: float = param(
        0.3,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on points for the best and middle customers",
    )
    lapsed: float = param(
        52.0,
        low=1,
        high=520,
        unit="weeks",
        meaning="time without a purchase after which a customer counts as lapsed",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Contacts and points by score; customers with lower scores get neither."""
        cuts = self.at_review(view, self._cuts)
        if not cuts:
            return view.standing_plan
        top, both = cuts
        points = min(0.05, reward_rate(view, view.standing_plan, self.collecting * money))
        rate = min(0.3, contact_rate(view, self.mailing * money, top)) if top > 0 else 0.0
        best = Tier(Programme(reward_rate=points, contact_rate=rate), "rfm", top)
        return view.standing_plan.replace(tiers=(best, Tier(Programme(reward_rate=points), "rfm", both)))

    def _cuts(self, view: FirmView) -> tuple[float, float] | None:
        """Shares of the active customers in the best cells, and in the best and middle ones together."""
        file = view.customer_file
        if file is None:
            return None
        active = file.recency * view.weeks_per_period <= self.lapsed
        if not active.any():
            return None
        sums = sum(_fifth(x[active]) for x in (-file.recency, file.frequency, file.money))
        top = float(np.mean(sums >= self.best))
        return top, max(top, float(np.mean(sums >= self.middle)))


def _fifth(values: np.ndarray) -> np.ndarray:
    """Scores 1 to 5 by rank, (n,)."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return 1 + 5 * ranks // len(values)
