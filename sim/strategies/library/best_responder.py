"""Best response without knowledge of the market: trials of one lever at a time."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import within
from sim.strategies.learning import TrialAndError

STEPS = {
    "price": 0.04, "promotion": 0.03, "advertising": 0.02,
    "reward_rate": 0.01, "contact_rate": 0.03, "integration": 0.06,
}  # fmt: skip
MOVES = tuple((lever, sign) for lever in STEPS for sign in (1.0, -1.0))


@strategy(
    "best_responder",
    source="Hooke & Jeeves 1961, Direct search, J. ACM 8(2) (recalled), on own observed profit",
    traits=("learns",),
)
class BestResponder(TrialAndError):
    """Trials of one step in one lever at a time; the best plan known is replaced only by one that earned more.

    Bonds take longer to grow than a plan is held. The search is therefore short-sighted: it finds a better price, not a
    better bond.
    """

    step: float = param(
        1.0, low=0.05, high=5, unit="multiple of the usual steps", meaning="size of the first steps"
    )
    better: float = param(
        0.005, low=0, high=1, unit="share of profit", meaning="gain in profit that counts as an improvement"
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """Keep the present plan until its hold ends, then judge it and choose the next one."""
        mean = self.result(view)
        if "base" not in self.__dict__:
            self._start(view)
        elif mean is not None:
            self._judge(view, mean)
        return self._made(view, self.now)

    def _start(self, view: FirmView) -> None:
        self.base = {**dict.fromkeys(STEPS, 0.0), "price": view.standing_plan.price}
        self.now, self.move = self.base, 0
        self.first = {lever: size * self.step for lever, size in STEPS.items()}
        self.first["price"] *= view.standing_plan.price
        self.steps = dict(self.first)

    def _judge(self, view: FirmView, mean: float) -> None:
        """Compare the profit of a hold with that of the last hold of the base plan."""
        lever, sign = MOVES[self.move]
        if self.now is self.base:
            self.base_mean = mean
            self.now = self._next(view)
        elif mean > self.base_mean + self.better * abs(self.base_mean):
            self.base, self.base_mean = self.now, mean
            self.steps[lever] = min(2.0 * self.steps[lever], self.first[lever])
            self.now = self._moved(view)
        else:
            if sign < 0:
                self.steps[lever] = max(0.5 * self.steps[lever], 0.25 * self.first[lever])
            self.move, self.now = (self.move + 1) % len(MOVES), self.base

    def _next(self, view: FirmView) -> dict[str, float]:
        for _ in MOVES:
            trial = self._moved(view)
            if trial is not self.base:
                return trial
            self.move = (self.move + 1) % len(MOVES)
        return self.base

    def _moved(self, view: FirmView) -> dict[str, float]:
        lever, sign = MOVES[self.move]
        low, high = (
            (1.02 * view.unit_cost, 3.0 * view.standing_plan.price) if lever == "price" else (0.0, 0.5)
        )
        value = min(max(self.base[lever] + sign * self.steps[lever], low), max(low, high))
        return self.base if value == self.base[lever] else {**self.base, lever: value}

    def _made(self, view: FirmView, levers: dict[str, float]) -> MarketingPlan:
        firm = {name: value for name, value in levers.items() if name not in Programme.declared}
        programme = Programme(**{name: value for name, value in levers.items() if name in Programme.declared})
        tiers = (Tier(programme),) if any(programme) else ()
        return within(view, view.standing_plan.replace(**firm, tiers=tiers), self.money(view))
