"""A customer as Mesa sees one: an agent that holds nothing but the number of its row.

`values` and `write` read and write columns by name, for one row or many.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from mesa.agent import Agent

from sim.core.errors import InputError
from sim.customers.columns import COLUMNS, MOST, Columns, frozen
from sim.customers.traits import TRAITS
from sim.theory import commitment, trust
from sim.theory.relationship import STAGES

#: A customer's unique_id is its row plus this, clear of the ids that Mesa gives firms and stakeholders.
FIRST_ID = 1000
LEFT_OUT = "none"

_COLUMN = {column.name: column for column in COLUMNS}
STORED = {name: column.meaning for name, column in _COLUMN.items()}


class CustomerMarket(Protocol):
    """A market as its customers' attributes read it."""

    @property
    def columns(self) -> Columns:
        """Customers' columns of the first category."""

    @property
    def firms(self) -> Sequence[Any]:
        """Its firms, each with a ``name``."""

    @property
    def programmes(self) -> np.ndarray:
        """Programmes of the firms, (n_firms, tiers and key accounts, `PROGRAMME`)."""

    @property
    def setting(self) -> Any:
        """Its scenario."""

    def present(self) -> np.ndarray:
        """Customers who are in the market now, (n_customers,)."""

    def commitment(self, rows: Any = None) -> np.ndarray:
        """Commitment of customers to their main supplier, (n_rows,)."""


def _words(labels: Sequence[Any], codes: np.ndarray) -> np.ndarray:
    """Labels by their numbers, the last label for -1: an object array shaped like ``codes``."""
    shelf = np.empty(len(labels), object)
    shelf[:] = list(labels)
    return shelf[codes]


def segment_names(market: CustomerMarket) -> list[str]:
    """The segments' names, in the order of their numbers."""
    return list(market.setting.population.segments)


def _supplier(market: CustomerMarket, rows: np.ndarray) -> np.ndarray:
    return _words([*(firm.name for firm in market.firms), None], market.columns.supplier[rows])


def _behaviour(market: CustomerMarket, rows: np.ndarray) -> np.ndarray:
    supplier = market.columns.supplier[rows].astype(np.int64)
    habit = market.columns.habit[rows, np.maximum(supplier, 0)].astype(float)
    return np.where(supplier >= 0, habit, 0.0)


def _attitude(market: CustomerMarket, rows: np.ndarray) -> np.ndarray:
    return np.where(market.columns.supplier[rows] >= 0, market.commitment(rows), 0.0)


def _loyalty(market: CustomerMarket, rows: np.ndarray) -> np.ndarray:
    kind = np.frompyfunc(commitment.loyalty, 2, 1)(_attitude(market, rows), _behaviour(market, rows))
    return _words(commitment.LOYALTIES, np.asarray(kind, np.int64))


def _trust_level(market: CustomerMarket, rows: np.ndarray) -> np.ndarray:
    columns, p = market.columns, market.setting.theory.trust
    supplier = columns.supplier[rows].astype(np.int64)
    of = (rows, np.maximum(supplier, 0))
    in_a_row = np.where(columns.last_bought[rows] == supplier, columns.streak[rows], 0)
    level = np.frompyfunc(lambda t, bond, streak: trust.level(t, bond, streak, p), 3, 1)
    reached = np.asarray(level(columns.trust[of], columns.social_bond[of], in_a_row), np.int64)
    return _words([*trust.LEVELS, LEFT_OUT], np.where(supplier >= 0, reached, -1))


#: Attributes of a customer besides its columns, some of them in words: name -> (market, rows) -> array (n_rows,).
FACES: dict[str, Callable[[CustomerMarket, np.ndarray], np.ndarray]] = {
    "row": lambda market, rows: rows,
    "unique_id": lambda market, rows: rows + FIRST_ID,
    "present": lambda market, rows: market.present()[rows],
    "supplier": _supplier,
    "supplier_id": lambda market, rows: market.columns.supplier[rows],
    "firm": lambda market, rows: _words([*market.firms, None], market.columns.supplier[rows]),
    "stage": lambda market, rows: _words(STAGES, market.columns.stage[rows]),
    "segment": lambda market, rows: _words(segment_names(market), market.columns.segment[rows]),
    "attitude": _attitude,
    "behaviour": _behaviour,
    "loyalty": _loyalty,
    "trust_level": _trust_level,
}
#: Faces that are written to a column, given words: name -> (column, the labels of 0, 1, 2...).
_WRITTEN: dict[str, tuple[str, Callable[[CustomerMarket], Sequence[Any]]]] = {
    "supplier": ("supplier", lambda market: [firm.name for firm in market.firms]),
    "firm": ("supplier", lambda market: list(market.firms)),
    "stage": ("stage", lambda market: STAGES),
    "segment": ("segment", segment_names),
}
#: The highest number of columns that count what a market has: firms, bits of firms, tiers.
_HIGHEST: dict[str, Callable[[CustomerMarket], int]] = {
    **dict.fromkeys(("supplier", "last_bought", "speaks_of"), lambda market: len(market.firms) - 1),
    **dict.fromkeys(("aware", "aware_then"), lambda market: 2 ** len(market.firms) - 1),
    "tier": lambda market: market.programmes.shape[1] - 1,
}
ATTRIBUTES = frozenset(FACES) | frozenset(STORED)


