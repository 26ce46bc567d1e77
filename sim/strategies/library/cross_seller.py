"""Cross-selling: offers of a second product to present customers."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import customers, spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "cross_seller",
    source="Kamakura, Wedel, de Rosa & Mazzon 2003, Int. J. Research in Marketing 20(1); Ngobo 2004, Europ. J. "
    "Marketing 38(9) (recalled)",
    traits=("relationship", "second product"),
)
class CrossSeller(MarketingMix):
    """Offers of the second product to own customers who do not have it yet; the rest of the budget is plain marketing."""

    weight: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on offers while no customer has the second product",
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """Offers beside plain marketing; plain marketing alone if there is no second product."""
        if view.second is None:
            return self.spend_by_mix(view, view.standing_plan, self.money(view))
        return super().plan(view)

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Offers to the customers who have only the first product."""
        owners = view.second.owners if view.second is not None else 0.0
        without = max(0.0, 1.0 - owners / max(customers(view), 1.0))
        return spend(view, view.standing_plan, self.weight * without * money, cross_selling=1.0)
