"""Introductions by partners and events of firms: the ways of getting to know a firm beside its advertising.

They act before customers buy, and only where a scenario has them; they return entries of the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.customers.ledger import ENTRIES, Entry
from sim.firms.firm import Firm
from sim.firms.mechanisms.event_marketing import EventData
from sim.firms.partner_tie import PartnerTie
from sim.firms.purchase_records import PurchaseRecords
from sim.firms.state import Clock
from sim.market.kernel.attendance import attend, bring, come, count_captured, introduce
from sim.theory import marketing_response


def hold_firm_events(firms: Sequence[Firm], partners: Sequence[PartnerTie], records: PurchaseRecords, clock: Clock,
                     p: np.ndarray, segments: Sequence[str]) -> np.ndarray | None:  # fmt: skip
    """Let partners introduce firms and firms hold their events; entries of the ledger, (n_firms, entries).

    ``p`` is the record of parameters, ``segments`` are names. None where nothing acted.
    """
    introducing = [tie for tie in partners if getattr(tie.partner, "introduces", 0.0) > 0.0]
    hosts = [(firm, data) for firm, data in _data_of(firms) if firm.plan.event > 0.0 or data.begun]
    if not introducing and not hosts:
        return None
    entries = np.zeros((len(firms), ENTRIES))
    _introduce(introducing, records, clock, segments, entries)
    for firm, data in hosts:
        _hold(firm, data, records, clock, p, entries[firm.index])
    return entries


def _data_of(firms: Sequence[Firm]) -> Iterator[tuple[Firm, EventData]]:
    """Every firm with its data on people."""
    for firm in firms:
        data = firm.state_of(EventData)
        if data is not None:
            yield firm, data


def enter_captured_revenue(firms: Sequence[Firm], money: np.ndarray, entries: np.ndarray) -> None:
    """Enter the revenue of this period from people who left data before their first purchase, (n_firms, entries).

    ``money`` (n_customers, n_firms) is the amount that each customer has paid so far.
    """
    for firm, data in _data_of(firms):
        if data.begun:
            entries[firm.index, Entry.CAPTURED_REVENUE] = data.paid_now(money[:, firm.index])


def _introduce(partners: Sequence[PartnerTie], records: PurchaseRecords, clock: Clock, names: Sequence[str],
               entries: np.ndarray) -> None:  # fmt: skip
    acting = [tie for tie in partners if tie.partner.segment is not None and tie.firm.shocks.open]
    if not acting:
        return
    key, columns = clock.key, records.columns
    segments = np.array([list(names).index(tie.partner.segment) for tie in acting])
    firms, ids = np.array([tie.firm.index for tie in acting]), np.array([tie.rng_id for tie in acting])
    chances = np.array(
        [marketing_response.introduced(t.partner.introduces, t.bond, t.trust, clock.weeks) for t in acting]
    )

    def introduced(begin: int, end: int) -> np.ndarray:
        made_known = np.zeros(len(acting), "i8")
        introduce(
            begin, end, clock.period, key, segments, firms, ids, chances, columns.stored, made_known
        )  # fmt: skip
        return made_known

    np.add.at(entries[:, Entry.REACHED], firms, records.over(introduced))


def _hold(firm: Firm, data: EventData, records: PurchaseRecords, clock: Clock, p: np.ndarray, entries: np.ndarray) -> None:  # fmt: skip
    columns, rows, period = records.columns, len(records.columns.supplier), clock.period
    data.grow(rows)
    if firm.plan.event > 0.0 and firm.shocks.open:
        key, comes = clock.key, np.zeros(rows, "i1")
        chance = marketing_response.saturating(float(p[0]["event"]["draws"]), firm.plan.event * clock.weeks)
        entries[Entry.ATTENDED] = records.over(
            lambda begin, end: come(begin, end, period, key, firm.rng_id, chance, columns.stored, comes)
        ) + bring(records.present, period, key, firm.rng_id, p, columns.stored, comes)
        entries[Entry.REACHED] += records.over(lambda begin, end: attend(
            begin, end, period, key, firm.index, firm.rng_id, firm.delivered, firm.plan.promise, p,
            columns.stored, comes, data.left, data.since, data.potential,
        ))  # fmt: skip
        data.list_strangers()
    entries[Entry.CAPTURED] = records.over(
        lambda begin, end: count_captured(begin, end, period, columns.stored, data.left)
    )
