"""Records of single customers that a market keeps while it runs: money paid in the burn-in, and samples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.market.measures.samples import IN_WORDS, sample_table
from sim.market.measures.satisfaction_factors import factors
from sim.market.measures.snapshot import Snapshot, even_sample, present
from sim.scenario.scenario import Scenario


class Panel:
    """Customers over a run, at every report (``value_every``) and at the end of the burn-in."""

    def __init__(self, setting: Scenario) -> None:
        self.experiment, self.theory, self.names = setting.experiment, setting.theory, list(setting.firms)
        self.samples: list[pd.DataFrame] = []
        self._money_before: np.ndarray | None = None

    def is_due(self, period: int) -> bool:
        """Whether values are reported after a period."""
        ended = period + 1
        return bool(ended % self.experiment.value_every == 0 or ended == self.experiment.periods)

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

    def add_sample(
        self, period: int, state: Snapshot, attribute: Callable[[str, np.ndarray], np.ndarray]
    ) -> None:
        """Add an even sample of customers; ``attribute(name, rows)`` returns what `IN_WORDS` lists, (n_rows,)."""
        if not self.experiment.sample:
            return
        rows, _ = even_sample(state.n_customers, self.experiment.sample)
        rows = rows[present(state.people, state.periods)[rows]]
        more = {name: attribute(name, rows) for name in IN_WORDS}
        seven = factors(state, rows, self.theory.experience, self.theory.satisfaction)
        self.samples.append(sample_table(state, period, rows, self.names, more, seven))

    def table(self) -> pd.DataFrame:
        """The sampled customers over time, one row per customer and report."""
        return pd.concat(self.samples, ignore_index=True) if self.samples else pd.DataFrame()
