"""What is kept of customers while a market runs: money paid before the burn-in is over, and samples."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.scenario.scenario import Scenario


class Panel:
    """Records of single customers over a run, at every report (`value_every`) and at the end of the burn-in."""

    def __init__(self, setting: Scenario) -> None:
        self.experiment = setting.experiment
        self.samples: list[pd.DataFrame] = []
        self._money_before: np.ndarray | None = None

    def is_due(self, period: int) -> bool:
        """Whether values are reported after a period."""
        ended = period + 1
        return ended % self.experiment.value_every == 0 or ended == self.experiment.periods

    def take_money(self, period: int, money: np.ndarray) -> None:
        """Keep the money paid so far, (n_customers, n_firms), if the burn-in ends with this period."""
        if period + 1 == self.experiment.burn_in:
            self._money_before = money.copy()

    def spending(self, money: np.ndarray) -> np.ndarray:
        """Money paid since the burn-in, of the money paid so far, (n_customers, n_firms)."""
        since = money.astype("f8")
        if self._money_before is not None:
            since[: len(self._money_before)] -= self._money_before
        return np.maximum(since, 0.0)

    def table(self) -> pd.DataFrame:
        """The sampled customers over time, one row per customer and report."""
        return pd.concat(self.samples, ignore_index=True) if self.samples else pd.DataFrame()
