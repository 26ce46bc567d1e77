"""Customer equity by its sources, and its distribution over customers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.report import style
from sim.report.figures import parts
from sim.report.figures.registry import figure
from sim.report.labels import Comparison
from sim.report.study import NothingToShow, Study, arms_to_show, bands, config_tree, contrasts, leading, table
from sim.report.style import Picture
from sim.report.wording import finding, listed, number, percent

#: A part below this share of the largest bar has no number in it; below the second it is nothing to show.
NARROW, TINY = 0.045, 0.005
#: Largest distance, in percent of the whole, at which whale curves count as equal.
ALIKE = 1.0
COLOURS = (style.BLUE, style.ORANGE, style.GREEN, style.PURPLE, style.SKY, style.VERMILLION)
#: The rest when every group is removed.
REST = "taste"
AWAY = "Each part: the loss of the firm's equity when those terms are removed, averaged over all orders; taste is the rest."


def _split(result: Comparison, s: Study, split: str) -> pd.DataFrame:
    """Money per customer of the focal firm: a row per arm and seed, a column per part."""
    rows = table(result, "equity_split", "arm", "seed", "split", "firm", "part", "value").dropna(
        subset="value"
    )
    rows = rows[(rows["split"] == split) & (rows["firm"] == s.focal)]
    if rows.empty:
        raise NothingToShow(f"no split of {s.firm}'s customer equity was recorded in this run")
    at_start = parts.at_the_start(result, rows["arm"])
    wide = rows.assign(value=rows["value"] / at_start).pivot_table(
        index=["arm", "seed"], columns="part", values="value", sort=False
    )
    return wide[list(dict.fromkeys(rows["part"]))]


def _stacked(result: Comparison, s: Study, split: str) -> Picture:
    """Bars of an arm's parts, end to end; the title is about the part that differs most."""
    wide = _split(result, s, split)
    whole = wide.sum(axis=1)
    tall = wide.abs().groupby("arm").mean().sum(axis=1).max()
    if not tall > 0:
        raise NothingToShow(f"the customer equity of {s.firm} is 0 in every arm")
    gaps = {name: contrasts(wide[name].rename("value").reset_index(), "value", s) for name in map(str, wide)}
    part = _widest(gaps, wide)
    title = finding(
        gaps[part], s, f"the customer equity per customer of {s.firm} from {part}", number, wide[part].mean(),
    )  # fmt: skip
    of_whole = contrasts(whole.rename("value").reset_index(), "value", s)
    arms = [arm for arm in arms_to_show(s, of_whole, most=8) if arm in wide.index.get_level_values("arm")]
    means = wide.groupby("arm").mean().loc[arms]
    names = [name for name in map(str, means) if (means[name].abs() > TINY * tall).any()]
    none = [name for name in map(str, means) if name not in names]
    zero = f" Near 0 and left out: {listed(none)}." if none else ""
    first = ", from the first product alone" if config_tree(result).get("second") else ""
    picture, (ax,) = style.picture(
        title, f"Customer equity at the end of the run{first}. {AWAY}{zero}{parts.some_of(arms, s)}"
    )
    heights = parts.arm_axis(ax, arms)
    colours = dict(zip([n for n in means if n != REST], COLOURS, strict=False)) | {REST: "#c4c4c4"}
    hatches = dict(zip(means, style.HATCHES, strict=False)) | {REST: ""}
    up, down = np.zeros(len(arms)), np.zeros(len(arms))
    for name in names:
        size = means[name].to_numpy()
        start = np.where(size >= 0, up, down)
        ax.barh(
            heights,
            size,
            0.62,
            start,
            color=colours[name],
            hatch=hatches[name],
            edgecolor="white",
            label=name,
        )
        for y, one, at in zip(heights, size, start, strict=True):
            if abs(one) > NARROW * tall:
                _inside(ax, at + one / 2, y, number(one))
        up, down = up + np.maximum(size, 0), down + np.minimum(size, 0)
    for y, end, total in zip(heights, up, means.sum(axis=1), strict=True):
        ax.annotate(
            f"= {number(total)}", (end, y), (8, 0), textcoords="offset points", va="center", size=style.TICK,
            weight="bold",
        )  # fmt: skip
    ax.axvline(0, color="#333333", linewidth=1.5)
    ax.set_xlim(min(0.0, down.min() * 1.05), up.max() * 1.16)
    ax.set_xlabel("customer equity (money per customer)")
    picture.legend(
        *ax.get_legend_handles_labels(),
        loc="outside lower center",
        ncols=min(4, len(names)),
        fontsize=style.TICK,
    )
    return picture