def values(market: CustomerMarket, name: str, rows: np.ndarray) -> np.ndarray:
    """An attribute of many customers, copied: (n_rows,), or (n_rows, n_firms) if held toward each firm."""
    if name in FACES:
        return FACES[name](market, rows)
    return getattr(market.columns, name)[rows]


def _range(market: CustomerMarket, column: str, kind: np.dtype) -> tuple[float, float]:
    """The lowest and highest value that may be written to a column."""
    declared = TRAITS.get(column, _COLUMN[column])
    low, high = max(declared.low, -MOST), declared.high
    if column in _HIGHEST:
        high = _HIGHEST[column](market)
    if kind.kind in "iu":
        low, high = max(low, np.iinfo(kind).min), min(high, np.iinfo(kind).max)
    return low, high


def write(market: CustomerMarket, name: str, rows: np.ndarray, value: Any) -> None:
    """Set an attribute of many customers: one value for all, one per firm, or one per row (and firm).

    Raises `InputError` for a value outside the declared range.
    """
    if name in _WRITTEN:
        column, labels = _WRITTEN[name]
        known = list(labels(market))
        if value is None and column == "supplier":
            code = -1
        elif value in known:
            code = known.index(value)
        else:
            raise InputError.unknown(name, value, known)
        getattr(market.columns, column)[rows] = code
        return
    if name in FACES and name != "supplier_id":
        raise AttributeError(f"{name} follows from the columns and cannot be set")
    column = "supplier" if name == "supplier_id" else name
    array, given = getattr(market.columns, column), np.asarray(value, dtype=float)
    whole = array.dtype.kind in "iu"
    low, high = _range(market, column, array.dtype)
    right = (given >= low) & (given <= high)  # NaN is not
    if whole:
        right &= given == np.floor(given)
    if not right.all():
        wrong = value if given.ndim == 0 else given[~right][0].item()
        number = "whole numbers" if whole else "numbers"
        raise InputError(name, wrong, f"{number} from {low:.10g} to {high:.10g} ({STORED[column]})")
    array[rows] = given


class _Attribute:
    """An attribute of `Customer` that is read from, and written to, its row."""

    def __init__(self, name: str, meaning: str) -> None:
        self.name, self.__doc__ = name, meaning

    def __get__(self, customer: Customer | None, kind: type) -> Any:
        if customer is None:
            return self
        found = values(customer.model, self.name, customer._rows)[0]
        if isinstance(found, np.ndarray):
            return frozen(found)
        return found.item() if isinstance(found, np.generic) else found

    def __set__(self, customer: Customer, value: Any) -> None:
        if self.name == "unique_id":  # Mesa numbers what it registers; a customer's number is its row's
            return
        write(customer.model, self.name, customer._rows, value)


class Customer(Agent):
    """One customer: a view of one row of the market's columns, created on access.

    Attributes are the columns of `sim.customers.columns` (an array (n_firms,) for a column with one entry per firm)
    and `FACES`: `supplier` (the firm's name or None), `firm` (the agent), `stage`, `segment`,
    `loyalty` and `trust_level` in words; `attitude` and `behaviour`, the two faces of loyalty, in [0, 1].
    Setting an attribute that is stored writes its column. Setting any other attribute makes the market keep the view.
    """

    pos = None

    def __init__(self, model: Any, row: int) -> None:
        if not 0 <= row < model.n_customers:
            raise IndexError(f"customer {row}: there are {model.n_customers}, counted from 0")
        self.__dict__.update(model=model, _rows=np.array([row]))

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in ATTRIBUTES:
            self.model.customers.keep(self)
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Customer) and other.model is self.model and other.row == self.row  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((id(self.model), int(self._rows[0])))

    def __repr__(self) -> str:
        return f"<Customer {self._rows[0]}: {self.stage}, supplier {self.supplier}>"  # type: ignore[attr-defined]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.model, int(self._rows[0]))

    def remove(self) -> None:
        """Leave the market at the start of the coming period; the row stays, and `present` turns false."""
        leaves_at = self.model.columns.leaves_at
        soon = np.nextafter(np.float32(self.model.period), np.float32(np.inf))
        leaves_at[self._rows] = np.minimum(leaves_at[self._rows], soon)
        with contextlib.suppress(KeyError):
            self.model.deregister_agent(self)


for _name in sorted(ATTRIBUTES):
    setattr(Customer, _name, _Attribute(_name, STORED.get(_name, "")))
