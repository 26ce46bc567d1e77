"""The range of goods of a firm: its buying team replaces the slowest sellers, as measured, by the best goods on trial.

Trying goods in the shop and keeping what sells: Caro & Gallien 2007, Dynamic assortment with demand learning,
Management Science 53(2). The market sees the value of the range alone, as quality.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.core.metric import Metric
from sim.firms.mechanisms.base import Mechanism, MechanismState
from sim.firms.state import Draws
from sim.strategies.levers import COST_COLUMNS
from sim.theory import product_range as theory
from sim.theory.half_life import share_left

MECHANISM = Mechanism(
    name="range",
    needs="a range: goods above 1",
    present=lambda offer, theory, second: offer.goods > 1,
    metrics=(
        COST_COLUMNS["range_cost"],
        Metric(
            "range_appeal",
            unit="quality",
            meaning="quality added by the firm's range: its inclusive value",
            over_time="mean",
            better="higher",
        ),
        Metric(
            "goods_dropped",
            unit="goods per period",
            meaning="slow sellers replaced by goods on trial",
            over_time="mean",
        ),
    ),
    example={"offer": {"goods": 20}, "levers": {"range_review": 0.01}},
    sections=("assortment", "theory.assortment"),
    trait="range of goods",
    new_state=lambda start: ProductRange(
        start.offer.goods,
        start.theory.assortment,
        share_left(start.theory.assortment.taste_half_life, start.clock.weeks),
        start.draws,
    ),
)


def reviewed(appeal: np.ndarray, read: np.ndarray, tried: np.ndarray, tried_read: np.ndarray, count: int) -> np.ndarray:  # fmt: skip
    """Appeal (n_goods,) with the ``count`` goods of lowest ``read`` dropped, each replaced by the trial with the highest observed appeal.

    ``tried`` and ``tried_read`` (n_goods, trials): appeal of the trials in a good's place, and their readings.
    """
    slowest = np.argsort(read, kind="stable")[:count]
    after = appeal.copy()
    after[slowest] = tried[slowest, np.argmax(tried_read[slowest], axis=1)]
    return after


class ProductRange(MechanismState):
    """The goods of one firm: appeal of each, (n_goods,), quality units; their observed values; the number dropped.

    ``taste_keep`` is the share of appeal above the mean that a period keeps.
    """

    lever = "range_review"

    def __init__(self, goods: int, p: theory.Assortment, taste_keep: float, draws: Draws) -> None:
        self.number, self.p, self.keep = goods, p, taste_keep
        self.appeal = p.spread * draws.normals("GOOD", goods, 1)[:, 0]
        self.read: np.ndarray | None = None  # nothing has been sold yet
        self.error = theory.reading_error(0.0, p)  # of the last reading
        self.paid_trials, self.dropped = 0.0, 0
        self._valued, self._value = np.zeros(0), 0.0  # the last range whose value was asked for

    @property
    def quality(self) -> float:
        """Quality that the range adds to the firm's."""
        if self._valued is not self.appeal:  # a range that changes is another array
            pulls = float(self._pulls(self.appeal).sum())
            self._valued, self._value = self.appeal, float(theory.value_of_range(pulls, self.number, self.p))
        return self._value

    def _pulls(self, appeal: np.ndarray) -> np.ndarray:
        most = 300.0 / self.p.sensitivity  # readings with a very large error stay finite
        return np.array([theory.pull(float(a), self.p) for a in np.clip(appeal, -most, most)])

    def advance(self, amount: float, weeks: float, draws: Draws, is_open: bool = True) -> None:
        """Review the range with an amount, money per customer per week, in a firm that is open; then tastes change."""
        p, trials = self.p, self.p.trials
        most = float(self.number * trials)
        self.paid_trials = min(most, self.paid_trials + amount * weeks / p.trial_cost)
        self.dropped = 0
        if self.read is not None and is_open:
            self.dropped = int(self.paid_trials / trials + 1e-9)
        if self.dropped:
            self.paid_trials = max(0.0, self.paid_trials - self.dropped * trials)
            drawn = draws.normals("GOOD_TRIED", self.number, 2 * trials)
            tried = p.spread * drawn[:, :trials]
            tried_read = tried + self.error * drawn[:, trials:]
            assert self.read is not None
            self.appeal = reviewed(self.appeal, self.read, tried, tried_read, self.dropped)
        if self.keep < 1.0:
            moved = draws.normals("TASTE_CHANGE", self.number, 1)[:, 0]
            self.appeal = np.asarray(theory.appeal_after(self.appeal, self.keep, moved, p))

    def observe(self, feedback: float, draws: Draws) -> None:
        """Store each good's appeal with noise, which feedback reduces."""
        self.error = theory.reading_error(feedback, self.p)
        self.read = self.appeal + self.error * draws.normals("GOOD_READ", self.number, 1)[:, 0]

    def sales(self) -> tuple[float, ...]:
        """Share of the last period's sales by good, as observed; equal before the first observation."""
        pulls = self._pulls(np.zeros(self.number) if self.read is None else self.read)
        return tuple((pulls / pulls.sum()).tolist())

    def view(self) -> dict[str, Any]:
        """Sales of the range by good, as observed."""
        return {"range_sales": self.sales()}

    def outcomes(self, costs: Mapping[str, float]) -> dict[str, float]:
        """Value of the range, and goods dropped in the period."""
        return {"range_appeal": self.quality, "goods_dropped": float(self.dropped)}
