"""What is read from a market's state and never stored: parts of value, commitment, samples, surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.core import rng
from sim.customers.agent import values
from sim.firms.partners.tie import ties_table
from sim.firms.parts.key_accounts import terms_table
from sim.market.kernel import equity
from sim.market.measures.concentration import concentration, lorenz_table
from sim.market.measures.customer_equity import Worth
from sim.market.measures.satisfaction_factors import factors
from sim.theory.relationship import STAGES

if TYPE_CHECKING:
    from sim.customers.columns import Columns
    from sim.firms.partners.tie import Stakeholder


class Readings(Worth):
    """What a market can be asked; a base of `Market`."""

    if TYPE_CHECKING:
        stakeholders: list[Stakeholder]
        ties: list[tuple[tuple[float, ...], ...]]
        seed_of_run: int
        active_periods: int
        _sampled: list[pd.DataFrame]
        _money_before: np.ndarray | None

        def buyers(self, firm: int, after: int = ...) -> np.ndarray: ...

    @property
    def n_customers(self) -> int:
        """Customers who have entered so far."""
        return self.present_rows

    def held_by_customers(self, period: int) -> dict[str, np.ndarray]:
        """What customers hold of each firm, (n_firms,): money paid and how far it may be rounded, units and buyers ever,
        buyers of a period.
        """
        return self.held(self.columns, period)

    def held(self, c: Columns, period: int) -> dict[str, np.ndarray]:
        """The same of the columns of one category."""
        rows = slice(0, self.present_rows)
        return {
            "paid": c.money[rows].sum(axis=0, dtype="f8"),
            # each of a customer's purchases rounds what it paid so far by half a unit of single precision at most
            "rounding": (c.purchases[rows] * c.money[rows].astype("f8")).sum(axis=0) * 2.0**-24,
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

    def account_terms(self) -> pd.DataFrame:
        """What each key account and firm agreed on at the last review: firm, then the fields of `Terms`."""
        return terms_table(self.firms)

    def stakeholder_ties(self) -> pd.DataFrame:
        """Every stakeholder's tie after each period: period, stakeholder, kind, firm, satisfaction, trust, bond, part."""
        return ties_table(self.stakeholders, self.ties)

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
        active = self.buyers(firm, self.period - self.active_periods)
        if not len(active):
            return float("nan"), float("nan")
        key = rng.period_key(self.seed_of_run, self.period)
        answers = rng.answers(key, self.firms[firm].luck, asked)
        rows = active[(answers[:, 0] * len(active)).astype(np.int64)]
        errors = noise * answers[:, 1:].mean(axis=0)
        satisfaction = self.columns.satisfaction[rows, firm].mean() + errors[0]
        return float(satisfaction), float(self.columns.desire[rows].mean() + errors[1])
