"""Cells of tables: rows of the summary, their means and p-values, and expectations in words."""

from __future__ import annotations

import math
from typing import Any

from sim.report.labels import Comparison
from sim.report.study import Study, table
from sim.report.wording import chance, name_of, spanned, unit_of


def rows(result: Comparison, s: Study, metrics: tuple[str, ...]) -> list[dict[str, Any]]:
    """The summary's rows for these metrics, by metric and arm; metrics without a record are left out."""
    columns = ("arm", "metric", "mean", "low", "high", "difference", "difference_low", "difference_high", "p")
    by_key: dict[Any, Any] = {
        (row["metric"], row["arm"]): row for row in table(result, "summary", *columns).to_dict("records")
    }
    wanted = [(metric, arm) for metric in dict.fromkeys(metrics) for arm in s.arms]
    ordered = [by_key[key] for key in wanted if key in by_key]
    return [row for row in ordered if math.isfinite(row["mean"])]


def mean_of(row: dict[str, Any]) -> str:
    """A row's mean with its interval; money with one more decimal, since paired differences are finer than means."""
    return spanned(row["mean"], row["low"], row["high"], finer=unit_of(row["metric"]).startswith("money"))


def p_of(row: dict[str, Any]) -> str:
    """A p-value for a column: "< 0.001"; "all equal" where the difference is the same in every replication."""
    if row["difference_low"] == row["difference_high"]:
        return "identical" if row["difference"] == 0 else "all equal"
    return chance(row["p"]).removeprefix("p ").removeprefix("= ")


def asked(entry: dict[str, Any]) -> str:
    """The comparison of an expectation: "profit: level_3 higher than transactional"."""
    metric = f"{name_of(entry['metric'])}: {entry['arm']}"
    if entry.get("between") is not None:
        return f"{metric} between {entry['between'][0]:g} and {entry['between'][1]:g}"
    by = entry.get("by")
    against = "its run without loyalty" if entry.get("against") == "twin" else entry.get("against")
    if entry["is"] == "equal":
        return f"{metric} equal to {against}" + (f" within {by:g}" if by else "")
    return f"{metric} {entry['is']} than {against}" + (f" by {by:g}" if by else "")


def found_by(entry: dict[str, Any]) -> str:
    """The estimate behind the verdict of an expectation."""
    mean, low, high = (
        math.nan if entry.get(key) is None else float(entry[key]) for key in ("estimate", "low", "high")
    )
    return spanned(mean, low, high, sign=entry.get("between") is None)
