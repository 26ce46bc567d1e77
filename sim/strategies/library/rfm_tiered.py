"""Cells of recency, frequency and money: the best cells are contacted, the middle ones collect points."""

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
    """Scores customers 1 to 5 on recency, frequency and money, and cuts tiers where the sum of scores falls."""

    best: float = param(
        12.0, low=3, high=15, unit="points of 15", meaning="from which customers are contacted"
    )
    middle: float = param(8.0, low=3, high=15, unit="points of 15", meaning="from which they collect points")
    mailing: float = param(0.3, low=0, high=1, unit="share of the money", meaning="contacts with the best")
    collecting: float = param(
        0.3, low=0, high=1, unit="share of the money", meaning="points of best and middle"
    )
    lapsed: float = param(52.0, low=1, high=520, unit="weeks", meaning="without a purchase before one is out")

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Contacts and points by cell; who scores less gets neither."""
        cuts = self.at_review(view, self._cuts)
        if not cuts:
            return view.standing_plan
        top, both = cuts
        points = min(0.05, reward_rate(view, view.standing_plan, self.collecting * money))
        rate = min(0.3, contact_rate(view, self.mailing * money, top)) if top > 0 else 0.0
        best = Tier(Programme(reward_rate=points, contact_rate=rate), "rfm", top)
        return view.standing_plan.replace(tiers=(best, Tier(Programme(reward_rate=points), "rfm", both)))

    def _cuts(self, view: FirmView) -> tuple[float, float] | None:
        """Share of the active customers in the best cells, and in the best and the middle ones."""
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
