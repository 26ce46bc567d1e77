"""Who wins, by how much, with what certainty: one plain sentence; and which expectations were met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim.metrics import METRICS
from sim.report.reading import Contrast, Story, plain, story, summary_contrasts, table
from sim.report.words import between, chance, listed, name_of, number, signed, unit_of


def verdict(result: Any, metric: str | None = None) -> str:
    """One plain sentence: which arm does best by the first metric, by how much, and how certain that is."""
    s = story(result)
    metric = metric or s.metrics[0]
    found = summary_contrasts(result, metric, s)
    if not found:
        return _alone(result, metric, s)
    best = pick(found, metric)[0]
    notes = [f"{s.seeds} paired replications" if s.seeds > 1 else "", chance(best.p)]
    notes = [note for note in notes if note]
    if notes and len(found) > 1:
        notes[-1] += f", corrected for {len(found)} comparisons"
    return (
        "; ".join([gap_sentence(found, metric, s), *[", ".join(notes)] * bool(notes)])
        + "."
        + _others(found, best, s)
    )


def pick(found: Sequence[Contrast], metric: str) -> tuple[Contrast, str]:
    """The contrast to speak of, and whether it "wins", "loses" or is "undecided" against the control.

    A metric that is better low is turned; one that is neither counts as better high.
    """
    sign = -1.0 if metric in METRICS and METRICS[metric].better == "lower" else 1.0
    better = [c for c in found if c.told and sign * c.difference > 0]
    if better:
        return max(better, key=lambda c: sign * c.difference), "wins"
    worse = [c for c in found if c.told]
    if worse and len(worse) == len(found):
        return max(worse, key=lambda c: sign * c.difference), "loses"
    return max((c for c in found if not c.told), key=lambda c: sign * c.difference), "undecided"


def gap_sentence(found: Sequence[Contrast], metric: str, s: Story) -> str:
    """The finding on one metric, without a full stop: "level_3 earns 1.9 more a head and year than ..."."""
    best, kind = pick(found, metric)
    known = math.isfinite(best.low) and math.isfinite(best.high)
    half = (best.high - best.low) / 2 if known else None
    size = f"{number(abs(best.difference), half)} {_side(best.difference)}"
    if not known:
        return f"With {'one replication' if s.seeds < 2 else 'no interval'} nothing is certain: {_claim(best, metric, size, s)}"
    if kind == "undecided":
        start = (
            "No difference can be told: "
            if len(found) == 1
            else f"No arm can be told to beat {s.control}: the nearest, "
        )
        return f"{start}{_claim(best, metric, _range(best, half), s)} ({s.certainty} interval)"
    ends = sorted((abs(best.low), abs(best.high)))
    inside = f"{s.certainty} interval {number(ends[0], half)} to {number(ends[1], half)}"
    if kind == "loses" and len(found) > 1:
        inside += ", and no arm does better than the control"
    return f"{_claim(best, metric, size, s)} ({inside})"


def _side(difference: float) -> str:
    return "more" if difference >= 0 else "less"


def _range(gap: Contrast, half: float | None) -> str:
    """Between which differences: "between 0.1 less and 0.3 more"."""
    low, high = (number(abs(x), half) for x in (gap.low, gap.high))
    return f"between {low} {_side(gap.low)} and {high} {_side(gap.high)}"


def _claim(gap: Contrast, metric: str, size: str, s: Story) -> str:
    if metric == "profit":
        return f"{gap.arm} earns {size} a head and year than {s.control}"
    return f"{gap.arm} has {size} {name_of(metric)} ({unit_of(metric)}) than {s.control}"


def _others(found: Sequence[Contrast], best: Contrast, s: Story) -> str:
    """What became of the arms that did not come first."""
    rest = [c for c in found if c.arm != best.arm]
    groups = {
        f"above {s.control} too": [c.arm for c in rest if c.told and c.difference > 0],
        f"below {s.control}": [c.arm for c in rest if c.told and c.difference < 0],
        f"not told from {s.control}": [c.arm for c in rest if not c.told],
    }
    text = "; ".join(f"{label}: {listed(arms)}" for label, arms in groups.items() if arms)
    return f" {text[:1].upper()}{text[1:]}." if text else ""


def _alone(result: Any, metric: str, s: Story) -> str:
    rows = table(result, "summary", "arm", "metric", "mean", "low", "high")
    rows = rows[(rows["metric"] == metric) & (rows["arm"] == s.control)].dropna(subset="mean")
    if rows.empty:
        return f"No difference can be told: no {name_of(metric)} was recorded."
    mean, low, high = (float(rows[x].iloc[0]) for x in ("mean", "low", "high"))
    half = (high - low) / 2 if math.isfinite(low) else None
    return (
        f"One arm, nothing to compare it with: {name_of(metric)} under {s.control} is "
        f"{number(mean, half)} {unit_of(metric)} ({between(low, high, s)})."
    )


def loyalty_sentence(result: Any, metric: str | None = None) -> str:
    """What the twin with loyalty off leaves of the finding; empty where no twin was run."""
    s = story(result)
    metric = metric or s.metrics[0]
    found = summary_contrasts(result, metric, s)
    columns = ("loyalty_difference", "loyalty_difference_low", "loyalty_difference_high")
    rows = table(result, "summary", "arm", "metric", *columns)
    if not found or rows.empty:
        return ""
    best = pick(found, metric)[0]
    row = rows[(rows["arm"] == best.arm) & (rows["metric"] == metric)].iloc[0]
    extra, low, high = (float(row[x]) for x in columns)
    if not math.isfinite(extra):
        return ""
    half = (high - low) / 2 if math.isfinite(low) else None
    told = "" if not math.isfinite(low) or low > 0 or high < 0 else ", which cannot be told from 0"
    return (
        f"With loyalty switched off the difference in {name_of(metric)} between {best.arm} and {s.control} is "
        f"{signed(best.difference - extra, half)} instead of {signed(best.difference, half)} {unit_of(metric)}: "
        f"the part that loyalty makes is {signed(extra, half)} ({between(low, high, s)}){told}."
    )


def expectations(result: Any) -> list[dict[str, Any]]:
    """Each expectation of the scenario with its estimate and "met", "not met" or "undecided"."""
    from sim.experiment.expectations import evaluate

    s, runs = story(result), getattr(result, "runs", None)
    expected = plain(result).get("expect") or []
    if not expected or runs is None:
        return []
    return evaluate(expected, runs, focal=s.focal, confidence=s.confidence)
