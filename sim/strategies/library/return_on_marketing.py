"""Return on marketing: experiments with value, brand and relationship in turn, and a shift to the best return."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import better_quality, contact_rate, spend
from sim.strategies.learning import TrialAndError

DRIVERS = ("value", "brand", "relationship")


@strategy(
    "return_on_marketing",
    source="Rust, Lemon & Zeithaml 2004, Return on marketing: using customer equity, J. Marketing 68(1)",
    traits=("relationship", "equity", "learns"),
)
class ReturnOnMarketing(TrialAndError):
    """Experiments with more spending on one driver of customer equity, then a shift to the driver with the best return."""

    trial: float = param(
        0.1,
        low=0.01,
        high=0.5,
        unit="share of the amount available",
        meaning="spending moved to one driver in an experiment",
    )
    shift: float = param(
        0.1,
        low=0.01,
        high=0.5,
        unit="share of the amount available",
        meaning="spending moved to the best driver after a round of experiments",
    )
    memory: float = param(
        0.5, low=0, high=0.99, unit="share per round", meaning="weight of past returns that is kept"
    )
    least: float = param(
        0.02, low=0, high=0.3, unit="share of the amount available", meaning="minimum spending on each driver"
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.shares = dict.fromkeys(DRIVERS, 1.0 / len(DRIVERS))
        self.returns = dict.fromkeys(DRIVERS, 0.0)
        self.trying: str | None = None
        self.usual = 0.0

    def plan(self, view: FirmView) -> MarketingPlan:
        """The present mix, then a little more for each driver in turn, then the shift."""
        mean = self.result(view)
        if mean is not None:
            self._turn(view, mean)
        return self._made(view, self.shares if self.trying is None else self._more(self.trying, self.trial))

    def _turn(self, view: FirmView, mean: float) -> None:
        """Record the return of the driver on trial per unit of money, and go on to the next one."""
        if self.trying is None:
            self.usual, self.trying = mean, DRIVERS[0]
            return
        moved = max(self.trial * self.money(view) / view.weeks_per_period, 1e-9)
        measured = (mean - self.usual) / moved
        kept = self.memory * self.returns[self.trying]
        self.returns[self.trying] = kept + (1.0 - self.memory) * measured
        number = DRIVERS.index(self.trying) + 1
        self.trying = DRIVERS[number] if number < len(DRIVERS) else None
        if self.trying is None:
            self.shares = self._more(max(DRIVERS, key=self.returns.__getitem__), self.shift)

    def _more(self, driver: str, amount: float) -> dict[str, float]:
        """The shares with an additional amount for one driver, taken from the others in proportion."""
        others = 1.0 - self.shares[driver]
        taken = min(amount, max(0.0, others - self.least * (len(DRIVERS) - 1)))
        kept = 1.0 - taken / others if others > 0 else 1.0
        return {
            name: share + taken if name == driver else kept * share for name, share in self.shares.items()
        }

    def _made(self, view: FirmView, shares: dict[str, float]) -> MarketingPlan:
        money, usual = self.money(view), view.standing_plan
        better = better_quality(view, usual, shares["value"] * money)
        plan = spend(view, usual.replace(quality=better), shares["brand"] * money, advertising=1.0)
        rate = contact_rate(view, shares["relationship"] * money)
        return plan.replace(tiers=(Tier(Programme(contact_rate=rate)),))
