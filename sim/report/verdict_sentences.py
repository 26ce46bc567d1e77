"""Verdicts in sentences: the best arm, its difference from the control and the interval; and expectations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim.firms.metrics import ALL
from sim.report import settings_table
from sim.report.labels import Comparison
from sim.report.study import Contrast, Study, config_tree, study_of, summary_contrasts, table
from sim.report.wording import between, listed, name_of, number, odds, signed, unit_of


def verdicts(result: Comparison, metric: str | None = None, brief: bool = False) -> list[str]:
    """One sentence per control: the best arm by the first metric, its difference and the interval.

    ``brief`` leaves out the other arms.
    """
    s = study_of(result)
    metric = metric or s.metrics[0]
    gaps = summary_contrasts(result, metric, s)
    if not gaps:
        return [_alone(result, metric, s)]
    many = len(s.controls_used) > 1
    return [_verdict(group, metric, s, many, brief) for group in by_control(gaps)]


def by_control(gaps: Sequence[Contrast]) -> list[list[Contrast]]:
    """The contrasts of each control, in order."""
    return [[c for c in gaps if c.against == own] for own in dict.fromkeys(c.against for c in gaps)]


def _verdict(gaps: Sequence[Contrast], metric: str, s: Study, many: bool, brief: bool) -> str:
    best, kind = pick(gaps, metric)
    notes = [
        f"{s.seeds} paired replications" if s.seeds > 1 and not many else "",
        odds(best.p, best.low, best.high),
    ]
    notes = [note for note in notes if note]
    if notes and len(gaps) > 1 and math.isfinite(best.p):
        said = (
            f"not significant after correction for {len(gaps)} comparisons ({notes[-1]})"
            if kind == "undecided"
            else f"{notes[-1]}, corrected for {len(gaps)} comparisons"
        )
        notes[-1] = said
    return (
        "; ".join([gap_sentence(gaps, metric, s), *[", ".join(notes)] * bool(notes)])
        + "."
        + ("" if brief else _others(gaps, best, s))
    )


def pick(gaps: Sequence[Contrast], metric: str) -> tuple[Contrast, str]:
    """The contrast to speak of, and whether it "wins", "loses" or is "undecided" against the control.

    A metric that is better low is turned; one that is neither counts as better high.
    """
    sign = -1.0 if metric in ALL and ALL[metric].better == "lower" else 1.0
    better = [c for c in gaps if c.significant and sign * c.difference > 0]
    if better:
        return max(better, key=lambda c: sign * c.difference), "wins"
    worse = [c for c in gaps if c.significant]
    if worse and len(worse) == len(gaps):
        return max(worse, key=lambda c: sign * c.difference), "loses"
    return max((c for c in gaps if not c.significant), key=lambda c: sign * c.difference), "undecided"


def gap_sentence(gaps: Sequence[Contrast], metric: str, s: Study) -> str:
    """The finding on one metric, without a full stop: "level_3 earns 1.9 more per customer per year than ..."."""
    text, best = _gap(gaps, metric, s), pick(gaps, metric)[0]
    words = (
        "under " if not text.startswith(best.arm) or " " not in best.arm else best.arm
    )  # a label of several words
    return text[:1].upper() + text[1:] if text.startswith(words) else text


def _gap(gaps: Sequence[Contrast], metric: str, s: Study) -> str:
    best, kind = pick(gaps, metric)
    known = math.isfinite(best.low) and math.isfinite(best.high)
    half = (best.high - best.low) / 2 if known else None
    size = number(abs(best.difference), half)
    if not known:
        return f"With {'one replication' if s.seeds < 2 else 'no interval'} nothing can be tested: {_claim(best, metric, size)}"
    if kind == "undecided":
        start = (
            "No significant difference: "
            if len(gaps) == 1
            else f"No arm is significantly better than {best.against}: the closest, "
        )
        alone = " by itself" * (len(gaps) > 1)
        return (
            f"{start}{_claim(best, metric, '', _range(best, half, metric))} ({s.certainty} interval{alone})"
        )
    if best.low == best.high:
        return _claim(best, metric, size)
    ends = sorted((abs(best.low), abs(best.high)))
    inside = f"{s.certainty} interval {number(ends[0], half)} to {number(ends[1], half)}"
    if kind == "loses" and len(gaps) > 1:
        inside += ", and no arm does better than the control"
    return f"{_claim(best, metric, size)} ({inside})"


#: Letters of a title over several controls; a longer title does not fit into three lines.
MOST = 176


def headline(gaps: Sequence[Contrast], metric: str, s: Study) -> str:
    """The finding as a title: with several controls a short clause each, as many as fit."""
    groups = by_control(gaps)
    if len(groups) == 1:
        return gap_sentence(gaps, metric, s)
    clauses = []
    if s.seeds < 2:
        return f"One replication: no test in any of {len(groups)} markets"
    if not any(c.significant for c in gaps):
        return f"In none of {len(groups)} markets does an arm differ significantly from its control"
    for group in groups:
        best, kind = pick(group, metric)
        half = (best.high - best.low) / 2 if math.isfinite(best.low) else None
        size = number(abs(best.difference), half)
        clauses.append(
            _claim(best, metric, size).removesuffix(f", in {unit_of(metric)}") if kind != "undecided" and math.isfinite(best.low)
            else f"no arm differs significantly from {best.against}"
        )  # fmt: skip
    fit = max((k for k in range(1, len(clauses) + 1) if len("; ".join(clauses[:k])) <= MOST), default=1)
    text = "; ".join([*clauses[:fit], *[f"{len(clauses) - fit} more below"] * (fit < len(clauses))])
    first = pick(groups[0], metric)[0].arm
    words = text.startswith(("under ", "no arm ")) or (" " in first and text.startswith(first))
    return text[:1].upper() + text[1:] if words else text


def _side(difference: float, metric: str) -> str:
    if metric == "profit":
        return "more" if difference >= 0 else "less"
    return "higher" if difference >= 0 else "lower"


def _range(gap: Contrast, half: float | None, metric: str) -> str:
    """Between which differences: "between 0.1 less and 0.3 more"."""
    low, high = (number(abs(x), half) for x in (gap.low, gap.high))
    return f"between {low} {_side(gap.low, metric)} and {high} {_side(gap.high, metric)}"


def _claim(gap: Contrast, metric: str, size: str, sizes: str = "") -> str:
    """An arm, its difference and its control: "club earns 1.9 more per customer per year than basic"; ``sizes`` has its sides in it."""
    size = sizes or f"{size} {_side(gap.difference, metric)}"
    if metric == "profit":
        return f"{gap.arm} earns {size} per customer per year than {gap.against}"
    verb = "are" if name_of(metric).endswith("s") else "is"
    return f"under {gap.arm}, {name_of(metric)} {verb} {size} than under {gap.against}, in {unit_of(metric)}"


def _others(gaps: Sequence[Contrast], best: Contrast, s: Study) -> str:
    """The arms beside the best one: by sign and significance, and those whose interval overlaps that of the best.

    Where nothing can be tested, by sign alone.
    """
    rest = [c for c in gaps if c.arm != best.arm]
    told = [c for c in rest if c.significant or s.seeds < 2]
    also_below = best.difference < 0 and (best.significant or s.seeds < 2)
    groups = {
        f"{'also ' * (best.difference > 0)}above {best.against}": [c.arm for c in told if c.difference > 0],
        f"{'also ' * also_below}below {best.against}": [c.arm for c in told if c.difference < 0],
        f"not significantly different from {best.against}": [
            c.arm for c in rest if c not in told and s.seeds > 1
        ],
        f"interval overlapping that of {best.arm}": [
            c.arm for c in rest if best.significant and c.low <= best.high and best.low <= c.high
        ],
    }
    text = "; ".join(f"{label}: {listed(arms)}" for label, arms in groups.items() if arms)
    return f" {text[:1].upper()}{text[1:]}." if text else ""


def _alone(result: Comparison, metric: str, s: Study) -> str:
    rows = table(result, "summary", "arm", "metric", "mean", "low", "high")
    rows = rows[(rows["metric"] == metric) & (rows["arm"] == s.control)].dropna(subset="mean")
    if rows.empty:
        return f"No comparison: no {name_of(metric)} was recorded."
    mean, low, high = (float(rows[x].iloc[0]) for x in ("mean", "low", "high"))
    half = (high - low) / 2 if math.isfinite(low) else None
    return (
        f"One arm, so no comparison: {name_of(metric)} under {s.control} is "
        f"{number(mean, half)} {unit_of(metric)} ({between(low, high, s)})."
    )


def loyalty_sentence(result: Comparison, metric: str | None = None) -> str:
    """The effect of loyalty on the finding, a sentence per control; empty without runs without loyalty."""
    s = study_of(result)
    metric = metric or s.metrics[0]
    columns = ("loyalty_difference", "loyalty_difference_low", "loyalty_difference_high")
    rows = table(result, "summary", "arm", "metric", *columns)
    rows = rows[rows["metric"] == metric].set_index("arm")
    best_gaps = [pick(group, metric)[0] for group in by_control(summary_contrasts(result, metric, s))]
    parts: dict[Any, Any] = rows[list(columns)].to_dict("index")
    said = list(filter(None, (_loyalty(best, parts[best.arm], metric, s) for best in best_gaps)))
    more = [best for best in best_gaps if parts[best.arm]["loyalty_difference"] > best.difference]
    return " ".join([*said, *[_paid(result, more, s)] * bool(more)]).strip()


#: Costs of bonds alone; without loyalty they bring nothing.
PROGRAMMES = ("points_paid", "contact_cost", "integration_cost")


def _paid(result: Comparison, gaps: Sequence[Contrast], s: Study) -> str:
    """The costs of programmes in the runs without loyalty, where an arm has other programmes than its control."""
    key = f"firms.{s.focal}.strategy"
    arms = [
        c.arm
        for c in gaps
        if key in {one.key for one in settings_table.between(result.scenario, c.against, c.arm)}
    ]
    rows = table(result, "summary", "arm", "metric", "twin_mean")
    rows = rows[rows["arm"].isin(arms) & rows["metric"].isin(PROGRAMMES) & (rows["twin_mean"] > 0)]
    if rows.empty:
        return ""
    work = ", joint work included," if (rows["metric"] == "integration_cost").any() else ""
    return (
        f"In the runs without loyalty the firm still pays for its programmes{work} but gains nothing from them, so the "
        "effect of loyalty is larger than the total difference."
    )


def _loyalty(best: Contrast, part: dict[str, float], metric: str, s: Study) -> str:
    extra, low, high = part.values()
    if not math.isfinite(extra):
        return ""
    half = (high - low) / 2 if math.isfinite(low) else None
    doubt = "" if not math.isfinite(low) or low > 0 or high < 0 else ", not significantly different from 0"
    return (
        f"Without loyalty the difference in {name_of(metric)} between {best.arm} and {best.against} is "
        f"{signed(best.difference - extra, half)} {unit_of(metric)}, with loyalty {signed(best.difference, half)}: "
        f"the effect of loyalty is {signed(extra, half)} ({between(low, high, s)}){doubt}."
    )


#: The difference between the verdicts of expectations and the headline.
BY_ITSELF = "each by itself, not corrected for their number"


def expectations(result: Comparison) -> list[dict[str, Any]]:
    """Each expectation of the scenario with its estimate and "met", "not met" or "undecided"."""
    from sim.experiment.judging import evaluate

    s, runs = study_of(result), getattr(result, "runs", None)
    expected = config_tree(result).get("expect") or []
    if not expected or runs is None:
        return []
    return evaluate(expected, runs, focal=s.focal, confidence=s.confidence, controls=s.controls)
