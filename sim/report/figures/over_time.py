"""Market share, profit, levels of trust and the three bonds over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.report import style
from sim.report.figures import parts
from sim.report.figures.registry import figure
from sim.report.labels import Comparison
from sim.report.study import (
    NothingToShow,
    Study,
    arms_to_show,
    bands,
    binned,
    by_seed,
    contrasts,
    last_year,
    of_firm,
    overlapping,
    strongest,
    versus,
)
from sim.report.style import Picture
from sim.report.wording import explained, finding, listed, number, percent


def _path(
    result: Comparison,
    s: Study,
    frame: pd.DataFrame,
    unit: str,
    what: str,
    show: Any,
    most: float | None = None,
    said: str = "",
) -> Picture:
    """One metric of the focal firm over time, a line with a band for each arm; ``frame`` has it last."""
    metric = frame.columns[-1]
    frame = frame.dropna(subset=metric)
    if frame.empty:
        raise NothingToShow(f"no {metric} of {s.firm} was recorded in this run")
    if np.ptp(frame[metric]) <= 1e-9 * np.abs(frame[metric]).max():
        raise NothingToShow(f"{s.firm}'s {what} is {show(frame[metric].iloc[0])} in every arm and period")
    ends = by_seed(last_year(frame, s))
    gaps = contrasts(ends, metric, s)
    title = finding(gaps, s, f"{s.firm}'s {what} in the last year", show, ends[metric].mean())
    arms = arms_to_show(s, gaps)
    banded, only = parts.banded(s, arms, gaps)
    picture, (ax,) = style.picture(
        title, f"{parts.sampling(s, gaps=gaps)}{only}{said}{parts.some_of(arms, s)}"
    )
    lines = bands(binned(frame[frame["arm"].isin(arms)], metric, s), "year", metric, s.confidence, most)
    ax.set(xlabel="time from the start (years)", ylabel=unit)
    ax.grid(axis="y")
    look = parts.looks(s)
    heights = parts.curves(ax, lines, "year", arms, look, banded)
    ax.set_xlim(0, max(float(lines["year"].max()) * 1.01, 1e-6))
    parts.start_up(ax, s)
    parts.end_labels(ax, heights, look)
    return picture


@figure("share", "The distance of each line from that of the control.", after="profit")
def share(result: Comparison, s: Study) -> Picture:
    """Market share of the focal firm over time, by arm."""
    frame = of_firm(result, ["share"], s.focal)
    frame["share"] *= 100
    return _path(
        result, s, frame, "share of all units sold (%)", "market share", lambda x: percent(x / 100), most=100
    )


@figure(
    "profit",
    "A line that starts below the control's: if it ends above, an early cost was earned back.",
    after="differences",
)
def profit(result: Comparison, s: Study) -> Picture:
    """Profit of the focal firm per customer per year, over time, by arm; customers at the start."""
    frame = of_firm(result, ["profit"], s.focal)
    frame["profit"] *= s.per_year / parts.at_the_start(result, frame["arm"])
    unit, said = "profit (money per customer per year)", parts.counting_note(result, s)
    return _path(result, s, frame, unit, "profit per customer per year", number, said=said)


LEVELS = {
    "trust_cognitive": ("cognitive", style.SKY, ""),
    "trust_affective": ("affective", style.ORANGE, "//"),
    "trust_behavioural": ("behavioural", style.GREEN, ".."),
}

#: A band that stays below it, in percent, is not seen and left out.
UNSEEN = 1.0


def _levels(frame: pd.DataFrame, s: Study) -> pd.DataFrame:
    """Mean share of main customers at each level of trust over time: year and a column per level."""
    total = frame[list(LEVELS)].sum(axis=1, min_count=1).replace(0, np.nan)
    shares = frame.assign(**{level: 100 * frame[level] / total for level in LEVELS})
    return pd.concat(
        [binned(shares, level, s).groupby("year")[level].mean() for level in LEVELS], axis=1
    ).reset_index()


@figure("trust", "The area above the lowest band, and its change over time.", after="growth")
def trust(result: Comparison, s: Study) -> Picture:
    """Main customers of the focal firm at the three levels of trust over time, the control beside the arm that differs most."""
    frame = of_firm(result, list(LEVELS), s.focal)
    total = frame[list(LEVELS)].sum(axis=1, min_count=1)
    frame = frame[total > 0]
    if frame.empty:
        raise NothingToShow("no levels of trust were recorded in this run")
    if (frame["trust_cognitive"] == frame[list(LEVELS)].sum(axis=1)).all():
        raise NothingToShow(
            f"the trust of {s.firm}'s customers stayed at the first level, the cognitive, in every arm"
        )
    deep = frame.assign(deep=1 - frame["trust_cognitive"] / frame[list(LEVELS)].sum(axis=1))
    ends = by_seed(last_year(deep[["arm", "seed", "period", "deep"]], s))
    gaps = contrasts(ends, "deep", s)
    best = strongest(gaps)
    arms = [
        arm for arm in ([best.against, best.arm] if best else versus(result, s)) if arm in set(frame["arm"])
    ]
    title = finding(
        gaps, s, f"the share of {s.firm}'s customers with deeper trust", percent, ends["deep"].mean()
    )
    stacks = [_levels(frame[frame["arm"] == arm], s) for arm in arms]
    seen = [level for level in LEVELS if max(stack[level].max() for stack in stacks) >= UNSEEN]
    names = [LEVELS[level][0] for level in LEVELS]
    left = listed([LEVELS[level][0] for level in LEVELS if level not in seen])
    none = f" Left out, below {UNSEEN:g} % throughout: {left}." if left else ""
    picture, axes = style.picture(
        title,
        f"Main customers by level of trust; {parts.sampling(s, 'bands').split(';')[0].lower().rstrip('.')}.{none}"
        f"{parts.some_of(arms, s)}\n{explained(*names)}",
        columns=len(arms),
        sharey=True,
    )
    for ax, arm, stack in zip(axes, arms, stacks, strict=True):
        _stack(ax, stack, seen)
        ax.set_title(style.short(arm, 460), weight="bold", color=parts.looks(s)[arm].colour, loc="left")
        ax.set_xlabel("time from the start (years)")
    axes[0].set_ylabel("share of main customers (%)")
    picture.legend(
        axes[0].collections, [LEVELS[level][0] for level in seen], loc="outside lower center", ncols=3, fontsize=style.TICK
    )  # fmt: skip
    return picture


def _stack(ax: Any, frame: pd.DataFrame, levels: list[str]) -> None:
    below = np.zeros(len(frame))
    for level in levels:
        _, colour, hatch = LEVELS[level]
        above = below + frame[level].to_numpy()
        ax.fill_between(
            frame["year"], below, above, facecolor=colour, edgecolor="white", hatch=hatch, linewidth=0.5
        )
        below = above
    ax.set_ylim(0, 100)
    if len(frame) > 1:
        ax.set_xlim(frame["year"].min(), frame["year"].max())


BONDS = {
    "points_held": ("financial: points held", "points (money per customer)"),
    "social_bond": ("social", "main customers' mean (0 to 1)"),
    "structural_bond": ("structural", "main customers' mean (0 to 1)"),
}


@figure("bonds", "The time each bond takes to grow, and the bonds that an arm builds at all.", after="trust")
def bonds(result: Comparison, s: Study) -> Picture:
    """The three bonds of the focal firm's customers over time, by arm (Berry & Parasuraman 1991)."""
    frame = of_firm(result, list(BONDS), s.focal)
    frame["points_held"] /= parts.at_the_start(result, frame["arm"])
    there = [bond for bond in BONDS if frame[bond].abs().max() > 0]
    if not there:
        raise NothingToShow(f"no bond between {s.firm} and its customers was built in this run")
    first = next(bond for bond in ("social_bond", "structural_bond", "points_held") if bond in there)
    ends = by_seed(last_year(frame, s))
    gaps = contrasts(ends, first, s)
    what = {"points_held": "the points held, in money per customer,"}.get(
        first, f"the {first.replace('_', ' ')}"
    )
    title = finding(gaps, s, f"{what} in the last year", number, ends[first].mean())
    level = ends[there].max()
    widest = [
        gap._replace(difference=gap.difference / level[b]) for b in there for gap in contrasts(ends, b, s)
    ]
    best = strongest(gaps)
    widest += [
        gap._replace(difference=np.inf) for gap in (overlapping(gaps, best) if best else ())
    ]  # the title's
    widest.sort(key=lambda gap: abs(gap.difference))
    arms, look = arms_to_show(s, list({gap.arm: gap for gap in widest}.values())), parts.looks(s)
    lacking = [name.partition(":")[0] for bond, (name, _) in BONDS.items() if bond not in there]
    none = f" Not drawn, since there is none: {listed(lacking)}." if lacking else ""
    banded, said = parts.banded(s, arms, gaps)
    counting = parts.counting_note(result, s) if "points_held" in there else ""
    picture, axes = style.picture(
        title,
        f"{parts.sampling(s, gaps=gaps)}{said}{counting}{none}{parts.some_of(arms, s)}",
        columns=len(there),
        sharex=True,
    )
    for ax, bond in zip(axes, there, strict=True):
        name, unit = BONDS[bond]
        path = binned(frame[frame["arm"].isin(arms)], bond, s)
        lines = bands(path, "year", bond, s.confidence, most=np.inf if bond == "points_held" else 1.0)
        parts.curves(ax, lines, "year", arms, look, banded, marks=5)
        ax.set_title(name, loc="left", weight="bold")
        ax.set(xlabel="time from the start (years)", ylabel=unit)
        ax.set_xlim(0, max(float(lines["year"].max()) * 1.01, 1e-6))
        ax.set_ylim(0)
        ax.grid(axis="y")
    picture.legend(
        handles=axes[0].lines, labels=[style.short(arm) for arm in arms], loc="outside lower center",
        ncols=min(3, len(arms)), fontsize=style.TICK,
    )  # fmt: skip
    return picture
