"""What is read from a market's state and never stored: customer equity, parts of value, commitment, samples, surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim import equity, luck
from sim import equity_split as splits
from sim.acts.choosing import CONTACT, DISCOUNT, EFFORT, REWARD
from sim.customer import values
from sim.factors import factors
from sim.key_accounts import concessions, terms_table
from sim.problem import Problem
from sim.stakeholder import ties_table
from sim.theory.relationship import STAGES
from sim.values import concentration, lorenz_table, whale_table

if TYPE_CHECKING:
    from sim.accounts import Books
    from sim.customers import Columns
    from sim.firm import Firm
    from sim.scenario import Scenario
    from sim.stakeholder import Stakeholder

EQUITY_SAMPLE = 20_000


class Readings:
    """What a market can be asked; a base of `Market`."""

    if TYPE_CHECKING:
        setting: Scenario
        columns: Columns
        present_rows: int
        weeks: float
        period: int
        active_periods: int
        seed_of_run: int
        books: Books
        firms: list[Firm]
        record: np.ndarray
        offers: np.ndarray
        programmes: np.ndarray
        stakeholders: list[Stakeholder]
        ties: list[tuple[tuple[float, ...], ...]]
        conditions: np.ndarray
        _scratch: np.ndarray

        @property
        def tied(self) -> np.ndarray | None: ...

        _sampled: list[pd.DataFrame]
        _money_before: np.ndarray | None

        def _state(self) -> tuple[np.ndarray, np.ndarray]: ...

    def present(self) -> np.ndarray:
        """Which customers are in the market now, (n_customers,)."""
        entered, leaves = (
            self.columns.entered_at[: self.present_rows],
            self.columns.leaves_at[: self.present_rows],
        )
        lived = len(self.books.ledgers)  # the reports of a period are made before it is counted
        return (entered < max(lived, 1)) & (leaves > lived)

    @property
    def n_customers(self) -> int:
        """Customers who have entered so far."""
        return self.present_rows

    def held_by_customers(self, period: int) -> dict[str, np.ndarray]:
        """What customers hold of each firm, (n_firms,): money paid, units and buyers ever, buyers of a period."""
        return self.held(self.columns, period)

    def held(self, c: Columns, period: int) -> dict[str, np.ndarray]:
        """The same of the columns of one category."""
        rows = slice(0, self.present_rows)
        return {
            "paid": c.money[rows].sum(axis=0, dtype="f8"),
            "units": c.purchases[rows].sum(axis=0, dtype="f8"),
            "buyers": (c.purchases[rows] > 0).sum(axis=0),
            "now": (c.last_purchase[rows] == period).sum(axis=0),
        }

    def commitment(self, rows: Any = None) -> np.ndarray:
        """Commitment of customers to their main supplier, (n_rows,); NaN without one."""
        rows = (
            np.arange(self.present_rows) if rows is None else np.atleast_1d(np.asarray(rows, dtype=np.int64))
        )
        attitude = np.empty(len(rows))
        equity.commitments(
            rows,
            self.record,
            self.offers,
            self.programmes,
            *self._state(),
            self._scratch[0],
            attitude,
            self.tied,
        )
        return attitude

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
            raise Problem.unknown("split", split, splits.SPLITS)
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
        serving = bonds.contact_cost * given[..., CONTACT] + bonds.integration_cost * given[..., EFFORT]
        cost = np.where(serving > 0.0, served, 0.0) * serving
        return units * (paid * (1.0 - given[..., REWARD]) - sale_cost) - cost

    def account_terms(self) -> pd.DataFrame:
        """What each key account and firm agreed on at the last review: firm, then the fields of `Terms`."""
        return terms_table(self.firms)

    def stakeholder_ties(self) -> pd.DataFrame:
        """Every stakeholder's tie after each period: period, stakeholder, kind, firm, satisfaction, trust, bond, part."""
        return ties_table(self.stakeholders, self.ties)

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

    def value_parts(self) -> pd.DataFrame:
        """Mean utility of each part of delivered value over a firm's main customers: firm, part, value."""
        firms = len(self.firms)
        parts, counted = np.zeros((firms, len(equity.PARTS))), np.zeros(firms)
        rows = np.arange(self.present_rows)
        equity.value_parts(
            rows,
            self.record,
            self.offers,
            self.programmes,
            *self._state(),
            self._scratch[0],
            parts,
            counted,
            self.tied,
        )
        means = np.divide(
            parts, counted[:, None], out=np.full(parts.shape, np.nan), where=counted[:, None] > 0
        )
        return pd.DataFrame(
            {
                "firm": np.repeat(self.books.names, len(equity.PARTS)),
                "part": np.tile(equity.PARTS, firms),
                "value": means.reshape(-1),
            }
        )

    def customer_values(self) -> pd.DataFrame:
        """Lorenz curve of each firm's revenue over its buyers since the burn-in: firm, percentile, revenue_share."""
        return lorenz_table(self.spending_of_customers(), self.books.names)

    def customer_sample(self) -> pd.DataFrame:
        """The sampled customers over time, one row a customer and report."""
        return pd.concat(self._sampled, ignore_index=True) if self._sampled else pd.DataFrame()

    def spending_of_customers(self) -> np.ndarray:
        """What each customer paid each firm since the burn-in, (n_customers, n_firms), money."""
        money = self.columns.money[: self.present_rows].astype("f8")
        if self._money_before is not None:
            money[: len(self._money_before)] -= self._money_before
        return np.maximum(money, 0.0)

    def _report_values(self) -> None:
        setting = self.setting.experiment
        if self.period + 1 == setting.burn_in:
            self._money_before = self.columns.money[: self.present_rows].copy()
        if (self.period + 1) % setting.value_every and self.period + 1 != setting.periods:
            return
        self.books.values[self.period] = {
            "customer_equity": self.customer_equity(),
            **concentration(self.spending_of_customers()),
        }
        if setting.sample:
            self._sampled.append(self._sample(setting.sample))

    def _sample(self, most: int) -> pd.DataFrame:
        """An even sample of customers as they are now, toward their main supplier."""
        c = self.columns
        rows = np.arange(0, self.present_rows, max(1, -(-self.present_rows // most)))
        rows = rows[self.present()[rows]]
        supplier = c.supplier[rows].astype(np.int64)
        own = (rows, np.maximum(supplier, 0))
        table: dict[str, Any] = {
            "period": self.period,
            "customer": rows,
            "supplier": np.array([*self.books.names, "none"], dtype=object)[supplier],
            "stage": np.array(STAGES, dtype=object)[c.stage[rows]],
            "tenure": c.tenure[rows],
            "commitment": self.commitment(rows),
            **{face: values(self, face, rows) for face in ("behaviour", "loyalty", "trust_level")},
        }
        for name in (
            "satisfaction",
            "trust",
            "expectation",
            "habit",
            "social_bond",
            "structural_bond",
            "points",
        ):
            table[name] = np.where(supplier >= 0, getattr(c, name)[own], np.nan)
        return pd.DataFrame(table | {k: v for k, v in factors(self, rows).items() if k not in table})

    def survey(self, firm: int, asked: int, noise: float) -> tuple[float, float]:
        """Mean satisfaction with a firm and mean desire of active customers asked, with noise in each answer."""
        active = np.flatnonzero(self.columns.last_purchase[:, firm] > self.period - self.active_periods)
        if not len(active):
            return float("nan"), float("nan")
        key = luck.key_of(self.seed_of_run, self.period)
        answers = luck.answers(key, self.firms[firm].luck, asked)
        rows = active[(answers[:, 0] * len(active)).astype(np.int64)]
        errors = noise * answers[:, 1:].mean(axis=0)
        satisfaction = self.columns.satisfaction[rows, firm].mean() + errors[0]
        return float(satisfaction), float(self.columns.desire[rows].mean() + errors[1])
