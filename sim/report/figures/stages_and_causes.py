"""Flows between stages, causes of leaving, kinds of loyalty."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from sim.experiment.statistics import estimate, holm
from sim.report import style
from sim.report.figures import parts
from sim.report.figures.registry import figure
from sim.report.labels import Comparison
from sim.report.study import (
    Contrast,
    NothingToShow,
    Study,
    arms_to_show,
    by_seed,
    config_tree,
    contrasts,
    of_firm,
    span,
    table,
    versus,
)
from sim.report.style import Picture
from sim.report.wording import explained, finding, listed, number, percent
from sim.theory.relationship import STAGES
from sim.theory.switching_causes import CAUSES

#: A move that fewer of 100 customers make per year is negligible: a title prefers another.
TRIFLE = 0.5


def rates(transitions: pd.DataFrame, s: Study) -> pd.DataFrame:
    """Moves per year of 100 customers in a stage: (arm, seed, from_stage) x to_stage; NaN where no customer was there."""
    counts = (
        transitions.groupby(["arm", "seed", "from_stage", "to_stage"], sort=False)["count"].sum().unstack()
    )
    counts = counts.reindex(columns=list(STAGES)).fillna(0.0)
    total = counts.sum(axis=1)
    return 100 * s.per_year * counts.div(total.where(total > 0), axis=0)


@figure(
    "stages",
    "The darkest cells off the diagonal: right of it customers move on, left of it they slip back.",
    after="causes",
)
def stages(result: Comparison, s: Study) -> Picture:
    """Moves between the stages of the relationship, per year, of 100 customers in the stage."""
    transitions = table(result, "transitions", "arm", "seed", "from_stage", "to_stage", "count")
    each = rates(transitions[transitions["arm"].isin(versus(result, s))], s)
    mean = each.groupby(level=["arm", "from_stage"], sort=False).mean().dropna()
    flows = {arm: mean.loc[[arm]].droplevel(0) for arm in versus(result, s) if arm in mean.index}
    peopled = [x for x in STAGES if any(_peopled(flow, x) for flow in flows.values())]
    empty = [x for x in STAGES if x not in peopled]
    flows = {arm: flow.reindex(index=peopled, columns=peopled) for arm, flow in flows.items()}
    if not flows:
        raise NothingToShow("no moves between stages were recorded in this run")
    arm, moves = list(flows.items())[-1]
    off = moves.to_numpy(copy=True)
    np.fill_diagonal(off, np.nan)
    if not np.isfinite(off).any() or np.nanmax(off) <= 0:
        raise NothingToShow("no customer moved between stages in this run")
    title = _quickest(arm, moves, off) if len(flows) < 2 else _moved(each, s)
    absent = f" Left out, since no customer was there: {listed(empty)}." if empty else ""
    other = f" In brackets: {next(iter(flows))}." if len(flows) > 1 else ""
    holm_said = " The title is corrected for the number of moves." * (len(flows) > 1 and s.seeds > 1)
    picture, (ax,) = style.picture(
        title,
        f"Each row: moves per year of 100 customers of all firms in that stage, under {arm}.{other}{absent}{holm_said}\n{explained('stage')}",
    )
    _heat(ax, moves, off, next(iter(flows.values())) if len(flows) > 1 else None)
    return picture


def _quickest(arm: str, moves: pd.DataFrame, off: np.ndarray) -> str:
    row, column = map(int, np.unravel_index(np.nanargmax(off), off.shape))
    return (
        f"The quickest move under {arm} is from {moves.index[row]} to {moves.columns[column]}: "
        f"{number(off[row, column])} per year for 100 customers in that stage"
    )


def _moved(each: pd.DataFrame, s: Study) -> str:
    """The move that differs most for its size between two arms, p corrected for the number of moves (Holm)."""
    long = pd.DataFrame({"rate": each.stack()}).reset_index().dropna(subset="rate")
    cells = [
        (start, end, gap)
        for (start, end), one in long.groupby(["from_stage", "to_stage"], sort=False)
        if start != end
        for gap in contrasts(one, "rate", s)
        if gap.difference
    ]
    if not cells:
        return f"Between {' and '.join(dict.fromkeys(long['arm']))} 0 moves between stages differ"
    adjusted = holm([gap.p for *_, gap in cells])
    significant = [
        cell
        for cell, p in zip(cells, adjusted, strict=True)
        if cell[2].significant and not p > 1 - s.confidence
    ]
    start, end, gap = (
        max(significant, key=_weight) if significant else max(cells, key=lambda cell: abs(cell[2].difference))
    )
    rate = f"{number(gap.value)} per year of 100 there"
    if not significant:
        none = "No move differs significantly" if s.seeds > 1 else "One replication, no test of a difference"
        rate += f" under {gap.arm}, {number(gap.control)} under {gap.against}"
        return f"{none}: the largest difference is from {start} to {end}, {rate}"
    more = "more" if gap.difference > 0 else "fewer"
    return f"Under {gap.arm} {more} customers go from {start} to {end}: {rate}, against {number(gap.control)} under {gap.against}"


def _weight(cell: tuple[Any, Any, Contrast]) -> tuple[bool, float, float]:
    """The weight of a move in a title: not negligible first, then by its difference relative to its size, then by that."""
    size = max(cell[2].value, cell[2].control)
    return size >= TRIFLE, abs(cell[2].difference) / size, size


def _peopled(flow: pd.DataFrame, stage: str) -> bool:
    """True if any customer was in a stage, or came into it."""
    return stage in flow.index or bool((flow[stage] > 0).any())


def _heat(ax: Any, moves: pd.DataFrame, off: np.ndarray, control: pd.DataFrame | None) -> None:
    """Cells shaded by the square root of the moves, with their numbers; a stage without customers has a note."""
    shades = LinearSegmentedColormap.from_list("moves", ["#ffffff", style.BLUE]).with_extremes(bad="#e4e4e4")
    ax.imshow(np.sqrt(off), cmap=shades, aspect="auto", vmin=0, vmax=np.sqrt(np.nanmax(off)) * 1.05)
    for i, start in enumerate(moves.index):
        if not np.isfinite(off[i]).any():
            ax.text(
                (len(off) - 1) / 2,
                i,
                "no customer in this stage",
                ha="center",
                va="center",
                size=style.TICK,
                color="#444444",
            )
        for j, end in enumerate(moves.columns):
            if i == j or not np.isfinite(off[i, j]):
                continue
            text, other = number_of_moves(off[i, j]), 0.0
            if control is not None and start in control.index and end in control.columns:
                other = float(control.loc[start, end])
                text += f" ({number_of_moves(other)})"
            dark = np.sqrt(off[i, j]) > 0.55 * np.sqrt(np.nanmax(off))
            colour = "white" if dark else "#222222"
            if off[i, j] == 0 and other == 0:
                text, colour = "0", "#767676"
            ax.text(j, i, text, ha="center", va="center", size=style.TICK, color=colour)
    ax.set_xticks(range(len(moves.columns)), [style.short(x, 168) for x in moves.columns])
    ax.set_yticks(range(len(moves.index)), [style.short(x, 168) for x in moves.index])
    ax.set(xlabel="to stage", ylabel="from stage")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def number_of_moves(x: float) -> str:
    """A count per year, short enough for a cell."""
    return "–" if not np.isfinite(x) else f"{x:.0f}" if x >= 9.95 or x == 0 else f"{x:.1f}"


#: Colours and hatches of causes, in their order: each keeps its own, the same in all runs.
_LOOKS = (
    (style.VERMILLION, "//"), (style.BLUE, ""), (style.GREEN, ".."), (style.ORANGE, "\\\\"), (style.PURPLE, "xx"),
    (style.SKY, "--"), (style.BLACK, "oo"), (style.GREY, "||"),
)  # fmt: skip
LOOKS = dict(zip(CAUSES[:-1], _LOOKS, strict=False)) | {"chance": ("#c4c4c4", "")}


def losses(result: Comparison, s: Study) -> pd.DataFrame:
    """Main customers lost by the focal firm per year per 100 main customers: arm, seed, cause, rate."""
    switches = table(result, "switches", "arm", "seed", "period", "from", "cause", "customers")
    held = by_seed(of_firm(result, ["main_customers"], s.focal, settled=True)).set_index(["arm", "seed"])
    switches = switches[(switches["from"] == s.focal) & (switches["period"] >= s.burn_in)]
    if switches.empty or held.empty:
        raise NothingToShow(f"no customer left {s.firm} in this run")
    years = max(1.0, float(config_tree(result)["experiment"]["periods"]) - s.burn_in) / s.per_year
    counts = switches.pivot_table(index=["arm", "seed"], columns="cause", values="customers", aggfunc="sum")
    counts = counts.reindex(held.index).fillna(0.0)
    rate = 100 * counts.div(held["main_customers"].where(held["main_customers"] > 0), axis=0) / years
    return rate.reset_index().melt(["arm", "seed"], var_name="cause", value_name="rate").dropna(subset="rate")


@figure(
    "causes",
    "The coloured parts; grey is chance: those customers would have left anyway.",
    after="loyalty",
)
def causes(result: Comparison, s: Study) -> Picture:
    """Main customers who leave in a year, by cause and arm."""
    lost = losses(result, s)
    if lost.empty or lost["rate"].sum() <= 0:
        raise NothingToShow(f"no customer left {s.firm} in this run")
    if (lost.loc[lost["cause"] != "chance", "rate"] < 1e-9).all():
        raise NothingToShow(
            f"all customers who left {s.firm} in this run would have left anyway: the only cause is chance"
        )
    totals = lost.groupby(["arm", "seed"])["rate"].sum().reset_index()
    gaps = contrasts(totals, "rate", s)
    what = f"the share of {s.firm}'s customers who leave in a year"
    title = finding(gaps, s, what, lambda x: f"{x:.1f} %", totals["rate"].mean())
    arms = arms_to_show(s, gaps)
    mine = lost[lost["arm"] == s.control].groupby("cause")["rate"].sum()
    chance = (
        f" Under {s.control} {percent(mine.get('chance', 0.0) / mine.sum(), 0)} of it is chance."
        if mine.sum() > 0
        else ""
    )
    picture, (ax,) = style.picture(
        title,
        f"{parts.sampling(s, 'whiskers', gaps)}{chance}{parts.some_of(arms, s)}\n{explained('chance', 'market')}",
    )
    rows = parts.arm_axis(ax, arms)
    mean = lost.groupby(["arm", "cause"])["rate"].mean().unstack().fillna(0.0).reindex(arms, fill_value=0.0)
    mean = mean.loc[:, mean.sum() > 0]
    order = [c for c in LOOKS if c in mean.columns] + [c for c in mean.columns if c not in LOOKS]
    left, spots = np.zeros(len(arms)), []
    for cause in order:
        colour, hatch = LOOKS.get(cause, (style.GREY, "o"))
        ax.barh(rows, mean[cause], 0.62, left, color=colour, hatch=hatch, edgecolor="white", label=cause)
        spots += [(y, x + wide / 2, wide) for y, x, wide in zip(rows, left, mean[cause], strict=True)]
        left = left + mean[cause].to_numpy()
    _whiskers(ax, rows, totals, arms, s)
    ax.set_xlim(0, 1.07 * ax.get_xlim()[1])
    ax.set_xlabel("main customers who leave (% per year)")
    picture.legend(loc="outside lower center", ncols=len(order), fontsize=style.TICK, columnspacing=1.2)
    _sizes(picture, ax, spots)
    return picture


def _sizes(picture: Picture, ax: Any, spots: list[tuple[float, float, float]]) -> None:
    """The size of each part of a bar, in it where it fits: heights, middles and widths of the parts."""
    picture.draw_without_rendering()
    scale = ax.bbox.width / ax.get_xlim()[1]
    for y, middle, wide in spots:
        if scale * wide > style.width(f"{wide:.1f}", style.NOTE) + 14:
            ax.text(
                middle, y, f"{wide:.1f}", ha="center", va="center", size=style.NOTE, color="#111111",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85},
            )  # fmt: skip


def _whiskers(ax: Any, rows: np.ndarray, totals: pd.DataFrame, arms: tuple[str, ...], s: Study) -> None:
    for y, arm in zip(rows, arms, strict=True):
        mean, low, high = estimate(totals.loc[totals["arm"] == arm, "rate"].to_numpy(), s.confidence)[:3]
        ax.annotate(
            f"{mean:.1f}", (high if np.isfinite(high) else mean, y), (9, 0), textcoords="offset points", va="center",
            size=style.TICK, weight="bold", color="#333333",
        )  # fmt: skip
        if np.isfinite(low):
            ax.errorbar(
                mean,
                y,
                xerr=[[mean - low], [high - mean]],
                fmt="none",
                ecolor="#333333",
                elinewidth=2,
                capsize=5,
            )


QUADRANTS = {
    "loyal_latent": "latent: wants to stay, buys elsewhere", "loyal_true": "true: wants to stay, and stays",
    "loyal_none": "none: neither wants nor stays", "loyal_spurious": "spurious: stays without wanting to",
}  # fmt: skip


@figure(
    "loyalty",
    "True loyalty, top right, against spurious loyalty below it, which ends when a better offer comes.",
    after="funnel",
)
def loyalty(result: Comparison, s: Study) -> Picture:
    """Main customers of the focal firm by attitude (up) and behaviour (right), by arm (Dick & Basu 1994)."""
    shares = of_firm(result, list(QUADRANTS), s.focal, settled=True)
    total = shares[list(QUADRANTS)].sum(axis=1, min_count=1)
    shares = by_seed(
        shares.assign(**{name: 100 * shares[name] / total.where(total > 0) for name in QUADRANTS})
    )
    shares = shares.dropna(subset="loyal_true")
    if len(shares) and shares[["loyal_true", "loyal_latent"]].to_numpy().max() <= 0:
        raise NothingToShow(
            f"no customer of {s.firm} wanted to stay, so there is neither true nor latent loyalty to show"
        )
    if shares.empty:
        raise NothingToShow(f"no loyalty of {s.firm}'s customers was recorded in this run")
    gaps = contrasts(shares, "loyal_true", s)
    what = f"true loyalty among {s.firm}'s customers"
    title = finding(gaps, s, what, lambda x: percent(x / 100), shares["loyal_true"].mean())
    arms, look = arms_to_show(s, gaps, most=5), parts.looks(s)
    picture, axes = style.picture(
        title, f"Attitude upwards, behaviour to the right. {parts.sampling(s, 'whiskers', gaps)}{parts.some_of(arms, s)}",
        rows=2, columns=2, sharex=True, sharey=True,
    )  # fmt: skip
    for ax, (kind, words) in zip(axes, QUADRANTS.items(), strict=True):
        rows = parts.arm_axis(ax, arms)
        spans = np.array([span(shares.loc[shares["arm"] == arm, kind], s.confidence, 100) for arm in arms])
        ax.barh(rows, spans[:, 0], 0.7, color=[look[arm].colour for arm in arms], edgecolor="white")
        if np.isfinite(spans).all():
            ends = [spans[:, 0] - spans[:, 1], spans[:, 2] - spans[:, 0]]
            ax.errorbar(spans[:, 0], rows, xerr=ends, fmt="none", ecolor="#333333", elinewidth=2, capsize=4)
        for y, (mean, _, high) in zip(rows, spans, strict=True):
            end = high if np.isfinite(high) else mean
            ax.annotate(
                f"{mean:.0f} %",
                (end, y),
                (8, 0),
                textcoords="offset points",
                va="center",
                size=style.NOTE,
                color="#333333",
            )
        ax.set_title(words, loc="left", size=style.TICK)
    axes[0].set_xlim(0, min(118.0, 1.2 * axes[0].get_xlim()[1]))
    for ax in axes[2:]:
        ax.set_xlabel("main customers (%)")
    return picture
