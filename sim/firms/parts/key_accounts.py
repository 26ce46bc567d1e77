"""Key accounts that negotiate: the largest active customers of a firm, their power, and the price they agree on.

Each has a programme of its own beside the tiers': that of its tier, with the discount agreed at the last review.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sim.customers.offer import CONTACT, DISCOUNT, EFFORT, ONLINE, PROGRAMME
from sim.firms.customer_base import best
from sim.strategies import MAX_TIERS
from sim.theory import power
from sim.theory.bonds import of_personal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.firms.firm import Firm
    from sim.market.market import Market


class Terms(NamedTuple):
    """What one key account and the firm agreed on at the last review."""

    customer: int
    share_of_our_trade: float  # of what the firm's active customers ever paid it
    share_of_its_trade: float  # of all that it ever bought
    ratio: float  # power of the firm over it, against its power over the firm
    part: float  # of the gain that goes to the firm
    least: float  # price that the firm still accepts, money
    asked: float  # price at its tier's discount, money
    agreed: float  # price, money
    discount: float  # off the price that everybody pays


def concessions(firms: Sequence[Firm], rows: np.ndarray) -> np.ndarray:
    """What each of these customers pays each firm less a unit than its tier's price, (n_rows, n_firms), money."""
    found = np.zeros((len(rows), len(firms)))
    for firm in firms:
        if firm.negotiating is not None:
            off = np.zeros(firm.negotiating.market.present_rows)
            off[firm.negotiating.rows] = firm.negotiating.off
            found[:, firm.index] = off[rows]
    return found


def terms_table(firms: Sequence[Firm]) -> pd.DataFrame:
    """What each key account and firm agreed on at the last review: firm, then the fields of `Terms`."""
    made = [
        {"firm": firm.name, **terms._asdict()}
        for firm in firms
        if firm.negotiating is not None
        for terms in firm.negotiating.terms
    ]
    return pd.DataFrame(made, columns=["firm", *Terms._fields])


class KeyAccounts:
    """The key accounts of one firm, held from one review to the next."""

    def __init__(self, firm: Firm) -> None:
        self.firm = firm
        self.terms: list[Terms] = []
        self.trade = 0.0  # what active customers ever paid, money
        self.rows, self.tiers = np.zeros(0, np.int64), np.zeros(0, np.int8)
        self.bought_before, self.off = np.zeros(0, np.int64), np.zeros(0)

    @property
    def market(self) -> Market:
        """The market of the firm."""
        return self.firm.model  # type: ignore[no-any-return]

    def release(self) -> None:
        """Give the accounts back the tiers that the plan put them in."""
        self.market.columns.tier[self.rows, self.firm.index] = self.tiers

    def take(self, programmes: np.ndarray, asked: float) -> None:
        """Give each account its own programme, (tiers, `PROGRAMME`) as posted; ``asked``: the price for everybody, money."""
        market, firm = self.market, self.firm.index
        weeks = market.setting.theory.records.review_weeks / market.weeks
        if market.period > 0 and market.period % max(1, round(weeks)) == 0:
            rows = self._largest()
            self.terms = [self._agree(int(row), programmes, asked) for row in rows]
            self.rows = rows
        column, places = market.columns.tier[:, firm], MAX_TIERS + np.arange(len(self.rows))
        self.tiers = column[self.rows].copy()
        given = programmes[np.maximum(self.tiers, 0)] * (self.tiers >= 0)[:, None]
        usual = given[:, DISCOUNT].copy()
        if "discount" not in self.firm.shocks.forbidden:
            given[:, DISCOUNT] = np.maximum(usual, [terms.discount for terms in self.terms])
        programmes[places], column[self.rows] = given, places
        self.off = asked * (given[:, DISCOUNT] - usual)
        self.bought_before = market.columns.purchases[self.rows, firm].copy()

    def conceded(self) -> float:
        """What the accounts paid less in the period than their tiers' price, money."""
        units = self.market.columns.purchases[self.rows, self.firm.index] - self.bought_before
        return float((self.off * units).sum())

    def _largest(self) -> np.ndarray:
        """Rows of the largest active customers by what they ever paid, ties by id; who has left for good a firm cannot see."""
        market, firm = self.market, self.firm.index
        c = market.columns
        active = market.buyers(firm, market.period - market.active_periods - 1)
        money = c.money[active, firm]
        self.trade = float(money.sum(dtype="f8"))
        return active[best(money, market.setting.theory.power.accounts)]

    def _agree(self, row: int, programmes: np.ndarray, asked: float) -> Terms:
        """The terms of one account by the power of both (`sim.theory.power`)."""
        market, firm, theory = self.market, self.firm, self.market.setting.theory
        c, j, p = market.columns, self.firm.index, theory.power
        ours = float(c.money[row, j]) / self.trade if self.trade > 0.0 else 0.0
        bought = float(c.purchases[row].sum())
        its = float(c.purchases[row, j]) / bought
        bond = float(c.structural_bond[row, j])
        ease_for_it = power.ease_left(p.ease_for_account, bond, p.account_locked)
        ease_for_us = power.ease_left(p.ease_for_firm, bond, p.firm_locked)
        ratio = power.power_ratio(
            power.power(its, ease_for_it, p.account_information), power.power(ours, ease_for_us, 1.0)
        )
        part = power.part_of_gain(ratio, p)
        tier = int(c.tier[row, j])
        given = programmes[tier] if tier >= 0 else np.zeros(len(PROGRAMME))
        rate = float(c.purchases[row, j]) / max(market.period - int(c.first_purchase[row, j]), 1)
        bonds = theory.bonds
        contact_cost = bonds.contact_cost * of_personal(given[ONLINE], bonds.online_cost)
        working = contact_cost * given[CONTACT] + bonds.integration_cost * given[EFFORT]
        serving = firm.departments.asked(working) / rate
        least = firm.sale_cost + serving
        usual = asked * (1.0 - given[DISCOUNT])
        agreed = power.agreed_price(usual, least, part)
        discount = 1.0 - agreed / asked if asked > 0.0 else 0.0
        return Terms(row, ours, its, ratio, part, least, usual, agreed, discount)
