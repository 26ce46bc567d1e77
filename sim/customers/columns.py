"""The customers: one row each in named columns, drawn once from the segments of the population."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.core.named_arrays import NamedArrays
from sim.theory.switching_causes import GROUPS

MOST = 1e15  # the largest number where no other bound is declared


@dataclass(frozen=True)
class Column:
    """A column: type, one entry per firm or not, initial value, meaning, part of a message or not, and range.

    The range of a trait is declared in `sim.customers.traits`.
    """

    name: str
    _: KW_ONLY
    dtype: str
    meaning: str
    per_firm: bool = False
    start: float = 0
    message: bool = False
    low: float = -MOST
    high: float = MOST


NEVER = -1_000_000  # a period before any
SILENT, ABSENT = -1, -2  # in place of the firm spoken of

COLUMNS: tuple[Column, ...] = (
    # drawn once
    Column("segment", dtype="i1", meaning="number of the segment"),
    Column("need_rate", dtype="f4", meaning="purchase occasions per week"),
    Column("price_sensitivity", dtype="f4", meaning="utility per unit of money"),
    Column("quality_weight", dtype="f4", meaning="utility per unit of expected quality"),
    Column("desire", dtype="f4", meaning="performance wanted, quality scale"),
    Column("relational_orientation", dtype="f4", meaning="wish for a relationship"),
    Column("loss_aversion", dtype="f4", meaning="weight of disappointment against delight"),
    Column("voice", dtype="f4", meaning="chance that a failure leads to a complaint"),
    Column("exit_rate", dtype="f4", meaning="rate of leaving the market, per week"),
    Column("dropout", dtype="f4", meaning="chance of leaving the market after each purchase"),
    Column("lock_in", dtype="f4", meaning="procedural switching cost, utility"),
    Column("taste_outside", dtype="f4", meaning="taste for not buying, utility"),
    Column("taste", dtype="f4", per_firm=True, meaning="taste for each firm, utility"),
    Column("entered_at", dtype="f4", meaning="time of entry, periods"),
    Column("leaves_at", dtype="f4", start=np.inf, meaning="time of leaving the market, periods", high=np.inf),
    # relation to each firm
    Column("expectation", dtype="f4", per_firm=True, meaning="expected quality"),
    Column("satisfaction", dtype="f4", per_firm=True, meaning="cumulative satisfaction", low=-1, high=1),
    Column("trust", dtype="f4", per_firm=True, meaning="trust", low=0, high=1),
    Column("points", dtype="f4", per_firm=True, meaning="points held, money", low=0),
    Column("social_bond", dtype="f4", per_firm=True, meaning="social bond", low=0, high=1),
    Column("structural_bond", dtype="f4", per_firm=True, meaning="structural bond", low=0, high=1),
    Column("habit", dtype="f4", per_firm=True, meaning="habit", low=0, high=1),
    Column("purchases", dtype="i4", per_firm=True, meaning="purchases so far", low=0),
    Column(
        "last_purchase",
        dtype="i4",
        per_firm=True,
        start=NEVER,
        meaning="period of the last purchase",
        low=NEVER,
    ),
    Column(
        "first_purchase",
        dtype="i4",
        per_firm=True,
        start=NEVER,
        meaning="period of the first purchase",
        low=NEVER,
    ),
    Column("money", dtype="f4", per_firm=True, meaning="money paid so far", low=0),
    Column(
        "tier", dtype="i1", per_firm=True, start=-1, meaning="tier of the firm's programme, -1 none", low=-1
    ),
    # the customer now
    Column("supplier", dtype="i1", start=-1, meaning="main supplier, -1 none", low=-1),
    Column("tenure", dtype="i4", meaning="periods with the main supplier", low=0),
    Column("aware", dtype="u4", meaning="firms known, one bit each", low=0),
    Column("stage", dtype="i1", meaning="lifecycle stage with the main supplier"),
    Column("streak", dtype="i4", meaning="purchases in a row from the same firm", low=0),
    Column("last_bought", dtype="i1", start=-1, meaning="firm of the last purchase, -1 none", low=-1),
    Column("last_failure", dtype="i4", start=NEVER, meaning="period of the last service failure", low=NEVER),
    Column("lost_for_good", dtype="i1", meaning="left the category for the outside option", low=0, high=1),
    # what the customer says this period, where others look it up
    Column(
        "speaks_of",
        dtype="i1",
        start=ABSENT,
        meaning="firm spoken of, -1 none, -2 not in the market",
        message=True,
        low=ABSENT,
    ),
    Column("says_expectation", dtype="f4", meaning="expectation conveyed", message=True),
    Column("says_satisfaction", dtype="f4", meaning="satisfaction conveyed", message=True, low=-1, high=1),
    # how things stood when the main supplier became main: for the causes of leaving
    Column("aware_then", dtype="u4", meaning="firms known then", low=0),
    Column("satisfaction_then", dtype="f4", meaning="satisfaction then", low=-1, high=1),
    Column("best_social", dtype="f4", meaning="best social bond since then", low=0, high=1),
    Column("best_structural", dtype="f4", meaning="best structural bond since then", low=0, high=1),
)

#: By group of causes: the main supplier's utility then, its best rival's, and habit diverted since then.
THEN = ("own_then", "rival_then", "diverted")

#: The arrays that the kernel reads and writes: (n_customers,), or (n_firms, n_customers) for a relation to firms.
#: Those of `THEN` are (n_groups, n_customers). ``cross_utility``, what another category adds to the utility of each offer,
#: is (n_firms, 0) in a market of one category.
Stored = NamedArrays

if TYPE_CHECKING:

    class Columns(tuple[np.ndarray, ...]):
        stored: Stored

        def __new__(cls, *columns: np.ndarray | Stored) -> Columns: ...
        def __getattr__(self, name: str) -> np.ndarray: ...

else:
    Columns = NamedTuple("Columns", [(c.name, np.ndarray) for c in COLUMNS] + [("stored", Stored)])
Columns.__doc__ = """Every column as readers see it, (n_customers,) or (n_customers, n_firms): a view of the arrays in ``stored``."""


def columns_of(stored: Stored) -> Columns:
    """The columns of stored arrays."""
    return Columns(*(getattr(stored, c.name).T for c in COLUMNS), stored)


def allocate(customers: int, firms: int, crossed: bool = False) -> Columns:
    """Columns for numbers of customers and firms, at their start values; ``crossed`` where there is another category."""
    arrays = {
        c.name: np.full((firms, customers) if c.per_firm else customers, c.start, dtype=c.dtype)
        for c in COLUMNS
    }
    arrays |= {name: np.zeros((GROUPS, customers), "f4") for name in THEN}
    arrays["cross_utility"] = np.zeros((firms, customers if crossed else 0), "f4")
    return columns_of(Stored(arrays))


def grown(columns: Columns, more: int) -> Columns:
    """The same columns with room for more customers at the end."""
    new = allocate(more, columns.taste.shape[1], columns.stored.cross_utility.size > 0).stored
    arrays = {
        name: np.concatenate([old, getattr(new, name)], axis=-1) for name, old in columns.stored.items()
    }
    return columns_of(Stored(arrays))


def bytes_per_customer(firms: int) -> int:
    """State held for one customer, in bytes.

    >>> bytes_per_customer(4) <= 400
    True
    """
    each = sum(np.dtype(c.dtype).itemsize * (firms if c.per_firm else 1) for c in COLUMNS)
    return each + len(THEN) * GROUPS * np.dtype("f4").itemsize


def frozen(array: np.ndarray) -> np.ndarray:
    """A view that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


def table_of_columns() -> list[dict[str, Any]]:
    """One row a column, for the docs."""
    return [
        {
            "name": c.name,
            "shape": "(n_customers, n_firms)" if c.per_firm else "(n_customers,)",
            "meaning": c.meaning + (f", {c.low:g} to {c.high:g}" if c.low > -MOST and c.high < MOST else ""),
        }
        for c in COLUMNS
    ]
