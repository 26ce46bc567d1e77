"""One category of goods: the state of its customers, the offers to them, and its accounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sim.core import loading, rng
from sim.customers import columns as customers
from sim.customers import ledger, seasonality
from sim.customers.columns import Columns
from sim.customers.network import Network
from sim.customers.offer import OFFER, PROGRAMME
from sim.firms.firm import Firm
from sim.firms.state import Clock
from sim.market.accounts import Books
from sim.market.blocks import Blocks
from sim.market.kernel.inputs import CONDITIONS
from sim.market.kernel.layout import BLOCK, Inputs, Ledger
from sim.market.kernel.period import listen, live
from sim.market.measures.snapshot import Snapshot, UnitEconomics
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Execution
from sim.strategies import MAX_TIERS


class Category:
    """State, offers, conditions and accounts of one category; a market has one or two.

    ``columns`` (n_customers,) and (n_customers, n_firms), ``offers`` (n_firms,), ``programmes`` (n_firms, tiers,
    `PROGRAMME`), ``conditions`` (1,). ``demand(period, economy)`` is the period's demand by segment.
    """

    def __init__(
        self,
        columns: Columns,
        offers: np.ndarray,
        programmes: np.ndarray,
        conditions: np.ndarray,
        books: Books,
        blocks: Blocks,
        demand: Callable[[int, float], Any],
    ) -> None:
        self.columns, self.offers, self.programmes = columns, offers, programmes
        self.conditions, self.books, self.blocks = conditions, books, blocks
        self.demand = demand
        self.key_of: Callable[[np.uint64], np.uint64] = lambda key: key
        #: Called before the kernel with the period and its key; set by `CrossCategory`.
        self.tie: Callable[[int, np.uint64], None] | None = None
        self._allocate()

    def _allocate(self) -> None:
        """Allocate the rows of the ledger, one for each block."""
        rows, firms = self.columns.taste.shape
        self.entries = Ledger(*ledger.block_rows(-(-rows // BLOCK), firms))

    def grow(self, more: int) -> None:
        """Make room for more customers."""
        self.columns = customers.grown(self.columns, more)
        self._allocate()

    def run_period(self, clock: Clock, economy: float, parameters: np.ndarray) -> None:
        """Let every customer be reached, need, choose, experience, evaluate and relate: the kernel, over all blocks."""
        for rows in self.entries:
            rows[:] = 0.0
        self.conditions["demand"] = self.demand(clock.period, economy)
        key = self.key_of(clock.key)
        if self.tie is not None:
            self.tie(clock.period, key)
        present, inputs = self.blocks.customers, self.inputs(clock.period, key, parameters)
        stored, entries = self.columns.stored, self.entries
        self.blocks.each(lambda a, b, memory: live(a, b, present, inputs, stored, entries, memory))

    def inputs(self, period: int, key: np.uint64, parameters: np.ndarray) -> Inputs:
        """The period as the kernel reads it."""
        return Inputs(period, key, self.conditions, parameters, self.offers, self.programmes)

    def spread_word_of_mouth(self, clock: Clock, parameters: np.ndarray, network: Network) -> None:
        """Let each customer ask one tie, and hear that person's message."""
        present, inputs = self.blocks.customers, self.inputs(clock.period, clock.key, parameters)
        ties = network.record, network.indptr, network.indices
        stored, entries = self.columns.stored, self.entries
        self.blocks.each(lambda a, b, memory: listen(a, b, present, inputs, *ties, stored, entries, memory))

    def totals(self) -> list[np.ndarray]:
        """The period's ledger summed over blocks in order: firms, market, causes, stage flows, tenure at risk and lost."""
        return [np.add.reduce(rows, axis=0) for rows in self.entries]

    def snapshot(self, parameters: np.ndarray, firms: Sequence[Firm]) -> Snapshot:
        """The state that measures read: arrays of the category, not copied."""
        n, c, books = self.blocks.customers, self.columns, self.books
        economics = UnitEconomics.of(firms, n, np.log1p(books.discount_rate) / books.periods_per_year)
        return Snapshot(
            books.names, c, n, self.offers, self.programmes, parameters, self.conditions, len(books.ledgers), economics,
        )  # fmt: skip

    def held(self, period: int) -> dict[str, np.ndarray]:
        """Customers' holdings by firm, (n_firms,): money paid and its rounding, units and buyers ever, buyers of a period."""
        c, rows = self.columns, slice(0, self.blocks.customers)
        return {
            "paid": c.money[rows].sum(axis=0, dtype="f8"),
            # each of a customer's purchases rounds what it paid so far by half a unit of single precision at most
            "rounding": (c.purchases[rows] * c.money[rows].astype("f8")).sum(axis=0) * 2.0**-24,
            "units": c.purchases[rows].sum(axis=0, dtype="f8"),
            "buyers": (c.purchases[rows] > 0).sum(axis=0),
            "now": (c.last_purchase[rows] == period).sum(axis=0),
        }


