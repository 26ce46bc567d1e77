"""The comparison in a terminal: who wins, by how much, with what certainty, and where the files are."""

from __future__ import annotations

import math
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sim.experiment.files import shown
from sim.firms.metrics import ALL
from sim.report.labels import labelled
from sim.report.study import Study, story, table
from sim.report.verdict import BY_ITSELF, expectations, loyalty_sentence, verdicts
from sim.report.wording import chance, explained, name_of, number, signed, unit_of

#: Width where the output is no terminal.
WIDTH = 100
COLOURS = {"met": "green", "not met": "red", "undecided": "yellow"}


def print_result(result: Any, console: Console | None = None) -> None:
    """Print a result as tables; plain text where the output is no terminal."""
    console, result = console or Console(), labelled(result)
    if not console.is_terminal:
        console.width = WIDTH
    s = story(result)
    console.print()
    for said in verdicts(result):
        console.print(f"[bold]{escape(said)}[/bold]", highlight=False)
    if loyal := loyalty_sentence(result):
        console.print(escape(loyal), highlight=False)
    console.print(comparison(result, s))
    if len(s.arms) > 1:
        console.print(explained("arm", *["twin"] * bool(loyal)), style="dim", highlight=False)
    many = f"Brackets: {s.certainty} interval over {s.seeds} replications, differences paired by seed; p of each by itself. "
    many += "Identical or all equal: the difference is 0, or one and the same, in every replication; then there is no p."
    words = many if s.seeds > 1 else "One replication: no intervals."
    console.print(f"Firm: {s.focal}. {words}", style="dim", highlight=False)
    if judged := expectations(result):
        console.print(_expected(judged))
    failed = getattr(result, "failed", None) if getattr(result, "folder", None) else None
    if failed:
        console.print(f"[red]{len(failed)} runs failed[/red]; they are left out and named in failures.txt")
    if getattr(result, "folder", None):
        console.print(
            f"Tables, figures and report.html: [bold]{escape(shown(result.folder))}[/bold]", soft_wrap=True
        )


def spanned(mean: float, low: float, high: float, sign: bool = False, finer: bool = False) -> str:
    """A mean with its interval: "19.8 (19.4 to 20.1)", ``finer`` a decimal more; nothing where it is unknown."""
    if not math.isfinite(mean):
        return ""
    known = math.isfinite(low) and math.isfinite(high)
    half = (high - low) / (20 if finer else 2) if known else None
    text = (signed if sign else number)(mean, half)
    return f"{text} ({number(low, half)} to {number(high, half)})" if known and high > low else text


def mean_of(row: dict[str, Any]) -> str:
    """A row's mean with its interval; money a decimal finer, since paired differences are finer than means."""
    return spanned(row["mean"], row["low"], row["high"], finer=unit_of(row["metric"]).startswith("money"))


def rows(result: Any, s: Study, metrics: tuple[str, ...]) -> list[dict[str, Any]]:
    """The summary's rows for these metrics, by metric and arm; the metrics nobody recorded are left out."""
    columns = ("arm", "metric", "mean", "low", "high", "difference", "difference_low", "difference_high", "p")
    found: dict[Any, Any] = {
        (row["metric"], row["arm"]): row for row in table(result, "summary", *columns).to_dict("records")
    }
    wanted = [(metric, arm) for metric in dict.fromkeys(metrics) for arm in s.arms]
    made = [found[key] for key in wanted if key in found]
    return [row for row in made if math.isfinite(row["mean"])]


def comparison(result: Any, s: Study) -> Table:
    """Arms by metric: mean, paired difference from the arm's control and p."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    made.add_column("metric", max_width=21)
    longest = max(map(len, s.arms))
    made.add_column("arm", overflow="fold", max_width=24, no_wrap=longest <= 18)
    made.add_column("mean")
    if len(s.arms) > 1:
        made.add_column(f"less {s.base}")
        made.add_column("p", justify="right", no_wrap=True)
    label: list[str] = []
    last = ""
    for row in rows(result, s, (*s.metrics, "budget_spend")):
        if row["metric"] != last:
            if last:
                made.add_section()
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
            cells += [f"[{_colour(row)}]{gap}[/]" if gap else "control" * (row["arm"] in s.kept)]
            cells += [p_of(row)]
        made.add_row(*cells)
    return made


def p_of(row: dict[str, Any]) -> str:
    """A p-value for a column: "< 0.001"; "all equal" where the difference is the same in every replication."""
    if row["difference_low"] == row["difference_high"]:
        return "identical" if row["difference"] == 0 else "all equal"
    return chance(row["p"]).removeprefix("p ").removeprefix("= ")


def _colour(row: dict[str, Any]) -> str:
    """Green where the arm does better for certain, red where worse."""
    better = ALL[row["metric"]].better if row["metric"] in ALL else ""
    if not better or not (row["difference_low"] > 0 or row["difference_high"] < 0):
        return "default"
    return "green" if (row["difference"] > 0) == (better == "higher") else "red"


def asked(entry: dict[str, Any]) -> str:
    """What an expectation compares: "profit: level_3 higher than transactional"."""
    metric = f"{name_of(entry['metric'])}: {entry['arm']}"
    if entry.get("between") is not None:
        return f"{metric} between {entry['between'][0]:g} and {entry['between'][1]:g}"
    by = entry.get("by")
    against = "its twin with loyalty off" if entry.get("against") == "twin" else entry.get("against")
    if entry["is"] == "equal":
        return f"{metric} equal to {against}" + (f" within {by:g}" if by else "")
    return f"{metric} {entry['is']} than {against}" + (f" by {by:g}" if by else "")


def found_by(entry: dict[str, Any]) -> str:
    """The estimate that an expectation is judged by."""
    mean, low, high = (
        math.nan if entry.get(key) is None else float(entry[key]) for key in ("estimate", "low", "high")
    )
    return spanned(mean, low, high, sign=entry.get("between") is None)


def _expected(judged: list[dict[str, Any]]) -> Table:
    made = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        title=f"Expected beforehand ({BY_ITSELF})",
        title_justify="left",
        title_style="bold",
    )
    for name, ratio in (("claim", 4), ("asked", 3), ("found", 3), ("", 1)):
        made.add_column(name, ratio=ratio, no_wrap=name == "", min_width=9 if name == "" else None)
    for entry in judged:
        words = f"[{COLOURS[entry['verdict']]}]{entry['verdict']}[/]"
        made.add_row(escape(entry.get("claim", "")), escape(asked(entry)), found_by(entry), words)
    return made
