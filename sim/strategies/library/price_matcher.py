"""Low-price guarantee: the lowest price of any rival is matched and never undercut."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import paid, units
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "price_matcher",
    source="Salop 1986, Practices that (credibly) facilitate oligopoly co-ordination (recalled); Hay 1982 (recalled)",
    traits=("transactional", "price"),
)
class PriceMatcher(MarketingMix):
    """The lowest rival's price as long as it covers cost and margin, never a lower one; plain marketing with the rest."""

    least_margin: float = param(
        0.1, low=0, high=5, unit="share of unit cost", meaning="minimum margin of the price above unit cost"
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """The lowest price on offer, if it is below the own price and the amount available pays the difference."""
        usual = view.standing_plan
        lowest = min(map(paid, view.rivals), default=usual.price)
        floor = max(view.unit_cost * (1.0 + self.least_margin), usual.price - money / max(units(view), 1.0))
        return usual.replace(price=min(usual.price, max(lowest, floor)))

    def mix(self, view: FirmView) -> dict[str, float]:
        """Weights of plain marketing without promotion, since the price already answers rivals."""
        return super().mix(view) | {"promotion": 0.0}
