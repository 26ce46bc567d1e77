"""What changes over time: market share, profit, levels of trust."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.report import style
from sim.report.figures import parts
from sim.report.figures.registry import figure
from sim.report.reading import (
    Nothing,
    Story,
    bands,
    binned,
    by_seed,
    contrasts,
    last_year,
    of_firm,
    shown,
    strongest,
    versus,
)
from sim.report.style import Picture
from sim.report.words import finding, number, percent


def _path(result: Any, s: Story, metric: str, factor: float, unit: str, what: str, show: Any) -> Picture:
    """One metric of the focal firm over time, a line with a band for each arm."""
    found = of_firm(result, [metric], s.focal).dropna(subset=metric)
    if found.empty:
        raise Nothing(f"no {metric} of {s.firm} was recorded in this run")
    found = found.assign(**{metric: found[metric] * factor})
    ends = by_seed(last_year(found, s))
    gaps = contrasts(ends, metric, s)
    title = finding(gaps, s, f"{s.firm}'s {what} in the last year", show, ends[metric].mean())
    arms = shown(s, gaps)
    banded, said = parts.banded(s, arms, gaps)
    picture, (ax,) = style.picture(title, f"{parts.sampling(s)}{said}{parts.some_of(arms, s)}")
    lines = bands(binned(found[found["arm"].isin(arms)], metric, s), "year", metric, s.confidence)
    ax.set(xlabel="time from the start (years)", ylabel=unit)
    ax.grid(axis="y")
    look = parts.looks(s)
    heights = parts.curves(ax, lines, "year", arms, look, banded)
    ax.set_xlim(0, max(float(lines["year"].max()) * 1.01, 1e-6))
    parts.start_up(ax, s)
    parts.end_labels(ax, heights, look)
    return picture


@figure(
    "share",
    "Which line ends highest; arms share their luck, so their differences are surer than the bands look.",
)
def share(result: Any, s: Story) -> Picture:
    """Market share of the focal firm over time, by arm."""
    return _path(
        result, s, "share", 100, "share of all units sold (%)", "market share", lambda x: percent(x / 100)
    )


@figure("profit", "Whether an early cost is earned back: lines that start below and end above.")
def profit(result: Any, s: Story) -> Picture:
    """Profit of the focal firm a head of the market and year, over time, by arm."""
    return _path(
        result, s, "profit", s.per_year / s.heads, "profit (money a head and year)",
        "profit a head and year", lambda x: number(x),
    )  # fmt: skip


LEVELS = {
    "trust_cognitive": ("cognitive", style.SKY, ""),
    "trust_affective": ("affective", style.ORANGE, "//"),
    "trust_behavioural": ("behavioural", style.GREEN, ".."),
}


def _levels(found: pd.DataFrame, s: Story) -> pd.DataFrame:
    """Mean share of main customers at each level of trust over time: year and a column a level."""
    total = found[list(LEVELS)].sum(axis=1, min_count=1).replace(0, np.nan)
    shares = found.assign(**{level: 100 * found[level] / total for level in LEVELS})
    return pd.concat(
        [binned(shares, level, s).groupby("year")[level].mean() for level in LEVELS], axis=1
    ).reset_index()


@figure("trust", "How fast the upper bands grow: trust takes years to deepen.")
def trust(result: Any, s: Story) -> Picture:
    """Main customers of the focal firm at the three levels of trust over time, the control beside the arm that differs most."""
    found = of_firm(result, list(LEVELS), s.focal)
    total = found[list(LEVELS)].sum(axis=1, min_count=1)
    found = found[total > 0]
    if found.empty:
        raise Nothing("no levels of trust were recorded in this run")
    deep = found.assign(deep=1 - found["trust_cognitive"] / found[list(LEVELS)].sum(axis=1))
    ends = by_seed(last_year(deep[["arm", "seed", "period", "deep"]], s))
    gaps = contrasts(ends, "deep", s)
    best = strongest(gaps)
    arms = [arm for arm in ([s.control, best.arm] if best else versus(result, s)) if arm in set(found["arm"])]
    gaps = [gap for gap in gaps if gap.arm in arms]
    title = finding(
        gaps, s, f"the share of {s.firm}'s customers with deeper trust", percent, ends["deep"].mean()
    )
    picture, axes = style.picture(
        title, f"Main customers by level of trust (cognitive, then affective, then behavioural); {parts.sampling(s, 'bands').split(';')[0].lower().rstrip('.')}.",
        columns=len(arms), sharey=True,
    )  # fmt: skip
    for ax, arm in zip(axes, arms, strict=True):
        _stack(ax, _levels(found[found["arm"] == arm], s))
        ax.set_title(style.short(arm, 460), weight="bold", color=parts.looks(s)[arm].colour, loc="left")
        ax.set_xlabel("time from the start (years)")
    axes[0].set_ylabel("share of main customers (%)")
    handles = [axes[0].collections[k] for k in range(len(LEVELS))]
    picture.legend(
        handles, [name for name, _, _ in LEVELS.values()], loc="outside lower center", ncols=3, fontsize=style.TICK
    )  # fmt: skip
    return picture


def _stack(ax: Any, frame: pd.DataFrame) -> None:
    below = np.zeros(len(frame))
    for level, (_, colour, hatch) in LEVELS.items():
        above = below + frame[level].to_numpy()
        ax.fill_between(
            frame["year"], below, above, facecolor=colour, edgecolor="white", hatch=hatch, linewidth=0.5
        )
        below = above
    ax.set_ylim(0, 100)
    if len(frame) > 1:
        ax.set_xlim(frame["year"].min(), frame["year"].max())
