"""A set of customers as the numbers of their rows: membership, order, indexing, set algebra."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, Self

import numpy as np
from mesa.agent import AgentSet

from sim.customers.agent import Customer


class Rows(AgentSet):
    """A set of customers of one market, as the numbers of their rows in an order, ``rows`` (n,)."""

    def __init__(self, market: Any, rows: Iterable[int] | np.ndarray | None = None) -> None:
        self.model = market
        self.random = market.random
        self._whole = rows is None
        self._rows = None if rows is None else np.asarray(rows, dtype=np.int64)
        self._known = 0
        self._kept: dict[int, Customer] = {}
        self.eager = False

    @property
    def rows(self) -> np.ndarray:
        """Numbers of the rows in the set, in its order; the market's own set takes in customers who enter."""
        present = self.model.n_customers
        if self._rows is None:
            return np.arange(present)
        if self._whole and present > self._known:
            self._rows = np.concatenate([self._rows, np.arange(self._known, present)])
            self._known = present
        return self._rows

    def view(self, row: int) -> Customer:
        """The agent of a row: the one that is kept, if any, or a passing one."""
        return self.model.customers._kept.get(row) or Customer(self.model, row)

    def keep(self, customer: Customer) -> None:
        """Keep a view that holds something of its own; called by the view."""
        self._kept.setdefault(int(customer.row), customer)  # type: ignore[attr-defined]

    def register(self) -> None:
        """Register all customers who are present as agents, and remove those who left, if the market is eager."""
        if not self.eager:
            return
        present = self.model.present()
        for row in np.flatnonzero(present).tolist():
            if row not in self._kept:
                self.keep(Customer(self.model, row))
                self.model.register_agent(self._kept[row])
        for row in np.flatnonzero(~present).tolist():
            if row in self._kept:
                with contextlib.suppress(KeyError):
                    self.model.deregister_agent(self._kept[row])

    def _of(self, rows: Iterable[int] | np.ndarray) -> Self:
        return type(self)(self.model, rows)

    def _update(self, agents: Iterable[Any]) -> Self:
        rows = agents if isinstance(agents, np.ndarray) else rows_of(agents)
        self._rows, self._known = np.asarray(rows, dtype=np.int64), self.model.n_customers
        return self

    def _result(self, rows: np.ndarray, inplace: bool) -> Self:
        return self._update(rows) if inplace else self._of(rows)

    def __len__(self) -> int:
        return int(self.model.n_customers) if self._rows is None else len(self.rows)

    def __iter__(self) -> Iterator[Customer]:
        return (self.view(row) for row in self.rows.tolist())

    def __reversed__(self) -> Iterator[Customer]:
        return (self.view(row) for row in self.rows[::-1].tolist())

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, Customer) or agent.model is not self.model:
            return False
        return self._rows is None or bool((self.rows == agent.row).any())  # type: ignore[attr-defined]

    def __getitem__(self, item: int | slice) -> Any:
        if isinstance(item, slice):
            return [self.view(row) for row in self.rows[item].tolist()]
        size = len(self)
        if not -size <= item < size:
            raise IndexError(f"customer {item}: there are {size}, counted from 0")
        place = item % size
        return self.view(int(place if self._rows is None else self.rows[place]))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Rows):
            return other.model is self.model and np.array_equal(np.sort(self.rows), np.sort(other.rows))
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} of {self.model.n_customers}>"

    def __copy__(self) -> Self:
        return self._of(self.rows.copy())

    def copy(self) -> Self:
        """The same customers, as a set of its own."""
        return self.__copy__()

    def to_list(self) -> list[Customer]:
        """A list of views; the list keeps them."""
        return list(self)

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """Position of a customer in the set."""
        found = np.flatnonzero(self.rows[start:stop] == value.row) if value in self else np.empty(0)
        if not len(found):
            raise ValueError(f"{value!r} is not in the set")
        return int(found[0]) + start

    def add(self, agent: Any) -> None:
        """Add a customer of the same market."""
        if not isinstance(agent, Customer) or agent.model is not self.model:
            raise TypeError(f"{agent!r} is no customer of this market")
        if agent not in self:
            self._update(np.append(self.rows, agent.row))  # type: ignore[attr-defined]

    def discard(self, agent: Any) -> None:
        """Take a customer out of the set, if it is in it; the customer stays in the market."""
        if agent in self:
            self._update(self.rows[self.rows != agent.row])

    def remove(self, agent: Any) -> None:
        """As `discard`, but an error for a customer who is not in the set; no row leaves ``market.customers``."""
        if agent not in self:
            raise KeyError(agent)
        if not self._whole:
            self.discard(agent)

    def clear(self) -> None:
        """Take all customers out of the set."""
        self._update(np.empty(0, np.int64))

    def __and__(self, other: Iterable[Any]) -> Self:
        return self._of(self.rows[np.isin(self.rows, rows_of(other))])

    def __sub__(self, other: Iterable[Any]) -> Self:
        return self._of(self.rows[~np.isin(self.rows, rows_of(other))])

    def __or__(self, other: Iterable[Any]) -> Self:
        more = rows_of(other)
        return self._of(np.concatenate([self.rows, more[~np.isin(more, self.rows)]]))

    def __xor__(self, other: Iterable[Any]) -> Self:
        return (self | other) - (self & other)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


def rows_of(agents: Iterable[Any]) -> np.ndarray:
    if isinstance(agents, Rows):
        return agents.rows
    return np.fromiter((agent.row for agent in agents), np.int64)
