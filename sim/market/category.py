"""One category of goods: what its customers hold, what they are offered, and the books of it."""

from __future__ import annotations

import numpy as np

from sim.customers import columns as customers
from sim.customers import ledger
from sim.customers.columns import Columns
from sim.customers.network import Network
from sim.customers.offer import OFFER, PROGRAMME
from sim.market.accounts import Books
from sim.market.blocks import Blocks
from sim.market.kernel.inputs import CONDITIONS
from sim.market.kernel.period import BLOCK, listen, live
from sim.scenario.scenario import Scenario
from sim.strategies import MAX_TIERS


class Category:
    """State, offers, conditions and books of one category; a market has one or two.

    ``columns`` (n_customers,) and (n_customers, n_firms), ``offers`` (n_firms,), ``programmes`` (n_firms, tiers,
    `PROGRAMME`), ``conditions`` (1,). With ``tied`` another category adds to the utility of its offers.
    """

    def __init__(
        self,
        columns: Columns,
        offers: np.ndarray,
        programmes: np.ndarray,
        conditions: np.ndarray,
        books: Books,
        blocks: Blocks,
        tied: bool,
    ) -> None:
        self.columns, self.offers, self.programmes = columns, offers, programmes
        self.conditions, self.books, self.blocks = conditions, books, blocks
        self.tied = tied
        self._allocate()

    def _allocate(self) -> None:
        """Allocate the rows of the ledger, one for each block, and the utility that the other category adds."""
        rows, firms = self.columns.toward.shape
        self.entries = ledger.block_rows(-(-rows // BLOCK), firms)
        #: Utility that the other category adds to each offer, (n_customers, n_firms); None without another.
        self.cross_utility = np.zeros((rows, firms), "f4") if self.tied else None

    def grow(self, more: int) -> None:
        """Make room for more customers."""
        self.columns = customers.grown(self.columns, more)
        self._allocate()

    def clear_entries(self) -> None:
        """Begin a period with an empty ledger."""
        for rows in self.entries:
            rows[:] = 0.0

    def run_period(self, period: int, key: np.uint64, parameters: np.ndarray) -> None:
        """Let every customer reach, need, choose, experience, evaluate and relate; the kernel of the category."""
        c, now = self.columns, (self.blocks.customers, period, key, self.conditions, parameters)
        state = self.offers, self.programmes, c.people, c.toward, c.told, *self.entries
        self.blocks.each(lambda a, b, scratch: live(a, b, *now, *state, scratch, self.cross_utility))

    def spread_word_of_mouth(
        self, period: int, key: np.uint64, parameters: np.ndarray, network: Network
    ) -> None:
        """Let each customer ask one tie, and hear what was left to be told."""
        c, now = self.columns, (self.blocks.customers, period, key, self.conditions, parameters)
        ties = network.record, network.indptr, network.indices
        state = c.people, c.toward, c.told, self.entries[0]
        self.blocks.each(lambda a, b, scratch: listen(a, b, *now, *ties, *state, scratch))

    def totals(self) -> list[np.ndarray]:
        """The period's ledger summed over blocks in order: firms, market, causes, stage flows, tenure at risk and lost."""
        return [rows.sum(axis=0) for rows in self.entries]

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
    setting: Scenario, weeks: float, rows: int, blocks: Blocks, active_periods: int, reports: bool, checked: bool
) -> tuple[Category, ...]:  # fmt: skip
    """The categories of a scenario's market, with room for so many customers: the first, and the second if there is one.

    ``reports``: causes and reported means are worked out; ``checked``: the identities of the accounts are tested.
    """
    names, market = list(setting.firms), setting.market
    tenure_bin = max(1, int(market.periods_per_year) // 4)
    now = np.zeros(1, CONDITIONS)
    now["weeks"], now["demand"] = weeks, weeks
    now["has_outside"], now["outside"] = market.outside is not None, market.outside or 0.0
    now["contractual"] = market.type == "contractual"
    now["entry_by_purchase"] = setting.population.entry_by_purchase
    now["reports"], now["tenure_bin"], now["active_periods"] = reports, tenure_bin, active_periods

    def category(conditions: np.ndarray, programmes: int) -> Category:
        books = Books(names, setting.experiment.burn_in, market.periods_per_year, tenure_bin)
        offers = np.zeros(len(names), OFFER)
        given = np.zeros((len(names), programmes, len(PROGRAMME)))
        columns = customers.allocate(rows, len(names))
        return Category(columns, offers, given, conditions, books, blocks, tied=setting.second is not None)

    first = category(now, MAX_TIERS + setting.theory.power.accounts)
    if setting.second is None:
        return (first,)
    also = now.copy()
    also["has_outside"], also["outside"] = 1, setting.second.outside
    also["contractual"] = also["entry_by_purchase"] = 0
    # causes and stages of the second category are shown nowhere: worked out only for the identities of its accounts
    also["reports"], also["counts"] = reports and checked, 1
    return first, category(also, MAX_TIERS)


def word_of_mouth_acts(first: Category, parameters: np.ndarray, network: Network) -> bool:
    """Whether anybody speaks of a firm, and whether hearing of one changes anything."""
    talk, firms = parameters[0]["talk"], len(first.offers)
    speaks = network.record.share_up_to[-1] > 0 and talk["talk_base"] + talk["talk_slope"] > 0
    everyone_knows = bool(np.all(first.columns.aware[: first.blocks.customers] == 2**firms - 1))
    unheard = talk["talk_rate"] == 0 and talk["talk_trust"] == 0 and everyone_knows
    return bool(speaks and not unheard)
