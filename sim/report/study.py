"""Settings, values by arm and seed, intervals and paired contrasts of a result, for figures and tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.experiment.statistics import estimate, holm, paired
from sim.firms.metrics import ALL
from sim.report.labels import Comparison
from sim.report.settings_table import leaves
from sim.scenario.arms import LABEL, control_of_each


class NothingToShow(Exception):
    """Nothing to show; the text has the reason."""


class Study(NamedTuple):
    """The few settings that figures and tables need; ``controls`` maps every arm to its own, a control to itself.

    ``built_on`` maps an arm to the arm whose settings it has and adds to, where there is one beside its control.
    """

    name: str
    focal: str
    arms: tuple[str, ...]
    control: str
    controls: Mapping[str, str]
    burn_in: int
    per_year: float
    confidence: float
    metrics: tuple[str, ...]
    seeds: int
    built_on: Mapping[str, str]

    @property
    def firm(self) -> str:
        """The focal firm in a sentence."""
        return "the focal firm" if self.focal == "focal" else self.focal

    @property
    def controls_used(self) -> tuple[str, ...]:
        """The controls that some arm is compared with, the experiment's own if there is none."""
        own = tuple(dict.fromkeys(own for arm, own in self.controls.items() if arm != own))
        return own or (self.control,)

    @property
    def base(self) -> str:
        """The control in a sentence: its name, or that each arm has its own."""
        return self.controls_used[0] if len(self.controls_used) == 1 else "its control"

    @property
    def certainty(self) -> str:
        """The intervals' name: "95 %"."""
        return f"{100 * self.confidence:g} %"


class Contrast(NamedTuple):
    """An arm against its control on the same random numbers: both means, mean paired difference, its interval.

    ``p`` is corrected for the number of arms with this control (Holm). A difference is ``significant`` by p, or
    because it is the same in every replication.
    """

    arm: str
    value: float
    control: float
    difference: float
    low: float
    high: float
    p: float
    significant: bool
    against: str


def config_tree(result: Comparison) -> dict[str, Any]:
    """The composed configuration as a plain tree."""
    setting = result.scenario
    return dict(setting if isinstance(setting, Mapping) else setting.to_dict())


def study_of(result: Comparison) -> Study:
    """The settings of a result that figures need."""
    tree = config_tree(result)
    experiment = tree["experiment"]
    outcomes = table(result, "outcomes", "arm")
    seen = set(outcomes["arm"].unique()) if len(outcomes) else set(experiment["arms"])
    arms = tuple(str(arm) for arm in experiment["arms"] if arm in seen) or tuple(map(str, experiment["arms"]))
    control = str(experiment.get("control"))
    own = control_of_each(experiment)
    controls = {arm: own[arm] if own[arm] in arms else arm for arm in arms}
    return Study(
        name=str(tree.get("name") or "scenario"),
        focal=str(experiment.get("focal") or next(iter(tree["firms"]))),
        arms=arms,
        control=control if control in arms else arms[0],
        controls=controls,
        burn_in=int(experiment.get("burn_in") or 0),
        per_year=float(tree["market"].get("periods_per_year") or 52),
        confidence=float(experiment.get("confidence") or 0.95),
        metrics=tuple(experiment.get("metrics") or ("profit",)),
        seeds=int(outcomes["seed"].nunique()) if len(outcomes) else int(experiment.get("replications") or 1),
        built_on=_built_on(experiment["arms"], controls),
    )


def _built_on(settings: Mapping[str, Any], controls: Mapping[str, str]) -> dict[str, str]:
    """Each arm that adds to the settings of another with the same control, with the one that has most of them."""
    sets = {
        str(arm): {(key, str(value)) for key, value in leaves(tree) if key != LABEL}
        for arm, tree in settings.items()
        if tree
    }
    sets = {arm: sets[arm] for arm in controls if arm in sets}
    built_on = {}
    for arm, mine in sets.items():
        fewer = [b for b in sets if b != controls[arm] == controls[b] and sets[b] < mine]
        if fewer:
            built_on[arm] = max(fewer, key=lambda b: len(sets[b]))
    return built_on


