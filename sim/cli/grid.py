"""The jobs of a multirun: the overrides and the folder of each, and a comparison."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def varied(jobs: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """For each job the overrides in which the jobs differ, key by key.

    >>> varied([["scenario=a", "x=1"], ["scenario=a", "x=2"]])
    [{'x': '1'}, {'x': '2'}]
    """
    differs = [len(set(column)) > 1 for column in zip(*jobs, strict=True)]
    made = []
    for job in jobs:
        parts = [text.partition("=") for text, wanted in zip(job, differs, strict=True) if wanted]
        made.append({key.lstrip("+"): value for key, _, value in parts})
    return made


def write_index(folders: Sequence[Path], overrides: Sequence[dict[str, str]]) -> None:
    """Put ``jobs.csv`` beside the jobs' folders: a row a job with its folder and overrides."""
    from sim.experiment.files import JOBS, write_text

    for parent in dict.fromkeys(folder.parent for folder in folders):
        text = io.StringIO()
        keys = list(dict.fromkeys(key for job in overrides for key in job))
        table = csv.DictWriter(text, ["folder", *keys], lineterminator="\n")
        table.writeheader()
        for folder, job in zip(folders, overrides, strict=True):
            if folder.parent == parent:
                table.writerow({"folder": folder.name} | job)
        parent.mkdir(parents=True, exist_ok=True)
        write_text(parent / JOBS, text.getvalue())


def print_jobs(results: Sequence[Any], overrides: Sequence[dict[str, str]]) -> None:
    """A row a job and arm: the first metric and its difference from the control."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from sim.experiment.files import JOBS, display_path
    from sim.report.screen import WIDTH
    from sim.report.wording import spanned

    made = Table(box=SIMPLE_HEAD, pad_edge=False, title="Jobs", title_justify="left", title_style="bold")
    keys = list(dict.fromkeys(key for job in overrides for key in job))
    for name in ("folder", *keys, "arm", "metric", "mean", "less control"):
        made.add_column(escape(name), overflow="fold")
    for result, job in zip(results, overrides, strict=True):
        metric = result.scenario.experiment.metrics[0]
        for row in result.summary[result.summary["metric"] == metric].to_dict("records"):
            mean = spanned(row["mean"], row["low"], row["high"])
            gap = spanned(row["difference"], row["difference_low"], row["difference_high"], sign=True)
            values = [job.get(key, "") for key in keys]
            made.add_row(*map(escape, (result.where.name, *values, row["arm"], metric, mean, gap)))
    console = Console()
    if not console.is_terminal:
        console.width = max(WIDTH, 30 + sum(map(len, keys)) + 60)
    console.print(made)
    for parent in dict.fromkeys(display_path(result.where.parent / JOBS) for result in results):
        console.print(f"Which overrides made which folder: {escape(parent)}", soft_wrap=True, highlight=False)
