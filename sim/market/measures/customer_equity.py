"""Value of customers to firms: customer equity, its split, lifetime values, and values net of the cost of programmes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.core.errors import InputError
from sim.customers.offer import CONTACT, DISCOUNT, EFFORT, ONLINE, REWARD
from sim.market.kernel import equity
from sim.market.measures import equity_split as splits
from sim.market.measures.concentration import whale_table
from sim.market.measures.snapshot import Snapshot, even_sample, present
from sim.theory.bonds import Bonds, of_personal

EQUITY_SAMPLE = 20_000


def customer_equity(state: Snapshot, most: int = EQUITY_SAMPLE) -> np.ndarray:
    """Expected customer equity of each firm, (n_firms,), money; from an even sample of customers of limited size."""
    rows, step = even_sample(state.n_customers, most)
    return expected_margins(state, rows, splits.no_term_taken(state.offers))[0, 0] * step


def lifetime_values(state: Snapshot) -> np.ndarray:
    """Expected value of each customer to each firm, (n_customers, n_firms), money: the parts of customer equity."""
    rows = np.arange(state.n_customers)
    return expected_margins(state, rows, splits.no_term_taken(state.offers), each=True)[:, 0]


def split_equity(state: Snapshot, split: str, most: int | None = None) -> pd.DataFrame:
    """Customer equity of each firm by its sources: firm, part, value (money); a firm's parts sum to its equity.

    ``split`` is a key of `SPLITS`; from an even sample of at most ``most`` customers (default: `sample_size`).
    """
    if split not in splits.SPLITS:
        raise InputError.unknown("split", split, splits.SPLITS)
    return _split(state, [split], most).drop(columns="split")


def every_split(state: Snapshot) -> pd.DataFrame:
    """Every split in one table: firm, part, value, split."""
    return _split(state, list(splits.SPLITS))


def _split(state: Snapshot, names: Sequence[str], most: int | None = None) -> pd.DataFrame:
    """Some splits in one table; a case that several of them or several firms have is worked out once."""
    rows, step = even_sample(state.n_customers, splits.sample_size(state.n_firms) if most is None else most)
    asked = [splits.coalitions(splits.SPLITS[name], state.offers) for name in names]
    cases, number = splits.distinct(
        splits.Cases(*map(np.concatenate, zip(*asked, strict=True))),
        state.columns,
        rows,
    )
    margins = (expected_margins(state, rows, cases)[0] * step)[number]
    ends = np.cumsum([len(of_split.stripped) for of_split in asked])
    values = [
        splits.parts_of(name, of_split)
        for name, of_split in zip(names, np.split(margins, ends[:-1]), strict=True)
    ]
    labels = [(*splits.SPLITS[name], splits.REST) for name in names]
    firms = state.n_firms
    return pd.DataFrame(
        {
            "firm": np.concatenate([np.repeat(state.names, len(parts)) for parts in labels]),
            "part": np.concatenate([np.tile(parts, firms) for parts in labels]),
            "value": np.concatenate([of_split.reshape(-1) for of_split in values]),
            "split": np.repeat(names, [firms * len(parts) for parts in labels]),
        }
    )


def net_values(state: Snapshot, bonds: Bonds, rows: np.ndarray | None = None) -> np.ndarray:
    """Lifetime value less the cost of the customer's present programme, (n_rows, n_firms), money.

    Discounts and points on expected purchases (no point expires); contacts and joint work in every period under
    contract, in a repertoire market for as long as the customer is in the market, which is too much for a customer
    who drops out of its tier.
    """
    rows = np.arange(state.n_customers) if rows is None else rows
    one = np.ones(state.n_firms)
    units = expected_margins(state, rows, splits.no_term_taken(state.offers), each=True, margins=one)[:, 0]
    tier = state.columns.tier[rows].astype(np.int64)
    programme = state.programmes[np.arange(state.n_firms), np.maximum(tier, 0)] * (tier >= 0)[..., None]
    paid = state.offers["paid"] * (1.0 - programme[..., DISCOUNT])
    served = units
    if not state.conditions[0]["contractual"]:
        c = state.columns
        dropping = c.need_rate[rows] * c.dropout[rows]
        leaving = (c.exit_rate[rows] + dropping) * state.weeks
        lost = np.expm1(state.economics.discount + leaving.astype("f8"))
        there = present(c, state.periods)[rows] & (lost > 0.0)
        served = np.divide(1.0, lost, out=np.zeros(len(rows)), where=there)[:, None]
    contact_cost = bonds.contact_cost * of_personal(programme[..., ONLINE], bonds.online_cost)
    serving = contact_cost * programme[..., CONTACT] + bonds.integration_cost * programme[..., EFFORT]
    serving /= state.economics.alignment
    cost = np.where(serving > 0.0, served, 0.0) * serving
    return units * (paid * (1.0 - programme[..., REWARD]) - state.economics.sale_cost) - cost


def whale_curve(state: Snapshot, bonds: Bonds, most: int = EQUITY_SAMPLE) -> pd.DataFrame:
    """Cumulative net value of each firm's own customers, best first: firm, percentile, worth_share (1 = all)."""
    rows, _ = even_sample(state.n_customers, most)
    bought = state.columns.purchases[rows] > 0
    own = bought & present(state.columns, state.periods)[rows][:, None]
    return whale_table(net_values(state, bonds, rows), own, state.names)


def expected_margins(
    state: Snapshot,
    rows: np.ndarray,
    cases: splits.Cases,
    each: bool = False,
    margins: np.ndarray | None = None,
) -> np.ndarray:
    """Expected discounted margins of customers, (n_rows or 1, n_cases, n_firms), money.

    ``margins`` (n_firms,) per unit of every customer; default: the posted price less what key accounts negotiated
    and less the cost of a sale.
    """
    if margins is None:
        return _at_agreed_prices(state, rows, cases, each)
    firms = state.n_firms
    expected = np.zeros((len(rows) if each else 1, len(cases.stripped), firms))
    equity.expected_equity(
        rows, state.inputs, cases.offers, state.columns.stored, margins, state.economics.discount, cases.stripped,
        cases.kept, equity.EquityMemory.of(firms), expected,
    )  # fmt: skip
    return expected


def _at_agreed_prices(state: Snapshot, rows: np.ndarray, cases: splits.Cases, each: bool) -> np.ndarray:
    """`expected_margins` at agreed prices; a margin is the same in every case, so concessions come off afterwards."""
    posted = state.offers["paid"] - state.economics.sale_cost
    expected = expected_margins(state, rows, cases, each, posted)
    if state.economics.concessions is None:
        return expected
    off = state.economics.concessions[rows]
    dealt = np.flatnonzero(off.any(axis=1))
    one = np.ones(state.n_firms)
    units = expected_margins(state, rows[dealt], cases, each=True, margins=one)
    less = units * off[dealt][:, None]
    expected[dealt if each else 0] -= less if each else less.sum(axis=0)
    return expected
