"""A multi-armed bandit: the plan with the highest upper confidence bound of profit; old results count less."""

from math import log, sqrt

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import contact_rate, integration, reward_rate, spend
from sim.strategies.learning import TrialAndError
from sim.strategies.marketing_mix import MarketingMix

ARMS = ("plain", "promotion", "points", "contacts", "integration", "service")


@strategy(
    "bandit",
    source="Auer, Cesa-Bianchi & Fischer 2002, Finite-time analysis of the multiarmed bandit problem, Machine Learning 47",
    traits=("learns",),
)
class Bandit(MarketingMix, TrialAndError):
    """Choice among six ready plans, one bond or lever each, by mean profit and the uncertainty about it."""

    emphasis: float = param(
        0.6,
        low=0.05,
        high=1,
        unit="share of the amount available",
        meaning="spending on the bond or lever of a plan",
    )
    curiosity: float = param(
        0.5,
        low=0,
        high=5,
        unit="multiple of the range of profits",
        meaning="weight of uncertainty in the choice of a plan",
    )
    memory: float = param(
        0.95, low=0.5, high=1, unit="share per hold", meaning="weight of earlier results that is kept"
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.sums, self.counts = dict.fromkeys(ARMS, 0.0), dict.fromkeys(ARMS, 0.0)
        self.lowest, self.highest = float("inf"), float("-inf")
        self.arm = ARMS[0]

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Keep the present plan until its hold ends, then take the plan with the highest bound."""
        mean = self.result(view)
        if mean is not None:
            self._note(mean)
            self.arm = max(ARMS, key=self._bound)
        return self._made(view, self.emphasis * money)

    def _note(self, mean: float) -> None:
        self.lowest, self.highest = min(self.lowest, mean), max(self.highest, mean)
        for arm in ARMS:
            self.sums[arm] *= self.memory
            self.counts[arm] *= self.memory
        self.sums[self.arm] += mean
        self.counts[self.arm] += 1.0

    def _bound(self, arm: str) -> float:
        """Upper confidence bound of a plan's profit; infinite before its first trial."""
        count = self.counts[arm]
        if count < 1e-9:
            return float("inf")
        spread = self.highest - self.lowest
        total = max(sum(self.counts.values()), 1.0)
        return self.sums[arm] / count + self.curiosity * spread * sqrt(2.0 * log(total) / count)

    def _made(self, view: FirmView, amount: float) -> MarketingPlan:
        """The plan of the present arm."""
        usual, arm = view.standing_plan, self.arm
        if arm == "promotion":
            return spend(view, usual, amount, promotion=1.0)
        if arm == "service":
            return spend(view, usual, amount, staff=1.0, recovery=1.0)
        levers = {
            "points": lambda: Programme(reward_rate=reward_rate(view, usual, amount)),
            "contacts": lambda: Programme(contact_rate=contact_rate(view, amount)),
            "integration": lambda: Programme(integration=integration(view, amount)),
        }
        return usual.replace(tiers=(Tier(levers[arm]()),)) if arm in levers else usual
