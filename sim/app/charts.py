"""The charts of the pages as options of ECharts: the paired difference large, both versions small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.app.questions import PERIODS, SeedAnswer
from sim.app.texts import Texts
from sim.experiment.statistics import estimate

#: Colours that differ without hue too, light and dark; the version is a whole line, its control a broken one.
ARM, CONTROL, TWIN = "#0072B2", "#D55E00", "#7a7a7a"
#: Letters and lines for the back row, in pixels of a page as wide as a projector's.
LARGE, SMALL = 22, 20
#: Letters and lines that can be read on a light and on a dark page.
GREY, FAINT = "#767676", "#88888855"


def difference(
    answers: Sequence[SeedAnswer], metric: str, t: Texts, title: str, period: str
) -> dict[str, Any]:
    """The mean paired difference in each period with its interval; without loyalty, if there, as a further line."""
    chart = _empty(period, LARGE, _periods(answers, metric))
    chart["aria"] = {"enabled": True, "label": {"description": title}}
    if not answers:
        return chart
    courses = np.array([one.course(metric) for one in answers])
    periods = np.arange(1, courses.shape[1] + 1)
    bounds = [estimate(courses[:, k]) for k in range(courses.shape[1])]
    low, mean, high = (np.array([getattr(e, part) for e in bounds]) for part in ("low", "mean", "high"))
    if len(answers) > 1:
        chart["series"] += _band(periods, low, high)
    chart["series"].append(_line(title, periods, mean, ARM, "solid", 5))
    if answers[0].without is not None:
        without = np.mean([one.course(metric, loyalty=False) for one in answers], axis=0)
        chart["series"].append(_line(t("market.without"), periods, without, TWIN, "dotted", 4))
    chart["series"][-1]["markLine"] = {
        "silent": True, "symbol": "none", "label": {"show": False},
        "lineStyle": {"color": "#888", "width": 2, "type": "solid"}, "data": [{"yAxis": 0}],
    }  # fmt: skip
    return chart


def beside(
    answers: Sequence[SeedAnswer], metric: str, t: Texts, names: tuple[str, str], period: str
) -> dict[str, Any]:
    """The mean of a metric in both versions, in each period."""
    chart = _empty(period, SMALL, 2 * _periods(answers, metric))
    chart["aria"] = {"enabled": True, "label": {"description": f"{t.metric(metric)}: {', '.join(names)}"}}
    if answers:
        for name, part, colour, dash in (
            (names[0], "arm", ARM, "solid"),
            (names[1], "control", CONTROL, "dashed"),
        ):
            courses = np.array([getattr(one, part).course[metric] for one in answers])
            periods = np.arange(1, courses.shape[1] + 1)
            chart["series"].append(_line(name, periods, courses.mean(axis=0), colour, dash, 3))
    return chart


def _periods(answers: Sequence[SeedAnswer], metric: str) -> int:
    return len(answers[0].arm.course[metric]) if answers else PERIODS


def _empty(label: str, size: int, periods: int) -> dict[str, Any]:
    """A chart without a line, over so many periods."""
    step = 13 * max(1, round(periods / 104)) if periods >= 52 else max(1, periods // 8)
    axis = {
        "axisLabel": {"fontSize": size, "color": GREY},
        "nameTextStyle": {"fontSize": size, "color": GREY},
    }
    return {
        "animation": False,
        "textStyle": {"fontSize": size},
        "grid": {"left": 12, "right": 24, "top": 20, "bottom": 40, "containLabel": True},
        "xAxis": {"type": "value", "min": 0, "max": "dataMax", "interval": step, "name": label, "nameLocation": "middle", "nameGap": 34,
                  "splitLine": {"show": False}, **axis},
        "yAxis": {"type": "value", "scale": True, "splitLine": {"lineStyle": {"color": FAINT}}, **axis},
        "tooltip": {"trigger": "axis", "textStyle": {"fontSize": size}},
        "series": [],
    }  # fmt: skip


def _line(
    name: str, periods: np.ndarray, values: np.ndarray, colour: str, dash: str, width: int
) -> dict[str, Any]:
    return {
        "name": name, "type": "line", "showSymbol": False, "silent": False, "color": colour,
        "lineStyle": {"width": width, "type": dash, "color": colour}, "data": _pairs(periods, values),
    }  # fmt: skip


def _band(periods: np.ndarray, low: np.ndarray, high: np.ndarray) -> list[dict[str, Any]]:
    """An interval as two stacked areas, the lower of them invisible."""
    common = {
        "type": "line", "showSymbol": False, "silent": True, "stack": "band", "stackStrategy": "all",
        "lineStyle": {"opacity": 0}, "tooltip": {"show": False},
    }  # fmt: skip
    return [
        {**common, "name": "low", "data": _pairs(periods, low)},
        {
            **common,
            "name": "high",
            "data": _pairs(periods, high - low),
            "areaStyle": {"color": ARM, "opacity": 0.22},
        },
    ]


def _pairs(periods: np.ndarray, values: np.ndarray) -> list[list[float | None]]:
    return [
        [int(w), round(float(v), 5) if np.isfinite(v) else None] for w, v in zip(periods, values, strict=True)
    ]