def arms_to_show(s: Study, gaps: Sequence[Contrast] = (), most: int = 6) -> tuple[str, ...]:
    """At most ``most`` arms, in the study's order: those that differ most, market by market, with their controls.

    Those that a title names, the strongest contrast and its ties, come first. An arm stands beside the arm it is
    built on, and a further control beside an arm of its own; where there is no room, the arms of the title are shown without them.
    """
    turns: dict[str, int] = {}
    ranked = []
    best = strongest(gaps)
    named = [gap.arm for gap in overlapping(gaps, best)] if best else []
    for gap in sorted(gaps, key=lambda c: (c.arm not in named, -abs(c.difference))):
        ranked.append((turns.setdefault(gap.against, 0) * (gap.arm not in named), gap.arm))
        turns[gap.against] += 1
    chosen = {s.control} if len(s.controls_used) == 1 else set()
    for arm in [*(arm for _, arm in sorted(ranked, key=lambda one: one[0])), *s.arms]:
        pair = {arm, s.controls[arm]}
        mine = [other for other, own in s.controls.items() if own == arm != other]
        beside = (
            {s.built_on[arm]} if arm in s.built_on else set(mine[:1]) if not chosen & set(mine) else set()
        )
        pair = pair if arm in named and len(chosen | pair | beside) > most else pair | beside
        chosen |= pair if len(chosen | pair) <= most else set()
    return tuple(arm for arm in s.arms if arm in chosen)


def table(result: Comparison, name: str, *columns: str) -> pd.DataFrame:
    """A table of the result with at least these columns; empty where it is missing."""
    frame = getattr(result, name, None)
    if frame is None or not set(columns) <= set(frame.columns):
        return pd.DataFrame(columns=list(columns))
    # read back from text an arm called 1 is a number
    return frame if pd.api.types.is_string_dtype(frame["arm"]) else frame.assign(arm=frame["arm"].astype(str))


def of_firm(result: Comparison, metrics: Sequence[str], firm: str, settled: bool = False) -> pd.DataFrame:
    """Outcomes of one firm: arm, seed, period and these metrics; ``settled`` leaves out the burn-in."""
    frame = table(result, "outcomes", "arm", "seed", "period", "firm", *metrics)
    if settled and len(frame):
        frame = frame[frame["period"] >= frame["period"].min() + study_of(result).burn_in]
    return frame.loc[frame["firm"] == firm, ["arm", "seed", "period", *metrics]]


