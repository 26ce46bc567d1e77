"""Aggregation of periods to one number per run and firm, and of runs to the comparison of arms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.core.functions import total
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

    ``outcomes`` has a row for each period and firm. Amounts are per customer at the start, a number that no arm can
    change; a count of customers is a share of those in the market in its own period; years are the periods kept. An
    amount never reported is NaN.
    """
    names = [name for name in ALL if name in outcomes]
    firms, amounts = _by_period(outcomes, names)
    kept = dict(zip(names, np.moveaxis(amounts[setting.experiment.burn_in :], 2, 0), strict=True))
    a_year, customers = float(setting.market.periods_per_year), float(setting.population.customers)
    size = kept["market_size"]
    present = np.where(size > 0, size, np.nan) / customers  # 1 where nobody enters or leaves
    figures = {"winning_to_keeping": winning_to_keeping(kept, a_year)}
    for way, (pool, divisor) in {
        "flow": (sums_of, customers * (len(size) / a_year)),
        "stock": (means_of, customers),
        "level": (last_of, customers),
        "mean": (means_of, 1.0),
        "last": (last_of, 1.0),
        "rate": (lambda shares: geometric_means_of(shares) ** a_year, 1.0),
    }.items():
        pooled = [name for name in names if ALL[name].over_time == way]
        counts = [way == "stock" and ALL[name].unit == "customers" for name in pooled]
        parts = [
            kept[name] / present if count else kept[name] for name, count in zip(pooled, counts, strict=True)
        ]
        if parts:
            figures |= dict(zip(pooled, pool(np.array(parts)) / divisor, strict=True))
    columns, missing = [*METRICS, *sometimes_of(outcomes)], np.full(len(firms), np.nan)
    made = pd.DataFrame(np.column_stack([figures.get(name, missing) for name in columns]), columns=columns)
    made.insert(0, "firm", firms)
    return made


def _by_period(outcomes: pd.DataFrame, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Firms in order of name, and amounts by period, (periods, n_firms, n_names), of a row for each period and firm."""
    firms, of_row = np.unique(outcomes["firm"].to_numpy(object), return_inverse=True)
    order = np.lexsort((of_row, outcomes["period"]))
    return firms, outcomes[names].to_numpy(float)[order].reshape(-1, len(firms), len(names))


def sums_of(amounts: np.ndarray) -> np.ndarray:
    """Sums of reported amounts over periods, (n_metrics, n_firms), NaN where none is; amounts (n_metrics, periods, n_firms)."""
    return np.where(np.isnan(amounts).all(axis=1), np.nan, np.nansum(amounts, axis=1))


def means_of(amounts: np.ndarray) -> np.ndarray:
    """Means of reported amounts over periods, (n_metrics, n_firms), NaN where none is; amounts (n_metrics, periods, n_firms)."""
    return sums_of(amounts) / np.maximum(np.count_nonzero(~np.isnan(amounts), axis=1), 1)


def last_of(amounts: np.ndarray) -> np.ndarray:
    """Amounts reported last, (n_metrics, n_firms), NaN where none is; amounts (n_metrics, periods, n_firms)."""
    backwards = amounts[:, ::-1]
    last = np.isnan(backwards).argmin(axis=1)
    return np.take_along_axis(backwards, last[:, None], axis=1)[:, 0]


def geometric_means_of(shares: np.ndarray) -> np.ndarray:
    """Geometric means of reported shares over periods, (n_metrics, n_firms); shares (n_metrics, periods, n_firms)."""
    return np.apply_along_axis(geometric_mean, 1, shares)


def sometimes_of(frame: pd.DataFrame) -> list[str]:
    """The columns of a table that are metrics of only some markets."""
    return [name for name in OPTIONAL if name in frame]


def winning_to_keeping(amounts: Mapping[str, np.ndarray], a_year: float) -> np.ndarray:
    """Cost per customer won over cost per customer kept per year, (n_firms,); pooled over periods, as some have none won.

    ``amounts`` by metric, (periods, n_firms).
    """
    names = [name for name in (*WINNING, *KEEPING, "won", "kept") if name in amounts]
    sums = dict(zip(names, np.nan_to_num(sums_of(np.array([amounts[name] for name in names]))), strict=True))
    won, kept = (np.where(sums[name] > 0, sums[name], np.nan) for name in ("won", "kept"))
    winning = total(sums[name] for name in WINNING if name in sums) / won
    keeping = total(sums[name] for name in KEEPING if name in sums) / kept * a_year
    return winning / np.where(keeping > 0, keeping, np.nan)


def geometric_mean(shares: np.ndarray) -> float:
    """Geometric mean of shares, those not reported left out.

    >>> round(geometric_mean(np.array([0.5, 0.5, np.nan])), 6)
    0.5
    """
    reported = shares[~np.isnan(shares)]
    if not len(reported):
        return float("nan")
    return float(np.exp(np.log(reported).mean())) if (reported > 0).all() else 0.0


def _by_seed(
    runs: pd.DataFrame, seeds: np.ndarray, arms: Sequence[str], metrics: Sequence[str]
) -> np.ndarray:
    """Metrics of one firm's runs, (n_metrics, n_seeds, n_arms); NaN where there is no run."""
    seed, arm = np.searchsorted(seeds, runs["seed"]), pd.Index(arms).get_indexer(pd.Index(runs["arm"]))
    there = (arm >= 0) & np.isin(runs["seed"], seeds)
    found = np.full((len(metrics), len(seeds), len(arms)), np.nan)
    found[:, seed[there], arm[there]] = runs[list(metrics)].to_numpy(float)[there].T
    return found


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
    metrics, arms, seeds = [*METRICS, *sometimes_of(runs)], list(controls), np.unique(real["seed"])
    rows: list[dict[str, Any]] = []
    by_metric = (_by_seed(some, seeds, arms, metrics) for some in (real, twins))
    for metric, *values in zip(metrics, *by_metric, strict=True):
        value, twin = (dict(zip(arms, of.T, strict=True)) for of in values)
        made = [_row(arm, control, value, twin, confidence) for arm, control in controls.items()]
        for row, p in zip(made, holm([row["p"] for row in made], list(controls.values())), strict=True):
            rows.append(row | {"metric": metric, "unit": ALL[metric].summary_unit, "p_holm": p})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    arm: str, control: str, value: Mapping[str, np.ndarray], twin: Mapping[str, np.ndarray], confidence: float
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
    arms, (of_seeds,) = list(controls), _by_seed(real, np.unique(real["seed"]), list(controls), [metric])
    value = dict(zip(arms, of_seeds.T, strict=True))
    compared = [(arm, control) for arm, control in controls.items() if arm != control]
    differences = [paired(value[arm], value[own], confidence) for arm, own in compared]
    return float(np.max([(e.high - e.low) / 2 for e in differences])) if differences else 0.0
