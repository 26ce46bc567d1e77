"""Every outcome that is reported for a firm and a period: its name, unit and meaning, declared once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from sim.core.metric import Cost, Metric, cost_column
from sim.customers.ledger import Entry, MarketEntry
from sim.firms.mechanisms import metrics_of_mechanisms
from sim.strategies.levers import COST_COLUMNS


class BookTables(NamedTuple):
    """The accounts of a run as arrays, (periods, n_firms) each unless noted, from which metrics are computed."""

    ledger: np.ndarray  # (periods, n_firms, entries)
    market: np.ndarray  # (periods, 1, wholes): the ledger of the whole market
    money: dict[str, np.ndarray]  # by metric
    prices: np.ndarray
    qualities: np.ndarray
    values: dict[int, dict[str, np.ndarray]]  # (n_firms,) by period of a report and metric
    periods_per_year: float

    def entry(self, entry: Entry) -> np.ndarray:
        """A column of the ledger."""
        return self.ledger[:, :, entry]

    def before(self, entry: Entry) -> np.ndarray:
        """A column of the ledger of the period before, 0 before the first."""
        column = self.entry(entry)
        return np.concatenate([np.zeros((1, column.shape[1])), column[:-1]])

    def reported(self, name: str) -> np.ndarray:
        """A value that is reported from time to time, NaN in between."""
        found = np.full(self.ledger.shape[:2], np.nan)
        for period, values in self.values.items():
            found[period] = values[name]
        return found

    def values_of(self, metric: Metric) -> np.ndarray:
        """The values of a metric."""
        if metric.of is None:
            return self.money[metric.name]
        return np.asarray(metric.of(self)) if callable(metric.of) else self.entry(Entry(metric.of))


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """above/below, NaN where below is 0."""
    return np.divide(above, below, out=np.full(np.broadcast(above, below).shape, np.nan), where=below != 0)


def mean(entry: Entry) -> Callable[[BookTables], np.ndarray]:
    """Mean over the firm's main customers of a column that sums over them."""
    return lambda books: ratio(books.entry(entry), books.entry(Entry.MAIN))


def of_market(entry: MarketEntry) -> Callable[[BookTables], np.ndarray]:
    """A column of the ledger of the whole market, the same for every firm."""
    return lambda books: np.broadcast_to(books.market[:, :, entry], books.ledger.shape[:2])


def acquisition_cost(books: BookTables) -> np.ndarray:
    """Costs of winning customers over customers won."""
    winning: Any = sum(books.money[name] for name in WINNING)
    return ratio(winning, books.entry(Entry.WON))


def keeping_cost(books: BookTables) -> np.ndarray:
    """Costs of keeping customers over customers kept, per year."""
    keeping: Any = sum(books.money[name] for name in KEEPING)
    return ratio(keeping, books.entry(Entry.KEPT)) * books.periods_per_year


def _by_name(metrics: Iterable[Metric]) -> dict[str, Metric]:
    return {metric.name: metric for metric in metrics}


#: Cost columns that no lever fills.
_OTHERS = {
    "goods": cost_column("goods", "cost of goods sold at base quality", budgeted=False),
    "terms_cost": cost_column("terms_cost", "dealers' margin and turnover of staff", budgeted=False),
}
#: The first cost columns in their order; those of further levers come after them.
_FIRST = (
    "goods", "quality_cost", "promotion_cost", "points_paid", "advertising_cost", "contact_cost", "integration_cost",
    "recovery_cost", "feedback_cost", "staff_cost", "place_cost", "stakeholder_cost", "terms_cost", "event_cost",
)  # fmt: skip
#: Metrics that only markets with a mechanism have, by mechanism; columns come in this order, after all others.
GROUPS = metrics_of_mechanisms()
OPTIONAL = _by_name(metric for group in GROUPS.values() for metric in group.values())
_COLUMNS = _OTHERS | COST_COLUMNS
_COSTS = [
    _COLUMNS[name] for name in (*_FIRST, *(n for n in _COLUMNS if n not in _FIRST and n not in OPTIONAL))
]
#: Names of the cost columns of winning customers and of keeping them.
WINNING = tuple(c.name for c in _COSTS if c.goes_to == "winning")
KEEPING = tuple(c.name for c in _COSTS if c.goes_to == "keeping")

