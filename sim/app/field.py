"""One market seen customer by customer: a run of one arm, stepped period by period, in which every life is remembered."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.market.market import Market
from sim.scenario.scenario import Scenario
from sim.theory.relationship import STAGES

CUSTOMERS = 400
#: By what the dots may be told apart.
BY = ("supplier", "stage", "bond")
BONDS = ("none", "social", "structural", "both")
#: A bond from here on is shown as one (assumed; the model's own effects of a bond are gradual).
BONDED = 0.2


class Happening(NamedTuple):
    """A thing in the life of a customer: its period, the key of its text, and the values in the text."""

    period: int
    key: str
    firm: str = ""
    other: str = ""
    value: float = 0.0


class Field:
    """The customers of one arm and seed, and what has happened to each so far."""

    def __init__(self, scenario: Scenario, arm: str, seed: int, customers: int = CUSTOMERS) -> None:
        wanted = min(customers, scenario.population.customers)
        self.market = Market(scenario, seed, arm=arm, customers=wanted, collect=False)
        self.firms = [firm.name for firm in self.market.firms]
        self.count = self.market.n_customers
        self.lives: list[list[Happening]] = [[] for _ in range(self.count)]
        self._remember()

    @property
    def period(self) -> int:
        """Periods lived so far."""
        return int(self.market.period)

    def step(self) -> None:
        """Live one period and note what happened to whom."""
        self.market.step()
        self._note()
        self._remember()

    def groups(self, by: str) -> tuple[np.ndarray, list[str]]:
        """The group of each customer at the start, (n_customers,), and the groups' names: firms, stages or bonds."""
        columns, rows = self.market.columns, slice(0, self.count)
        supplier = columns.supplier[rows].astype(int)
        if by == "supplier":
            return np.where(supplier < 0, len(self.firms), supplier), [*self.firms, ""]
        if by == "stage":
            return columns.stage[rows].astype(int), list(STAGES)
        at = np.arange(self.count), np.maximum(supplier, 0)
        social, structural = (
            getattr(columns, f"{kind}_bond")[at] >= BONDED for kind in ("social", "structural")
        )
        return np.where(supplier < 0, 0, social + 2 * structural), list(BONDS)

    def now(self, row: int) -> dict[str, float]:
        """Ties of a customer to its main supplier now, by name; empty without one."""
        columns, j = self.market.columns, int(self.market.columns.supplier[row])
        names = ("satisfaction", "trust", "social_bond", "structural_bond", "habit", "expectation")
        return {} if j < 0 else {name: float(getattr(columns, name)[row, j]) for name in names}

    def _remember(self) -> None:
        columns = self.market.columns
        self._supplier = columns.supplier[: self.count].astype(int)
        self._stage = columns.stage[: self.count].astype(int)
        self._purchases = columns.purchases[: self.count].copy()
        self._satisfaction = columns.satisfaction[: self.count].copy()

    def _note(self) -> None:
        columns, period = self.market.columns, self.period
        bought = columns.purchases[: self.count] - self._purchases
        felt = columns.satisfaction[: self.count]
        for row, j in np.argwhere(bought > 0):
            first = self._purchases[row, j] == 0
            gain = float(felt[row, j] - self._satisfaction[row, j])
            self._add(row, "tried" if first else "bought", self.firms[j], value=float(felt[row, j]))
            if abs(gain) >= 0.1:
                self._add(row, "pleased" if gain > 0 else "disappointed", self.firms[j], value=gain)
        for row in np.flatnonzero(columns.last_failure[: self.count] == period - 1):
            self._add(
                row,
                "failure",
                self.firms[int(columns.last_bought[row])] if columns.last_bought[row] >= 0 else "",
            )
        after = columns.supplier[: self.count].astype(int)
        for row in np.flatnonzero(after != self._supplier):
            old, new = self._supplier[row], after[row]
            key = "joined" if old < 0 else "left" if new < 0 else "moved"
            self._add(row, key, self.firms[old if old >= 0 else new], self.firms[new] if new >= 0 else "")
        stage = columns.stage[: self.count].astype(int)
        for row in np.flatnonzero((stage != self._stage) & (after == self._supplier) & (after >= 0)):
            self._add(row, f"stage_{STAGES[stage[row]]}", self.firms[after[row]])

    def _add(self, row: Any, key: str, firm: str, other: str = "", value: float = 0.0) -> None:
        self.lives[row].append(Happening(self.period, key, firm, other, value))