def _inside(ax: Any, x: float, y: float, words: str) -> None:
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    ax.text(x, y, words, ha="center", va="center", size=style.NOTE, color="#111111", bbox=box)


def _widest(gaps: dict[str, list], wide: pd.DataFrame) -> str:
    """The part that differs most between an arm and its control, else the largest."""
    largest = {
        name: max((abs(g.difference) for g in part_gaps if g.significant), default=0.0)
        for name, part_gaps in gaps.items()
        if name != REST
    }
    if max(largest.values()) > 0:
        return max(largest, key=lambda name: largest[name])
    return str(wide.mean().drop(REST, errors="ignore").abs().idxmax())


@figure(
    "equity",
    "The colour that grows from one arm to the next: the source of the firm's customer equity.",
    after="stages",
)
def equity(result: Comparison, s: Study) -> Picture:
    """Customer equity by arm in value, brand and relationship equity (Rust, Zeithaml & Lemon 2000)."""
    return _stacked(result, s, "equity")


@figure("drivers", "The driver in which the arms differ, and those that contribute nothing.", after="equity")
def drivers(result: Comparison, s: Study) -> Picture:
    """Customer equity by arm and driver: price, quality, convenience, brand, programmes."""
    return _stacked(result, s, "driver")


def _of_the_whale(curves: pd.DataFrame, top: float, lead: str, s: Study) -> str:
    """The share of the best fifth, where the curves coincide or none rises above 100 %; else nothing."""
    means = curves.groupby(["percentile", "arm"])["worth"].mean().unstack()
    alike = means.shape[1] > 1 and np.ptp(means.to_numpy(), axis=1).max() < ALIKE
    if not alike and top >= 100.5:
        return ""
    best = curves[curves["percentile"] == 20].groupby("arm")["worth"].mean()
    some = "some cost" if top >= 100.5 else "none costs" if top < 100 + 1e-6 else "hardly any costs"
    end = f"; {some} more than {'they bring' if top >= 100.5 else 'it brings'}"
    if alike:
        return f"The best fifth of {s.firm}'s customers bring {best.mean():.0f} % of customer equity, in every arm alike{end}"
    named = style.short(lead, 500)
    return f"The best fifth of {s.firm}'s customers bring {best[lead]:.0f} % of customer equity under {named}{end}"


@figure(
    "whale",
    "The top of the curve: as far as it lies above 100 %, the customers to its right cost more than they bring.",
    after="drivers",
)
def whale(result: Comparison, s: Study) -> Picture:
    """Cumulative net lifetime value of the focal firm's customers, the most valuable first."""
    curves = table(result, "whale", "arm", "seed", "firm", "percentile", "worth_share").dropna(
        subset="worth_share"
    )
    curves = curves[curves["firm"] == s.focal]
    if curves.empty:
        raise NothingToShow(f"the customers of {s.firm} have no positive value together")
    curves = curves.assign(worth=100 * curves["worth_share"])
    tops = curves.groupby(["arm", "seed"], sort=False)["worth"].max().reset_index()
    gaps, look = contrasts(tops, "worth", s), parts.looks(s)
    arms = [arm for arm in arms_to_show(s, gaps) if (curves["arm"] == arm).any()]
    lead = leading(result, s)
    lead = lead if (curves["arm"] == lead).any() else str(curves["arm"].iloc[0])
    title = _of_the_whale(curves, tops["worth"].max(), lead, s) or finding(
        gaps, s, f"the top of the curve of {s.firm}'s customers", lambda x: percent(x / 100, 0), tops["worth"].mean()
    )  # fmt: skip
    picture, (ax,) = style.picture(
        title,
        f"Customers from the most to the least valuable; net of the costs of their programmes. {parts.sampling(s)}{parts.some_of(arms, s)}",
    )
    ax.axhline(100, color=style.GREY, linewidth=1.5)
    lines = bands(curves[curves["arm"].isin(arms)], "percentile", "worth", s.confidence)
    parts.curves(ax, lines, "percentile", arms, look, marks=6)
    ax.set(
        xlabel="customers, the most valuable first (%)",
        ylabel="net lifetime value (% of the whole)",
        xlim=(0, 100),
    )
    ax.set_ylim(bottom=0)
    ax.grid(axis="y")
    picture.legend(
        handles=ax.lines[1 : 1 + len(arms)], labels=[style.short(arm) for arm in arms], loc="outside right center",
        fontsize=style.TICK,
    )  # fmt: skip
    return picture
