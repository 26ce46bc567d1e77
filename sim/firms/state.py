"""State of a firm, and the facts given to it: the time, its sales, its trade."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from sim.customers.ledger import Entry


class Clock(NamedTuple):
    """The time of a market and its number of customers."""

    period: int
    weeks: float  # per period
    seed: int  # of the run
    customers: int  # in the market now
    customers_at_start: int

    @property
    def key(self) -> np.uint64:
        """Key of the period's random numbers."""
        return _period_key(self.seed, self.period)


@lru_cache(maxsize=8)
def _period_key(seed: int, period: int) -> np.uint64:
    from sim.core import rng  # compiled: loaded when a market runs

    return rng.period_key(seed, period)


class Draws(NamedTuple):
    """Random numbers of one firm in one period."""

    key: np.uint64
    rng_id: int

    def normals(self, purpose: str, rows: int, columns: int) -> np.ndarray:
        """Standard normal numbers for a purpose, by its name in `sim.core.rng`, (rows, columns)."""
        from sim.core import rng

        return rng.normals(self.key, self.rng_id, getattr(rng, purpose), rows, columns)


class Trade(NamedTuple):
    """Facts about the market that a firm knows before its first sale."""

    reference_price: float  # money
    periods_per_year: float
    taste_share: float  # of all tastes for firms, among the customers who know them
    need: float  # purchases per customer per period


class Sales(NamedTuple):
    """A firm's sales of a period in its own accounts."""

    units: float = 0.0
    revenue: float = 0.0  # at list prices
    promotion: float = 0.0  # money off list prices
    points_issued: float = 0.0
    points_paid: float = 0.0
    contacts: float = 0.0
    contacts_online: float = 0.0
    integration: float = 0.0
    complaints: float = 0.0
    recovered: float = 0.0
    attended: float = 0.0
    turned_away: float = 0.0
    on_file: float = 0.0  # customers who ever bought
    active: float = 0.0  # of them still active
    new: float = 0.0
    lapsed: float = 0.0

    @classmethod
    def from_ledger(cls, row: Sequence[float]) -> Sales:
        """The sales in a firm's row of the ledger, (entries,)."""
        return cls(*_SALES_OF(row))


#: The entry of the ledger behind each field of `Sales`, by its name.
_ENTRIES = {
    "units": Entry.UNITS,
    "revenue": Entry.REVENUE,
    "promotion": Entry.PROMOTION,
    "points_issued": Entry.POINTS_ISSUED,
    "points_paid": Entry.POINTS_PAID,
    "contacts": Entry.CONTACTS,
    "contacts_online": Entry.ONLINE,
    "integration": Entry.INTEGRATION,
    "complaints": Entry.COMPLAINTS,
    "recovered": Entry.RECOVERED,
    "attended": Entry.ATTENDED,
    "turned_away": Entry.TURNED_AWAY,
    "on_file": Entry.TRIED,
    "active": Entry.ON_FILE_ACTIVE,
    "new": Entry.NEW_BUYERS,
    "lapsed": Entry.LAPSED,
}


_SALES_OF = itemgetter(*(_ENTRIES[name] for name in Sales._fields))


class SecondSales(NamedTuple):
    """A period's sales of the second product: units, money at the list price, money off it; customers who ever bought it."""

    units: float = 0.0
    revenue: float = 0.0
    promotion: float = 0.0
    owners: float = 0.0

    @classmethod
    def from_ledger(cls, row: Sequence[float]) -> SecondSales:
        """The sales in a firm's row of the second category's ledger, (entries,)."""
        return cls(*(float(row[e]) for e in (Entry.UNITS, Entry.REVENUE, Entry.PROMOTION, Entry.TRIED)))


class SaleTerms(NamedTuple):
    """Terms on which a firm sells this period."""

    paid: float  # price for everybody after promotion, money
    unit_cost: float  # of a unit sold: goods, and the dealers' share of the price, money
    alignment: float  # of the departments: work that has its effect, of work that is paid
    may_discount: bool  # whether the law permits discounts


class FirmState(NamedTuple):
    """State of a firm as it posts its offer, with the effects of events and of partners."""

    rng_id: int
    price: float  # that customers meet before promotion, money
    delivered: float  # quality
    goodwill: float  # money per customer
    advertising: float  # that events permit, money per customer per week
    effort: float  # utility that a purchase costs
    failure_rate: float  # chance per purchase before staff
    congestion: float
    chance_full: float
    may_promote: bool  # whether the law permits promotions
    technology: float  # utility
    political: float  # utility, before partners damp it
    open: bool
    partner_brand: float  # utility
    partner_convenience: float  # utility
    partner_failures: float  # added to the chance of failure
    employee_effect: float  # part of the failures that staff prevent
    damping: float  # part of an adverse event that partners take away
