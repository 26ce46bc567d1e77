"""Invest, then harvest: a low price and points until customers are tied, then a dear price while they stay."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import Smoothed, customers, reward_rate, spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "invest_then_harvest",
    source="Klemperer 1995, Competition when consumers have switching costs, Rev. Economic Studies 62(4)",
    traits=("transactional", "lock-in"),
)
class InvestThenHarvest(MarketingMix):
    """Builds a base by promotion and points, harvests it by a higher price, and invests again once it has shrunk."""

    investing: float = param(52.0, low=1, high=520, unit="weeks", meaning="of investment before a harvest")
    markup: float = param(0.1, low=0, high=1, unit="share of the price", meaning="put on in the harvest")
    bait: float = param(0.7, low=0, high=1, unit="share of the money", meaning="into promotion and points")
    left: float = param(
        0.8, low=0, high=1, unit="share of the base at harvest", meaning="below which it invests again"
    )

    def set_up(self) -> None:
        """Nothing has been seen yet."""
        super().set_up()
        self.since: float = 0.0
        self.base: float | None = None
        self.size = Smoothed()

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Bait, or take it back."""
        size = self.size.after(customers(view) * view.weeks_per_period, view.weeks_per_period)
        if self.base is None and view.weeks - self.since >= self.investing:
            self.base = size
        elif self.base is not None and size < self.left * self.base:
            self.base, self.since = None, view.weeks
        usual = view.standing_plan
        if self.base is not None:
            return usual.replace(price=min(1e6, usual.price * (1.0 + self.markup)))
        plan = spend(view, usual, 0.5 * self.bait * money, promotion=1.0)
        points = reward_rate(view, plan, 0.5 * self.bait * money)
        return plan.replace(tiers=(Tier(Programme(reward_rate=points)),))
