"""Planning ahead: a forecast of rivals' price and own sales, and the price that earns most over the horizon."""

from math import log

import numpy as np

from sim.core.functions import total
from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import paid, units
from sim.strategies.marketing_mix import MarketingMix

PRICES = np.linspace(0.8, 1.3, 51)  # multiples of the standing price
FLOOR = 1e-6


@strategy(
    "look_ahead",
    source="Cournot 1838 for the best reply; Bijmolt, van Heerde & Pieters 2005 for the first elasticity (F1, recalled)",
    traits=("transactional", "price", "learns"),
)
class LookAhead(MarketingMix):
    """Best reply in price in a model where sales adjust slowly and rivals continue their trend; the elasticity is learned."""

    horizon: float = param(26.0, low=1, high=104, unit="weeks", meaning="horizon of the forecast")
    elasticity: float = param(
        2.6,
        low=0.1,
        high=20,
        unit="share of sales per share of price",
        meaning="price elasticity of sales at the rivals' price, before anything is learned",
        source="F1: mean of 2.62, Bijmolt, van Heerde & Pieters 2005 (recalled)",
    )
    inertia: float = param(
        0.8,
        low=0,
        high=0.99,
        unit="share per week",
        meaning="share of sales that does not adjust to a new price within a week",
    )
    trend: float = param(
        0.8,
        low=0,
        high=1,
        unit="share per week",
        meaning="share of the rivals' last price change that continues in the next week",
    )
    trust: float = param(
        5.0,
        low=0.1,
        high=1000,
        unit="price changes of 10 %",
        meaning="weight of the first elasticity against observed price changes",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        weight = 0.01 * self.trust
        self.top, self.bottom = self.elasticity * weight, weight
        self.before: tuple[float, float, float] | None = None

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """The best price of a grid within the amount available."""
        usual, weeks = view.standing_plan, view.weeks_per_period
        if usual.price <= 0:
            return usual
        rivals = [paid(offer) for offer in view.rivals]
        level = max(total(rivals) / len(rivals) if rivals else usual.price, FLOOR)
        sold, own = max(units(view), FLOOR) / weeks, max(paid(view.last_plan), FLOOR)
        step = self._learn(level, sold, own)
        lowest = max(1.01 * view.unit_cost, usual.price - money / max(units(view), 1.0))
        prices = usual.price * PRICES[usual.price * PRICES >= lowest]
        if not len(prices):
            return usual
        earned = self._earned(prices, view.unit_cost, sold, own / level, level, step)
        return usual.replace(price=min(1e6, float(prices[np.argmax(earned)])))

    def _learn(self, level: float, sold: float, own: float) -> float:
        """Add the last change of the relative price to the regression; return the rivals' price change as a share."""
        before, self.before = self.before, (level, sold, own)
        if before is None:
            return 0.0
        dearer = own / level - before[2] / before[0]
        answered = log(sold / before[1]) / (1.0 - self.inertia)
        if abs(dearer) > 1e-9:
            self.top += -dearer * answered
            self.bottom += dearer * dearer
        return min(0.05, max(-0.05, level / before[0] - 1.0))

    def _earned(
        self, prices: np.ndarray, cost: float, sold: float, now: float, level: float, step: float
    ) -> np.ndarray:
        """Gross margin over the horizon at each price, (n_prices,), summed over the weeks of the model."""
        elasticity = min(20.0, max(0.1, self.top / self.bottom))
        whole, sales = np.zeros(len(prices)), np.full(len(prices), sold)
        for _ in range(round(self.horizon)):
            step *= self.trend
            level *= 1.0 + step
            aim = sold * np.exp(np.clip(elasticity * (now - prices / level), -20.0, 20.0))
            sales = self.inertia * sales + (1.0 - self.inertia) * aim
            whole += (prices - cost) * sales
        return whole
