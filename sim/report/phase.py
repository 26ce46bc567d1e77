"""A map over two varied settings: where an arm has more than its control, less, or no significant difference."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.patches import Patch, Rectangle

from sim.core.errors import InputError
from sim.experiment.files import JOBS, write_whole
from sim.firms.metrics import METRICS
from sim.report import style
from sim.report.settings_table import in_words
from sim.report.style import Picture
from sim.report.wording import name_of

MORE, LESS, UNDECIDED = "more than its control", "less than its control", "not significant"
LOOK = {MORE: ("#a9cfe6", ""), LESS: ("#f2c4a2", "//"), UNDECIDED: ("#ececec", "..")}


class Cell(NamedTuple):
    """One place of the map: the two settings, and the paired difference with its interval."""

    x: float
    y: float
    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """The verdict from the interval."""
        return MORE if self.low > 0.0 else LESS if self.high < 0.0 else UNDECIDED


def cells_of(
    folder: Path, arm: str | None, metric: str | None
) -> tuple[list[Cell], tuple[str, str], str, str]:
    """The cells of a multirun's folder, its two keys, the arm and the metric; raises `InputError`."""
    if not (folder / JOBS).is_file():
        raise InputError(
            "report --phase", folder.name, "the folder of a multirun: guanxi run -m A=1,2,3 B=4,5,6"
        )
    with open(folder / JOBS, encoding="utf-8", newline="") as file:
        jobs = list(csv.DictReader(file))
    keys = [key for key in (jobs[0] if jobs else {}) if key != "folder"]
    if len(keys) != 2:
        raise InputError(
            "report --phase", ", ".join(keys) or "none", "a grid over two keys: guanxi run -m A=1,2,3 B=4,5,6"
        )
    cells = []
    for job in jobs:
        path = folder / job["folder"] / "summary.csv"
        if not path.is_file():
            raise InputError("report --phase", str(job["folder"]), "a grid of which every job is finished")
        summary = pd.read_csv(path)
        compared = summary[summary["difference"].notna()]
        usual = _defaults(summary)
        arm, metric = arm or usual[0], metric or usual[1]
        row = compared[(compared["arm"] == arm) & (compared["metric"] == metric)]
        if row.empty:
            wrong = (
                ("--arm", arm, set(compared["arm"]))
                if arm not in set(compared["arm"])
                else ("--metric", metric, set(compared["metric"]))
            )
            raise InputError.unknown(f"report --phase {wrong[0]}", wrong[1], sorted(wrong[2]))
        only_row = row.iloc[0]
        at = [_number(key, job[key]) for key in keys]
        cells.append(
            Cell(*at, *(float(only_row[k]) for k in ("difference", "difference_low", "difference_high")))
        )
    return cells, (keys[0], keys[1]), str(arm), str(metric)


def _defaults(summary: pd.DataFrame) -> tuple[str, str]:
    """The default arm and metric of a map: the first arm that is compared, and the first metric."""
    compared = summary[summary["difference"].notna()]
    return str(compared["arm"].iloc[0]), str(summary["metric"].iloc[0])


