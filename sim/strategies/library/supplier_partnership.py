"""Partnership with suppliers: joint planning, and savings shared with customers."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import spend
from sim.strategies.marketing_mix import PartnerMarketing


@strategy(
    "supplier_partnership",
    source="Kalwani & Narayandas 1995, Long-term manufacturer-supplier relationships: do they pay off, J. Marketing 59(1)",
    traits=("relationship", "supplier market"),
)
class SupplierPartnership(PartnerMarketing):
    """Support of suppliers, and promotion that passes on part of the fall in unit cost; the rest is plain marketing."""

    kind = "supplier"
    support: float = param(
        0.3, low=0, high=1, unit="share of the amount available", meaning="spending on support of suppliers"
    )
    passed_on: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of the saving",
        meaning="saving in unit cost that is passed on as promotion",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.dearest = 0.0

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Support, and the saving as promotion within half of the remaining amount."""
        self.dearest = max(self.dearest, view.unit_cost)
        usual = view.standing_plan
        plan = spend(view, usual, self.support * money, supplier_support=1.0)
        saved = self.passed_on * (self.dearest - view.unit_cost) * view.units
        return spend(view, plan, min(saved, 0.5 * (1.0 - self.support) * money), promotion=1.0)
