"""Records of single customers that a market keeps while it runs: money paid in the burn-in, and samples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.market.measures.concentration import concentration
from sim.market.measures.customer_equity import customer_equity
from sim.market.measures.samples import IN_WORDS, sample_table
from sim.market.measures.satisfaction_factors import factors
from sim.market.measures.snapshot import Snapshot, even_sample, present
from sim.scenario.scenario import Scenario


class Panel:
    """Customers over a run, at every report (``value_every``) and at the end of the burn-in."""

    def __init__(self, setting: Scenario) -> None:
        self.experiment, self.theory = setting.experiment, setting.theory
        self.samples: list[pd.DataFrame] = []
        self._money_before: np.ndarray | None = None

    def report(
        self, period: int, snapshot: Callable[[], Snapshot], attribute: Callable[[str, np.ndarray], np.ndarray]
    ) -> dict[int, dict[str, np.ndarray]]:  # fmt: skip
        """Customer equity and concentration of spending by period, (n_firms,) each; empty where no report is due.

        Adds a sample of customers; ``attribute(name, rows)`` returns an attribute of `IN_WORDS`, (n_rows,).
        """
        ended, setting = period + 1, self.experiment
        if ended == setting.burn_in:
            self._money_before = snapshot().money.copy()
        if ended % setting.value_every and ended != setting.periods:
            return {}
        state = snapshot()
        if setting.sample:
            self._add_sample(period, state, attribute)
        spread = concentration(self.spending(state.money))
        return {period: {"customer_equity": customer_equity(state), **spread}}

    def spending(self, money: np.ndarray) -> np.ndarray:
        """Money paid since the burn-in, of the money paid so far, (n_customers, n_firms)."""
        since = money.astype("f8")
        if self._money_before is not None:
            since[: len(self._money_before)] -= self._money_before
        return np.maximum(since, 0.0)

    def _add_sample(
        self, period: int, state: Snapshot, attribute: Callable[[str, np.ndarray], np.ndarray]
    ) -> None:
        """Add an even sample of customers in the market."""
        rows, _ = even_sample(state.n_customers, self.experiment.sample)
        rows = rows[present(state.columns, state.periods)[rows]]
        more = {name: attribute(name, rows) for name in IN_WORDS}
        seven = factors(state, rows, self.theory.experience, self.theory.satisfaction)
        self.samples.append(sample_table(state, period, rows, more, seven))

    def table(self) -> pd.DataFrame:
        """The sampled customers over time, one row per customer and report."""
        return pd.concat(self.samples, ignore_index=True) if self.samples else pd.DataFrame()
