"""Who wins, by how much, with what certainty: one plain sentence; and which expectations were met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim.metrics import METRICS
from sim.report.reading import Contrast, Story, plain, story, summary_contrasts, table
from sim.report.words import between, chance, listed, name_of, number, unit_of


def verdict(result: Any, metric: str | None = None) -> str:
    """One plain sentence: which arm does best by the first metric, by how much, and how certain that is."""
    s = story(result)
    metric = metric or s.metrics[0]
    found = summary_contrasts(result, metric, s)
    if not found:
        return _alone(result, metric, s)
    sentence = gap_sentence(found, metric, s)
    best, kind = pick(found, metric)
    notes = [f"{s.seeds} paired replications" if s.seeds > 1 else "one replication", _chance_of(result, best, metric)]
    sentence = f"{sentence}; {', '.join(filter(None, notes))}."
    return sentence + _others(found, best, metric, s) if kind == "wins" else sentence


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
    inside = between(best.low, best.high, s)
    half = (best.high - best.low) / 2 if math.isfinite(best.low) else None
    if kind == "undecided" and math.isfinite(best.low):
        words = f"{name_of(metric)} under {best.arm} less {s.control}: {_by(best, metric, half)}, {inside}"
        many = len(found) > 1
        worse = [c.arm for c in found if c.told]
        start = f"no arm can be told to beat {s.control}" if many else "no difference can be told"
        tail = f"; worse than it: {listed(worse)}" if worse else ""
        return f"{start[:1].upper()}{start[1:]}: {words}{tail}"
    size, more = number(abs(best.difference), half), "more" if best.difference > 0 else "less"
    if metric == "profit":
        claim = f"earns {size} {more} a head and year than {s.control}"
    else:
        more = "higher" if best.difference > 0 else "lower"
        claim = f"has {name_of(metric)} {more} than {s.control} by {size} {unit_of(metric)}"
    if kind == "loses":
        inside += ", and no arm does better" if len(found) > 1 else ""
    return f"{best.arm} {claim} ({inside})"


def _by(gap: Contrast, metric: str, half: float | None) -> str:
    sign = "+" if gap.difference > 0 else ""
    return f"{sign}{number(gap.difference, half)} {unit_of(metric)}"


def _others(found: Sequence[Contrast], best: Contrast, metric: str, s: Story) -> str:
    """What became of the arms that did not come first."""
    rest = [c for c in found if c.arm != best.arm]
    groups = {
        f"also better than {s.control}": [c.arm for c in rest if c.told and (c.difference > 0) == (best.difference > 0)],
        "worse": [c.arm for c in rest if c.told and (c.difference > 0) != (best.difference > 0)],
        "not told from it": [c.arm for c in rest if not c.told],
    }
    words = [f"{label}: {listed(arms)}" for label, arms in groups.items() if arms]
    text = "; ".join(words)
    return f" {text[:1].upper()}{text[1:]}." if text else ""


def _chance_of(result: Any, gap: Contrast, metric: str) -> str:
    rows = table(result, "summary", "arm", "metric", "p")
    row = rows[(rows["arm"] == gap.arm) & (rows["metric"] == metric)]
    if row.empty:
        return ""
    adjusted = "p_holm" in row.columns and len(story(result).arms) > 2
    words = chance(float(row["p_holm" if adjusted else "p"].iloc[0]))
    return f"{words} (Holm)" if words and adjusted else words


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
    left = number(best.difference - extra, half)
    told = "" if not math.isfinite(low) or low > 0 or high < 0 else ", which cannot be told from 0"
    return (
        f"With loyalty switched off {left} of the {number(best.difference, half)} {unit_of(metric)} between "
        f"{best.arm} and {s.control} is left; loyalty adds {number(extra, half)} ({between(low, high, s)}){told}."
    )


def expectations(result: Any) -> list[dict[str, Any]]:
    """Each expectation of the scenario with its estimate and "met", "not met" or "undecided"."""
    from sim.experiment.expectations import evaluate

    s, runs = story(result), getattr(result, "runs", None)
    expected = plain(result).get("expect") or []
    if not expected or runs is None:
        return []
    return evaluate(expected, runs, focal=s.focal, confidence=s.confidence)
