"""Kotler's first level: the relationship ends with the sale; the budget goes to the next sale."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import SEARCHED, spend
from sim.strategies.marketing_mix import MarketingMix

KOTLER = "Kotler 2000, Marketing Management, 10th ed., ch. 2: five levels of relationship"
#: Spending per failure at the levels with service recovery.
A_CASE = param(
    2.0,
    low=0,
    high=1000,
    unit="money per case",
    meaning="spending on recovery per failure found",
    source=SEARCHED,
)


@strategy("basic", source=KOTLER, traits=("transactional", "kotler 1"))
class Basic(MarketingMix):
    """Plain marketing with no service after the sale, and price promotion when profit falls."""

    push: float = param(
        0.1,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on promotion when profit falls",
        source=SEARCHED,
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.before: float | None = None

    def mix(self, view: FirmView) -> dict[str, float]:
        """Weights of plain marketing, without staff."""
        return super().mix(view) | {"staff": 0.0}

    def plan(self, view: FirmView) -> MarketingPlan:
        """The usual mix, with promotion after a fall in profit."""
        falling = self.before is not None and view.profit < 0.97 * self.before
        self.before = view.profit
        push = self.push if falling else 0.0
        plan = spend(view, view.standing_plan, push * self.money(view), promotion=1.0)
        return self.spend_by_mix(view, plan, (1.0 - push) * self.money(view))
