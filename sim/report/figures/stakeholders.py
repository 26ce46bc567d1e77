"""The ties of the other five markets: satisfaction, trust and bond of each stakeholder over time."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.report import style
from sim.report.figures import parts
from sim.report.figures.registry import figure
from sim.report.labels import Comparison
from sim.report.study import (
    Contrast,
    NothingToShow,
    Study,
    arms_to_show,
    bands,
    binned,
    by_seed,
    contrasts,
    last_year,
    table,
)
from sim.report.style import Picture
from sim.report.wording import finding, number

#: The measures of a tie, a row of panels each, and their ranges.
TIES = {"satisfaction": "(−1 to 1)", "trust": "(0 to 1)", "bond": "(0 to 1)"}
#: Stakeholders and arms that fit beside each other.
MOST, ARMS = 3, 5


@figure(
    "stakeholders",
    "In each column the distance from the control's line: the effect of an arm on that stakeholder's tie.",
    after="bonds",
)
def stakeholders(result: Comparison, s: Study) -> Picture:
    """Satisfaction, trust and bond of each stakeholder over time, by arm; those whose ties differ most."""
    ties = table(result, "stakeholders", "arm", "seed", "period", "stakeholder", "kind", "firm", *TIES)
    ties = ties.dropna(subset=list(TIES))
    if ties.empty:
        raise NothingToShow("there are no stakeholders in this run")
    ends = by_seed(last_year(ties, s)[["arm", "seed", "period", "stakeholder", *TIES]], "stakeholder")
    gaps = {
        (name, tie): contrasts(rows[["arm", "seed", tie]], tie, s)
        for name, rows in ends.groupby("stakeholder", sort=False)
        for tie in TIES
    }
    size = {
        key: max((abs(g.difference) * (1 + 1e6 * g.significant) for g in tie_gaps), default=0.0)
        for key, tie_gaps in gaps.items()
    }
    first = max(size, key=lambda key: size[key])
    whose = sorted({name for name, _ in gaps}, key=lambda name: -max(size[name, tie] for tie in TIES))
    drawn = sorted(whose[:MOST], key=list(dict.fromkeys(ties["stakeholder"])).index)
    wide = [gap for name in drawn for tie in TIES for gap in gaps[name, tie]]
    widest = {gap.arm: gap for gap in sorted(wide, key=lambda gap: abs(gap.difference))}
    there = [arm for arm in arms_to_show(s, list(widest.values()), most=ARMS) if (ties["arm"] == arm).any()][
        :ARMS
    ]
    some = f" {len(drawn)} of {len(whose)} stakeholders are shown." if len(whose) > len(drawn) else ""
    picture, axes = style.picture(
        _title(s, (str(first[0]), first[1]), gaps[first], ends),
        f"{parts.sampling(s, gaps=gaps[first])}{some}{parts.some_of(there, s)}",
        rows=len(TIES), columns=len(drawn), sharex=True, sharey="row",
    )  # fmt: skip
    for place, ax in enumerate(axes):
        tie, name = list(TIES)[place // len(drawn)], drawn[place % len(drawn)]
        mine = ties[(ties["stakeholder"] == name) & ties["arm"].isin(there)]
        _panel(ax, mine, tie, there, s)
        if place < len(drawn):
            ax.set_title(_called(mine, str(name), len(drawn)), loc="left", weight="bold", size=style.TICK)
        if place % len(drawn) == 0:
            ax.set_ylabel(f"{tie}\n{TIES[tie]}", size=style.NOTE)
        if place >= len(drawn) * (len(TIES) - 1):
            ax.set_xlabel("time from the start (years)", size=style.NOTE)
    picture.legend(
        handles=_handles(there, s), labels=[style.short(arm) for arm in there],
        loc="outside lower center", ncols=min(3, len(there)), fontsize=style.TICK,
    )  # fmt: skip
    return picture


def _title(s: Study, key: tuple[str, str], gaps: list[Contrast], ends: pd.DataFrame) -> str:
    name, tie = key
    what = f"the {tie} of {name.replace('_', ' ')} in the last year"
    if gaps:
        return finding(gaps, s, what, number)
    mine = ends[ends["stakeholder"] == name].groupby("arm", sort=False)[tie].mean()
    return f"{what[:1].upper()}{what[1:]} is {number(float(mine.iloc[0]))} under {mine.index[0]}"


def _called(mine: pd.DataFrame, name: str, columns: int) -> str:
    """Name of a stakeholder, with its firm or its kind where there is room."""
    room, name = 900 / columns, name.replace("_", " ")
    if not mine.empty:
        kind, firm = (word.replace("_", " ") for word in mine[["kind", "firm"]].iloc[0])
        for longer in (f"{name} ({kind} of {firm})", f"{name} of {firm}"):
            if style.width(longer, style.TICK, bold=True) <= room:
                return longer
    return style.shortened(name, style.TICK, room, bold=True)


def _panel(ax: Any, mine: pd.DataFrame, tie: str, arms: list[str], s: Study) -> None:
    ax.grid(axis="y")
    ax.locator_params(axis="both", nbins=4)
    if mine.empty:
        return
    lines = bands(binned(mine, tie, s), "year", tie, s.confidence, most=1.0)
    parts.curves(ax, lines, "year", arms, parts.looks(s), marks=4)
    ax.set_xlim(0, max(float(lines["year"].max()) * 1.01, 1e-6))


def _handles(arms: list[str], s: Study) -> list[Any]:
    from matplotlib.lines import Line2D

    look = parts.looks(s)
    return [
        Line2D([], [], color=look[arm].colour, linestyle=look[arm].line, marker=look[arm].marker)
        for arm in arms
    ]
