"""What customers are worth to firms, read from a market's state: customer equity, its split, lifetime and net values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.core.errors import InputError
from sim.customers.offer import CONTACT, DISCOUNT, EFFORT, ONLINE, REWARD
from sim.firms.parts.key_accounts import concessions
from sim.market.kernel import equity
from sim.market.measures import equity_split as splits
from sim.market.measures.concentration import whale_table
from sim.theory.bonds import of_personal

if TYPE_CHECKING:
    from sim.customers.columns import Columns
    from sim.firms.firm import Firm
    from sim.market.accounts import Books
    from sim.scenario.scenario import Scenario

EQUITY_SAMPLE = 20_000


class Worth:
    """What a market can be asked about its customers' worth; a base of `Market`."""

    if TYPE_CHECKING:
        setting: Scenario
        columns: Columns
        present_rows: int
        weeks: float
        period: int
        books: Books
        firms: list[Firm]
        record: np.ndarray
        offers: np.ndarray
        programmes: np.ndarray
        conditions: np.ndarray
        _scratch: np.ndarray

        @property
        def tied(self) -> np.ndarray | None: ...

        def _state(self) -> tuple[np.ndarray, np.ndarray]: ...

    def present(self) -> np.ndarray:
        """Which customers are in the market now, (n_customers,)."""
        entered, leaves = (
            self.columns.entered_at[: self.present_rows],
            self.columns.leaves_at[: self.present_rows],
        )
        lived = len(self.books.ledgers)  # the reports of a period are made before it is counted
        return (entered < max(lived, 1)) & (leaves > lived)

    def customer_equity(self, most: int = EQUITY_SAMPLE) -> np.ndarray:
        """Expected customer equity of each firm, (n_firms,), money; from an even sample of at most so many."""
        rows, step = self._even(most)
        return self._expected(rows, splits.whole(self.offers))[0, 0] * step

    def lifetime_values(self) -> np.ndarray:
        """What each customer is worth to each firm, (n_customers, n_firms), money: the parts of customer equity."""
        rows = np.arange(self.present_rows)
        return self._expected(rows, splits.whole(self.offers), each=True)[:, 0]

    def equity_split(self, split: str = "equity", most: int | None = None) -> pd.DataFrame:
        """Customer equity of each firm by what it rests on: firm, part, value (money); a firm's parts sum to its equity.

        ``split`` is "equity" (value, brand, relationship) or "driver" (price, quality, convenience, programmes...);
        from an even sample of at most ``most`` customers (default: 1,000, fewer where there are many firms).
        """
        if split not in splits.SPLITS:
            raise InputError.unknown("split", split, splits.SPLITS)
        rows, step = self._even(splits.sample_size(len(self.firms)) if most is None else most)
        parts = splits.SPLITS[split]
        worth = self._expected(rows, splits.coalitions(parts, self.offers))[0] * step
        values_of, names = splits.parts_of(split, worth), [*parts, splits.REST]
        return pd.DataFrame(
            {
                "firm": np.repeat(self.books.names, len(names)),
                "part": np.tile(names, len(self.firms)),
                "value": values_of.reshape(-1),
            }
        )

    def equity_splits(self) -> pd.DataFrame:
        """Every split in one table: split, firm, part, value."""
        made = [self.equity_split(split).assign(split=split) for split in splits.SPLITS]
        return pd.concat(made, ignore_index=True)

    def net_values(self, rows: np.ndarray | None = None) -> np.ndarray:
        """Lifetime value less what the customer's present programme costs, (n_rows, n_firms), money.

        Discounts and points on expected purchases (no point expires); contacts and integration in every period under
        contract, in a repertoire market for as long as the customer is in the market: too much for one who drops
        out of its tier.
        """
        rows = np.arange(self.present_rows) if rows is None else rows
        market, bonds, whole = self.setting.market, self.setting.theory.bonds, splits.whole(self.offers)
        units = self._expected(rows, whole, each=True, margins=np.ones(len(self.firms)))[:, 0]
        tier = self.columns.tier[rows].astype(np.int64)
        given = self.programmes[np.arange(len(self.firms)), np.maximum(tier, 0)] * (tier >= 0)[..., None]
        paid = self.offers["paid"] * (1.0 - given[..., DISCOUNT])
        sale_cost = np.array([firm.sale_cost for firm in self.firms])
        served = units
        if market.type != "contractual":
            c, discount = self.columns, np.log1p(market.discount_rate) / market.periods_per_year
            leaving = (c.exit_rate[rows] + c.need_rate[rows] * c.dropout[rows]) * self.weeks
            lost = np.expm1(discount + leaving.astype("f8"))
            there = self.present()[rows] & (lost > 0.0)
            served = np.divide(1.0, lost, out=np.zeros(len(rows)), where=there)[:, None]
        contact_cost = bonds.contact_cost * of_personal(given[..., ONLINE], bonds.online_cost)
        serving = contact_cost * given[..., CONTACT] + bonds.integration_cost * given[..., EFFORT]
        serving /= np.array([firm.departments.alignment for firm in self.firms])
        cost = np.where(serving > 0.0, served, 0.0) * serving
        return units * (paid * (1.0 - given[..., REWARD]) - sale_cost) - cost

    def whale_curve(self) -> pd.DataFrame:
        """Cumulative net value of each firm's own customers, best first: firm, percentile, worth_share (1 = all)."""
        rows, _ = self._even(EQUITY_SAMPLE)
        own = (self.columns.purchases[rows] > 0) & self.present()[rows][:, None]
        return whale_table(self.net_values(rows), own, self.books.names)

    def _even(self, most: int) -> tuple[np.ndarray, int]:
        """Rows of an even sample of at most so many customers, and how many each stands for."""
        step = max(1, -(-self.present_rows // most))
        return np.arange(0, self.present_rows, step), step

    def _expected(
        self,
        rows: np.ndarray,
        cases: splits.Cases,
        each: bool = False,
        margins: np.ndarray | None = None,
    ) -> np.ndarray:
        """Expected discounted margins of customers, (n_rows or 1, n_cases, n_firms), money.

        ``margins`` (n_firms,) a unit of every customer; default: at the posted price less what accounts negotiated.
        """
        firms = len(self.firms)
        if margins is None:
            return self._at_agreed_prices(rows, cases, each)
        discount = np.log1p(self.setting.market.discount_rate) / self.setting.market.periods_per_year
        people, toward = self._state()
        found = np.zeros((len(rows) if each else 1, len(cases.stripped), firms))
        equity.expected_equity(
            rows, len(self.books.ledgers), self.conditions, self.record, cases.offers, self.programmes, people, toward,
            margins, discount, cases.stripped, cases.kept, np.empty((1, firms), toward.dtype), self._scratch[0],
            np.empty((firms + 1, firms + 1)), np.empty((firms + 1, firms + 1)), found, self.tied,
        )  # fmt: skip
        return found

    def _at_agreed_prices(self, rows: np.ndarray, cases: splits.Cases, each: bool) -> np.ndarray:
        """`_expected` at what units earn; a margin is the same in every case, so the concessions come off afterwards."""
        posted = self.offers["paid"] - np.array([firm.sale_cost for firm in self.firms])
        found = self._expected(rows, cases, each, posted)
        if not self.setting.theory.power.accounts:
            return found
        off = concessions(self.firms, rows)
        dealt = np.flatnonzero(off.any(axis=1))
        units = self._expected(rows[dealt], cases, each=True, margins=np.ones(len(self.firms)))
        less = units * off[dealt][:, None]
        found[dealt if each else 0] -= less if each else less.sum(axis=0)
        return found
