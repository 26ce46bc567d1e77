"""A table with its title and notes, for both the terminal and the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from sim.report.labels import Comparison
from sim.report.study import Study, table


class Block(NamedTuple):
    """A table of text: title, column titles, rows and notes."""

    title: str
    head: Sequence[str]
    body: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


def print_blocks(blocks: Sequence[Block], console: Any = None) -> None:
    """Print tables; plain text where the output is no terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from sim.report.screen import WIDTH

    console = console or Console()
    if not console.is_terminal:
        console.width = WIDTH
    for block in blocks:
        grid = Table(
            box=SIMPLE_HEAD,
            pad_edge=False,
            title=escape(block.title),
            title_justify="left",
            title_style="bold",
        )
        for name in block.head:
            grid.add_column(escape(name), overflow="fold")
        for line in block.body:
            grid.add_row(*map(escape, line))
        console.print(grid)
        for note in block.notes:
            console.print(escape(note), highlight=False)
        console.print()


def figures(result: Comparison, s: Study, firm: str | None = None) -> pd.DataFrame:
    """Every metric after the burn-in, a row per arm, seed and firm (or of one firm), without the runs without loyalty."""
    runs = table(result, "runs", "arm", "seed", "firm", "twin")
    runs = runs[~runs["twin"].astype(bool) & runs["arm"].isin(s.arms)]
    return runs if firm is None else runs[runs["firm"] == firm]
