"""Everything for the next new customer, nothing for the one it has: the leaky bucket."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import Budgeted, Smoothed, spend


@strategy(
    "acquisition_only",
    source="Rosenberg & Czepiel 1984, A marketing approach for customer retention, J. Cons. Mark. 1(2) (recalled)",
    traits=("transactional", "acquisition"),
)
class AcquisitionOnly(Budgeted):
    """Advertises while newcomers come; as they dry up, lowers the price to draw the last ones in."""

    offer: float = param(
        0.2, low=0, high=1, unit="share of the money", meaning="into promotion while newcomers come"
    )
    dry: float = param(
        0.5, low=0, high=1, unit="share of the best inflow so far", meaning="below it the offer grows"
    )
    opening: float = param(
        26.0,
        low=0,
        high=520,
        unit="weeks",
        meaning="at the start, in which whoever has no supplier comes at once",
    )
    pressed: float = param(
        0.6, low=0, high=1, unit="share of the money", meaning="into promotion when newcomers dry up"
    )

    def set_up(self) -> None:
        """Nothing has been seen yet."""
        super().set_up()
        self.best: float = 0.0
        self.inflow = Smoothed()

    def plan(self, view: FirmView) -> MarketingPlan:
        """Chase newcomers."""
        inflow = self.inflow.after(view.new_customers, view.weeks_per_period)
        if view.weeks < self.opening:
            return self._woo(view, self.offer)
        self.best = max(self.best, inflow)
        return self._woo(view, self.pressed if inflow < self.dry * self.best else self.offer)

    def _woo(self, view: FirmView, share: float) -> MarketingPlan:
        return spend(view, view.standing_plan, self.money(view), promotion=share, advertising=1.0 - share)