METRICS: dict[str, Metric] = _by_name(
    (
        Metric("profit", unit="money", meaning="revenue less every cost", over_time="flow", better="higher"),
        Metric(
            "discounted_profit",
            unit="money",
            meaning="profit discounted to the start",
            over_time="flow",
            better="higher",
        ),
        Metric(
            "revenue",
            unit="money",
            meaning="units sold, at posted prices",
            over_time="flow",
            better="higher",
        ),
        Metric(
            "units", unit="units", meaning="units sold", over_time="flow", better="higher", of=Entry.UNITS
        ),
        *_COSTS,
        Metric(
            "budget_spend",
            unit="money",
            meaning="costs covered by the budget, with points counted when issued",
            over_time="flow",
            better="lower",
        ),
        Metric(
            "share",
            unit="share of units",
            meaning="market share: the firm's units as a share of all units sold",
            over_time="mean",
            better="higher",
            of=lambda b: ratio(b.entry(Entry.UNITS), b.entry(Entry.UNITS).sum(axis=1, keepdims=True)),
        ),
        Metric(
            "customer_share",
            unit="share of units",
            meaning="share of wallet of the firm's main customers",
            over_time="mean",
            better="higher",
            of=lambda b: ratio(b.entry(Entry.WALLET_OWN), b.entry(Entry.WALLET_ALL)),
        ),
        Metric(
            "main_customers",
            unit="customers",
            meaning="customers with the firm as main supplier",
            over_time="stock",
            better="higher",
            of=Entry.MAIN,
        ),
        Metric(
            "kept",
            unit="customers",
            meaning="main customers kept from the previous period",
            over_time="stock",
            of=Entry.KEPT,
        ),
        Metric(
            "won",
            unit="customers",
            meaning="main customers won",
            over_time="flow",
            better="higher",
            of=Entry.WON,
        ),
        Metric(
            "lost",
            unit="customers",
            meaning="main customers lost",
            over_time="flow",
            better="lower",
            of=Entry.LOST,
        ),
        Metric(
            "retention",
            unit="share per period",
            meaning="share of the previous period's main customers who are kept",
            over_time="rate",
            better="higher",
            of=lambda b: ratio(b.entry(Entry.KEPT), b.before(Entry.MAIN)),
        ),
        Metric(
            "acquisition_cost",
            unit="money per customer won",
            meaning=f"costs of winning customers ({', '.join(WINNING)}) per customer won",
            over_time="mean",
            better="lower",
            of=acquisition_cost,
        ),
        Metric(
            "keeping_cost",
            unit="money per customer kept per year",
            meaning=f"costs of keeping customers ({', '.join(KEEPING)}) per customer kept",
            over_time="mean",
            better="lower",
            of=keeping_cost,
        ),
        Metric(
            "winning_to_keeping",
            unit="times",
            meaning="cost of winning a customer divided by the cost of keeping one for a year; missing if nothing is spent on keeping",
            over_time="ratio",
            of=lambda b: ratio(acquisition_cost(b), keeping_cost(b)),
        ),
        Metric(
            "customer_equity",
            unit="money",
            meaning="expected discounted margin of present customers from the first product, at present switching probabilities and "
            "negotiated prices, before the costs of programmes and without limits of capacity",
            over_time="level",
            better="higher",
            of=lambda b: b.reported("customer_equity"),
        ),
        Metric(
            "satisfaction",
            unit="-1 to 1",
            meaning="mean satisfaction of the firm's main customers",
            over_time="mean",
            better="higher",
            of=mean(Entry.SATISFACTION),
        ),
        Metric(
            "trust",
            unit="0 to 1",
            meaning="mean trust of the firm's main customers",
            over_time="mean",
            better="higher",
            of=mean(Entry.TRUST),
        ),
        Metric(
            "commitment",
            unit="0 to 1",
            meaning="mean commitment of the firm's main customers",
            over_time="mean",
            better="higher",
            of=mean(Entry.COMMITMENT),
        ),
        Metric(
            "social_bond",
            unit="0 to 1",
            meaning="mean social bond of the firm's main customers",
            over_time="mean",
            better="higher",
            of=mean(Entry.SOCIAL_BOND),
        ),
        Metric(
            "structural_bond",
            unit="0 to 1",
            meaning="mean structural bond of the firm's main customers",
            over_time="mean",
            better="higher",
            of=mean(Entry.STRUCTURAL_BOND),
        ),
        Metric(
            "points_held",
            unit="money",
            meaning="points held by customers",
            over_time="stock",
            of=Entry.POINTS_HELD,
        ),
        Metric(
            "points_issued", unit="money", meaning="points issued", over_time="flow", of=Entry.POINTS_ISSUED
        ),
        Metric(
            "points_expired",
            unit="money",
            meaning="points expired",
            over_time="flow",
            of=Entry.POINTS_EXPIRED,
        ),
        Metric(
            "aware",
            unit="customers",
            meaning="customers who know the firm",
            over_time="stock",
            of=Entry.AWARE,
        ),
        Metric(
            "tried",
            unit="customers",
            meaning="customers who ever bought from the firm",
            over_time="stock",
            of=Entry.TRIED,
        ),
        Metric(
            "repeated",
            unit="customers",
            meaning="customers who bought at least twice",
            over_time="stock",
            of=Entry.REPEATED,
        ),
        Metric(
            "buyers",
            unit="customers",
            meaning="customers who bought in the period (penetration)",
            over_time="stock",
            of=Entry.BUYERS,
        ),
        Metric(
            "new_buyers",
            unit="customers",
            meaning="customers who bought for the first time",
            over_time="flow",
            of=Entry.NEW_BUYERS,
        ),
        Metric(
            "acquaintance",
            unit="customers",
            meaning="main customers in the stage acquaintance",
            over_time="stock",
            of=Entry.ACQUAINTANCE,
        ),
        Metric(
            "reserve",
            unit="customers",
            meaning="main customers in the stage reserve",
            over_time="stock",
            of=Entry.RESERVE,
        ),
        Metric(
            "steady",
            unit="customers",
            meaning="main customers in the stage steady",
            over_time="stock",
            of=Entry.STEADY,
        ),
        Metric(
            "wandering",
            unit="customers",
            meaning="main customers in the stage wandering",
            over_time="stock",
            of=Entry.WANDERING,
        ),
        Metric(
            "consolidated",
            unit="customers",
            meaning="main customers in the stage consolidated",
            over_time="stock",
            of=Entry.CONSOLIDATED,
        ),
        Metric(
            "loyal_true",
            unit="customers",
            meaning="main customers with attitude and behaviour above one half",
            over_time="stock",
            of=Entry.LOYAL_TRUE,
        ),
        Metric(
            "loyal_latent",
            unit="customers",
            meaning="main customers with attitude above one half and behaviour below",
            over_time="stock",
            of=Entry.LOYAL_LATENT,
        ),
        Metric(
            "loyal_spurious",
            unit="customers",
            meaning="main customers with behaviour above one half and attitude below",
            over_time="stock",
            of=Entry.LOYAL_SPURIOUS,
        ),
        Metric(
            "loyal_none",
            unit="customers",
            meaning="main customers with attitude and behaviour below one half",
            over_time="stock",
            of=Entry.LOYAL_NONE,
        ),
        Metric(
            "trust_cognitive",
            unit="customers",
            meaning="main customers at the cognitive level of trust",
            over_time="stock",
            of=Entry.TRUST_COGNITIVE,
        ),
        Metric(
            "trust_affective",
            unit="customers",
            meaning="main customers at the affective level of trust",
            over_time="stock",
            of=Entry.TRUST_AFFECTIVE,
        ),
        Metric(
            "trust_behavioural",
            unit="customers",
            meaning="main customers at the behavioural level of trust",
            over_time="stock",
            of=Entry.TRUST_BEHAVIOURAL,
        ),
        Metric(
            "failures",
            unit="failures",
            meaning="service failures",
            over_time="flow",
            better="lower",
            of=Entry.FAILURES,
        ),
        Metric(
            "complaints",
            unit="complaints",
            meaning="failures that customers voiced",
            over_time="flow",
            of=Entry.COMPLAINTS,
        ),
        Metric(
            "recovered",
            unit="cases",
            meaning="failures found and recovered",
            over_time="flow",
            of=Entry.RECOVERED,
        ),
        Metric(
            "contacts",
            unit="contacts",
            meaning="contacts made, in person or through a medium",
            over_time="flow",
            of=Entry.CONTACTS,
        ),
        Metric(
            "attended",
            unit="people",
            meaning="people at the firm's events",
            over_time="flow",
            of=Entry.ATTENDED,
        ),
        Metric(
            "captured",
            unit="customers",
            meaning="people in the market who left data with the firm at an event",
            over_time="stock",
            of=Entry.CAPTURED,
        ),
        Metric(
            "captured_revenue",
            unit="money",
            meaning="revenue from people who left data with the firm before their first purchase",
            over_time="flow",
            of=Entry.CAPTURED_REVENUE,
        ),
        Metric(
            "referrals",
            unit="customers",
            meaning="customers who came to know the firm by word of mouth",
            over_time="flow",
            better="higher",
            of=Entry.REFERRALS,
        ),
        Metric(
            "top_fifth_share",
            unit="share of revenue",
            meaning="share of revenue from the fifth of buyers who spend most",
            over_time="last",
            of=lambda b: b.reported("top_fifth_share"),
        ),
        Metric(
            "gini",
            unit="0 to 1",
            meaning="Gini coefficient of revenue over the firm's buyers",
            over_time="last",
            of=lambda b: b.reported("gini"),
        ),
        Metric(
            "market_size",
            unit="customers",
            meaning="customers in the market, the same for every firm",
            of=of_market(MarketEntry.PRESENT),
        ),
        Metric("price", unit="money", meaning="list price", over_time="mean", of=lambda b: b.prices),
        Metric(
            "price_paid",
            unit="money",
            meaning="mean price paid",
            over_time="mean",
            of=lambda b: ratio(b.entry(Entry.REVENUE) - b.money["promotion_cost"], b.entry(Entry.UNITS)),
        ),
        Metric(
            "quality",
            unit="quality",
            meaning="quality of the firm's offer",
            over_time="mean",
            of=lambda b: b.qualities,
        ),
        Metric(
            "consumer_surplus",
            unit="money",
            meaning="expected surplus of purchase occasions in the whole market (the same for every firm), 0 where nothing is offered; only "
            "differences between arms have a meaning, and without an outside option only if they serve equally many customers",
            over_time="flow",
            better="higher",
            of=of_market(MarketEntry.SURPLUS),
        ),
    )
)

#: Every metric that may be reported.
ALL: dict[str, Metric] = METRICS | OPTIONAL
#: Names of cost columns: every one, those that every market has, those outside the budget.
_EVERY = [metric for metric in ALL.values() if isinstance(metric, Cost)]
ALL_COSTS = tuple(c.name for c in _EVERY)
COSTS = tuple(c.name for c in _EVERY if c.name in METRICS)
UNBUDGETED = tuple(c.name for c in _EVERY if not c.budgeted)
