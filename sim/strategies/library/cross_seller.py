"""Offers a second product to the customers it has."""

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
    """Offers its second product to own customers, the less the more of them have it already; plain marketing with the rest."""

    weight: float = param(
        0.5, low=0, high=1, unit="share of the amount", meaning="of offers while no customer has the second product"
    )  # fmt: skip

    def plan(self, view: FirmView) -> MarketingPlan:
        """Plain marketing alone where there is no second product."""
        if view.second is None:
            return self.spend_by_mix(view, view.standing_plan, self.money(view))
        return super().plan(view)

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Offers to those who have only the first product."""
        owners = view.second.owners if view.second is not None else 0.0
        without = max(0.0, 1.0 - owners / max(customers(view), 1.0))
        return spend(view, view.standing_plan, self.weight * without * money, cross_selling=1.0)
