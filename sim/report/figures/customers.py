"""Customers: retention by tenure, and the funnel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from sim.report import style
from sim.report.figures import parts
from sim.report.figures.registry import figure
from sim.report.labels import Comparison
from sim.report.study import (
    NothingToShow,
    Study,
    arms_to_show,
    bands,
    by_seed,
    contrasts,
    last_year,
    leading,
    of_firm,
    span,
    table,
)
from sim.report.style import Picture
from sim.report.wording import finding, percent

#: A tenure with fewer customers per run is left out: too few for a rate.
FEWEST = 5
#: Rates end where an arm lost fewer in all its replications: too few for an interval.
FEWEST_LOST = 5
ENDS = f"Lines end where an arm lost fewer than {FEWEST_LOST} in total."


def retention_by_tenure(result: Comparison, s: Study) -> pd.DataFrame:
    """Retention and survival of the focal firm's main customers, by arm, seed and tenure.

    ``at_risk`` counts customer-periods, so ``lost`` over it is the chance to leave in a period at that tenure.
    ``retention`` is the share kept through a year at that rate; ``remaining`` the share of newcomers still there at ``years``,
    the end of the stretch; ``flat`` is the same if the rate of the first year went on.
    """
    tenures = table(result, "tenure", "arm", "seed", "firm", "tenure", "at_risk", "lost")
    tenures = (
        tenures[tenures["firm"] == s.focal]
        .groupby(["arm", "seed", "tenure"], sort=True)[["at_risk", "lost"]]
        .sum()
    )
    tenures = tenures.reset_index()
    if tenures.empty or tenures["at_risk"].sum() <= 0:
        raise NothingToShow(f"no customer of {s.firm} was at risk of leaving in this run")
    step = np.diff(np.sort(tenures["tenure"].unique()))
    width = float(step.min()) if len(step) else 1.0
    periods = max(1.0, width * s.per_year)
    enough = (tenures.groupby("tenure")["at_risk"].mean() >= FEWEST * periods).cummin()
    tenures = tenures[tenures["tenure"].map(enough) & (tenures["at_risk"] > 0)]
    if tenures.empty:
        raise NothingToShow(f"{s.firm} had too few customers to speak of their tenure")
    lost = tenures.groupby(["tenure", "arm"])["lost"].sum().unstack().min(axis=1)
    tenures = tenures[tenures["tenure"].map((lost >= FEWEST_LOST).cummin())]
    if tenures.empty:
        raise NothingToShow(f"too few customers left {s.firm} to follow them over their tenure")
    run = tenures.groupby(["arm", "seed"], sort=False)
    stay = 1 - tenures["lost"] / tenures["at_risk"]
    tenures = tenures.assign(
        retention=stay**s.per_year, years=tenures["tenure"] + width, stretch=stay**periods
    )
    tenures["remaining"] = tenures.groupby(["arm", "seed"], sort=False)["stretch"].cumprod()
    bins = max(1, round(1 / width))
    first = tenures.groupby(["arm", "seed"], sort=False)["remaining"].transform(
        lambda remaining: remaining.iloc[:bins].iloc[-1]
    )
    tenures["flat"] = first ** ((run.cumcount() + 1) / np.minimum(bins, run["tenure"].transform("size")))
    return tenures


@figure(
    "retention",
    "The distance of a line from its dotted one: above it, customers who stayed a year leave less often than newcomers.",
    after="share",
)
def retention(result: Comparison, s: Study) -> Picture:
    """Share of new main customers who are still there after a number of years, by arm."""
    rates = retention_by_tenure(result, s)
    last = rates[rates["years"] == rates["years"].max()]
    gaps = contrasts(last, "remaining", s)
    what = f"the share of {s.firm}'s new customers still there after {parts.plural(round(last['years'].iloc[0], 2), 'year')}"
    title = finding(gaps, s, what, percent, last["remaining"].mean())
    arms, look = arms_to_show(s, gaps), parts.looks(s)
    banded, said = parts.banded(s, arms, gaps)
    picture, (ax,) = style.picture(
        title,
        f"{parts.sampling(s, gaps=gaps)}{said} Dotted: the rate of the first year, continued.{parts.some_of(arms, s)}\nNew main "
        f"customers only; the metric retention counts all. {ENDS}",
    )
    start = rates.drop_duplicates(["arm", "seed"]).assign(years=0.0, remaining=1.0, flat=1.0)
    curve = pd.concat([start, rates[rates["arm"].isin(arms)]])
    curve[["remaining", "flat"]] *= 100
    lines, flat = (bands(curve, "years", line, s.confidence, most=100) for line in ("remaining", "flat"))
    for arm in banded:
        mine = flat[flat["arm"] == arm]
        ax.plot(mine["years"], mine["mean"], color=look[arm].colour, linestyle=":", linewidth=2)
    heights = parts.curves(ax, lines[lines["arm"].isin(arms)], "years", arms, look, banded)
    ax.set(xlabel="tenure with the firm (years)", ylabel="new customers still there (%)")
    ax.set_ylim(0, 102)
    ax.set_xlim(0, curve["years"].max())
    ax.grid(axis="y")
    parts.end_labels(ax, heights, look)
    return picture


@figure(
    "tenure",
    "Slope of the line: heterogeneity of customers alone makes it rise, loyalty adds to it.",
    after="retention",
)
def tenure(result: Comparison, s: Study) -> Picture:
    """Share of main customers kept through a year, by how long they have been with the firm."""
    rates = retention_by_tenure(result, s)
    if rates["tenure"].nunique() < 2:
        raise NothingToShow(f"too few customers left {s.firm} to follow the retention rate over their tenure")
    lead = leading(result, s)
    rates["retention"] *= 100
    gaps = contrasts(rates.groupby(["arm", "seed"])["retention"].mean().reset_index(), "retention", s)
    gaps = [gap for gap in gaps if gap.arm == lead] or gaps
    arms = arms_to_show(s, gaps)
    lines, look = bands(rates, "tenure", "retention", s.confidence, most=100), parts.looks(s)
    mine = lines[lines["arm"] == lead] if (lines["arm"] == lead).any() else lines
    first, last = mine.iloc[0], mine.iloc[-1]
    new, old = (_rate(one["mean"]) for one in (first, last))
    after = f"after {parts.plural(round(last['tenure'], 2), 'year')} with {s.firm}"
    tested = "does not change significantly" if s.seeds > 1 else "is, with one replication and no test"
    title = f"Under {lead} the yearly retention rate {tested}: {new} for newcomers, {old} {after}"
    if last["low"] > first["high"] or last["high"] < first["low"]:
        moves = "rises" if last["mean"] > first["mean"] else "falls"
        title = f"Under {lead} the yearly retention rate {moves} from {new} for newcomers to {old} {after}"
    banded, said = parts.banded(s, arms, gaps)
    picture, (ax,) = style.picture(
        title,
        f"{parts.sampling(s)}{said}{parts.some_of(arms, s)}\nNewcomers are at the left; the metric retention counts all main "
        f"customers. {ENDS}",
    )
    ax.set(xlabel="tenure with the firm (years)", ylabel="main customers kept (% per year)")
    ax.grid(axis="y")
    heights = parts.curves(ax, lines[lines["arm"].isin(arms)], "tenure", arms, look, banded)
    ax.margins(x=0.02)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=len(lines["tenure"].unique()) > 4))
    parts.end_labels(ax, heights, look)
    return picture


def _rate(share: float) -> str:
    """A rate in percent, never rounded up to 100: "97 %", "99.8 %"."""
    return f"{share:.0f} %" if share < 99.5 else f"{share:.1f} %" if share < 99.95 else "above 99.9 %"


STEPS = {
    "aware": ("know it", "know {firm}"),
    "tried": ("tried it", "tried {firm}"),
    "repeated": ("came back", "came back to {firm}"),
    "main_customers": ("main customers", "are main customers of {firm}"),
    "loyal_true": ("truly loyal", "are truly loyal to {firm}"),
}


@figure("funnel", "The step at which the arms begin to differ.", after="tenure")
def funnel(result: Comparison, s: Study) -> Picture:
    """Customers of the market who know, tried, rebought, mainly buy from and are truly loyal to the focal firm."""
    counts = last_year(of_firm(result, [*STEPS, "market_size"], s.focal), s).dropna(subset="loyal_true")
    if counts.empty:
        raise NothingToShow(f"no funnel of {s.firm} was recorded in this run")
    counts[list(STEPS)] = 100 * counts[list(STEPS)].div(counts.pop("market_size"), axis=0)
    counts = by_seed(counts)
    steps = [step for step in STEPS if counts[step].max() > 0]
    if not steps:
        raise NothingToShow(f"no customer in the market knew {s.firm} in this run")
    gaps = contrasts(counts, steps[-1], s)
    what = f"the share of all customers who {STEPS[steps[-1]][1].format(firm=s.firm)}"
    arms, look = arms_to_show(s, gaps, most=3), parts.looks(s)
    gaps = [gap for gap in gaps if gap.arm in arms]
    title = finding(gaps, s, what, lambda x: f"{x:.1f} %", counts[steps[-1]].mean())
    none = "".join(f" No customer: {STEPS[step][0]}." for step in STEPS if step not in steps)
    picture, (ax,) = style.picture(
        title, f"Last year of the run. {parts.sampling(s, 'whiskers', gaps)}{none}{parts.some_of(arms, s)}"
    )
    rows, thick = np.arange(len(steps))[::-1].astype(float), 0.84 / len(arms)
    for k, arm in enumerate(arms):
        at = rows + 0.42 - thick * (k + 0.5)
        mine = counts[counts["arm"] == arm]
        _bars(
            ax,
            at,
            np.array([span(mine[step], s.confidence, 100) for step in steps]),
            thick,
            look[arm],
            arm,
        )
    ax.set_yticks(rows, [STEPS[step][0].replace(" c", "\nc") for step in steps])
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("customers in the market (%)")
    ax.set_xlim(0, ax.get_xlim()[1] * 1.08)
    picture.legend(loc="outside lower center", ncols=len(arms), fontsize=style.TICK)
    return picture


def _bars(ax: Any, at: np.ndarray, spans: np.ndarray, thick: float, look: style.Look, arm: str) -> None:
    """Bars with whiskers and their values beside them; ``spans`` (n, 3) are mean, low, high."""
    means, low, high = spans.T
    ax.barh(
        at,
        means,
        thick * 0.92,
        color=look.colour,
        hatch=look.hatch,
        edgecolor="white",
        label=style.short(arm),
    )
    if np.isfinite(low).all():
        ax.errorbar(
            means, at, xerr=[means - low, high - means], fmt="none", ecolor="#333333", elinewidth=2, capsize=4
        )
    for y, mean, end in zip(at, means, np.where(np.isfinite(high), high, means), strict=True):
        ax.annotate(
            f"{mean:.1f}",
            (end, y),
            (8, 0),
            textcoords="offset points",
            va="center",
            size=style.NOTE,
            color="#333333",
        )
