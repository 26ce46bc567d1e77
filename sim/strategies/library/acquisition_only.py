"""Spending on new customers alone and none on present ones: the leaky bucket."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import Budgeted, Smoothed, spend


@strategy(
    "acquisition_only",
    source="Rosenberg & Czepiel 1984, A marketing approach for customer retention, J. Cons. Mark. 1(2) (recalled)",
    traits=("transactional", "acquisition"),
)
class AcquisitionOnly(Budgeted):
    """Advertising and promotion to win new customers, with more promotion when fewer come; nothing for present ones."""

    offer: float = param(
        0.2,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on promotion while new customers come",
    )
    dry: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of the best inflow so far",
        meaning="inflow of new customers below which promotion is increased",
    )
    opening: float = param(
        26.0,
        low=0,
        high=520,
        unit="weeks",
        meaning="time at the start in which people without a supplier come at once",
    )
    pressed: float = param(
        0.6,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on promotion when few new customers come",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.best: float = 0.0
        self.inflow = Smoothed()

    def plan(self, view: FirmView) -> MarketingPlan:
        """Advertising and promotion, by the inflow of new customers."""
        inflow = self.inflow.after(view.new_customers, view.weeks_per_period)
        if view.weeks < self.opening:
            return self._woo(view, self.offer)
        self.best = max(self.best, inflow)
        return self._woo(view, self.pressed if inflow < self.dry * self.best else self.offer)

    def _woo(self, view: FirmView, share: float) -> MarketingPlan:
        return spend(view, view.standing_plan, self.money(view), promotion=share, advertising=1.0 - share)
