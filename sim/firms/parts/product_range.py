"""The range of goods of a firm: its buying team drops the slowest sellers, as it reads them, for what sold best on trial.

Trying goods in the shop and keeping what sells: Caro & Gallien 2007, Dynamic assortment with demand learning,
Management Science 53(2). The market sees the value of the range alone, as quality.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core import rng
from sim.theory import product_range as theory

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market.market import Market


def reviewed(appeal: np.ndarray, read: np.ndarray, tried: np.ndarray, tried_read: np.ndarray, count: int) -> np.ndarray:  # fmt: skip
    """Appeal (n_goods,) with the ``count`` goods of lowest ``read`` dropped, each for the best read of its own trials.

    ``tried`` and ``tried_read`` (n_goods, trials): appeal of what is tried in a good's place, and as it is read.
    """
    slowest = np.argsort(read, kind="stable")[:count]
    after = appeal.copy()
    after[slowest] = tried[slowest, np.argmax(tried_read[slowest], axis=1)]
    return after


class ProductRange:
    """The goods of one firm: appeal of each, (n_goods,), quality units; how they were read; how many were dropped."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.p = firm, firm.model.setting.theory.assortment
        self.keep = float(firm.model.record[0]["assortment"]["taste_keep"])
        self.number = firm.offer.goods
        self.appeal = self.p.spread * self._luck(rng.GOOD, 1)[:, 0]
        self.read: np.ndarray | None = None  # nothing has been sold yet
        self.error = theory.reading_error(0.0, self.p)  # of the last reading
        self.paid_trials, self.dropped = 0.0, 0
        self._valued, self._value = np.zeros(0), 0.0  # the last range whose value was asked for

    def _luck(self, purpose: int, columns: int) -> np.ndarray:
        market = self.firm.model
        key = rng.period_key(market.seed_of_run, market.period)
        return rng.normals(key, self.firm.luck, purpose, self.number, columns)

    @property
    def value(self) -> float:
        """What the range adds to the firm's quality."""
        if self._valued is not self.appeal:  # a range that changes is another array
            pulls = float(self._pulls(self.appeal).sum())
            self._valued, self._value = self.appeal, float(theory.value_of_range(pulls, self.number, self.p))
        return self._value

    def _pulls(self, appeal: np.ndarray) -> np.ndarray:
        most = 300.0 / self.p.sensitivity  # readings with a very large error stay finite
        return np.array([theory.pull(float(a), self.p) for a in np.clip(appeal, -most, most)])

    def move(self, spent: float) -> None:
        """Review the range with an amount, money a head; then tastes change."""
        p, trials = self.p, self.p.trials
        most = float(self.number * trials)
        self.paid_trials, self.dropped = min(most, self.paid_trials + spent / p.trial_cost), 0
        if self.read is not None and self.firm.shocks.open:
            self.dropped = int(self.paid_trials / trials + 1e-9)
        if self.dropped:
            self.paid_trials = max(0.0, self.paid_trials - self.dropped * trials)
            drawn = self._luck(rng.GOOD_TRIED, 2 * trials)
            tried = p.spread * drawn[:, :trials]
            tried_read = tried + self.error * drawn[:, trials:]
            assert self.read is not None
            self.appeal = reviewed(self.appeal, self.read, tried, tried_read, self.dropped)
        if self.keep < 1.0:
            moved = self._luck(rng.TASTE_CHANGE, 1)[:, 0]
            self.appeal = np.asarray(theory.appeal_after(self.appeal, self.keep, moved, p))

    def study(self, feedback: float) -> None:
        """Read the period's sales of each good, with an error that feedback takes away."""
        self.error = theory.reading_error(feedback, self.p)
        self.read = self.appeal + self.error * self._luck(rng.GOOD_READ, 1)[:, 0]

    def sales(self) -> tuple[float, ...]:
        """Share of the last period's sales by good, as read; equal before the first."""
        pulls = self._pulls(np.zeros(self.number) if self.read is None else self.read)
        return tuple((pulls / pulls.sum()).tolist())


def goods_of(firm: Firm) -> ProductRange | None:
    """The goods of a firm with a range, None of one that sells one good."""
    return ProductRange(firm) if firm.offer.goods > 1 else None


def outcomes(market: Market) -> dict[str, np.ndarray]:
    """The period's outcomes of ranges by metric, (n_firms,); NaN of a firm without one, nothing where no firm has one."""
    ranges = [firm.goods for firm in market.firms]
    if not any(ranges):
        return {}
    return {
        "range_appeal": np.array([np.nan if goods is None else goods.value for goods in ranges]),
        "goods_dropped": np.array([np.nan if goods is None else float(goods.dropped) for goods in ranges]),
    }
