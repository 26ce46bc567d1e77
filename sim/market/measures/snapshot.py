"""The state of a market as measures read it: plain arrays, so that a measure needs no market."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.customers.columns import Columns
from sim.firms.firm import Firm
from sim.firms.mechanisms.key_accounts import KeyAccounts, concessions
from sim.market.kernel.layout import Inputs


class UnitEconomics(NamedTuple):
    """Costs of serving a customer, by firm, and the rate at which later margins are discounted."""

    sale_cost: np.ndarray  # (n_firms,), money per unit: goods, and the dealers' part of the price
    alignment: np.ndarray  # (n_firms,), share of contacts and joint work that has its effect
    discount: float  # per period, continuous
    concessions: np.ndarray | None = (
        None  # (n_customers, n_firms), money per unit that key accounts negotiated
    )

    @classmethod
    def of(cls, firms: Sequence[Firm], n_customers: int, discount: float) -> UnitEconomics:
        """The costs of firms as they are now."""
        accounts = [firm.state_of(KeyAccounts) for firm in firms]
        some = any(held is not None for held in accounts)
        return cls(
            sale_cost=np.array([firm.sale_cost for firm in firms]),
            alignment=np.array([firm.alignment for firm in firms]),
            discount=discount,
            concessions=concessions(accounts, np.arange(n_customers), n_customers) if some else None,
        )


class Snapshot(NamedTuple):
    """State of a market's first category between two periods; the market's own arrays, not copies of them."""

    names: list[str]  # of firms
    columns: Columns  # of all customers; those who have entered so far come first
    n_customers: int  # who have entered so far
    offers: np.ndarray  # (n_firms,) of `OFFER`
    programmes: np.ndarray  # (n_firms, tiers and key accounts, `PROGRAMME`)
    parameters: np.ndarray  # (1,): the theory's parameters per period
    conditions: np.ndarray  # (1,) of `CONDITIONS`
    periods: int  # that are over
    economics: UnitEconomics

    @property
    def n_firms(self) -> int:
        """Firms, also those that are closed."""
        return len(self.offers)

    @property
    def inputs(self) -> Inputs:
        """The state as the kernel's functions read it; they draw no random number."""
        return Inputs(
            self.periods, np.uint64(0), self.conditions, self.parameters, self.offers, self.programmes
        )

    @property
    def money(self) -> np.ndarray:
        """Money that each customer has paid each firm so far, (n_customers, n_firms)."""
        return self.columns.money[: self.n_customers]

    @property
    def weeks(self) -> float:
        """Weeks per period."""
        return float(self.conditions[0]["weeks"])


def present(columns: Columns, periods: int) -> np.ndarray:
    """Customers who are in the market after a number of periods, (n_customers,)."""
    return (columns.entered_at < max(periods, 1)) & (columns.leaves_at > periods)


def even_sample(n_customers: int, most: int) -> tuple[np.ndarray, int]:
    """Rows of an even sample of customers of limited size, and the number of customers that each represents.

    >>> rows, each = even_sample(10, 4)
    >>> rows.tolist(), each
    ([0, 3, 6, 9], 3)
    """
    step = max(1, -(-n_customers // most))
    return np.arange(0, n_customers, step), step
