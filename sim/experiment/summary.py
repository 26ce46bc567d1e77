"""Aggregation of periods to one number per run and firm, and of runs to the comparison of arms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.experiment.statistics import Estimate, estimate, holm, paired
from sim.firms.metrics import ALL, KEEPING, METRICS, OPTIONAL, WINNING

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

#: The control is compared with nothing.
_NONE = Estimate(np.nan, np.nan, np.nan, np.nan, 0)
COLUMNS = (
    "arm", "control", "metric", "unit", "n", "mean", "low", "high",
    "difference", "difference_low", "difference_high", "p", "p_holm", "pairs",
    "twin_mean", "over_twin", "over_twin_low", "over_twin_high",
    "loyalty_difference", "loyalty_difference_low", "loyalty_difference_high",
)  # fmt: skip


def run_figures(outcomes: pd.DataFrame, setting: Scenario) -> pd.DataFrame:
    """One row per firm, one column per metric, as `Metric.over_time` says; the burn-in is left out.

    Amounts are per customer at the start, a number that no arm can change; a count of customers is a share of those
    in the market in its own period; years are the periods kept. An amount never reported is NaN.
    """
    periods = np.sort(outcomes["period"].unique())[setting.experiment.burn_in :]
    rows = outcomes[outcomes["period"].isin(periods)].sort_values(["firm", "period"])
    a_year = float(setting.market.periods_per_year)
    years = len(periods) / a_year
    customers = float(setting.population.customers)
    now = rows["market_size"].where(rows["market_size"] > 0) / customers  # 1 where nobody enters or leaves
    counts = [
        m.name for m in ALL.values() if m.over_time == "stock" and m.unit == "customers" and m.name in rows
    ]
    whole = rows
    rows = rows.assign(**{name: rows[name] / now for name in counts})
    parts = [winning_to_keeping(whole, a_year)]
    for way, (pool, divisor) in {
        "flow": (lambda firms: firms.sum(min_count=1), customers * years),
        "stock": (lambda firms: firms.mean(), customers),
        "level": (lambda firms: firms.last(), customers),
        "mean": (lambda firms: firms.mean(), 1.0),
        "last": (lambda firms: firms.last(), 1.0),
        "rate": (lambda firms: firms.agg(geometric_mean) ** a_year, 1.0),
    }.items():
        names = [m.name for m in ALL.values() if m.over_time == way and m.name in rows]
        parts.append(pool(rows.groupby("firm", sort=True)[names]) / divisor)
    return (
        pd.concat(parts, axis=1)
        .reindex(columns=[*METRICS, *sometimes_of(outcomes)])
        .reset_index(names="firm")
    )


def sometimes_of(frame: pd.DataFrame) -> list[str]:
    """The columns of a table that are metrics of only some markets."""
    return [name for name in OPTIONAL if name in frame]


def winning_to_keeping(outcomes: pd.DataFrame, a_year: float) -> pd.Series:
    """Cost per customer won over cost per customer kept per year, by firm; pooled over periods, as some have none won."""
    amounts = outcomes.reindex(columns=["firm", *WINNING, *KEEPING, "won", "kept"])
    total = amounts.groupby("firm", sort=True).sum()
    won = total[list(WINNING)].sum(axis=1) / total["won"].where(total["won"] > 0)
    keeping = total[list(KEEPING)].sum(axis=1) / total["kept"].where(total["kept"] > 0) * a_year
    return (won / keeping.where(keeping > 0)).rename("winning_to_keeping")


def geometric_mean(shares: pd.Series) -> float:
    """Geometric mean of shares, those not reported left out.

    >>> round(geometric_mean(pd.Series([0.5, 0.5, np.nan])), 6)
    0.5
    """
    reported = shares.dropna()
    if not len(reported):
        return float("nan")
    return float(np.exp(np.log(reported).mean())) if (reported > 0).all() else 0.0


def summarise(
    runs: pd.DataFrame, *, controls: Mapping[str, str], focal: str, confidence: float
) -> pd.DataFrame:
    """The comparison of one firm over arms, a row per arm and metric, columns as in `COLUMNS`.

    ``controls`` maps every arm to its control, a control to itself. ``difference`` is arm less control, by
    seed; ``over_twin`` arm less its own run without loyalty; ``loyalty_difference`` is the difference less
    the difference without loyalty. ``p_holm`` corrects p for the number of arms compared with
    the same control on the metric. Intervals hold for one metric of one arm at a time.
    """
    focal_runs = runs[runs["firm"] == focal]
    real, twins = (focal_runs[focal_runs["twin"] == twin] for twin in (False, True))
    rows: list[dict[str, Any]] = []
    seeds = np.unique(real["seed"].to_numpy())
    metrics = [*METRICS, *sometimes_of(runs)]
    values, without = (_by_arm(firms, list(controls), metrics, seeds) for firms in (real, twins))
    for k, metric in enumerate(metrics):
        value, twin = ({arm: runs_of[k] for arm, runs_of in by.items()} for by in (values, without))
        made = [_row(arm, control, value, twin, confidence) for arm, control in controls.items()]
        for row, p in zip(made, holm([row["p"] for row in made], list(controls.values())), strict=True):
            rows.append(row | {"metric": metric, "unit": ALL[metric].summary_unit, "p_holm": p})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_arm(
    runs: pd.DataFrame, arms: Sequence[str], metrics: Sequence[str], seeds: np.ndarray
) -> dict[str, np.ndarray]:
    """The metrics of each arm's runs, (n_metrics, n_seeds), NaN where there is no run."""
    found = {}
    for arm in arms:
        mine = runs[runs["arm"] == arm].set_index("seed")[list(metrics)].reindex(seeds)
        found[arm] = np.ascontiguousarray(mine.to_numpy(dtype=float).T)
    return found


def _row(
    arm: str,
    control: str,
    value: Mapping[str, np.ndarray],
    twin: Mapping[str, np.ndarray],
    confidence: float,
) -> dict[str, Any]:
    own, base = value[arm], value[control]
    own_twin, base_twin = twin[arm], twin[control]
    mean = estimate(own, confidence)
    compared = arm != control
    difference = paired(own, base, confidence) if compared else _NONE
    over = paired(own, own_twin, confidence)
    loyalty = paired(own - base, own_twin - base_twin, confidence) if compared else _NONE
    return {
        "arm": arm, "control": control if compared else "", "n": mean.n, "mean": mean.mean, "low": mean.low, "high": mean.high,
        "difference": difference.mean, "difference_low": difference.low, "difference_high": difference.high,
        "p": difference.p, "pairs": difference.n,
        "twin_mean": estimate(own_twin, confidence).mean,
        "over_twin": over.mean, "over_twin_low": over.low, "over_twin_high": over.high,
        "loyalty_difference": loyalty.mean, "loyalty_difference_low": loyalty.low,
        "loyalty_difference_high": loyalty.high,
    }  # fmt: skip


def half_width(
    runs: pd.DataFrame, metric: str, *, controls: Mapping[str, str], focal: str, confidence: float
) -> float:
    """The widest half-width of a metric's paired differences, NaN while there are too few runs."""
    real = runs[(runs["firm"] == focal) & ~runs["twin"]]
    value = real.pivot(index="seed", columns="arm", values=metric).reindex(columns=list(controls))
    compared = [(arm, control) for arm, control in controls.items() if arm != control]
    differences = [paired(value[arm].to_numpy(), value[own].to_numpy(), confidence) for arm, own in compared]
    return float(np.max([(e.high - e.low) / 2 for e in differences])) if differences else 0.0
