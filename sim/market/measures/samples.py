"""Measures of customers as they are now: commitment, parts of value, a sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.market.kernel import equity
from sim.market.kernel.utility import PARTS
from sim.market.measures.snapshot import Snapshot
from sim.theory.relationship import STAGES

#: Columns of relations that a sample shows toward the main supplier.
TOWARD_SUPPLIER = (
    "satisfaction", "trust", "expectation", "habit", "social_bond", "structural_bond", "points",
)  # fmt: skip
#: Attributes of customers in words or numbers that a sample shows; see `sim.customers.agent`.
IN_WORDS = ("behaviour", "loyalty", "trust_level")


def commitment(state: Snapshot, rows: Any = None) -> np.ndarray:
    """Commitment of customers, default all, to their main supplier, (n_rows,); NaN without one."""
    rows = np.arange(state.n_customers) if rows is None else np.atleast_1d(np.asarray(rows, np.int64))
    attitude = np.empty(len(rows))
    equity.commitments(rows, state.inputs, state.columns.stored, attitude)
    return attitude


def value_parts(state: Snapshot) -> pd.DataFrame:
    """Mean utility of each part of delivered value over a firm's main customers: firm, part, value."""
    firms = state.n_firms
    parts, counted = np.zeros((firms, len(PARTS))), np.zeros(firms)
    equity.value_parts(
        np.arange(state.n_customers), state.inputs, state.columns.stored, np.zeros(len(PARTS)), parts, counted
    )
    some = counted[:, None] > 0
    means = np.divide(parts, counted[:, None], out=np.full(parts.shape, np.nan), where=some)
    return pd.DataFrame(
        {
            "firm": np.repeat(state.names, len(PARTS)),
            "part": np.tile(PARTS, firms),
            "value": means.reshape(-1),
        }
    )


def sample_table(
    state: Snapshot, period: int, rows: np.ndarray, more: Mapping[str, np.ndarray],
    factors: Mapping[str, np.ndarray],
) -> pd.DataFrame:  # fmt: skip
    """Customers as they are toward their main supplier, one row per customer: with ``more`` columns, then ``factors``."""
    c = state.columns
    supplier = c.supplier[rows].astype(np.int64)
    own = (rows, np.maximum(supplier, 0))
    table: dict[str, Any] = {
        "period": period,
        "customer": rows,
        "supplier": np.array([*state.names, "none"], dtype=object)[supplier],
        "stage": np.array(STAGES, dtype=object)[c.stage[rows]],
        "tenure": c.tenure[rows],
        "commitment": commitment(state, rows),
        **more,
    }
    for name in TOWARD_SUPPLIER:
        table[name] = np.where(supplier >= 0, getattr(c, name)[own], np.nan)
    return pd.DataFrame(table | {name: column for name, column in factors.items() if name not in table})
