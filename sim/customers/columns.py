"""The customers: one row each in named columns, drawn once from the segments of the population."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.theory.switching_causes import GROUPS

MOST = 1e15  # the largest number where no other bound is declared


class Column(NamedTuple):
    """A column: type, whether it has one entry a firm, value before anything happened, meaning, whether it is part of a message, range.

    The range of a trait is declared in `sim.customers.traits`.
    """

    name: str
    dtype: str
    per_firm: bool
    start: float
    meaning: str
    message: bool = False
    low: float = -MOST
    high: float = MOST


NEVER = -1_000_000  # a period before any
SILENT, ABSENT = -1, -2  # in place of the firm spoken of

COLUMNS: tuple[Column, ...] = (
    # drawn once
    Column("segment", "i1", False, 0, "number of the segment"),
    Column("need_rate", "f4", False, 0, "purchase occasions per week"),
    Column("price_sensitivity", "f4", False, 0, "utility per unit of money"),
    Column("quality_weight", "f4", False, 0, "utility per unit of expected quality"),
    Column("desire", "f4", False, 0, "performance wanted, quality scale"),
    Column("relational_orientation", "f4", False, 0, "wish for a relationship"),
    Column("loss_aversion", "f4", False, 0, "weight of disappointment against delight"),
    Column("voice", "f4", False, 0, "chance that a failure leads to a complaint"),
    Column("exit_rate", "f4", False, 0, "rate of leaving the market, a week"),
    Column("dropout", "f4", False, 0, "chance of leaving the market after each purchase"),
    Column("lock_in", "f4", False, 0, "procedural switching cost, utility"),
    Column("taste_outside", "f4", False, 0, "taste for not buying, utility"),
    Column("taste", "f4", True, 0, "taste for each firm, utility"),
    Column("entered_at", "f4", False, 0, "time of entry, periods"),
    Column("leaves_at", "f4", False, np.inf, "time of leaving the market, periods", high=np.inf),
    # relation to each firm
    Column("expectation", "f4", True, 0, "expected quality"),
    Column("satisfaction", "f4", True, 0, "cumulative satisfaction", low=-1, high=1),
    Column("trust", "f4", True, 0, "trust", low=0, high=1),
    Column("points", "f4", True, 0, "points held, money", low=0),
    Column("social_bond", "f4", True, 0, "social bond", low=0, high=1),
    Column("structural_bond", "f4", True, 0, "structural bond", low=0, high=1),
    Column("habit", "f4", True, 0, "habit", low=0, high=1),
    Column("purchases", "i4", True, 0, "purchases so far", low=0),
    Column("last_purchase", "i4", True, NEVER, "period of the last purchase", low=NEVER),
    Column("first_purchase", "i4", True, NEVER, "period of the first purchase", low=NEVER),
    Column("money", "f4", True, 0, "money paid so far", low=0),
    Column("tier", "i1", True, -1, "tier of the firm's programme, -1 none", low=-1),
    # the customer now
    Column("supplier", "i1", False, -1, "main supplier, -1 none", low=-1),
    Column("tenure", "i4", False, 0, "periods with the main supplier", low=0),
    Column("aware", "u4", False, 0, "firms known, one bit each", low=0),
    Column("stage", "i1", False, 0, "lifecycle stage with the main supplier"),
    Column("streak", "i4", False, 0, "purchases in a row from the same firm", low=0),
    Column("last_bought", "i1", False, -1, "firm of the last purchase, -1 none", low=-1),
    Column("last_failure", "i4", False, NEVER, "period of the last service failure", low=NEVER),
    Column("lost_for_good", "i1", False, 0, "left the category for the outside option", low=0, high=1),
    # what the customer says this period, where others look it up
    Column(
        "speaks_of", "i1", False, ABSENT, "firm spoken of, -1 none, -2 not in the market", True, low=ABSENT
    ),
    Column("says_expectation", "f4", False, 0, "expectation conveyed", True),
    Column("says_satisfaction", "f4", False, 0, "satisfaction conveyed", True, low=-1, high=1),
    # how things stood when the main supplier became main: for the causes of leaving
    Column("aware_then", "u4", False, 0, "firms known then", low=0),
    Column("satisfaction_then", "f4", False, 0, "satisfaction then", low=-1, high=1),
    Column("best_social", "f4", False, 0, "best social bond since then", low=0, high=1),
    Column("best_structural", "f4", False, 0, "best structural bond since then", low=0, high=1),
)

#: By group of causes: the main supplier's utility then, its best rival's, and habit diverted since then.
_THEN = [(name, "f4", (GROUPS,)) for name in ("own_then", "rival_then", "diverted")]

#: One customer's own row, its relation to one firm, and its message to others: what the kernel reads and writes.
PERSON = np.dtype(
    [(c.name, c.dtype) for c in COLUMNS if not c.per_firm and not c.message] + _THEN, align=True
)
RELATION = np.dtype([(c.name, c.dtype) for c in COLUMNS if c.per_firm], align=True)
MESSAGE = np.dtype([(c.name, c.dtype) for c in COLUMNS if c.message], align=True)
ROWS = ("people", "relations", "messages")

if TYPE_CHECKING:

    class Columns(tuple[np.ndarray, ...]):
        def __new__(cls, *columns: np.ndarray) -> Columns: ...
        def __getattr__(self, name: str) -> np.ndarray: ...

else:
    Columns = NamedTuple(
        "Columns", [(column.name, np.ndarray) for column in COLUMNS] + [(name, np.ndarray) for name in ROWS]
    )
Columns.__doc__ = """Every column as a view, (n_customers,) or (n_customers, n_firms), of the rows in which they are kept:
people (n_customers,) of `PERSON`, relations (n_customers, n_firms) of `RELATION`, messages (n_customers,) of `MESSAGE`."""


def columns_of(people: np.ndarray, relations: np.ndarray, messages: np.ndarray) -> Columns:
    """The columns of rows."""
    kept = (relations if c.per_firm else messages if c.message else people for c in COLUMNS)
    return Columns(
        *(rows[c.name] for rows, c in zip(kept, COLUMNS, strict=True)), people, relations, messages
    )


def allocate(customers: int, firms: int) -> Columns:
    """Columns for so many customers and firms, at their start values."""
    columns = columns_of(
        np.zeros(customers, PERSON), np.zeros((customers, firms), RELATION), np.zeros(customers, MESSAGE)
    )
    for column in COLUMNS:
        if column.start != 0:
            getattr(columns, column.name)[:] = column.start
    return columns


def grown(columns: Columns, more: int) -> Columns:
    """The same columns with room for more customers at the end."""
    new = allocate(more, columns.relations.shape[1])
    return columns_of(*(np.concatenate([getattr(columns, name), getattr(new, name)]) for name in ROWS))


def bytes_per_customer(firms: int) -> int:
    """State held for one customer, in bytes.

    >>> bytes_per_customer(4) <= 400
    True
    """
    return PERSON.itemsize + firms * RELATION.itemsize + MESSAGE.itemsize


def frozen(array: np.ndarray) -> np.ndarray:
    """A view that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


def describe() -> list[dict[str, Any]]:
    """One row a column, for the docs."""
    return [
        {
            "name": c.name,
            "shape": "(n_customers, n_firms)" if c.per_firm else "(n_customers,)",
            "meaning": c.meaning + (f", {c.low:g} to {c.high:g}" if c.low > -MOST and c.high < MOST else ""),
        }
        for c in COLUMNS
    ]
