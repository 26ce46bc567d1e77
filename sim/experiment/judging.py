"""Expectations of a scenario, judged by intervals: met, not met or undecided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.core.errors import InputError
from sim.experiment.statistics import Estimate, estimate, paired
from sim.firms.mechanisms import MECHANISMS
from sim.firms.metrics import GROUPS
from sim.scenario.arms import TWIN
from sim.scenario.warnings import has

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def check_metrics(scenario: Scenario) -> None:
    """Raise `InputError` for a metric of a mechanism that no arm has."""
    asked = {entry["metric"] for entry in scenario.expect} | set(scenario.experiment.metrics)
    arms = scenario.experiment.arms.values()
    if scenario.second is None and not any(over.get("second") for over in arms):
        for metric in sorted(asked & set(GROUPS["second"])):
            raise InputError("metric", metric, "a metric of a market with one category, or a section second")
    for need, group in GROUPS.items():
        wanted = sorted(asked & set(group))
        if need == "second" or not wanted:
            continue
        settings = map(scenario.for_arm, scenario.experiment.arms)
        if not any(has(setting, firm, need) for setting in settings for firm in setting.firms):
            raise InputError("metric", wanted[0], f"another metric, or {MECHANISMS[need].needs}")


def evaluate(
    expected: Sequence[Any],
    runs: pd.DataFrame,
    *,
    focal: str,
    confidence: float,
    controls: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Each expectation with its estimate and verdict.

    ``against`` is another arm (difference by seed; the arm's control where none is named) or "twin", the
    arm's own run without loyalty.
    "higher" is met when the whole interval lies above 0 (at or above ``by`` if given), not met when
    no part of it does; "equal" when it lies within ``by`` of 0; ``between`` judges the arm's own mean.
    """
    runs = runs[runs["firm"] == focal]
    of_arm = {key: some.set_index("seed") for key, some in runs.groupby(["arm", "twin"], sort=False)}
    return [_judge(_plain(raw, controls), of_arm, confidence) for raw in expected]


def _judge(entry: dict[str, Any], runs: Mapping[Any, pd.DataFrame], confidence: float) -> dict[str, Any]:
    own = _values(runs, entry["arm"], entry["metric"])
    if entry.get("between") is not None:
        interval = estimate(own.to_numpy(), confidence)
        verdict = _within(interval, *entry["between"])
    else:
        twin = entry["against"] == TWIN
        other = _values(runs, entry["arm"] if twin else entry["against"], entry["metric"], twin)
        interval = paired(own.to_numpy(), other.reindex(own.index).to_numpy(), confidence)
        by = float(entry.get("by") or 0.0)
        verdict = verdict_of(interval, entry["is"], by)
    numbers = {
        "estimate": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "p": interval.p,
        "n": interval.n,
    }
    return entry | {k: _finite(v) for k, v in numbers.items()} | {"verdict": verdict}


def verdict_of(interval: Estimate, side: str, by: float = 0.0) -> str:
    """Met, not met or undecided, from the interval of a difference."""
    if np.isnan(interval.low):
        return "undecided"
    if side == "equal":
        return _within(interval, -by, by)
    low, high = (interval.low, interval.high) if side == "higher" else (-interval.high, -interval.low)
    if low > by or low == by > 0:
        return "met"
    return "not met" if high < by or high == by == 0 else "undecided"


def _within(interval: Estimate, low: float, high: float) -> str:
    if np.isnan(interval.low):
        return "undecided"
    if low <= interval.low and interval.high <= high:
        return "met"
    return "not met" if interval.low > high or interval.high < low else "undecided"


def _values(runs: Mapping[Any, pd.DataFrame], arm: str, metric: str, twin: bool = False) -> pd.Series:
    """A metric by seed; empty where an arm has no run."""
    there = runs.get((arm, twin))
    return pd.Series(dtype=float) if there is None else there[metric]


def _finite(value: float) -> float | None:
    return None if np.isnan(value) else value


def _plain(entry: Mapping[str, Any], controls: Mapping[str, str]) -> dict[str, Any]:
    keys = {key: value for key, value in entry.items() if value is not None}
    return {"against": controls.get(keys.get("arm", ""))} | keys
