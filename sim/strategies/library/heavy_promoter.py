"""Hi-Lo pricing: a high list price, interrupted by short and deep sales that are advertised."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import Budgeted, margin, spend, unit_costs


@strategy(
    "heavy_promoter",
    source="Blattberg, Eppen & Lieberman 1981, J. Marketing 45(1); Hi-Lo in Hoch, Dreze & Purk 1994",
    traits=("transactional",),
)
class HeavyPromoter(Budgeted):
    """Advertised sales at regular intervals from a high list price (Hi-Lo), and an early one when units fall."""

    depth: float = param(
        0.25, low=0, high=0.9, unit="share of the list price", meaning="price reduction in a sale"
    )
    every: float = param(
        13.0, low=1, high=104, unit="weeks", meaning="time from the start of one sale to the next"
    )
    lasting: float = param(3.0, low=0, high=104, unit="weeks", meaning="length of a sale")
    markup: float = param(
        0.02,
        low=0,
        high=0.5,
        unit="share of the price",
        meaning="increase of the list price above the usual one",
    )
    alarm: float = param(
        0.15, low=0, high=1, unit="share of usual units", meaning="fall in units that brings a sale forward"
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.usual_units: float | None = None

    def plan(self, view: FirmView) -> MarketingPlan:
        """Four fifths of the amount available for the price reduction in a sale, and one fifth for advertising it."""
        plan = view.standing_plan.replace(price=min(1e6, view.standing_plan.price * (1.0 + self.markup)))
        usual = self.usual_units or view.units
        self.usual_units = 0.95 * usual + 0.05 * view.units
        running = 1.0 if view.units < usual * (1.0 - self.alarm) else self._part_of_period(view)
        if running <= 0 or margin(view, plan) <= 0:
            return plan
        money = self.money(view)
        deepest = self.depth * running * unit_costs(view, plan)["promotion"]
        off = min(deepest, 0.8 * money)
        return spend(view, spend(view, plan, off, promotion=1.0), 0.2 * money * running, advertising=1.0)

    def _part_of_period(self, view: FirmView) -> float:
        if view.weeks_per_period >= self.every:
            return min(1.0, self.lasting / self.every)
        return 1.0 if view.weeks % self.every < self.lasting else 0.0
