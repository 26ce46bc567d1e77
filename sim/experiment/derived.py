"""Figures that follow from the metrics of a run: spending by P and by C, and the measures of the scorecard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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


@dataclass(frozen=True, kw_only=True)
class Measure:
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
    Measure(
        dimension="knowledge",
        name="customers on file",
        unit="share of customers",
        better="higher",
        of=_plain("tried"),
    ),
    Measure(
        dimension="knowledge",
        name="failures known to the firm",
        unit="share of failures",
        better="higher",
        of=_each("recovered", "failures"),
    ),
    Measure(
        dimension="knowledge",
        name="surveys and early warning",
        unit="money per main customer per year",
        better="higher",
        of=_each("feedback_cost", "main_customers"),
    ),
    Measure(
        dimension="interaction",
        name="contacts",
        unit="per main customer per year",
        better="higher",
        of=_each("contacts", "main_customers"),
    ),
    Measure(
        dimension="interaction",
        name="complaints voiced",
        unit="share of failures",
        better="higher",
        of=_each("complaints", "failures"),
    ),
    Measure(
        dimension="interaction", name="social bond", unit="0 to 1", better="higher", of=_plain("social_bond")
    ),
    Measure(
        dimension="interaction",
        name="structural bond",
        unit="0 to 1",
        better="higher",
        of=_plain("structural_bond"),
    ),
    Measure(
        dimension="value",
        name="customer equity",
        unit="money per customer",
        better="higher",
        of=_plain("customer_equity"),
    ),
    Measure(
        dimension="value",
        name="profit",
        unit="money per main customer per year",
        better="higher",
        of=_each("profit", "main_customers"),
    ),
    Measure(
        dimension="value",
        name="customer share",
        unit="share of wallet",
        better="higher",
        of=_plain("customer_share"),
    ),
    Measure(
        dimension="value",
        name="cost of winning over keeping a customer",
        unit="ratio",
        better="",
        of=_plain("winning_to_keeping"),
    ),
    Measure(
        dimension="satisfaction",
        name="satisfaction",
        unit="-1 to 1",
        better="higher",
        of=_plain("satisfaction"),
    ),
    Measure(dimension="satisfaction", name="trust", unit="0 to 1", better="higher", of=_plain("trust")),
    Measure(
        dimension="satisfaction",
        name="retention",
        unit="share per year",
        better="higher",
        of=_plain("retention"),
    ),
    Measure(
        dimension="satisfaction",
        name="failures",
        unit="per 100 units",
        better="lower",
        of=_each("failures", "units", 100.0),
    ),
)
