"""A result on one screen: the answer, differences of arms by metrics, expectations, and where the files are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from sim.experiment.files import display_path
from sim.firms.metrics import ALL
from sim.report import cells
from sim.report.labels import Comparison
from sim.report.study import Study, arms_to_show, config_tree, summary_contrasts
from sim.report.verdict_sentences import BY_ITSELF, expectations, loyalty_sentence, verdicts
from sim.report.wording import explained, name_of, number, signed, unit_of

#: Size of the screen; two lines are left for the prompt.
WIDTH, HEIGHT = 100, 38
#: Lines that the answer may take, and the least that arms and expectations get.
ANSWER, LEAST = 14, 5
#: Widest column of arms and of a metric.
ARM, METRIC = 34, 12
COLOURS = {"met": "green", "not met": "red", "undecided": "yellow"}


def screen(result: Comparison, s: Study) -> list[Text]:
    """The lines of a result, no wider than `WIDTH` and no more than `HEIGHT`."""
    loyal = loyalty_sentence(result)
    answer, files = _answer(result, loyal), _files(result)
    judged = expectations(result)
    head, body, notes = _differences(result, s)
    fixed = len(answer) + len(head) + len(notes) + len(files) + 3 + 2 * bool(judged)
    room = max(2 * LEAST, HEIGHT - fixed)
    arms = min(len(body), max(room - len(judged), room // 2))
    lines = [*answer, Text(), *head, *_fitting(result, s, body, arms), *notes]
    if judged:
        lines += [Text(), *_expected(judged, room - arms)]
    lines += [Text(), *files] if files else []
    words = explained("arm", *["run without loyalty"] * bool(loyal))
    glossary = _wrapped(words, "dim") if len(s.arms) > 1 else []
    at = len(answer) + 1 + len(head) + min(arms, len(body)) + len(notes)
    return [*lines[:at], *glossary, *lines[at:]] if len(lines) + len(glossary) <= HEIGHT else lines


def _wrapped(text: str, style: str = "") -> list[Text]:
    """A text in lines of the screen."""
    lines = list(Text(text, style).wrap(Console(width=WIDTH), WIDTH))
    for line in lines:
        line.rstrip()
    return lines


def _answer(result: Comparison, loyal: str) -> list[Text]:
    """Verdicts and the effect of loyalty, a sentence or none; for many markets the findings alone."""
    for texts in (verdicts(result), verdicts(result, brief=True)):
        lines = [line for text in texts for line in _wrapped(text, "bold")]
        if len(lines) + len(_wrapped(loyal)) <= ANSWER:
            return [*lines, *(_wrapped(loyal) if loyal else [])]
    more = "The report has the rest of the answer."
    return [*lines[: ANSWER - 1], Text(more)] if len(lines) >= ANSWER else lines


def _differences(result: Comparison, s: Study) -> tuple[list[Text], list[tuple[str, Text]], list[Text]]:
    """A table of arms by metrics: heading, a line per arm with the arm's name, and notes."""
    rows = {(row["arm"], row["metric"]): row for row in cells.rows(result, s, s.metrics)}
    order = [arm for own in s.arms if s.controls[own] == own for arm in (own, *_arms_of(own, s))]
    labels = {arm: arm if s.controls[arm] == arm else f"  {arm}" for arm in order}
    width = min(ARM, max([10, *map(cell_len, labels.values())]))
    columns: list[tuple[str, list[Text], dict[str, Text], int]] = []
    left = WIDTH - width
    for metric in s.metrics:
        values = {arm: _cell(rows.get((arm, metric)), s) for arm in order}
        name = list(Text(name_of(metric)).wrap(Console(width=WIDTH), METRIC))
        wide = 2 + max(cell_len(str(text)) for text in (*values.values(), *name))
        if wide > left or not any(cell.plain.strip() for cell in values.values()):
            continue
        columns.append((metric, name, values, wide))
        left -= wide
    if not columns:
        return [], [], []
    means = (
        "the line of a control has its means"
        if len(s.controls_used) > 1
        else f"the line of {s.control} has its means"
    )
    title = f"{s.focal}: difference from {s.base}; {means}" if len(s.arms) > 1 else f"{s.focal}: means"
    head = _wrapped(title, "bold")
    for k in range(deep := max(len(name) for _, name, _, _ in columns)):
        line = Text(" " * width)
        for _, name, _, wide in columns:
            at = k - (deep - len(name))
            line.append(f"{name[at].plain if at >= 0 else '':>{wide - 1}} ", "dim")
        line.rstrip()
        head.append(line)
    body = []
    for arm in order:
        line = Text(_fit(labels[arm], width))
        for _, _, values, wide in columns:
            cell = values[arm]
            line.append(" " * (wide - cell_len(cell.plain))).append_text(cell)
        line.rstrip()
        body.append((arm, line))
    units: dict[str, list[str]] = {}
    for metric, *_ in columns:
        units.setdefault(unit_of(metric), []).append(name_of(metric))
    said = "; ".join(f"{', '.join(names)}: {unit}" for unit, names in units.items() if unit)
    certain = f"* The {s.certainty} interval of this difference by itself leaves out 0."
    compared = [certain] if len(s.arms) > 1 else []
    words = [
        *(compared if s.seeds > 1 else ["One replication: no intervals."]),
        *([f"{said}."] if said else []),
    ]
    notes = [
        *_wrapped(run_size_sentence(result, s), "dim"),
        *(_wrapped(" ".join(words), "dim") if words else []),
    ]
    return head, body, notes


