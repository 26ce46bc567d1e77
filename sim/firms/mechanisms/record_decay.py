"""Records of single customers that go stale: the current ones, and the rate at which they go stale.

Kept only where ``theory.knowledge.decay`` is above 0. A purchase refreshes the record; offers to
everybody need none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.metric import Metric
from sim.firms.mechanisms.base import Mechanism, MechanismState
from sim.firms.state import Clock, Draws
from sim.strategies.levers import COST_COLUMNS
from sim.theory.record_decay import Knowledge, rate_of_decay

if TYPE_CHECKING:
    from sim.firms.purchase_records import PurchaseRecords

MECHANISM = Mechanism(
    name="decay",
    needs="records that go stale: theory.knowledge.decay",
    present=lambda offer, theory, second: theory.knowledge.decay > 0.0,
    metrics=(
        Metric(
            "current_records",
            unit="share of the file",
            meaning="share of customer records that are current as the period begins",
            over_time="mean",
            better="higher",
        ),
        COST_COLUMNS["upkeep_cost"],
    ),
    example={"theory": {"knowledge": {"decay": 0.005}}, "levers": {"data_upkeep": 0.01}},
    new_state=lambda start: RecordDecay(start.clock.seed, start.rng_id, start.theory.knowledge),
)


class RecordDecay(MechanismState):
    """State of one firm's records: their exposure to decay so far, and the share that is current."""

    lever = "data_upkeep"

    def __init__(self, seed: int, rng_id: int, p: Knowledge) -> None:
        self.seed, self.rng_id, self.p = seed, rng_id, p
        self.exposure = [0.0]  # sum of rate times weeks before each period
        self.share = float("nan")  # of customers on file whose record is current as the period begins

    def view(self) -> dict[str, Any]:
        """Share of the records that is current."""
        return {"current_records": self.share}

    def current_rows(self, rows: np.ndarray, refreshed: np.ndarray) -> np.ndarray:
        """Those of the rows, (n,), whose record is current; ``refreshed`` in a period, (n_customers,)."""
        return rows[self.current(rows, refreshed[rows])]

    def advance(self, amount: float, weeks: float, draws: Draws, is_open: bool = True) -> None:
        """Let a period pass at the rate that an amount of upkeep leaves, money per customer on file per week."""
        self.exposure.append(self.exposure[-1] + rate_of_decay(amount, self.p) * weeks)

    def current(self, customers: np.ndarray, refreshed: np.ndarray) -> np.ndarray:
        """Mark the records that are current as the period begins, (n,): of customers, (n,), refreshed in periods, (n,)."""
        from sim.customers.records import mark_current_records

        current = np.empty(len(customers), np.bool_)
        mark_current_records(
            np.uint64(self.seed), np.int64(self.rng_id), customers.astype("i8"), refreshed.astype("i8"),
            np.array(self.exposure), current,
        )  # fmt: skip
        return current

    def outcomes(self, costs: Mapping[str, float]) -> dict[str, float]:
        """Share of the records that is current."""
        return {"current_records": self.share}


def count_records(of_firms: Sequence[RecordDecay], records: PurchaseRecords, clock: Clock) -> None:
    """Count the records of customers in the market that are current, for every firm of a market at once."""
    from sim.customers.records import count_current_records

    if not of_firms:
        return
    ids = np.array([decay.rng_id for decay in of_firms], "i8")
    exposures, seed = np.array([decay.exposure for decay in of_firms]), np.uint64(clock.seed)
    columns = records.columns

    def counted(begin: int, end: int) -> np.ndarray:
        counts = np.zeros((len(of_firms), 2), "i8")
        count_current_records(begin, end, seed, ids, clock.period, exposures, columns.stored, counts)
        return counts

    for decay, (on_file, current) in zip(of_firms, records.over(counted), strict=True):
        decay.share = float(current / on_file) if on_file else float("nan")
