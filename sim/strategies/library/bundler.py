"""Sells its second product cheaper to those who buy the first, for as long as that is news."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "bundler",
    source="Adams & Yellen 1976, Quarterly J. Economics 90(3); Stremersch & Tellis 2002, J. Marketing 66(1) (recalled)",
    traits=("transactional", "second product"),
)
class Bundler(MarketingMix):
    """Gives a part of the second product's margin to customers of the first for some weeks after its launch, then as usual."""

    depth: float = param(
        0.5, low=0, high=1, unit="share of the margin", meaning="taken off for who buys both"
    )
    weeks: float = param(26.0, low=13, high=520, unit="weeks", meaning="the bundle price is offered")

    def plan(self, view: FirmView) -> MarketingPlan:
        """The weeks are counted from the first view with a second product."""
        if view.second is not None:
            self.__dict__.setdefault("launched", view.weeks)
        if view.second is None or view.weeks - self.__dict__["launched"] >= self.weeks:
            return self.spend_by_mix(view, view.standing_plan, self.money(view))
        return super().plan(view)

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """The bundle price; what it costs is left to the money there is for plain marketing."""
        book = view.second
        if book is None or book.price <= 0.0:
            return view.standing_plan
        margin = max(0.0, 1.0 - book.unit_cost / book.price)
        return view.standing_plan.replace(bundle_discount=min(0.9, self.depth * margin))
