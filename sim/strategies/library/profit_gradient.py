"""Gradient ascent on own profit by simultaneous perturbation: try a step and its opposite, then move to the better side."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import within
from sim.strategies.learning import TrialAndError

STEPS = {"price": 0.03, "advertising": 0.015, "contact_rate": 0.03, "reward_rate": 0.01}
#: Directions that are tried one after the other: orthogonal rows, so that the effects of the levers are separated.
SIGNS = ((1, 1, 1, 1), (1, -1, 1, -1), (1, 1, -1, -1), (1, -1, -1, 1))


@strategy(
    "profit_gradient",
    source="Spall 1992, simultaneous perturbation, IEEE Trans. Automatic Control 37(3); fixed directions: Bhatnagar et al. 2003",
    traits=("learns",),
)
class ProfitGradient(TrialAndError):
    """Steps along the slope of profit, estimated from two trials of all levers at once, one on either side of the plan."""

    step: float = param(
        1.0, low=0.05, high=5, unit="multiple of the usual steps", meaning="size of the trial steps"
    )
    pace: float = param(
        1.0, low=0.05, high=5, unit="trial steps", meaning="largest move after one comparison"
    )
    slope: float = param(
        0.02,
        low=0.001,
        high=1,
        unit="share of profit",
        meaning="difference in profit that leads to the largest move",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.at = {"price": 1.0, "advertising": 0.02, "contact_rate": 0.0, "reward_rate": 0.0}
        self.side, self.turn, self.first = 1, 0, 0.0

    def plan(self, view: FirmView) -> MarketingPlan:
        """Keep the present plan until its hold ends, then try the other side, or take a step."""
        mean = self.result(view)
        if mean is not None and self.side > 0:
            self.first, self.side = mean, -1
        elif mean is not None:
            self._climb(self.first - mean, 0.5 * (abs(self.first) + abs(mean)))
            self.side, self.turn = 1, (self.turn + 1) % len(SIGNS)
        return self._made(view, self._moved(float(self.side)))

    def _climb(self, gained: float, size: float) -> None:
        slope = gained / max(self.slope * size, 1e-9)
        self.at = self._moved(self.pace * min(1.0, max(-1.0, slope)))

    def _moved(self, far: float) -> dict[str, float]:
        """Levers at a distance ``far`` along the present direction; none below 0."""
        signs = zip(STEPS, SIGNS[self.turn], strict=True)
        return {name: max(0.0, self.at[name] + far * sign * self.step * STEPS[name]) for name, sign in signs}

    def _made(self, view: FirmView, to: dict[str, float]) -> MarketingPlan:
        usual = view.standing_plan
        floor = min(usual.price, 1.02 * view.unit_cost)
        price = min(max(to["price"] * usual.price, floor), 3.0 * usual.price, 1e6)
        programme = Programme(min(0.5, to["reward_rate"]), 0.0, min(2.0, to["contact_rate"]))
        tiers = (Tier(programme),) if any(programme) else ()
        plan = usual.replace(price=price, advertising=min(100.0, to["advertising"]), tiers=tiers)
        return within(view, plan, self.money(view))
