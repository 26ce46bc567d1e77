"""Meets the lowest price of any rival and never goes below it: a low-price guarantee."""

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
    """Sells at the lowest rival's price as long as that covers the cost, above which it waits; never undercuts."""

    least_margin: float = param(
        0.1, low=0, high=5, unit="share of unit cost", meaning="floor above unit cost"
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """The lowest price on offer, if it is lower than its own and the money pays the difference."""
        usual = view.standing_plan
        lowest = min(map(paid, view.rivals), default=usual.price)
        floor = max(view.unit_cost * (1.0 + self.least_margin), usual.price - money / max(units(view), 1.0))
        return usual.replace(price=min(usual.price, max(lowest, floor)))

    def mix(self, view: FirmView) -> dict[str, float]:
        """Plain marketing's without price off: the price is its answer."""
        return super().mix(view) | {"promotion": 0.0}