def categories_of(
    setting: Scenario, weeks: float, threads: int, rows: int, active_periods: int, reports: bool, checked: bool
) -> tuple[Category, ...]:  # fmt: skip
    """The categories of a scenario's market, with room for a number of customers: the first, and the second if there is one.

    ``reports``: causes and reported means are worked out; ``checked``: the identities of the accounts are tested.
    """
    names, market = list(setting.firms), setting.market
    tenure_bin = max(1, int(market.periods_per_year) // 4)
    threads = loading.checked("threads", threads, Execution.declared["threads"])  # type: ignore[attr-defined]
    blocks = Blocks(setting.population.customers, len(names), threads)
    now = np.zeros(1, CONDITIONS)
    now["weeks"], now["demand"] = weeks, weeks
    now["has_outside"], now["outside"] = market.outside is not None, market.outside or 0.0
    now["contractual"] = market.type == "contractual"
    now["entry_by_purchase"] = setting.population.entry_by_purchase
    now["crossed"] = setting.second is not None
    now["reports"], now["tenure_bin"], now["active_periods"] = reports, tenure_bin, active_periods

    def category(conditions: np.ndarray, programmes: int, demand: Callable[[int, float], Any]) -> Category:
        year, rate = market.periods_per_year, market.discount_rate
        books = Books(names, setting.experiment.burn_in, year, rate, tenure_bin)
        offers = np.zeros(len(names), OFFER)
        programme_rows = np.zeros((len(names), programmes, len(PROGRAMME)))
        columns = customers.allocate(rows, len(names), setting.second is not None)
        return Category(columns, offers, programme_rows, conditions, books, blocks, demand)

    needs, segments = setting.theory.needs, list(setting.population.segments.values())
    first = category(
        now,
        MAX_TIERS + setting.theory.power.accounts,
        lambda period, economy: seasonality.by_segment(needs, segments, period, weeks, economy),
    )
    if setting.second is None:
        return (first,)
    also = now.copy()
    also["has_outside"], also["outside"] = 1, setting.second.outside
    also["contractual"] = also["entry_by_purchase"] = 0
    # causes and stages of the second category are reported nowhere: computed only for the identities of its accounts
    also["reports"], also["counts"] = reports and checked, 1
    second = category(also, MAX_TIERS, lambda period, economy: weeks * economy)
    second.key_of = rng.of_second
    return first, second


def word_of_mouth_acts(first: Category, parameters: np.ndarray, network: Network) -> bool:
    """True if customers talk about firms and talk changes the state of those who hear it."""
    talk, firms = parameters[0]["talk"], len(first.offers)
    speaks = network.record.share_up_to[-1] > 0 and talk["talk_base"] + talk["talk_slope"] > 0
    everyone_knows = bool(np.all(first.columns.aware[: first.blocks.customers] == 2**firms - 1))
    unheard = talk["talk_rate"] == 0 and talk["talk_trust"] == 0 and everyone_knows
    return bool(speaks and not unheard)
