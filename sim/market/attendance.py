"""How people come to know a firm beside its advertising: partners elsewhere introduce it, its events draw them.

Acts before the pass over the customers, and only where a scenario has it; what it adds to the books is its result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.core import rng
from sim.customers.ledger import ENTRIES, Entry
from sim.firms.customer_base import sealed
from sim.market.kernel.attendance import attend, bring, come, count_captured
from sim.market.kernel.introductions import introduce
from sim.strategies import Prospects
from sim.theory import marketing_response

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.firms.partners.tie import Stakeholder
    from sim.market.market import Market

STRANGER = 2  # left data before the first purchase


class DataBase:
    """What people left with one firm at its events: whether, since when, and the need read off it, by customer."""

    def __init__(self, customers: int) -> None:
        self.left, self.since = np.zeros(customers, "i1"), np.zeros(customers, "i4")
        self.potential = np.zeros(customers)
        self.strangers = np.zeros(0, "i8")  # who had bought nothing when they left data
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

    def not_yet(self, purchases: np.ndarray) -> np.ndarray:
        """Those who left data and have bought nothing yet, by purchases so far, (n_customers,)."""
        return self.strangers[purchases[self.strangers] == 0]


def before_the_pass(market: Market) -> np.ndarray | None:
    """Let what brings people to a firm act; its entries of the ledger, (firms, entries), None where nothing did."""
    partners = [s for s in market.stakeholders if getattr(s.partner, "introduces", 0.0) > 0.0]
    hosts = [firm for firm in market.firms if firm.plan.event > 0.0 or firm.data is not None]
    if not partners and not hosts:
        return None
    entries = np.zeros((len(market.firms), ENTRIES))
    _introduce(market, partners, entries)
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


def _introduce(market: Market, partners: Sequence[Stakeholder], entries: np.ndarray) -> None:
    acting = [s for s in partners if s.partner.segment is not None and s.firm.shocks.open]
    if not acting:
        return
    key, names = rng.period_key(market.seed_of_run, market.period), list(market.setting.population.segments)
    segments = np.array([names.index(s.partner.segment) for s in acting])
    firms, identities = np.array([s.firm.index for s in acting]), np.array([s.identity for s in acting])
    chances = np.array(
        [marketing_response.introduced(s.partner.introduces, s.bond, s.trust, market.weeks) for s in acting]
    )

    def introduced(begin: int, end: int) -> np.ndarray:
        made_known = np.zeros(len(acting), "i8")
        introduce(
            begin, end, market.period, key, segments, firms, identities, chances,
            market.columns.people, market.columns.toward, made_known,
        )  # fmt: skip
        return made_known

    np.add.at(entries[:, Entry.REACHED], firms, market.over_customers(introduced))


def _hold(market: Market, firm: Firm, entries: np.ndarray) -> None:
    rows, columns = len(market.columns.supplier), market.columns
    if firm.data is None:
        firm.data = DataBase(rows)
    data = firm.data
    data.grow(rows)
    if firm.plan.event > 0.0 and firm.shocks.open:
        key, comes = rng.period_key(market.seed_of_run, market.period), np.zeros(rows, "i1")
        chance = marketing_response.saturating(
            float(market.record[0]["event"]["draws"]), firm.plan.event * market.weeks
        )
        entries[Entry.ATTENDED] = market.over_customers(
            lambda begin, end: come(begin, end, market.period, key, firm.luck, chance, columns.people, comes)
        ) + bring(market.present_rows, market.period, key, firm.luck, market.record, columns.people, comes)
        entries[Entry.REACHED] += market.over_customers(lambda begin, end: attend(
            begin, end, market.period, key, firm.index, firm.luck, firm.delivered, firm.plan.promise, market.record,
            columns.people, columns.toward, comes, data.left, data.since, data.potential,
        ))  # fmt: skip
        data.strangers = np.flatnonzero(data.left == STRANGER)
    entries[Entry.CAPTURED] = market.over_customers(
        lambda begin, end: count_captured(begin, end, market.period, columns.people, data.left)
    )


def prospects(market: Market, firm: Firm) -> Prospects | None:
    """Copies of what a firm knows of those who left data and never bought from it; None where it has no data."""
    data = firm.data
    if data is None:
        return None
    rows = data.not_yet(market.columns.purchases[:, firm.index])
    if firm.knowledge is not None:
        rows = rows[firm.knowledge.current(rows, data.since[rows])]
    return Prospects(
        *map(sealed, (rows, (market.period - data.since[rows]).astype("f8"), data.potential[rows]))
    )
