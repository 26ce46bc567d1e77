"""Invest, then harvest: a low price and points until customers are locked in, then a high price while they stay."""

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
    """Promotion and points to build a customer base, then a higher price; investment again once the base has shrunk."""

    investing: float = param(
        52.0, low=1, high=520, unit="weeks", meaning="time of investment before a harvest"
    )
    markup: float = param(
        0.1, low=0, high=1, unit="share of the price", meaning="increase of the price in the harvest"
    )
    bait: float = param(
        0.7,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on promotion and points, in equal parts",
    )
    left: float = param(
        0.8,
        low=0,
        high=1,
        unit="share of the base at harvest",
        meaning="customer base below which investment begins again",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.since: float = 0.0
        self.base: float | None = None
        self.size = Smoothed()

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Promotion and points, or the price of the harvest."""
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
