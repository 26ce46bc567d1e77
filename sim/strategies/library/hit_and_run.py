"""Hit and run: exaggerated promises that are advertised, then a high price and no marketing until they are forgotten."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import Budgeted, Smoothed, spend


@strategy(
    "hit_and_run",
    source="Klein & Leffler 1981, The role of market forces in assuring contractual performance, JPE 89(4)",
    traits=("transactional",),
)
class HitAndRun(Budgeted):
    """Campaigns with exaggerated promises until fewer customers come, each followed by a higher price without marketing."""

    exaggeration: float = param(
        1.0, low=0, high=4, unit="quality", meaning="promise above the quality delivered"
    )
    longest: float = param(26.0, low=1, high=520, unit="weeks", meaning="maximum length of a campaign")
    dry: float = param(
        0.6,
        low=0,
        high=1,
        unit="share of the campaign's best inflow",
        meaning="inflow of new customers below which a campaign ends",
    )
    away: float = param(26.0, low=1, high=520, unit="weeks", meaning="time until the next campaign")
    markup: float = param(
        0.1, low=0, high=1, unit="share of the price", meaning="increase of the price between campaigns"
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.since, self.running = 0.0, False
        self._begin()

    def _begin(self) -> None:
        self.inflow, self.best = Smoothed(4.0), 0.0

    def plan(self, view: FirmView) -> MarketingPlan:
        """A campaign, or a higher price without marketing."""
        self._turn(view)
        usual = view.standing_plan
        if self.running:
            return usual.replace(price=min(1e6, usual.price * (1.0 + self.markup)))
        promise = min(5.0, max(usual.promise, view.quality + self.exaggeration))
        return spend(view, usual.replace(promise=promise), self.money(view), advertising=3.0, promotion=1.0)

    def _turn(self, view: FirmView) -> None:
        inflow = self.inflow.after(view.new_customers, view.weeks_per_period)
        self.best, lasted = max(self.best, inflow), view.weeks - self.since
        over = lasted >= self.away if self.running else lasted >= self.longest or self._dried(lasted, inflow)
        if over:
            self.since, self.running = view.weeks, not self.running
            self._begin()

    def _dried(self, lasted: float, inflow: float) -> bool:
        return lasted >= 0.25 * self.longest and inflow < self.dry * self.best
