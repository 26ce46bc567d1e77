"""The accounts: revenue and costs of every firm in each period, and the identities that must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from sim.core.functions import total
from sim.customers.ledger import ENTRIES, MARKET_ENTRIES, TENURE_BINS, Entry, MarketEntry
from sim.firms.firm import Firm
from sim.firms.mechanisms.cross_category import CELLS, REVENUE
from sim.firms.metrics import ALL, ALL_COSTS, GROUPS, METRICS, OPTIONAL, BookTables
from sim.theory.relationship import STAGES
from sim.theory.switching_causes import CAUSES

MONEY = ("revenue", *ALL_COSTS, "profit", "discounted_profit", "budget_spend")
_COSTS_OF = itemgetter(*ALL_COSTS)


def mechanism_metrics(firms: Sequence[Firm], spent: Sequence[Mapping[str, float]], entries: np.ndarray) -> dict[str, np.ndarray]:  # fmt: skip
    """Metrics of a period that only markets with a mechanism have, (n_firms,) each; NaN of a firm without it.

    ``spent`` has each firm's costs, ``entries`` (n_firms, entries) are the ledger.
    """
    groups = [GROUPS[name] for name in GROUPS if any(name in firm.mechanisms for firm in firms)]
    if not groups:
        return {}
    parts = [
        dict(pair for state in f.mechanism_states for pair in state.outcomes(c).items())
        for f, c in zip(firms, spent, strict=True)
    ]
    metrics: dict[str, np.ndarray] = {}
    for group in groups:
        for metric in group.values():
            if isinstance(metric.of, Entry):
                metrics[metric.name] = entries[:, metric.of]
            elif any(metric.name in of_firm for of_firm in parts):
                metrics[metric.name] = np.array([of_firm.get(metric.name, np.nan) for of_firm in parts])
    return metrics


class IdentityError(AssertionError):
    """An accounting identity that does not hold; the text has its name, the period and the two sides."""


PAID = "total paid by customers = revenue - promotions"  # the identity whose left side is kept in single precision


class Books:
    """Every period's ledger and money, kept as arrays; tables are made on request."""

    def __init__(
        self, names: list[str], burn_in: int, periods_per_year: float, discount_rate: float, tenure_bin: int
    ) -> None:
        firms = len(names)
        self.names, self.burn_in, self.discount_rate = names, burn_in, discount_rate
        self.periods_per_year, self.tenure_bin = periods_per_year, tenure_bin  # periods
        self.ledgers: list[np.ndarray] = []
        self.market_ledgers: list[np.ndarray] = []
        self.moneys: list[np.ndarray] = []
        self.causes: list[np.ndarray] = []
        self.prices: list[np.ndarray] = []
        self.values: dict[int, dict[str, np.ndarray]] = {}
        self.of_mechanisms: list[Mapping[str, np.ndarray]] = []  # each period's, of `OPTIONAL`
        self.stage_flows: list[np.ndarray] = []
        self.at_risk = np.zeros((firms, TENURE_BINS))
        self.lost_at = np.zeros((firms, TENURE_BINS))

    def last(self, metric: str, firm: int) -> float:
        """A money figure, a count or the share of one firm in the last period."""
        if not self.ledgers:
            return 0.0
        if metric in MONEY:
            return float(self.moneys[-1][MONEY.index(metric), firm])
        if metric == "share":
            units = self.ledgers[-1][:, Entry.UNITS].tolist()
            return float(units[firm] / total(units)) if total(units) else float("nan")
        entry = ALL[metric].of
        assert isinstance(entry, Entry), f"{metric} is no count"
        return float(self.ledgers[-1][firm, entry])

    @property
    def profits(self) -> list[float]:
        """Profit of each firm in the last period."""
        return self.moneys[-1][MONEY.index("profit")].tolist()  # type: ignore[no-any-return]

    def close(self, ledger: np.ndarray, of_market: np.ndarray, spent: Sequence[Mapping[str, float]], offers: np.ndarray,
              of_mechanisms: Mapping[str, np.ndarray] = MappingProxyType({})) -> None:  # fmt: skip
        """Enter one period: ledger (n_firms, entries), that of the market (market entries,), each firm's costs, offers (n_firms,).

        ``of_mechanisms`` has the metrics that only some markets have (`OPTIONAL`), by name, (n_firms,); the revenue of a
        second category is the firm's too.
        """
        yearly = 1.0 + self.discount_rate
        discount = yearly ** (-(len(self.ledgers) + 1) / self.periods_per_year)
        money = np.empty((len(MONEY), len(self.names)))
        money[0] = ledger[:, Entry.REVENUE] + of_mechanisms.get(REVENUE, 0.0)
        money[1:-3] = np.array([_COSTS_OF(of_firm) for of_firm in spent]).T
        money[-3] = money[0] - np.cumsum(money[1:-3], axis=0)[-1]  # column by column, to the same last digit
        money[-2] = money[-3] * discount
        money[-1] = [of_firm["budget_spend"] for of_firm in spent]
        self.of_mechanisms.append(of_mechanisms)
        self.ledgers.append(ledger)
        self.market_ledgers.append(of_market)
        self.moneys.append(money)
        self.prices.append(np.array([offers["price"], offers["quality"]]))

    def count(self, causes: np.ndarray, flows: np.ndarray, at_risk: np.ndarray, lost_at: np.ndarray) -> None:
        """Enter the customers lost by cause, the flows between stages, and the customers lost by tenure."""
        self.causes.append(causes)
        self.stage_flows.append(flows)
        if len(self.ledgers) > self.burn_in:
            self.at_risk, self.lost_at = self.at_risk + at_risk, self.lost_at + lost_at

    def check(self, held: Mapping[str, np.ndarray]) -> None:
        """Raise `IdentityError` where an identity of the accounts fails, among them with customers' own holdings.

        Of each firm (n_firms,): "paid" ever and its "rounding", "units" and "buyers" ever, "now" in the last period.
        """
        now, period = self.ledgers[-1], len(self.ledgers) - 1
        before = self.ledgers[-2] if len(self.ledgers) > 1 else np.zeros_like(now)
        money = dict(zip(MONEY, self.moneys[-1], strict=True))
        ever = dict(zip(MONEY, sum(self.moneys[1:], self.moneys[0]), strict=True))
        counted = sum(self.ledgers[1:], self.ledgers[0])
        customers = max(self.market_ledgers[-1][MarketEntry.PRESENT], 1.0)
        second, second_ever = self.revenue_of_second()
        sides = {
            "revenue = list price * units": (
                money["revenue"],
                self.prices[-1][0] * now[:, Entry.UNITS] + second,
            ),
            PAID: (held["paid"], ever["revenue"] - second_ever - ever["promotion_cost"]),
            "profit = revenue - costs": (
                money["profit"],
                money["revenue"] - sum(money[c] for c in ALL_COSTS),
            ),
            "growth matrix = revenue": (
                sum(self.of_mechanisms[-1].get(cell, 0.0) for cell in CELLS),
                money["revenue"] if CELLS[0] in self.of_mechanisms[-1] else 0.0,
            ),
            "purchases of all customers = units": (held["units"], counted[:, Entry.UNITS]),
            "customers who ever bought = new buyers": (held["buyers"], counted[:, Entry.NEW_BUYERS]),
            "customers who bought now = buyers": (held["now"], now[:, Entry.BUYERS]),
            "main customers = before + won - lost": (
                now[:, Entry.MAIN],
                before[:, Entry.MAIN] + now[:, Entry.WON] - now[:, Entry.LOST],
            ),
            "main customers = kept + won": (now[:, Entry.MAIN], now[:, Entry.KEPT] + now[:, Entry.WON]),
            "points held + paid + expired = before + issued": (
                now[:, Entry.POINTS_HELD] + now[:, Entry.POINTS_PAID] + now[:, Entry.POINTS_EXPIRED],
                before[:, Entry.POINTS_HELD] + now[:, Entry.POINTS_ISSUED],
            ),
            "units = occasions less those without a purchase": (
                now[:, Entry.UNITS].sum(),
                self.market_ledgers[-1][MarketEntry.OCCASIONS] - self.market_ledgers[-1][MarketEntry.OUTSIDE],
            ),
            "causes of leaving = customers lost": (self.causes[-1].sum(axis=(1, 2)), now[:, Entry.LOST]),
            "stages = customers": (self.stage_flows[-1].sum(), self.market_ledgers[-1][MarketEntry.PRESENT]),
        }
        for name, (left, right) in sides.items():
            scale = np.maximum(np.abs(left), np.abs(right)) + 1e-3 * customers
            rounding = held["rounding"] if name == PAID else 0.0
            if np.any(np.abs(left - right) > 1e-5 * scale + rounding):
                raise IdentityError(f"period {period}: {name}: {left} against {right}")
        grown = now[:, Entry.AWARE] - before[:, Entry.AWARE]
        if len(self.ledgers) > 1 and np.any(grown > self.aware_gains() + 1e-6):
            raise IdentityError(f"period {period}: awareness grew by {grown} without reach, purchase or talk")

    def revenue_of_second(self) -> tuple[Any, Any]:
        """Revenue of the second category in the last period and ever, (n_firms,); 0 where there is none."""
        every = [period[REVENUE] for period in self.of_mechanisms if REVENUE in period]
        if not every:
            return 0.0, 0.0
        return every[-1], sum(every[1:], every[0])

    def aware_gains(self) -> np.ndarray:
        """Upper bound on the growth of awareness, (n_firms,)."""
        now = self.ledgers[-1]
        entered = self.market_ledgers[-1][MarketEntry.ENTERED]
        return (
            now[:, Entry.REACHED] + now[:, Entry.REFERRALS] + self.ledgers[-2][:, Entry.REFERRALS] + entered
        )

    def outcomes(self) -> pd.DataFrame:
        """Tidy table: a row per period and firm, a column per metric (`METRICS`, and of `OPTIONAL` what the market has)."""
        periods, firms = len(self.ledgers), len(self.names)
        table: dict[str, Any] = {
            "period": np.repeat(np.arange(periods), firms),
            "firm": np.tile(self.names, periods),
        }
        ledger = np.array(self.ledgers).reshape(periods, firms, ENTRIES)
        of_market = np.array(self.market_ledgers).reshape(periods, 1, MARKET_ENTRIES)
        money = np.array(self.moneys).reshape(periods, len(MONEY), firms)
        prices = np.array(self.prices).reshape(periods, 2, firms)
        tables = BookTables(
            ledger, of_market, {name: money[:, row] for row, name in enumerate(MONEY)}, prices[:, 0], prices[:, 1], self.values,
            self.periods_per_year,
        )  # fmt: skip
        values = {name: tables.values_of(metric) for name, metric in METRICS.items()}
        optional = self.of_mechanisms[0] if self.of_mechanisms else {}
        values |= {name: tables.money[name] for name in OPTIONAL if name in tables.money}
        values |= {name: np.array([period[name] for period in self.of_mechanisms]) for name in optional}
        groups = (group for group in GROUPS.values() if group.keys() & optional.keys())
        names = [*METRICS, *(name for group in groups for name in group)]
        table |= {name: np.asarray(values[name], dtype="f8").reshape(-1) for name in names}
        return pd.DataFrame(table)

    def switches(self) -> pd.DataFrame:
        """Tidy table of main customers lost: period, from, to ("left": the outside or the market), cause, customers."""
        causes = np.array(self.causes).reshape(
            len(self.causes), len(self.names), len(self.names) + 1, len(CAUSES)
        )
        period, giver, taker, cause = np.nonzero(causes)
        names = np.array([*self.names, "left"], dtype=object)
        return pd.DataFrame(
            {
                "period": period,
                "from": names[giver],
                "to": names[taker],
                "cause": np.array(CAUSES, dtype=object)[cause],
                "customers": causes[period, giver, taker, cause],
            }
        )

    def transitions(self) -> pd.DataFrame:
        """Counts of customers who moved from one stage to another in a period, after the burn-in."""
        burn_in = self.burn_in
        flows = np.sum(self.stage_flows[burn_in:] or [np.zeros((len(STAGES), len(STAGES)))], axis=0)
        return pd.DataFrame(
            [(STAGES[a], STAGES[b], flows[a, b]) for a in range(len(STAGES)) for b in range(len(STAGES))],
            columns=["from_stage", "to_stage", "count"],
        )

    def tenure(self) -> pd.DataFrame:
        """Main customers at risk of leaving and lost, by firm and tenure (years at the bin's start), after the burn-in."""
        bins = self.at_risk.shape[1]
        years = np.arange(bins) * self.tenure_bin / self.periods_per_year
        return pd.DataFrame(
            {
                "firm": np.repeat(self.names, bins),
                "tenure": np.tile(years, len(self.names)),
                "at_risk": self.at_risk.reshape(-1),
                "lost": self.lost_at.reshape(-1),
            }
        )
