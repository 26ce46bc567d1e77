"""Partnership with suppliers: plans with them, and shares with customers what that saves."""

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
    """Supports suppliers, and takes off the price a part of what a unit has become cheaper by."""

    kind = "supplier"
    support: float = param(0.3, low=0, high=1, unit="share of the money", meaning="for suppliers")
    passed_on: float = param(0.5, low=0, high=1, unit="share of the saving", meaning="taken off the price")

    def set_up(self) -> None:
        """Nothing has been seen yet."""
        super().set_up()
        self.dearest = 0.0

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Support, and the saving as promotion within half of the money."""
        self.dearest = max(self.dearest, view.unit_cost)
        usual = view.standing_plan
        plan = spend(view, usual, self.support * money, supplier_support=1.0)
        saved = self.passed_on * (self.dearest - view.unit_cost) * view.units
        return spend(view, plan, min(saved, 0.5 * (1.0 - self.support) * money), promotion=1.0)
