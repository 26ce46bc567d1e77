"""A firm's knowledge of single customers: which of its records are current, and how fast they go stale.

Kept only where ``theory.knowledge.decay`` is above 0. A purchase refreshes the record; what everybody gets needs none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.customers.current_records import count_current, recall
from sim.theory.record_decay import rate_of_decay

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market.market import Market


class Knowledge:
    """The state of one firm's records: what they were exposed to so far, and which are current now."""

    def __init__(self, firm: Firm) -> None:
        self.firm = firm
        self.exposure = [0.0]  # sum of rate times weeks before each period
        self.share = float("nan")  # of customers on file whose record is current as the period begins

    def move(self) -> None:
        """Let a period pass at the rate that the plan's upkeep leaves."""
        market = self.firm.model
        rate = rate_of_decay(self.firm.plan.data_upkeep, market.setting.theory.knowledge)
        self.exposure.append(self.exposure[-1] + rate * market.weeks)

    def current(self, who: np.ndarray, when: np.ndarray) -> np.ndarray:
        """Which records are current as the period begins, (n,): of customers, (n,), refreshed in periods, (n,)."""
        found = np.empty(len(who), np.bool_)
        recall(*self._keys(), who.astype("i8"), when.astype("i8"), np.array(self.exposure), found)
        return found

    def _keys(self) -> tuple[np.uint64, np.int64]:
        return np.uint64(self.firm.model.seed_of_run), np.int64(self.firm.luck)


def look(market: Market) -> None:
    """Count the records of customers in the market that are current, before the firms plan."""
    known = [firm.knowledge for firm in market.firms if firm.knowledge is not None]
    if not known:
        return
    ids, exposures = np.array([f.luck for f in market.firms], "i8"), np.array([k.exposure for k in known])
    c, seed = market.columns, np.uint64(market.seed_of_run)

    def counted(begin: int, end: int) -> np.ndarray:
        counts = np.zeros((len(known), 2), "i8")
        count_current(begin, end, seed, ids, market.period, exposures, c.people, c.toward, counts)
        return counts

    for knowledge, (on_file, current) in zip(known, market.over_customers(counted), strict=True):
        knowledge.share = float(current / on_file) if on_file else float("nan")


def outcomes(firms: Sequence[Firm], spent: Sequence[Mapping[str, float]]) -> dict[str, np.ndarray]:
    """A period's metrics `KNOWLEDGE`, (n_firms,); none where no record goes stale."""
    known = [firm.knowledge.share for firm in firms if firm.knowledge is not None]
    if not known:
        return {}
    return {
        "current_records": np.array(known),
        "upkeep_cost": np.array([costs["upkeep_cost"] for costs in spent]),
    }
