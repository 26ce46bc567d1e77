"""Delivered value, concentration of revenue, share of wallet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.experiment.statistics import estimate
from sim.firms.costs import LEVER_OF
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
    leading,
    of_firm,
    span,
    table,
    versus,
)
from sim.report.style import Picture
from sim.report.wording import explained, finding, listed, number

#: Parts of the utility of staying that are not delivered value (C18).
STAYING = ("bonds", "habit", "switching cost")
#: Signs of another plan: price, quality, and the costs that are not 0.
OFFERED = ("price", "quality")
SPENT = tuple(
    "points_issued" if cost == "points_paid" else cost for cost in LEVER_OF if cost != "quality_cost"
)
#: Parts below it are nothing to show.
TINY = 0.005
NOUGHT = "A value below 0 is no loss: every offer has a price, and only differences between offers matter."


def _panels(result: Comparison, s: Study, rows: pd.DataFrame) -> list[tuple[str, str, pd.Series]]:
    """The focal firm under the control and the leading arm, and a rival, one whose plan changed if any: name, colour, parts."""
    mean = rows.groupby(["arm", "firm", "part"], sort=False)["value"].mean()
    arms = [arm for arm in versus(result, s) if (arm, s.focal) in mean.index]
    chosen = [(arm, s.focal, f"{s.focal}, {arm}") for arm in arms]
    if arms:
        totals = mean[arms[-1]].groupby("firm").sum().drop(s.focal, errors="ignore")
        changed = totals.index.intersection(_other_plans(result, arms))
        if len(totals):
            rival = totals[changed if len(changed) else totals.index].idxmax()
            chosen.append((arms[-1], str(rival), f"{rival}, {arms[-1]}"))
    look = parts.looks(s)
    return [
        (words, look[arm].colour if firm == s.focal else style.GREY, mean[arm][firm])
        for arm, firm, words in chosen
    ]


def _other_plans(result: Comparison, arms: list[str]) -> list[str]:
    """The firms whose plan is not the same in all these arms: another price or quality, or spent on other things."""
    runs = table(result, "runs", "arm", "twin", "firm", *OFFERED)
    spendings = [cost for cost in SPENT if cost in runs]  # those of a second product only where there is one
    mean = runs[runs["arm"].isin(arms) & ~runs["twin"].astype(bool)].groupby(["firm", "arm"])
    offered, spent = mean[list(OFFERED)].mean().round(6), mean[spendings].mean() > 0
    kinds = pd.concat([offered, spent], axis=1).groupby("firm").nunique()
    return list(kinds.index[(kinds > 1).any(axis=1)])


def _seen(panels: list[tuple[str, str, pd.Series]]) -> list[str]:
    """The parts that are not 0 everywhere, those that keep a customer beside delivered value last."""
    every = dict.fromkeys(part for _, _, values in panels for part in values.index)
    seen = [p for p in every if any(abs(float(values.get(p, 0.0))) >= TINY for _, _, values in panels)]
    return sorted(seen, key=lambda part: part in STAYING)


@figure(
    "value",
    "The large parts in which firms differ: customers choose by them.",
    after="stakeholders",
)
def value(result: Comparison, s: Study) -> Picture:
    """Delivered value and the other reasons to stay, adding up from the top to the utility of staying."""
    rows = table(result, "value_parts", "arm", "seed", "firm", "part", "value").dropna(subset="value")
    panels = _panels(result, s, rows) if len(rows) else []
    if not panels:
        raise NothingToShow(f"no parts of the value that {s.firm} delivers were recorded in this run")
    dull = [words for words, _, values in panels if (values.abs() < TINY).all()]
    panels = [panel for panel in panels if panel[0] not in dull]
    if not panels:
        raise NothingToShow(f"every part of the value that {s.firm} delivers is 0")
    mine = rows[(rows["firm"] == s.focal) & ~rows["part"].isin(STAYING)]
    runs = mine.groupby(["arm", "seed"], sort=False)["value"].sum().reset_index()
    gaps = [gap for gap in contrasts(runs, "value", s) if gap.arm in versus(result, s)]
    title = finding(gaps, s, f"the value {s.firm} delivers", number, runs["value"].mean())
    order = _seen(panels)
    largest = rows["value"].abs().groupby(rows["part"], sort=False).max()
    zero = [str(part).replace("_", " ") for part in largest.index[largest < TINY]]
    none = f" 0 and left out: {listed([*zero, *dull])}." if zero or dull else ""
    liked = f" {explained('taste')}" if "taste" in order else ""
    picture, axes = style.picture(
        title, f"From the top, each bar adds its part of the utility to the sum so far. Delivered value is value less cost, without "
        f"{listed(STAYING)}; the last bar has them.{none}\n{NOUGHT}{liked}",
        columns=len(panels), sharey=True, sharex=True,
    )  # fmt: skip
    for ax, (words, colour, values) in zip(axes, panels, strict=True):
        _waterfall(ax, order, values, colour)
        ax.set_title(
            style.shortened(words, style.TICK, 1010 / len(panels), bold=True),
            weight="bold",
            size=style.TICK,
            loc="left",
            color=colour,
        )
        ax.set_xlabel("utility")
    low, high = axes[0].get_xlim()
    room = (high - low) * 72 / (940 / len(panels) - 144)
    axes[0].set_xlim(low - room, high + room)
    return picture


def _waterfall(ax: Any, order: list[str], values: pd.Series, colour: str) -> None:
    sizes = [float(values.get(part, 0.0)) for part in order]
    ends = np.cumsum(sizes)
    delivered = sum(part not in STAYING for part in order)
    names = [style.short(part.replace("_", " "), 190) for part in order]
    names[delivered:delivered] = ["delivered value"]
    names.append("utility of staying")
    rows = list(range(len(names)))[::-1]
    for y, size, end in zip([*rows[:delivered], *rows[delivered + 1 :]], sizes, ends, strict=False):
        ax.barh(
            y,
            size,
            0.66,
            end - size,
            color=style.GREEN if size >= 0 else style.VERMILLION,
            hatch="" if size >= 0 else "//",
            edgecolor="white",
        )
        ax.plot([end, end], [y - 1.33, y + 0.33], color=style.GREY, linewidth=1)
        _beside(ax, y, max(end, end - size) if size >= 0 else min(end, end - size), size)
    for y, end in ((rows[delivered], float(sum(sizes[:delivered]))), (0, ends[-1])):
        ax.barh(y, end, 0.66, color=colour)
        _beside(ax, y, end, end)
    ax.axvline(0, color="#333333", linewidth=1.2)
    ax.set_yticks(rows, names)
    ax.tick_params(axis="y", length=0)


def _beside(ax: Any, y: float, x: float, size: float) -> None:
    ax.annotate(
        f"{size:+.2f}", (x, y), (5 if size >= 0 else -5, 0), textcoords="offset points", va="center",
        ha="left" if size >= 0 else "right", size=style.NOTE, color="#333333",
    )  # fmt: skip


@figure(
    "lorenz",
    "The bracket: the share of the best fifth of buyers, against the proverbial 80 %.",
    after="value",
)
def lorenz(result: Comparison, s: Study) -> Picture:
    """Cumulative share of the focal firm's revenue over its buyers, from the smallest to the largest."""
    curves = table(result, "lorenz", "arm", "seed", "firm", "percentile", "revenue_share").dropna(
        subset="revenue_share"
    )
    curves = curves[curves["firm"] == s.focal]
    if curves.empty:
        raise NothingToShow(f"no customer bought from {s.firm} in this run")
    lead = leading(result, s)
    lead = lead if (curves["arm"] == lead).any() else str(curves["arm"].iloc[0])
    tops = {
        keys: 100 * (1 - np.interp(80.0, run["percentile"], run["revenue_share"]))
        for keys, run in curves.sort_values("percentile").groupby(["arm", "seed"])
    }
    fifth = pd.Series(tops).rename_axis(["arm", "seed"]).rename("top").reset_index()
    mean, low, high = estimate(fifth.loc[fifth["arm"] == lead, "top"].to_numpy(), s.confidence)[:3]
    title = f"The best fifth of {s.firm}'s buyers brings {mean:.0f} % of its revenue under {lead}, not the proverbial 80 %"
    if 79.5 <= mean < 80.5 or low <= 80 <= high:
        title = f"The best fifth of {s.firm}'s buyers brings {mean:.0f} % of its revenue under {lead}, as the proverb says"
    arms, look = arms_to_show(s, contrasts(fifth, "top", s)), parts.looks(s)
    picture, (ax,) = style.picture(
        title, f"Buyers from the smallest to the largest. {parts.sampling(s)}{parts.some_of(arms, s)}"
    )
    ax.plot([0, 100], [0, 100], color=style.GREY, linewidth=1.5)
    lines = bands(
        curves[curves["arm"].isin(arms)].assign(share=100 * curves["revenue_share"]),
        "percentile",
        "share",
        s.confidence,
    )
    parts.curves(ax, lines, "percentile", arms, look, marks=6)
    _bracket(ax, 100 - mean, f"best fifth:\n{mean:.0f} %", look[lead].colour)
    ax.plot([80], [20], marker="*", markersize=20, color=style.BLACK, linestyle="none", clip_on=False)
    ax.annotate(
        "proverb: 80 %",
        (80, 20),
        (0, -24),
        textcoords="offset points",
        size=style.NOTE,
        ha="center",
        va="center",
    )
    ax.text(42, 44, "all buyers equal", size=style.NOTE, color=style.GREY, ha="right", va="bottom")
    ax.set(
        xlabel="buyers, from the smallest (%)", ylabel="revenue from them (%)", xlim=(0, 100), ylim=(0, 100)
    )
    picture.legend(
        handles=ax.lines[1 : 1 + len(arms)], labels=[style.short(arm) for arm in arms], loc="outside right center",
        fontsize=style.TICK,
    )  # fmt: skip
    return picture


