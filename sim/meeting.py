"""How people come to know a firm beside its advertising: partners elsewhere introduce it, its events draw them.

Acts before the pass over the customers, and only where a scenario has it; what it adds to the books is its result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import luck
from sim.acts.attending import attend, bring, come
from sim.acts.introducing import introduce
from sim.ledger import ENTRIES, Entry
from sim.plan import Prospects
from sim.records import sealed
from sim.theory import reach

if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.market import Market
    from sim.stakeholder import Stakeholder

STRANGER = 2  # left data before the first purchase


class DataBase:
    """What people left with one firm at its events: whether, since when, and the need read off it, by customer."""

    def __init__(self, customers: int) -> None:
        self.left, self.since = np.zeros(customers, "i1"), np.zeros(customers, "i4")
        self.potential = np.zeros(customers)
        self.rows = self.strangers = np.zeros(0, "i8")  # who left data, and who had bought nothing then
        self.paid_before = 0.0  # by those on it who were strangers, up to this period

    def grow(self, customers: int) -> None:
        """Make room for customers who came in."""
        more = customers - len(self.left)
        if more > 0:
            self.left, self.since, self.potential = (
                np.concatenate([a, np.zeros(more, a.dtype)]) for a in (self.left, self.since, self.potential)
            )

    def paid(self, money: np.ndarray) -> float:
        """Money paid so far by those who left data before they ever bought, of money paid (n_customers,)."""
        return float(money[self.strangers].sum(dtype="f8"))

    def enter(self, period: int) -> None:
        """Take those who left data in a period on file."""
        rows = np.flatnonzero(self.left > 0)
        new = np.ones(len(self.left), np.bool_)
        new[self.rows] = False
        self.since[rows[new[rows]]] = period
        self.rows, self.strangers = rows, np.flatnonzero(self.left == STRANGER)


def before_the_pass(market: Market) -> np.ndarray | None:
    """Let what brings people to a firm act; its entries of the ledger, (firms, entries), None where nothing did."""
    partners = [s for s in market.stakeholders if getattr(s.what, "introduces", 0.0) > 0.0]
    hosts = [firm for firm in market.firms if firm.plan.event > 0.0 or firm.data is not None]
    if not partners and not hosts:
        return None
    entries = np.zeros((len(market.firms), ENTRIES))
    for partner in partners:
        _introduce(market, partner, entries)
    for firm in hosts:
        _hold(market, firm, entries[firm.index])
    return entries


def after_the_pass(market: Market, entries: np.ndarray) -> None:
    """Enter what strangers who left data paid in this period, (firms, entries)."""
    for firm in market.firms:
        if firm.data is not None:
            now = firm.data.paid(market.columns.money[:, firm.index])
            entries[firm.index, Entry.CAPTURED_REVENUE] = now - firm.data.paid_before
            firm.data.paid_before = now


def _introduce(market: Market, partner: Stakeholder, entries: np.ndarray) -> None:
    what, firm = partner.what, partner.firm
    if what.segment is None or not firm.shocks.open:
        return
    key = luck.key_of(market.seed_of_run, market.period)
    segment = list(market.setting.population.segments).index(what.segment)
    chance = reach.introduced(what.introduces, partner.bond, partner.trust, market.weeks)
    entries[firm.index, Entry.REACHED] += market.over_customers(lambda begin, end: introduce(
        begin, end, market.period, key, segment, firm.index, partner.identity, chance,
        market.columns.people, market.columns.toward,
    ))  # fmt: skip


def _hold(market: Market, firm: Firm, entries: np.ndarray) -> None:
    rows, columns = len(market.columns.supplier), market.columns
    if firm.data is None:
        firm.data = DataBase(rows)
    data = firm.data
    data.grow(rows)
    if firm.plan.event > 0.0 and firm.shocks.open:
        key, comes = luck.key_of(market.seed_of_run, market.period), np.zeros(rows, "i1")
        chance = reach.saturating(float(market.record[0]["event"]["draws"]), firm.plan.event * market.weeks)
        entries[Entry.ATTENDED] = market.over_customers(
            lambda begin, end: come(begin, end, market.period, key, firm.luck, chance, columns.people, comes)
        ) + bring(market.present_rows, market.period, key, firm.luck, market.record, columns.people, comes)
        entries[Entry.REACHED] += market.over_customers(lambda begin, end: attend(
            begin, end, key, firm.index, firm.luck, firm.delivered, firm.plan.promise, market.record,
            columns.people, columns.toward, comes, data.left, data.potential,
        ))  # fmt: skip
        data.enter(market.period)
    entries[Entry.CAPTURED] = np.count_nonzero(columns.leaves_at[data.rows] > market.period)


def prospects(market: Market, firm: Firm) -> Prospects | None:
    """Copies of what a firm knows of those who left data and never bought from it; None where it has no data."""
    data = firm.data
    if data is None:
        return None
    rows = data.rows[market.columns.purchases[data.rows, firm.index] == 0]
    if firm.knowledge is not None:
        rows = rows[firm.knowledge.current(rows, data.since[rows])]
    return Prospects(
        *map(sealed, (rows, (market.period - data.since[rows]).astype("f8"), data.potential[rows]))
    )
