"""A firm's knowledge of single customers: which of its records are current, and how fast they go stale.

Kept only where ``theory.knowledge.decay`` is above 0. A purchase refreshes the record; what everybody gets needs none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.acts.recalling import count_current, recall
from sim.theory.knowledge import rate_of_decay

if TYPE_CHECKING:
    from sim.firm import Firm


class Knowledge:
    """The state of one firm's records: what they were exposed to so far, and which are current now."""

    def __init__(self, firm: Firm) -> None:
        self.firm = firm
        self.exposure = [0.0]  # sum of rate times weeks before each period
        self.share = float("nan")  # of customers on file whose record is current as the period begins
        self._looked = -1

    def move(self) -> None:
        """Let a period pass at the rate that the plan's upkeep leaves."""
        market = self.firm.model
        rate = rate_of_decay(self.firm.plan.data_upkeep, market.setting.theory.knowledge)
        self.exposure.append(self.exposure[-1] + rate * market.weeks)

    def look(self) -> None:
        """Count the records of customers in the market, once a period, before the plan."""
        market = self.firm.model
        if self._looked == market.period:
            return
        self._looked = market.period
        on_file, current = count_current(
            *self._keys(), self.firm.index, market.present_rows, market.period, np.array(self.exposure),
            market.columns.people, market.columns.toward,
        )  # fmt: skip
        self.share = current / on_file if on_file else float("nan")

    def current(self, who: np.ndarray, when: np.ndarray) -> np.ndarray:
        """Which records are current as the period begins, (n,): of customers, (n,), refreshed in periods, (n,)."""
        found = np.empty(len(who), np.bool_)
        recall(*self._keys(), who.astype("i8"), when.astype("i8"), np.array(self.exposure), found)
        return found

    def _keys(self) -> tuple[np.uint64, np.int64]:
        return np.uint64(self.firm.model.seed_of_run), np.int64(self.firm.luck)


def outcomes(firms: Sequence[Firm], spent: Sequence[Mapping[str, float]]) -> dict[str, np.ndarray]:
    """A period's metrics `KNOWLEDGE`, (n_firms,); none where no record goes stale."""
    known = [firm.knowledge.share for firm in firms if firm.knowledge is not None]
    if not known:
        return {}
    return {
        "current_records": np.array(known),
        "upkeep_cost": np.array([costs["upkeep_cost"] for costs in spent]),
    }
