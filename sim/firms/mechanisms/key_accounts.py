"""Key accounts that negotiate: the largest active customers of a firm, their power, and the price they agree on.

Each has a programme of its own: that of its tier, with the discount agreed at the last review.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.customers.offer import CONTACT, DISCOUNT, EFFORT, ONLINE, PROGRAMME
from sim.firms.mechanisms.base import Mechanism, MechanismState
from sim.firms.state import Clock, SaleTerms
from sim.strategies import MAX_TIERS
from sim.theory import Theory, power
from sim.theory.bonds import of_personal

if TYPE_CHECKING:
    from sim.customers.columns import Columns
    from sim.firms.purchase_records import PurchaseRecords

MECHANISM = Mechanism(
    name="accounts",
    needs="key accounts that negotiate: theory.power.accounts",
    present=lambda offer, theory, second: theory.power.accounts > 0,
    example={"theory": {"power": {"accounts": 20}}},
    new_state=lambda start: KeyAccounts(start.firm, start.theory),
)


class Terms(NamedTuple):
    """Agreement of one key account with the firm at the last review."""

    customer: int
    share_of_our_trade: float  # of all money that the firm's active customers have paid it
    share_of_its_trade: float  # of all its purchases so far
    ratio: float  # power of the firm over it, against its power over the firm
    part: float  # of the gain that goes to the firm
    least: float  # price that the firm still accepts, money
    asked: float  # price at its tier's discount, money
    agreed: float  # price, money
    discount: float  # off the price that everybody pays


class KeyAccounts(MechanismState):
    """The key accounts of one firm, held from one review to the next; ``theory`` has the sections power, bonds, records."""

    def __init__(self, firm: int, theory: Theory) -> None:
        self.firm, self.theory = firm, theory
        self.terms: list[Terms] = []
        self.trade = 0.0  # that active customers ever paid, money
        self.rows, self.tiers = np.zeros(0, np.int64), np.zeros(0, np.int8)
        self.bought_before, self.off = np.zeros(0, np.int64), np.zeros(0)

    def release(self, columns: Columns) -> None:
        """Give the accounts back the tiers that the plan put them in."""
        columns.tier[self.rows, self.firm] = self.tiers

    def assign_programmes(self, records: PurchaseRecords, clock: Clock, active_periods: int, programmes: np.ndarray,
                          sale: SaleTerms) -> None:  # fmt: skip
        """Give each account its own programme, (n_tiers, 5) as posted; negotiate first where a review is due."""
        columns, firm = records.columns, self.firm
        review = max(1, round(self.theory.records.review_weeks / clock.weeks))
        if clock.period > 0 and clock.period % review == 0:
            rows = self._largest(records, clock.period - active_periods - 1)
            self.terms = [self._agree(int(row), columns, clock.period, programmes, sale) for row in rows]
            self.rows = rows
        column, places = columns.tier[:, firm], MAX_TIERS + np.arange(len(self.rows))
        self.tiers = column[self.rows].copy()
        of_tiers = programmes[np.maximum(self.tiers, 0)] * (self.tiers >= 0)[:, None]
        usual = of_tiers[:, DISCOUNT].copy()
        if sale.may_discount:
            of_tiers[:, DISCOUNT] = np.maximum(usual, [terms.discount for terms in self.terms])
        programmes[places], column[self.rows] = of_tiers, places
        self.off = sale.paid * (of_tiers[:, DISCOUNT] - usual)
        self.bought_before = columns.purchases[self.rows, firm].copy()

    def conceded(self, columns: Columns) -> float:
        """Money that the accounts paid less in the period than at their tiers' price."""
        units = columns.purchases[self.rows, self.firm] - self.bought_before
        return float((self.off * units).sum())

    def _largest(self, records: PurchaseRecords, after: int) -> np.ndarray:
        """Rows of the largest active customers by money paid so far, ties by id; a firm cannot see departures."""
        from sim.firms.customer_base import best

        active = records.buyers(self.firm, after)
        money = records.columns.money[active, self.firm]
        self.trade = float(money.sum(dtype="f8"))
        return active[best(money, self.theory.power.accounts)]

    def _agree(self, row: int, c: Columns, period: int, programmes: np.ndarray, sale: SaleTerms) -> Terms:
        """The terms of one account by the power of both (`sim.theory.power`)."""
        j, p, bonds = self.firm, self.theory.power, self.theory.bonds
        ours = float(c.money[row, j]) / self.trade if self.trade > 0.0 else 0.0
        bought = float(c.purchases[row].sum())
        its = float(c.purchases[row, j]) / bought
        bond = float(c.structural_bond[row, j])
        ease_for_it = power.ease_left(p.ease_for_account, bond, p.account_locked)
        ease_for_us = power.ease_left(p.ease_for_firm, bond, p.firm_locked)
        ratio = power.power_ratio(
            power.power(its, ease_for_it, p.account_information), power.power(ours, ease_for_us, 1.0)
        )
        gain_share = power.gain_share(ratio, p)
        tier = int(c.tier[row, j])
        programme = programmes[tier] if tier >= 0 else np.zeros(len(PROGRAMME))
        rate = float(c.purchases[row, j]) / max(period - int(c.first_purchase[row, j]), 1)
        contact_cost = bonds.contact_cost * of_personal(programme[ONLINE], bonds.online_cost)
        working = contact_cost * programme[CONTACT] + bonds.integration_cost * programme[EFFORT]
        serving = working / sale.alignment / rate
        least = sale.unit_cost + serving
        usual = sale.paid * (1.0 - programme[DISCOUNT])
        agreed = power.agreed_price(usual, least, gain_share)
        discount = 1.0 - agreed / sale.paid if sale.paid > 0.0 else 0.0
        return Terms(row, ours, its, ratio, gain_share, least, usual, agreed, discount)


def concessions(of_firms: Sequence[KeyAccounts | None], rows: np.ndarray, customers: int) -> np.ndarray:
    """Concessions by each firm to key accounts, money per unit below the price of their tier, (n_rows, n_firms)."""
    money_off = np.zeros((len(rows), len(of_firms)))
    for number, accounts in enumerate(of_firms):
        if accounts is not None:
            off = np.zeros(customers)
            off[accounts.rows] = accounts.off
            money_off[:, number] = off[rows]
    return money_off
