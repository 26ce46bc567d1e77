"""The customers as a Mesa AgentSet, columns wide: names act on columns, callables get passing views."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np
from mesa.agent import Agent

from sim.customers.agent import ATTRIBUTES, STORED, Customer, values, write
from sim.customers.columns import frozen
from sim.customers.rows import Rows

try:
    from mesa.agentset import GroupBy  # Mesa 3.5
except ImportError:
    from mesa.agent import GroupBy

__all__ = ["Customer", "Customers", "Groups", "install"]


class Groups(GroupBy):
    """Groups of customers by key: Mesa's GroupBy, whose `agg` works on columns."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Hashable, Any]:
        """One number per group: ``func`` of the attribute's values in the group."""
        return {
            key: group.agg(attr_name, func)
            if isinstance(group, Customers)
            else func([getattr(customer, attr_name) for customer in group])
            for key, group in self.groups.items()
        }


class Customers(Rows):
    """An AgentSet of customers that holds the numbers of their rows, ``rows`` (n,).

    Every column is an attribute: a read-only array (n,) or (n, n_firms) as it is stored (`stage`, `segment`,
    `supplier` as numbers). `get`, `agg`, `groupby` and `sort` use the values of `Customer` (`stage` in words).
    ``market.customers`` holds every row, also of customers who have left: ``select("present")`` leaves those out.
    """

    def select(
        self,
        filter_func: Callable[[Any], Any] | str | np.ndarray | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type[Agent] | None = None,
    ) -> Customers:
        """The customers that a condition selects: a callable on each view, a mask (n,), or the name of an attribute.

        ``at_most`` limits their number, or, as a float up to 1, their share of the set.
        """
        rows = self.rows
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(rows) * at_most)
        if agent_type is not None and not issubclass(Customer, agent_type):
            rows = rows[:0]
        if isinstance(filter_func, str):
            filter_func = np.asarray(values(self.model, filter_func, rows), dtype=bool)
        if callable(filter_func):
            kept: list[int] = []
            for row in rows.tolist():
                if len(kept) >= at_most:
                    break
                if filter_func(self.view(row)):
                    kept.append(row)
            rows = np.array(kept, dtype=np.int64)
        elif filter_func is not None:
            mask = np.asarray(filter_func)
            if mask.dtype != bool or mask.shape != rows.shape:
                raise TypeError(f"a mask of shape {rows.shape} is needed, not {mask.dtype} {mask.shape}")
            rows = rows[mask]
        if at_most < len(rows):
            rows = rows[: int(at_most)]
        return self._result(rows.copy(), inplace)

    def get(
        self, attr_names: str | Iterable[str], handle_missing: str = "error", default_value: Any = None
    ) -> list[Any]:
        """The attribute of each, as a list; of several attributes a list of lists."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing '{handle_missing}': one of 'error' or 'default'")
        if not isinstance(attr_names, str):
            wanted = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(entry) for entry in zip(*wanted, strict=True)] if wanted else [[] for _ in self.rows]
        if attr_names in ATTRIBUTES:
            found = values(self.model, attr_names, self.rows)
            return found.tolist() if found.ndim == 1 else list(found)
        if handle_missing == "error":
            return [getattr(customer, attr_names) for customer in self]
        return [getattr(customer, attr_names, default_value) for customer in self]

    def set(self, attr_name: str, value: Any) -> Customers:
        """Set an attribute of all: a column at once; one of the user's own keeps the views."""
        if attr_name in ATTRIBUTES:
            write(self.model, attr_name, self.rows, value)
        else:
            for customer in self:
                setattr(customer, attr_name, value)
        return self

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """A function, or several, of the attribute's values: a float or whole-number array for a column."""
        if attribute in ATTRIBUTES:
            found: Any = values(self.model, attribute, self.rows)
            wide = {"f": np.float64, "i": np.int64, "u": np.int64}.get(found.dtype.kind)
            found = found if wide is None else found.astype(wide)
        else:
            found = self.get(attribute)
        return func(found) if callable(func) else [each(found) for each in func]

    def count(self, value: Any = None) -> int:
        """Number of customers in the set, or of those that a condition as in `select` selects; 1 or 0 for one customer."""
        if isinstance(value, Customer):
            return int(value in self)
        return len(self) if value is None else len(self.select(value))

    def groupby(self, by: Callable[[Customer], Hashable] | str, result_type: str = "agentset") -> Groups:
        """Groups by an attribute or by the value of a callable for each view, in the order of their first customers."""
        rows = self.rows
        if isinstance(by, str) and by in ATTRIBUTES:
            keys = values(self.model, by, rows)
            if keys.ndim > 1:
                raise TypeError(f"{by} has one value per firm, so it cannot be a key for groups")
            listed: list[Any] = keys.tolist()
        else:
            listed = self.map(by) if callable(by) else self.get(by)
        codes: dict[Any, int] = {}
        numbers = np.fromiter((codes.setdefault(key, len(codes)) for key in listed), np.int64, len(rows))
        order = np.argsort(numbers, kind="stable")
        bounds = np.searchsorted(numbers[order], np.arange(len(codes) + 1))
        groups = {key: self._of(rows[order[bounds[n] : bounds[n + 1]]]) for key, n in codes.items()}
        return Groups(groups if result_type == "agentset" else {key: list(g) for key, g in groups.items()})

    def sort(
        self, key: Callable[[Customer], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> Customers:
        """The set in the order of an attribute or of the value of a callable for each view; ties keep their order."""
        if isinstance(key, str) and key in ATTRIBUTES:
            found = values(self.model, key, self.rows)
            if found.ndim > 1:
                raise TypeError(f"{key} has one value per firm, so it gives no order")
            if found.dtype.kind in "fiub":
                found = found.astype(np.float64)
                order = np.argsort(found if ascending else -found, kind="stable")
                return self._result(self.rows[order], inplace)
            said: list[Any] = found.tolist()
        else:
            said = self.map(key) if callable(key) else self.get(key)
        ordered = sorted(range(len(said)), key=said.__getitem__, reverse=not ascending)
        return self._result(self.rows[np.array(ordered, dtype=np.int64)], inplace)

    def shuffle(self, inplace: bool = False) -> Customers:
        """The set in an order drawn from the model's `random`."""
        order = np.random.default_rng(self.random.getrandbits(64)).permutation(len(self))
        return self._result(self.rows[order], inplace)

    def map(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> list[Any]:
        """Results of a method, or of a callable, for each view."""
        if isinstance(method, str):
            return [getattr(customer, method)(*args, **kwargs) for customer in self]
        return [method(customer, *args, **kwargs) for customer in self]

    def do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> Customers:
        """Call a method, or a callable, on each view; attributes that it sets are written to the columns."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> Customers:
        """`do` in an order drawn from the model's `random`."""
        self.shuffle().do(method, *args, **kwargs)
        return self


def _column(name: str) -> property:
    def read(self: Customers) -> np.ndarray:
        if name not in STORED:
            return frozen(values(self.model, name, self.rows))
        array = getattr(self.model.columns, name)
        return frozen(array[: len(self)] if self._rows is None else array[self.rows])

    return property(read, doc=STORED.get(name, f"`Customer.{name}` of each, an array"))


for _name in sorted(ATTRIBUTES):
    setattr(Customers, _name, _column(_name))


def install(market: Any, eager: bool = False) -> Customers:
    """Give a market its ``customers``, also under ``agents_by_type``; ``eager`` registers all as agents.

    The market calls ``customers.register()`` after each period, for customers who entered or left.
    """
    customers = Customers(market)
    market.customers = customers
    market._agents_by_type[Customer] = customers
    customers.eager = eager
    customers.register()
    return customers
