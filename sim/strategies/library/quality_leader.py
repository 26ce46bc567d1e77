"""Quality leadership: quality above the best rival's promise, a price that covers its cost, and promises kept."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import Budgeted, better_quality, money_left, paid, spend, units


@strategy(
    "quality_leader",
    source="Phillips, Chang & Buzzell 1983, Product quality, cost position and business performance, J. Marketing 47(2)",
    traits=("transactional", "quality"),
)
class QualityLeader(Budgeted):
    """Quality raised step by step above the rivals' promises while a unit earns money, and lowered while it does not."""

    lead: float = param(
        0.2, low=0, high=2, unit="quality", meaning="target of quality above the best rival's promise"
    )
    passed_on: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of the extra unit cost",
        meaning="cost of quality passed on in the price",
    )
    step: float = param(
        0.05, low=0, high=1, unit="quality per quarter", meaning="speed at which the target of quality moves"
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.aim: float | None = None
        self.base_cost: float | None = None

    def plan(self, view: FirmView) -> MarketingPlan:
        """Raise the target of quality while a unit earns money, lower it while it does not."""
        usual = view.standing_plan
        self.base_cost = view.unit_cost if self.base_cost is None else min(self.base_cost, view.unit_cost)
        best = max((offer.promise for offer in view.rivals), default=usual.quality)
        goal = max(usual.quality, best + self.lead)
        step = self.step * view.weeks_per_period / 13.0
        earning = view.profit >= 0 and paid(view.last_plan) > view.unit_cost
        aim = usual.quality if self.aim is None else self.aim
        goal = min(goal, better_quality(view, usual, self.money(view)))
        self.aim = min(goal, aim + step) if earning else max(usual.quality, min(goal, aim - step))
        plan = usual.replace(
            quality=self.aim,
            promise=min(5.0, view.quality),
            price=min(1e6, usual.price + self.passed_on * (view.unit_cost - self.base_cost)),
        )
        rest = money_left(view, plan, self.money(view))
        care = min(1.0, 10.0 * view.complaints / max(units(view), 1.0))
        return spend(view, plan, rest, staff=0.2 + care, advertising=1.0)