def _arms_of(own: str, s: Study) -> list[str]:
    return [arm for arm, control in s.controls.items() if control == own != arm]


def _cell(row: dict[str, Any] | None, s: Study) -> Text:
    """A control's mean, or an arm's difference from its control with a star where its interval leaves out 0.

    Each number has the decimals that its own interval warrants.
    """
    if row is None:
        return Text()
    if s.controls[row["arm"]] == row["arm"]:
        return Text(f"{number(row['mean'], (row['high'] - row['low']) / 2)} ")
    gap, low, high = row["difference"], row["difference_low"], row["difference_high"]
    if not math.isfinite(gap):
        return Text()
    if low == high == 0:
        return Text("identical ")
    star = low > 0 or high < 0
    better = ALL[row["metric"]].better if row["metric"] in ALL else ""
    good = (gap > 0) == (better == "higher")
    text = signed(gap, (high - low) / 2) + ("*" if star else " ")
    return Text(text, ("green" if good else "red") if star and better else "")


def run_size_sentence(result: Any, s: Study) -> str:
    """The size of a run: "2,000 customers, 4 firms, 312 periods (the first 52 not counted), 6 replications ..."."""
    tree = config_tree(result)
    experiment, everywhere = tree["experiment"], tree["population"]["customers"]
    arms = [experiment["arms"].get(arm) or {} for arm in s.arms]
    sizes = [(arm.get("population") or {}).get("customers", everywhere) for arm in arms]
    customers = f"{min(sizes):,}" + (f" to {max(sizes):,}" if min(sizes) < max(sizes) else "")
    left_out = f" (the first {s.burn_in} not counted)" if s.burn_in else ""
    many = f"{s.seeds} replications (first seed" if s.seeds > 1 else "one replication (seed"
    return (
        f"{customers} customers, {len(tree['firms'])} firms, {experiment['periods']} periods{left_out}, "
        f"{many} {experiment['seed']})."
    )


def _fit(text: str, width: int) -> str:
    """A text of a width: filled up, or cut with an ellipsis."""
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _fitting(result: Comparison, s: Study, body: Sequence[tuple[str, Text]], room: int) -> list[Text]:
    """At most ``room`` lines: the arms that differ most, and the number of the others."""
    if len(body) <= room:
        return [line for _, line in body]
    arms = arms_to_show(s, summary_contrasts(result, s.metrics[0], s), most=room - 1)
    lines = [line for arm, line in body if arm in arms][: room - 1]
    return [*lines, Text(f"{len(body) - len(lines)} more arms: --details, or the report", "dim")]


def _expected(judged: Sequence[dict[str, Any]], room: int) -> list[Text]:
    """A line per expectation; where there is no room, first those that were not met."""
    counts = Counter(entry["verdict"] for entry in judged)
    total = ", ".join(f"{counts[verdict]} {verdict}" for verdict in COLOURS if counts[verdict])
    lines = [Text(_fit(f"Expected beforehand ({BY_ITSELF}): {total}", WIDTH).rstrip(), "bold")]
    entries = list(judged)
    if len(entries) > room:
        first = sorted(range(len(entries)), key=lambda k: (entries[k]["verdict"] == "met", k))[: room - 1]
        entries = [entries[k] for k in sorted(first)]
    texts = [cells.found_by(entry) for entry in entries]
    wide = max(map(len, texts), default=0)
    for entry, text in zip(entries, texts, strict=True):
        line = Text(f"{entry['verdict']:<11}", COLOURS[entry["verdict"]])
        claim = " ".join(str(entry.get("claim") or "").split())
        lines.append(line.append(f"{_fit(claim, WIDTH - 13 - wide)}  {text:>{wide}}", "default"))
    if len(entries) < len(judged):
        lines.append(Text(f"{len(judged) - len(entries)} more: --details, or the report", "dim"))
    return lines


def _files(result: Comparison) -> list[Text]:
    """Lines that name the folder of the tables and the number of failed runs."""
    where = getattr(result, "folder", None)
    if where is None:
        return []
    lines = []
    if failed := getattr(result, "failed", None):
        lines.append(
            Text(f"{len(failed)} runs failed; they are left out, failures.txt has their errors", "red")
        )
    lines.append(Text(f"Tables: {display_path(where)}"))
    lines.append(
        Text(f"Every metric with its intervals: guanxi report {display_path(where)} --details", "dim")
    )
    return lines
