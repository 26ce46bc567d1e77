"""Advertising that builds a stock of goodwill and keeps it in proportion to gross margin."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import Budgeted, margin, spend, units
from sim.theory.marketing_response import Reach


@strategy(
    "advertiser",
    source="Nerlove & Arrow 1962, Optimal advertising policy under dynamic conditions, Economica 29",
    traits=("transactional",),
)
class Advertiser(Budgeted):
    """Advertising that keeps goodwill in a constant ratio to gross margin: a burst while it is short, then upkeep."""

    goodwill_ratio: float = param(
        1.0,
        low=0,
        high=100,
        unit="weeks of gross margin",
        meaning="goodwill to be held per person in the market",
    )
    half_life: float = param(
        Reach().goodwill_half_life,
        low=0.1,
        high=1e4,
        unit="weeks",
        meaning="half-life of goodwill that the firm assumes",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.goodwill: float = 0.0

    def plan(self, view: FirmView) -> MarketingPlan:
        """Spend the gap between the goodwill that sales justify and the remaining stock."""
        plan, weeks, persons = view.standing_plan, view.weeks_per_period, max(view.heads, 1)
        keep = 0.5 ** (weeks / self.half_life)
        stock = keep * self.goodwill
        earned = max(0.0, margin(view, plan)) * units(view) / weeks / persons
        gap = max(0.0, self.goodwill_ratio * earned - stock) * persons
        money = min(self.money(view), gap)
        self.goodwill = stock + money / persons
        return spend(view, plan, money, advertising=1.0)
