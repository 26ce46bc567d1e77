"""Pieces that several figures share: lines with bands, labels that keep clear of each other, words on sampling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from sim.report import style
from sim.report.labels import Comparison
from sim.report.study import Contrast, Study, of_firm
from sim.report.style import Look


def looks(s: Study) -> dict[str, Look]:
    """Colour, line and marker of each arm of the study."""
    return style.looks(s.arms, s.control)


#: White around letters that may cross a line.
HALO = (withStroke(linewidth=4, foreground="white"),)


def sampling(s: Study, mark: str = "bands", gaps: Sequence[Contrast] = ()) -> str:
    """The number of replications and the meaning of the bands, in words."""
    if s.seeds < 2:
        return f"One replication, so no {mark}."
    surer = (
        f" Arms share random numbers: differences are more certain than the {mark} suggest." if gaps else ""
    )
    return f"Means of {s.seeds} replications; {mark}: {s.certainty} interval.{surer}"


def banded(s: Study, arms: Sequence[str], gaps: Sequence[Contrast]) -> tuple[Sequence[str], str]:
    """The arms with bands and a note on it: with more than three, the one that differs most and its control."""
    if len(arms) <= 3 or s.seeds < 2:
        return arms, ""
    most = max(gaps, key=lambda gap: (gap.significant, abs(gap.difference)))
    return (most.against, most.arm), f" Bands of {most.against} and {most.arm} only."


def at_the_start(result: Comparison, arms: pd.Series) -> pd.Series:
    """Customers at the start of each row's arm, as in the summary."""
    started = {arm: result.scenario.for_arm(arm).population.customers for arm in arms.unique()}
    return arms.map(started).astype("f8")


def counting_note(result: Comparison, s: Study) -> str:
    """A note on the number of customers, where it changes over a run."""
    size = of_firm(result, ["market_size"], s.focal).groupby(["arm", "seed"], sort=False)["market_size"]
    return " Customers are counted at the start." if (size.nunique() > 1).any() else ""


def some_of(arms: Sequence[str], s: Study) -> str:
    """A note that not all arms are drawn, where that is so."""
    return "" if len(arms) >= len(s.arms) else f" {len(arms)} of {len(s.arms)} arms are shown."


def plural(count: float, word: str) -> str:
    """A count with its noun: "1 year", "2 years"."""
    return f"{count:g} {word}" + ("" if count == 1 else "s")


def curves(
    ax: Axes,
    frame: pd.DataFrame,
    at: str,
    arms: Sequence[str],
    look: Mapping[str, Look],
    banded: Sequence[str] = (),
    marks: int = 8,
) -> dict[str, float]:
    """A line with its band for each arm (for ``banded`` alone if given); the height of each line's end."""
    ends = {}
    for arm in arms:
        mine = frame[frame["arm"] == arm].sort_values(at)
        if mine.empty:
            continue
        one = look[arm]
        if mine["low"].notna().any() and arm in (banded or arms):
            ax.fill_between(mine[at], mine["low"], mine["high"], color=one.colour, alpha=0.18, linewidth=0)
        ax.plot(
            mine[at], mine["mean"], color=one.colour, linestyle=one.line, marker=one.marker,
            markevery=max(1, len(mine) // marks), markeredgecolor="white", solid_capstyle="round",
        )  # fmt: skip
        ends[arm] = float(mine["mean"].iloc[-1])
    return ends


def end_labels(ax: Axes, ends: Mapping[str, float], look: Mapping[str, Look], room: float = 300) -> None:
    """Each line's name at its right end, moved apart where they would touch."""
    figure = ax.get_figure(root=True)
    right = ax.get_xlim()[1]
    labels = [
        ax.text(
            right, height, " " + style.short(arm, room), color=look[arm].colour, size=style.TICK, weight="bold",
            va="center", ha="left", clip_on=False,
        )
        for arm, height in ends.items()
    ]  # fmt: skip
    apart(figure, ax, labels)


def apart(figure: Figure | None, ax: Axes, labels: Sequence[Text], gap: float = 1.3) -> None:
    """Move labels up or down until none overlaps, in the order of their heights and within the axes."""
    if figure is None or not labels:
        return
    figure.draw_without_rendering()
    bottom, top = ax.bbox.y0, ax.bbox.y1
    step = min(style.TICK * gap * figure.dpi / 72, (top - bottom) / max(1, len(labels) - 1))
    boxes = {id(label): label.get_window_extent() for label in labels}
    labels = sorted(labels, key=lambda label: boxes[id(label)].y0)
    wanted = np.array([(boxes[id(label)].y0 + boxes[id(label)].y1) / 2 for label in labels])
    placed = spread(wanted, step, bottom, top)
    for label, height in zip(labels, placed, strict=True):
        label.set_y(ax.transData.inverted().transform((0, height))[1])


def spread(wanted: np.ndarray, step: float, bottom: float, top: float) -> np.ndarray:
    """Sorted heights at least ``step`` apart, as near as can be to where they were wanted, bottom to top: (n,).

    The heights less ``step`` times their rank must not fall: isotonic regression by pooling neighbours.

    >>> spread(np.array([0.0, 0.0, 5.0]), 1.0, -2.0, 10.0).tolist()
    [-0.5, 0.5, 5.0]
    """
    rank = step * np.arange(len(wanted))
    pools: list[list[float]] = []  # mean, size
    for height in wanted - rank:
        pools.append([float(height), 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, n), (two, m) = pools[-2:]
            pools[-2:] = [[(one * n + two * m) / (n + m), n + m]]
    free = np.repeat([mean for mean, _ in pools], [int(size) for _, size in pools])
    return np.clip(free, bottom, max(bottom, top - (rank[-1] if len(rank) else 0.0))) + rank


def start_up(ax: Axes, s: Study) -> None:
    """Shade the burn-in and label it."""
    end, (left, right) = s.burn_in / s.per_year, ax.get_xlim()
    if s.burn_in <= 0 or end <= left:
        return
    ax.axvspan(left, min(end, right), color=style.PALE, zorder=0, linewidth=0)
    words = "burn-in, not counted"
    room = (min(end, right) - left) / (right - left) * style.WIDTH * style.DPI * 0.72
    if style.width(words, style.NOTE) + 12 < room:
        ax.text(
            left,
            0.99,
            "  " + words,
            transform=ax.get_xaxis_transform(),
            size=style.NOTE,
            color=style.GREY,
            va="top",
        )
    ax.set_xlim(left, right)


def arm_axis(ax: Axes, arms: Sequence[str], room: float = 300) -> np.ndarray:
    """Arms down the vertical axis, the first on top; their heights (n_arms,)."""
    heights = np.arange(len(arms))[::-1].astype(float)
    ax.set_yticks(heights, [style.short(arm, room) for arm in arms])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.6, len(arms) - 0.4)
    return heights
