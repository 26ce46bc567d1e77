"""The growth matrix: the focal firm's revenue by product and by new and old customers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.firms.mechanisms.cross_category import CELLS
from sim.report import style
from sim.report.figures import parts
from sim.report.figures.registry import figure
from sim.report.labels import Comparison
from sim.report.study import Contrast, NothingToShow, Study, arms_to_show, contrasts, span, table
from sim.report.style import Picture
from sim.report.wording import finding, number

#: Each cell's product and customers, in the order of `CELLS`.
WHOSE = (
    "first product, old customers", "first product, new customers", "second product, old customers",
    "second product, new customers",
)  # fmt: skip
#: Arms that fit beside each other.
MOST = 5


@figure(
    "growth",
    "In each panel a bar that is longer than the control's: growth in that cell of the matrix.",
    after="whale",
)
def growth(result: Comparison, s: Study) -> Picture:
    """Revenue of the focal firm by cell of the growth matrix: a panel per cell, a bar per arm."""
    rows = table(result, "runs", "arm", "seed", "twin", "firm", "revenue")
    if not set(CELLS) <= set(rows.columns):
        raise NothingToShow("there is no second category in this run")
    mine = rows[(rows["firm"] == s.focal) & ~rows["twin"].astype(bool)].dropna(subset=list(CELLS))
    if mine.empty or not mine[["product_development", "diversification"]].to_numpy().any():
        raise NothingToShow(f"{s.firm} sold no second product in this run")
    cell, title_gaps = _cell_of_the_title(mine, s)
    product, customers = WHOSE[CELLS.index(cell)].split(", ")
    title = finding(title_gaps, s, f"spending of {customers} on the {product}", number, mine[cell].mean())
    arms = list(arms_to_show(s, title_gaps, most=MOST))[:MOST]
    picture, axes = style.picture(
        title, "Growth matrix, each panel on its own scale. Old customers: on file and active as the burn-in ended. "
        f"{parts.sampling(s, 'whiskers')}{parts.some_of(arms, s)}", rows=2, columns=2, sharey=True,
    )  # fmt: skip
    for ax, cell, whose in zip(axes, CELLS, WHOSE, strict=True):
        _bars(ax, mine[["arm", "seed", cell]], cell, arms, s)
        ax.set_title(whose, loc="left", weight="bold", size=style.TICK)
    for ax in axes:
        ax.set_xlabel("revenue (money per customer per year)", size=style.NOTE)
    return picture


def _cell_of_the_title(mine: pd.DataFrame, s: Study) -> tuple[str, list[Contrast]]:
    """The cell with the largest significant difference, and its contrasts; none against a control that sells none."""
    gaps = {
        cell: [gap for gap in contrasts(mine[["arm", "seed", cell]], cell, s) if gap.control != 0.0]
        for cell in CELLS
    }
    sizes = {
        cell: max(((g.significant, abs(g.difference)) for g in cell_gaps), default=None)
        for cell, cell_gaps in gaps.items()
    }
    known = {cell: size for cell, size in sizes.items() if size is not None}
    cell = max(known, key=lambda name: known[name]) if known else CELLS[2]
    return cell, gaps[cell]


def _bars(ax: Any, rows: pd.DataFrame, cell: str, arms: list[str], s: Study) -> None:
    look, places = parts.looks(s), np.arange(len(arms))[::-1]
    for y, arm in zip(places, arms, strict=True):
        mean, low, high = span(rows.loc[rows["arm"] == arm, cell], s.confidence)
        one = look[arm]
        ax.barh(y, mean, 0.7, color=one.colour, hatch=one.hatch, edgecolor="white")
        if np.isfinite(low):
            ax.errorbar(mean, y, xerr=[[mean - low], [high - mean]], fmt="none", ecolor="#333333", capsize=4)
        end = high if np.isfinite(high) else mean
        ax.annotate(number(mean), (end, y), (6, 0), textcoords="offset points", va="center", size=style.NOTE)
    ax.set_yticks(places, [style.short(arm.replace("_", " "), 260) for arm in arms])
    ax.margins(x=0.2)
    ax.locator_params(axis="x", nbins=5)
