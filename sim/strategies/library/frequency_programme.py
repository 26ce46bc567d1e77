"""Level 1, the financial bond: points for every purchase, at least as many as any rival gives."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import SEARCHED, reward_rate
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "frequency_programme",
    source="Berry & Parasuraman 1991, Marketing Services, level 1; Dowling & Uncles 1997, Sloan M. R. 38(4)",
    traits=("relationship", "level 1"),
)
class FrequencyProgramme(MarketingMix):
    """Points for every purchase (level 1), at least as many as any rival gives; the rest goes to plain marketing."""

    reward_rate: float = param(
        0.02,
        low=0,
        high=0.5,
        unit="share of the amount paid",
        meaning="value of the points issued",
        source=SEARCHED,
    )
    programme_share: float = param(
        0.6, low=0, high=1, unit="share of the amount available", meaning="upper limit of spending on points"
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Points, up to the upper limit of spending on them."""
        plan = view.standing_plan
        rate, best = self.reward_rate, max((offer.reward_rate for offer in view.rivals), default=0.0)
        rate = max(rate, best) if rate > 0 else 0.0
        rate = min(rate, reward_rate(view, plan, self.programme_share * money))
        return plan.replace(tiers=(Tier(Programme(reward_rate=rate)),))
