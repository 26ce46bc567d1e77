"""Figures that follow from the metrics of a run: spending by P and by C, and the measures of the scorecard."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.firms.costs import LEVER_OF
from sim.strategies import ALL_LEVERS

#: Every lever of a plan with which of the four Ps and of the four Cs it is.
MIX: dict[str, tuple[str, str]] = {name: p.mix for name, p in ALL_LEVERS.items()}
FOUR_PS = ("product", "price", "place", "promotion", "none of the four", "partners")
FOUR_CS = ("customer value", "cost to the customer", "convenience", "communication", "partners")


def spent(runs: pd.DataFrame, group: str) -> pd.Series:
    """Spending of each row on one of the four Ps or Cs, in the unit of its costs."""
    return runs[[cost for cost in _costs(runs) if group in MIX[LEVER_OF[cost]]]].sum(axis=1)


def share_spent(runs: pd.DataFrame, group: str) -> pd.Series:
    """The same as a share of all marketing spending."""
    return over(spent(runs, group), runs[_costs(runs)].sum(axis=1))


def _costs(runs: pd.DataFrame) -> list[str]:
    """The costs of marketing among the figures; those of a second product are there only with one."""
    return [cost for cost in LEVER_OF if cost in runs]


def over(above: pd.Series, below: pd.Series) -> pd.Series:
    """above/below, NaN where below is 0."""
    return above / below.where(below != 0, np.nan)


class Measure(NamedTuple):
    """A line of the scorecard: dimension, name, unit, the better side, and its function of the metrics."""

    dimension: str
    name: str
    unit: str
    better: str
    of: Callable[[pd.DataFrame], pd.Series]


def _plain(metric: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda runs: runs[metric]


def _each(above: str, below: str, times: float = 1.0) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda runs: times * over(runs[above], runs[below])


MEASURES = (
    Measure("knowledge", "customers on file", "share of customers", "higher", _plain("tried")),
    Measure("knowledge", "failures known to the firm", "share of failures", "higher", _each("recovered", "failures")),
    Measure("knowledge", "surveys and early warning", "money per main customer per year", "higher",
            _each("feedback_cost", "main_customers")),
    Measure("interaction", "contacts", "per main customer per year", "higher", _each("contacts", "main_customers")),
    Measure("interaction", "complaints voiced", "share of failures", "higher", _each("complaints", "failures")),
    Measure("interaction", "social bond", "0 to 1", "higher", _plain("social_bond")),
    Measure("interaction", "structural bond", "0 to 1", "higher", _plain("structural_bond")),
    Measure("value", "customer equity", "money per customer", "higher", _plain("customer_equity")),
    Measure("value", "profit", "money per main customer per year", "higher", _each("profit", "main_customers")),
    Measure("value", "customer share", "share of wallet", "higher", _plain("customer_share")),
    Measure("value", "cost of winning over keeping a customer", "ratio", "", _plain("winning_to_keeping")),
    Measure("satisfaction", "satisfaction", "-1 to 1", "higher", _plain("satisfaction")),
    Measure("satisfaction", "trust", "0 to 1", "higher", _plain("trust")),
    Measure("satisfaction", "retention", "share per year", "higher", _plain("retention")),
    Measure("satisfaction", "failures", "per 100 units", "lower", _each("failures", "units", 100.0)),
)  # fmt: skip