def by_seed(frame: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """Means over the periods for each arm and seed (and key)."""
    return frame.drop(columns="period").groupby(["arm", *keys, "seed"], sort=False).mean().reset_index()


def last_year(frame: pd.DataFrame, s: Study) -> pd.DataFrame:
    """The rows of the last year of the run."""
    return frame[frame["period"] > frame["period"].max() - max(1.0, s.per_year)] if len(frame) else frame


def span(values: pd.Series, confidence: float, most: float = math.inf) -> tuple[float, float, float]:
    """Mean and interval over seeds of a quantity between 0 and ``most``: the interval is cut there."""
    mean, low, high = estimate(values.to_numpy(), confidence)[:3]
    return mean, float(np.maximum(low, min(0.0, mean))), float(np.minimum(high, max(most, mean)))


def bands(
    frame: pd.DataFrame, at: str, value: str, confidence: float, most: float | None = None
) -> pd.DataFrame:
    """Mean and interval over seeds for each arm and place: arm, at, mean, low, high; shares are cut at ``most``."""
    rows = [
        (
            arm,
            place,
            *(
                estimate(group[value].to_numpy(), confidence)[:3]
                if most is None
                else span(group[value], confidence, most)
            ),
        )
        for (arm, place), group in frame.groupby(["arm", at], sort=True)
    ]
    return pd.DataFrame(rows, columns=["arm", at, "mean", "low", "high"]).dropna(subset="mean")


def binned(frame: pd.DataFrame, value: str, s: Study, most: int = 65) -> pd.DataFrame:
    """Means over stretches of periods for each arm and seed: arm, seed, year, value."""
    known = frame.dropna(subset=value)
    if known.empty:
        raise NothingToShow(f"no {value.replace('_', ' ')} was recorded in this run")
    periods = int(known["period"].max() - known["period"].min()) + 1
    stretch = max(1, math.ceil(periods / most))
    start = (known["period"] - known["period"].min()) // stretch * stretch + known["period"].min()
    grouped = known.assign(year=(start + stretch / 2) / s.per_year).groupby(
        ["arm", "seed", "year"], sort=False
    )
    return grouped[value].mean().reset_index()


def contrasts(values: pd.DataFrame, value: str, s: Study) -> list[Contrast]:
    """Every arm against its control, paired by seed; ``values`` has a row for each arm and seed."""
    found: dict[str, dict[int, float]] = {}
    for arm, seed, one in zip(values["arm"], values["seed"], values[value].astype("f8"), strict=True):
        if one == one:
            found.setdefault(arm, {})[seed] = one
    seeds = sorted({seed for runs in found.values() for seed in runs})
    wide = {arm: np.array([runs.get(seed, np.nan) for seed in seeds]) for arm, runs in found.items()}
    pairs = [(arm, own) for arm, own in s.controls.items() if arm != own and {arm, own} <= set(wide)]
    gaps = [paired(wide[arm], wide[own], s.confidence) for arm, own in pairs]
    adjusted = holm([gap.p for gap in gaps], [own for _, own in pairs])
    return [
        Contrast(
            arm, float(np.nanmean(wide[arm])), float(np.nanmean(wide[own])), *gap[:3], p,
            _is_significant(p, gap.low, gap.high, s), own,
        )
        for (arm, own), gap, p in zip(pairs, gaps, adjusted, strict=True)
        if math.isfinite(gap.mean)
    ]  # fmt: skip


def _is_significant(p: float, low: float, high: float, s: Study) -> bool:
    return bool(p <= 1 - s.confidence or low == high != 0.0)


def strongest(gaps: Sequence[Contrast]) -> Contrast | None:
    """The largest significant contrast, or None."""
    return max((c for c in gaps if c.significant), key=lambda c: abs(c.difference), default=None)


def overlapping(gaps: Sequence[Contrast], best: Contrast) -> list[Contrast]:
    """The contrasts with the same control and sign whose interval overlaps that of ``best``, it among them."""
    return [
        c for c in gaps
        if c is best or (
            c.significant and c.against == best.against and c.difference * best.difference > 0
            and c.low <= best.high and best.low <= c.high
        )
    ]  # fmt: skip


def not_significant_but_close(gaps: Sequence[Contrast], best: Contrast) -> list[Contrast]:
    """The contrasts with the same control that are not significant, but lie in the interval of ``best``."""
    return [
        c for c in gaps
        if not c.significant and c.against == best.against and c.difference * best.difference > 0 and best.low <= c.difference <= best.high
    ]  # fmt: skip


def leading(result: Comparison, s: Study) -> str:
    """The arm that does best against its control by the first metric of the summary; the control if none does."""
    summary = table(result, "summary", "arm", "metric", "mean")
    mean = summary[summary["metric"] == s.metrics[0]].dropna(subset="mean").set_index("arm")["mean"]
    sign = -1.0 if s.metrics[0] in ALL and ALL[s.metrics[0]].better == "lower" else 1.0
    gains = {a: sign * (mean[a] - mean[own]) for a, own in s.controls.items() if a in mean and own in mean}
    return max([s.control, *gains], key=lambda arm: gains.get(arm, 0.0))


def versus(result: Comparison, s: Study) -> list[str]:
    """A control and the arm to set beside it: the leading arm, or the first that is compared with any; alone without one."""
    lead = leading(result, s)
    if s.controls[lead] != lead:
        return [s.controls[lead], lead]
    compared = [arm for arm, own in s.controls.items() if own != arm]
    if not compared:
        return [lead]
    arm = next((arm for arm in compared if s.controls[arm] == lead), compared[0])
    return [s.controls[arm], arm]


def summary_contrasts(result: Comparison, metric: str, s: Study) -> list[Contrast]:
    """Every arm against its control as the summary has it."""
    columns = ("arm", "metric", "mean", "difference", "difference_low", "difference_high", "p_holm")
    summary = table(result, "summary", *columns)
    rows: dict[Any, Any] = summary[summary["metric"] == metric].set_index("arm").to_dict("index")
    gaps = [
        Contrast(
            arm, row["mean"], rows[own]["mean"], row["difference"], row["difference_low"], row["difference_high"],
            row["p_holm"], _is_significant(row["p_holm"], row["difference_low"], row["difference_high"], s), own,
        )
        for arm, own, row in ((a, own, rows[a]) for a, own in s.controls.items() if a != own and {a, own} <= set(rows))
    ]  # fmt: skip
    return [c for c in gaps if math.isfinite(c.difference)]