def _bracket(ax: Any, height: float, words: str, colour: str) -> None:
    ax.annotate(
        "", (80, height), (80, 100), arrowprops={"arrowstyle": "<->", "color": colour, "linewidth": 2.5}
    )
    ax.text(78.5, 98.5, words, size=style.TICK, color=colour, ha="right", va="top", weight="bold")


@figure(
    "wallet",
    "Arms further to the right have more customers, arms further up a larger share of each customer.",
    after="lorenz",
)
def wallet(result: Comparison, s: Study) -> Picture:
    """Market share against customer share (share of wallet) of the focal firm by arm, rivals in grey."""
    metrics = ["share", "customer_share"]
    shares = by_seed(of_firm(result, metrics, s.focal, settled=True)).dropna()
    if shares.empty:
        raise NothingToShow(f"no market share and customer share of {s.firm} were recorded in this run")
    shares[metrics] *= 100
    own = shares["customer_share"]
    if np.ptp(own) <= 1e-9:
        raise NothingToShow(
            f"the share of wallet of {s.firm} is {own.iloc[0]:.1f} % in every arm and replication"
        )
    gaps = contrasts(shares, "customer_share", s)
    title = finding(
        gaps,
        s,
        f"{s.firm}'s share of its customers' wallets",
        lambda x: f"{x:.1f} %",
        shares["customer_share"].mean(),
    )
    arms, look = arms_to_show(s, gaps), parts.looks(s)
    picture, (ax,) = style.picture(
        title,
        f"{parts.sampling(s, 'whiskers', gaps)} Grey dots: rivals under {s.control}.{parts.some_of(arms, s)}",
    )
    others = table(result, "outcomes", "arm", "seed", "period", "firm", *metrics)
    others = others[
        (others["arm"] == s.control) & (others["firm"] != s.focal) & (others["period"] >= s.burn_in)
    ]
    rivals = 100 * others.groupby("firm")[metrics].mean()
    ax.plot(rivals["share"], rivals["customer_share"], "o", color="#b5b5b5", markersize=12, zorder=1)
    marks = {}
    for arm in arms:
        x, y = (span(shares.loc[shares["arm"] == arm, m], s.confidence, 100) for m in metrics)
        spans: dict[str, Any] = {
            "xerr": [[x[0] - x[1]], [x[2] - x[0]]],
            "yerr": [[y[0] - y[1]], [y[2] - y[0]]],
        }
        marks[arm] = ax.errorbar(
            x[0], y[0], **(spans if np.isfinite(x[1] + y[1]) else {}), fmt=look[arm].marker, color=look[arm].colour,
            markersize=15, markeredgecolor="white", elinewidth=2, capsize=5,
        )  # fmt: skip
    ax.set(xlabel="market share (% of units sold)", ylabel="customer share (% of wallet)")
    ax.grid()
    ax.margins(0.12)
    picture.legend(
        handles=list(marks.values()), labels=[style.short(arm) for arm in arms], loc="outside right center",
        fontsize=style.TICK, labelspacing=0.9,
    )  # fmt: skip
    return picture
