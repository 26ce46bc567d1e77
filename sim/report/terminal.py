"""The comparison in a terminal: on one screen, or in full tables."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sim.experiment.files import display_path
from sim.firms.metrics import ALL
from sim.report.cells import asked, found_by, mean_of, p_of, rows
from sim.report.labels import Comparison, labelled
from sim.report.screen import COLOURS, WIDTH, screen
from sim.report.study import Study, study_of
from sim.report.verdict_sentences import BY_ITSELF, expectations, loyalty_sentence, verdicts
from sim.report.wording import explained, name_of, spanned, unit_of


def print_result(result: Comparison, console: Console | None = None, details: bool = False) -> None:
    """Print a result on one screen, or with ``details`` as tables; plain text where the output is no terminal."""
    console, result = console or Console(), labelled(result)
    if not console.is_terminal:
        console.width = WIDTH
    s = study_of(result)
    console.print()
    if not details:
        for line in screen(result, s):
            console.print(line, highlight=False, soft_wrap=True)
        return
    for said in verdicts(result):
        console.print(f"[bold]{escape(said)}[/bold]", highlight=False)
    if loyal := loyalty_sentence(result):
        console.print(escape(loyal), highlight=False)
    print_details(result, console)
    where = getattr(result, "folder", None)
    failed = getattr(result, "failed", None) if where is not None else None
    if failed:
        console.print(f"[red]{len(failed)} runs failed[/red]; they are left out and named in failures.txt")
    if where is not None:
        console.print(f"Tables: [bold]{escape(display_path(where))}[/bold]", soft_wrap=True)


def print_details(result: Comparison, console: Console | None = None) -> None:
    """Print every metric of the comparison with its intervals, and the expectations as a table."""
    console, result = console or Console(), labelled(result)
    if not console.is_terminal:
        console.width = WIDTH
    s = study_of(result)
    console.print(comparison(result, s))
    if len(s.arms) > 1:
        terms = ["run without loyalty"] * bool(loyalty_sentence(result))
        console.print(explained("arm", *terms), style="dim", highlight=False)
    many = f"Brackets: {s.certainty} interval over {s.seeds} replications, differences paired by seed; p of each by itself. "
    many += "Identical or all equal: the difference is 0, or one and the same, in every replication; then there is no p."
    words = many if s.seeds > 1 else "One replication: no intervals."
    console.print(f"Firm: {s.focal}. {words}", style="dim", highlight=False)
    if judged := expectations(result):
        console.print(_expected(judged))


def comparison(result: Comparison, s: Study) -> Table:
    """Arms by metric: mean, paired difference from the arm's control and p."""
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    grid.add_column("metric", max_width=24)
    longest = max(map(len, s.arms))
    grid.add_column("arm", overflow="fold", max_width=24, no_wrap=longest <= 18)
    grid.add_column("mean")
    if len(s.arms) > 1:
        grid.add_column(f"less {s.base}")
        grid.add_column("p", justify="right", no_wrap=True)
    label: list[str] = []
    last = ""
    for row in rows(result, s, (*s.metrics, "budget_spend")):
        if row["metric"] != last:
            if last:
                grid.add_section()
            last = row["metric"]
            label = [name_of(last), f"[dim]{escape(unit_of(last))}[/dim]"]
            label = label if len(s.arms) > 1 else [", ".join(label)]
        cells = [
            label.pop(0) if label else "",
            escape(row["arm"]),
            mean_of(row),
        ]
        if len(s.arms) > 1:
            gap = spanned(row["difference"], row["difference_low"], row["difference_high"], sign=True)
            cells += [f"[{_colour(row)}]{gap}[/]" if gap else "control" * (row["arm"] in s.controls_used)]
            cells += [p_of(row)]
        grid.add_row(*cells)
    return grid


def _colour(row: dict[str, Any]) -> str:
    """Green if the interval shows the arm better than its control, red if worse, else the default."""
    better = ALL[row["metric"]].better if row["metric"] in ALL else ""
    if not better or not (row["difference_low"] > 0 or row["difference_high"] < 0):
        return "default"
    return "green" if (row["difference"] > 0) == (better == "higher") else "red"


def _expected(judged: list[dict[str, Any]]) -> Table:
    grid = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        title=f"Expected beforehand ({BY_ITSELF})",
        title_justify="left",
        title_style="bold",
    )
    for name, ratio in (("claim", 4), ("asked", 3), ("found", 3), ("", 1)):
        grid.add_column(name, ratio=ratio, no_wrap=name == "", min_width=9 if name == "" else None)
    for entry in judged:
        words = f"[{COLOURS[entry['verdict']]}]{entry['verdict']}[/]"
        grid.add_row(escape(entry.get("claim", "")), escape(asked(entry)), found_by(entry), words)
    return grid
