"""The declaration of a metric, an outcome reported for a firm and a period: its name, unit and meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any


@dataclass(frozen=True)
class Metric:
    """A column of ``outcomes.parquet``: whole amounts of a firm and a period.

    ``over_time`` says how the periods after the burn-in become one figure of ``summary.csv``:
    "flow" amounts are summed, per customer per year; "stock" amounts are averaged, per customer; "level" is the last
    one reported, per customer. Customers are counted at the start, a number that no arm can change; but a stock of
    customers is a share of those in the market in each period. "mean" averages and "last" takes the last one
    reported; "ratio" is a ratio of two costs, each pooled over the periods; "rate" compounds shares per period to a
    share per year (their geometric mean).
    ``better`` is "higher", "lower" or "" for a firm that wants to earn. ``of`` says where its values come from: a column
    of the ledger, or a function of the accounts; None: the entry of that name in the costs or in a part of the firm.
    """

    name: str
    _: KW_ONLY
    unit: str
    meaning: str
    over_time: str = "mean"
    better: str = ""
    of: int | Callable[[Any], Any] | None = None

    @property
    def summary_unit(self) -> str:
        """The unit of the summary's figure."""
        if self.over_time == "flow":
            return f"{self.unit} per customer per year"
        if self.over_time in ("stock", "level"):
            return "share of customers" if self.unit == "customers" else f"{self.unit} per customer"
        return "share per year" if self.over_time == "rate" else self.unit


@dataclass(frozen=True)
class Cost(Metric):
    """A cost column, its purpose ("winning" or "keeping" customers), and whether the budget covers it."""

    over_time: str = "flow"
    better: str = "lower"
    goes_to: str = ""
    budgeted: bool = True


def cost_column(name: str, meaning: str, goes_to: str = "", budgeted: bool = True) -> Cost:
    """Declare a cost column."""
    return Cost(name, unit="money", meaning=meaning, goes_to=goes_to, budgeted=budgeted)
