"""Everyday low price: a little below the cheapest rival, as far as cost and budget allow."""

from sim.core.functions import total
from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import Budgeted, paid, spend, units


@strategy(
    "price_cutter",
    source="Hoch, Dreze & Purk 1994, EDLP, Hi-Lo, and margin arithmetic, J. Marketing 58(4); Bertrand 1883",
    traits=("transactional",),
)
class PriceCutter(Budgeted):
    """A price below the cheapest rival's every day, down to a floor, and advertising of it with the remaining amount."""

    undercut: float = param(
        0.02,
        low=0,
        high=0.5,
        unit="share of the rival's price",
        meaning="distance of the price below the cheapest rival's",
    )
    least_margin: float = param(
        0.1, low=0, high=5, unit="share of unit cost", meaning="minimum margin of the price above unit cost"
    )
    news: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of the remaining amount",
        meaning="spending on advertising of the price",
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """Undercut the cheapest rival; if that is below the floor, follow the mean price of rivals."""
        usual, money = view.standing_plan, self.money(view)
        if not view.rivals:
            return usual
        wanted = min(map(paid, view.rivals)) * (1.0 - self.undercut)
        floor = view.unit_cost * (1.0 + self.least_margin)
        if wanted < floor:
            wanted = max(floor, total(map(paid, view.rivals)) / len(view.rivals))
        price = min(usual.price, max(wanted, floor, usual.price - money / max(units(view), 1.0)))
        rest = money - (usual.price - price) * units(view)
        return spend(view, usual.replace(price=price), self.news * rest, advertising=1.0)
