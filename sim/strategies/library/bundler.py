"""Bundling: a lower price of the second product for customers of the first, for some time after its launch."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "bundler",
    source="Adams & Yellen 1976, Quarterly J. Economics 90(3); Stremersch & Tellis 2002, J. Marketing 66(1) (recalled)",
    traits=("transactional", "second product"),
)
class Bundler(MarketingMix):
    """A discount on the second product for customers of the first in the weeks after its launch; the rest is plain marketing."""

    depth: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of the second product's margin",
        meaning="discount on the second product for customers of the first",
    )
    weeks: float = param(
        26.0,
        low=13,
        high=520,
        unit="weeks",
        meaning="time after the launch in which the bundle price is offered",
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """The bundle price for some weeks, counted from the first view with a second product; else plain marketing."""
        if view.second is not None:
            self.__dict__.setdefault("launched", view.weeks)
        if view.second is None or view.weeks - self.__dict__["launched"] >= self.weeks:
            return self.spend_by_mix(view, view.standing_plan, self.money(view))
        return super().plan(view)

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """The bundle price; its cost reduces the amount for plain marketing."""
        book = view.second
        if book is None or book.price <= 0.0:
            return view.standing_plan
        margin = max(0.0, 1.0 - book.unit_cost / book.price)
        return view.standing_plan.replace(bundle_discount=min(0.9, self.depth * margin))
