"""The charts of the pages as options of ECharts: the paired difference large, both versions small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.app.questions import SeedAnswer
from sim.app.texts import Texts
from sim.experiment.statistics import estimate

#: Colours that differ without hue too, light and dark; the version is a whole line, its control a broken one.
ARM, CONTROL, TWIN = "#0072B2", "#D55E00", "#7a7a7a"
#: Letters and lines for the back row, in pixels of a page as wide as a projector's.
LARGE, SMALL = 22, 20


def difference(
    answers: Sequence[SeedAnswer], metric: str, t: Texts, title: str, twin: bool
) -> dict[str, Any]:
    """The mean paired difference in each week with its interval; without loyalty as a further line."""
    chart = _empty(t("market.weeks"), LARGE, _weeks(answers, metric))
    chart["aria"] = {"enabled": True, "label": {"description": title}}
    if not answers:
        return chart
    courses = np.array([one.course(metric) for one in answers])
    weeks = np.arange(1, courses.shape[1] + 1)
    bounds = [estimate(courses[:, k]) for k in range(courses.shape[1])]
    low, mean, high = (np.array([getattr(e, part) for e in bounds]) for part in ("low", "mean", "high"))
    if len(answers) > 1:
        chart["series"] += _band(weeks, low, high)
    chart["series"].append(_line(title, weeks, mean, ARM, "solid", 5))
    if twin and answers[0].without is not None:
        without = np.mean([one.course(metric, loyalty=False) for one in answers], axis=0)
        chart["series"].append(_line(t("market.without"), weeks, without, TWIN, "dotted", 4))
    chart["series"][-1]["markLine"] = {
        "silent": True, "symbol": "none", "label": {"show": False},
        "lineStyle": {"color": "#888", "width": 2, "type": "solid"}, "data": [{"yAxis": 0}],
    }  # fmt: skip
    return chart


def beside(answers: Sequence[SeedAnswer], metric: str, t: Texts, names: tuple[str, str]) -> dict[str, Any]:
    """The mean of a metric in both versions, in each week."""
    chart = _empty(t("market.weeks"), SMALL, 2 * _weeks(answers, metric))
    chart["aria"] = {"enabled": True, "label": {"description": f"{t.metric(metric)}: {', '.join(names)}"}}
    if answers:
        for name, part, colour, dash in (
            (names[0], "arm", ARM, "solid"),
            (names[1], "control", CONTROL, "dashed"),
        ):
            courses = np.array([getattr(one, part).course[metric] for one in answers])
            weeks = np.arange(1, courses.shape[1] + 1)
            chart["series"].append(_line(name, weeks, courses.mean(axis=0), colour, dash, 3))
    return chart


def _weeks(answers: Sequence[SeedAnswer], metric: str) -> int:
    return len(answers[0].arm.course[metric]) if answers else 104


def _empty(label: str, size: int, weeks: int) -> dict[str, Any]:
    """A chart without a line, over so many weeks."""
    axis = {"axisLabel": {"fontSize": size, "color": "inherit"}, "nameTextStyle": {"fontSize": size}}
    return {
        "animation": False,
        "textStyle": {"fontSize": size},
        "grid": {"left": 12, "right": 24, "top": 20, "bottom": 40, "containLabel": True},
        "xAxis": {"type": "value", "min": 0, "max": "dataMax", "interval": 13 * max(1, round(weeks / 104)), "name": label, "nameLocation": "middle", "nameGap": 34,
                  "splitLine": {"show": False}, **axis},
        "yAxis": {"type": "value", "scale": True, **axis},
        "tooltip": {"trigger": "axis", "textStyle": {"fontSize": size}},
        "series": [],
    }  # fmt: skip


def _line(
    name: str, weeks: np.ndarray, values: np.ndarray, colour: str, dash: str, width: int
) -> dict[str, Any]:
    return {
        "name": name, "type": "line", "showSymbol": False, "silent": False, "color": colour,
        "lineStyle": {"width": width, "type": dash, "color": colour}, "data": _pairs(weeks, values),
    }  # fmt: skip


def _band(weeks: np.ndarray, low: np.ndarray, high: np.ndarray) -> list[dict[str, Any]]:
    """An interval as two stacked areas, the lower of them invisible."""
    common = {
        "type": "line", "showSymbol": False, "silent": True, "stack": "band", "stackStrategy": "all",
        "lineStyle": {"opacity": 0}, "tooltip": {"show": False},
    }  # fmt: skip
    return [
        {**common, "name": "low", "data": _pairs(weeks, low)},
        {
            **common,
            "name": "high",
            "data": _pairs(weeks, high - low),
            "areaStyle": {"color": ARM, "opacity": 0.22},
        },
    ]


def _pairs(weeks: np.ndarray, values: np.ndarray) -> list[list[float | None]]:
    return [
        [int(w), round(float(v), 5) if np.isfinite(v) else None] for w, v in zip(weeks, values, strict=True)
    ]
