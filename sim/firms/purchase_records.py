"""Purchases of customers as firms have them on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from sim.customers.columns import NEVER, Columns, allocate
from sim.customers.records import mark_recent_buyers, set_tier_of_recent_buyers


class PurchaseRecords(NamedTuple):
    """The customers of a market and look-ups over their rows.

    ``over(work)`` returns the sum of ``work(begin, end)`` over blocks of rows, each by one thread.
    """

    columns: Columns
    present: int  # customers who have entered so far
    over: Callable[[Callable[[int, int], Any]], Any]

    @classmethod
    def of(cls, columns: Columns, present: int) -> PurchaseRecords:
        """Records of the first rows of the columns, looked up in one block."""
        return cls(columns, present, lambda work: work(0, present))

    @classmethod
    def none(cls, firms: int) -> PurchaseRecords:
        """Records of a market without customers."""
        return cls.of(allocate(0, firms), 0)

    def buyers(self, firm: int, after: int = NEVER) -> np.ndarray:
        """Rows of customers who last bought from a firm, by its number, later than in a period, (n,)."""
        buys = np.zeros(self.present, np.bool_)
        self.over(lambda begin, end: mark_recent_buyers(begin, end, self.columns.stored, firm, after, buys))
        return np.flatnonzero(buys)

    def serve_active(self, firm: int, after: int) -> float:
        """Put customers who last bought from a firm later than in a period into tier 0, the others into none.

        Returns the number in it.
        """
        return float(
            self.over(
                lambda begin, end: set_tier_of_recent_buyers(begin, end, self.columns.stored, firm, after)
            )
        )