def _number(key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError("report --phase", f"{key}={text}", "numbers on both axes") from None


def grid_of(cells: Sequence[Cell]) -> tuple[np.ndarray, np.ndarray, dict[tuple[int, int], Cell]]:
    """Values of x and of y in order, and the cell at each pair of places."""
    xs, ys = (np.unique([getattr(cell, axis) for cell in cells]) for axis in ("x", "y"))
    placed = {(int(np.searchsorted(xs, c.x)), int(np.searchsorted(ys, c.y))): c for c in cells}
    return xs, ys, placed


def frontier(placed: dict[tuple[int, int], Cell]) -> list[tuple[list[float], list[float]]]:
    """The sides between neighbours of which one has more and the other does not: x and y of their ends.

    None between two that are not significant.
    """
    sides = []
    for (a, b), cell in placed.items():
        for right, up in ((1, 0), (0, 1)):
            other = placed.get((a + right, b + up))
            if other is None or cell.verdict == other.verdict == UNDECIDED:
                continue
            if (cell.difference > 0.0) != (other.difference > 0.0):
                x, y = a + right / 2, b + up / 2
                sides.append(([x - up / 2, x + up / 2], [y - right / 2, y + right / 2]))
    return sides


def draw(
    cells: Sequence[Cell], axes: tuple[str, str], finding: str, reading: str, form: str = "{:+.2f}"
) -> Picture:
    """The map: a box a cell by its verdict with its difference, and the frontier where its sign turns."""
    xs, ys, placed = grid_of(cells)
    with style.drawing(finding, reading) as (picture, (ax,)):
        for (a, b), cell in placed.items():
            colour, hatch = LOOK[cell.verdict]
            ax.add_patch(_box(a, b, colour, hatch))
            ax.text(a, b, form.format(cell.difference), ha="center", va="center", size=style.LABEL, zorder=4,
                    bbox={"facecolor": colour, "edgecolor": "none", "pad": 2})  # fmt: skip
        edges = frontier(placed)
        for along, up in edges:
            ax.plot(along, up, color=style.BLACK, linewidth=6, solid_capstyle="projecting", zorder=5)
        ax.set(xlim=(-0.5, len(xs) - 0.5), ylim=(-0.5, len(ys) - 0.5))
        ax.set_xlabel("\n".join(style.wrapped(axes[0], style.LABEL, 800)))
        ax.set_ylabel("\n".join(style.wrapped(axes[1], style.LABEL, 400)))
        ax.set_xticks(range(len(xs)), [f"{x:g}" for x in xs])
        ax.set_yticks(range(len(ys)), [f"{y:g}" for y in ys])
        seen = [verdict for verdict in LOOK if any(cell.verdict == verdict for cell in cells)]
        handles: list[Any] = [
            Patch(facecolor=LOOK[v][0], hatch=LOOK[v][1], edgecolor=style.GREY, label=v) for v in seen
        ]
        if edges:
            line = ax.plot([], [], color=style.BLACK, linewidth=6, label="frontier: the sign changes")
            handles.append(line[0])
        ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=style.NOTE)
    return picture


def _box(a: int, b: int, colour: str, hatch: str) -> Patch:
    return Rectangle((a - 0.5, b - 0.5), 1, 1, facecolor=colour, hatch=hatch, edgecolor="white", linewidth=2)


def written(folder: Path, arm: str | None, metric: str | None) -> Path:
    """Write a multirun's map into its folder as PNG, SVG and CSV; where the PNG is.

    They are called ``phase``, with the arm and the metric behind it where they are not the defaults.
    """
    cells, keys, arm, metric = cells_of(folder, arm, metric)
    usual = _defaults(pd.read_csv(next(folder.glob("*/summary.csv"))))
    stem = "-".join(
        ["phase", *(own for own, plain in zip((arm, metric), usual, strict=True) if own != plain)]
    )
    counts = {verdict: sum(cell.verdict == verdict for cell in cells) for verdict in LOOK}
    finding = (
        f"{arm} has more {name_of(metric)} than its control in {counts[MORE]} of {len(cells)} markets, less in "
        f"{counts[LESS]}; {counts[UNDECIDED]} not significant"
    )
    unit = METRICS[metric].summary_unit if metric in METRICS else ""
    reading = f"Mean difference of {arm} from its control, {metric} ({unit}); verdicts by the intervals of the summaries."
    drawn = draw(cells, (in_words(keys[0]), in_words(keys[1])), finding, reading, "{:+.3g}")
    files = {"png": style.as_png(drawn), "svg": style.as_svg(drawn), "csv": table(cells, keys, arm, metric)}
    for ending, data in files.items():
        write_whole(folder / f"{stem}.{ending}", lambda file, data=data: file.write(data))  # type: ignore[misc]
    return folder / f"{stem}.png"


def table(cells: Sequence[Cell], keys: tuple[str, str], arm: str, metric: str) -> bytes:
    """The map as a table, a row a cell: both settings, arm, metric, difference, low, high, verdict."""
    rows = [
        {keys[0]: c.x, keys[1]: c.y, "arm": arm, "metric": metric, "difference": c.difference, "low": c.low,
         "high": c.high, "verdict": c.verdict}
        for c in cells
    ]  # fmt: skip
    return pd.DataFrame(rows).to_csv(index=False, lineterminator="\n").encode()
