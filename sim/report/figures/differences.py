"""Differences between the arms with their intervals, and the effect of loyalty on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.report import style
from sim.report.figures import parts
from sim.report.figures.registry import figure
from sim.report.labels import Comparison
from sim.report.study import NothingToShow, Study, arms_to_show, config_tree, summary_contrasts, table
from sim.report.style import Picture
from sim.report.verdict_sentences import headline
from sim.report.wording import name_of, signed, unit_of

#: Arms that fit below each other.
MOST = 16


@figure(
    "differences",
    "Marks on one side of the line at 0, whiskers included; a hollow mark is the difference without loyalty, where that was run.",
)
def differences(result: Comparison, s: Study) -> Picture:
    """Every arm less the control, paired by seed, with intervals; hollow: the same without loyalty."""
    asked = [entry["metric"] for entry in config_tree(result).get("expect") or []]
    wanted = dict.fromkeys([s.metrics[0], *asked, *s.metrics])  # the headline's, those expected, the others
    metrics = [m for m in wanted if summary_contrasts(result, m, s)][:3]
    if not metrics:
        raise NothingToShow(
            f"there is no arm to compare with {s.control}"
            if len(s.arms) < 2
            else "no differences were recorded"
        )
    first = summary_contrasts(result, metrics[0], s)
    arms = [arm for arm in arms_to_show(s, first, most=9 * len(s.controls_used)) if s.controls[arm] != arm][
        :MOST
    ]
    title = headline(first, metrics[0], s)
    rows = table(result, "summary", "arm", "metric", "loyalty_difference")
    twins = len(rows) > 0 and rows.loc[rows["metric"] == metrics[0], "loyalty_difference"].notna().any()
    hollow = " Hollow: the same difference without loyalty." if twins else ""
    several = s.seeds > 1 and len(first) > len(s.controls_used)
    alone = " Whiskers are not corrected for the number of arms; the title is." * several
    picture, axes = style.picture(
        title, f"Difference from {s.base} on the same random numbers. {parts.sampling(s, 'whiskers')}{alone}{hollow}{parts.some_of([*arms, *s.controls_used], s)}",
        columns=len(metrics), sharey=True,
    )  # fmt: skip
    for ax, metric in zip(axes, metrics, strict=True):
        _forest(
            ax,
            summary_contrasts(result, metric, s),
            rows[rows["metric"] == metric],
            arms,
            s,
            6 - len(metrics),
        )
        ax.set_title(name_of(metric), loc="left", weight="bold")
        ax.set_xlabel(
            "\n".join(style.wrapped(f"difference ({unit_of(metric)})", style.LABEL, 1000 / len(metrics)))
        )
    return picture


def _forest(ax: Any, found: list, rows: pd.DataFrame, arms: list[str], s: Study, bins: int) -> None:
    look, gaps = parts.looks(s), {gap.arm: gap for gap in found}
    extra = rows.set_index("arm")["loyalty_difference"] if len(rows) else pd.Series(dtype=float)
    for y, arm in zip(parts.arm_axis(ax, arms), arms, strict=True):
        gap, one = gaps.get(arm), look[arm]
        if gap is None:
            continue
        if np.isfinite(gap.low):
            ends = [[gap.difference - gap.low], [gap.high - gap.difference]]
            ax.errorbar(
                gap.difference,
                y,
                xerr=ends,
                fmt="none",
                ecolor=one.colour,
                elinewidth=4,
                capsize=8,
                capthick=3,
            )
        ax.plot(gap.difference, y, one.marker, color=one.colour, markersize=15, markeredgecolor="white")
        if len(arms) <= 5:
            ax.annotate(
                signed(gap.difference, (gap.high - gap.low) / 2), (gap.difference, y), (0, 19), size=style.TICK,
                textcoords="offset points", ha="center", va="center", color=one.colour, weight="bold",
                path_effects=parts.HALO,
            )  # fmt: skip
        twin = gap.difference - float(extra.get(arm, np.nan))
        if np.isfinite(twin):
            ax.plot(
                twin,
                y - 0.24,
                one.marker,
                color="white",
                markersize=12,
                markeredgecolor=one.colour,
                markeredgewidth=2.5,
            )
    ax.axvline(0, color="#333333", linewidth=1.5)
    ax.grid(axis="x")
    ax.margins(x=0.12)
    ax.locator_params(axis="x", nbins=bins)
