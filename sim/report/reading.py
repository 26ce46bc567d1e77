"""What figures and tables take from a result: the story, values by arm and seed, intervals, paired contrasts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.experiment.statistics import estimate, holm, paired
from sim.metrics import METRICS


class Nothing(Exception):
    """There is nothing to show; the text says why, in the words of the reader."""


class Story(NamedTuple):
    """The few settings that figures and tables need; periods are periods, ``heads`` customers at the start."""

    name: str
    focal: str
    arms: tuple[str, ...]
    control: str
    burn_in: int
    per_year: float
    heads: int
    confidence: float
    metrics: tuple[str, ...]
    seeds: int

    @property
    def firm(self) -> str:
        """The focal firm in a sentence."""
        return "the focal firm" if self.focal == "focal" else self.focal

    @property
    def certainty(self) -> str:
        """The intervals' name: "95 %"."""
        return f"{100 * self.confidence:g} %"


class Contrast(NamedTuple):
    """An arm against the control on the same luck: both means, mean of the paired differences, its interval.

    ``p`` is corrected for the number of arms (Holm); ``told`` is whether it allows to speak of a difference.
    """

    arm: str
    value: float
    control: float
    difference: float
    low: float
    high: float
    p: float
    told: bool


def result_of(source: Any) -> Any:
    """A result from a run folder, finished or about to be; a result is passed through."""
    if isinstance(source, (str, Path)):
        from sim.experiment.result import Result

        return Result(Path(source))
    return source


def plain(result: Any) -> dict[str, Any]:
    """The composed configuration as a plain tree."""
    setting = result.scenario
    return dict(setting if isinstance(setting, Mapping) else setting.to_dict())


def story(result: Any) -> Story:
    """The settings of a result that figures need."""
    tree = plain(result)
    experiment = tree["experiment"]
    outcomes = table(result, "outcomes", "arm")
    seen = set(outcomes["arm"]) if len(outcomes) else set(experiment["arms"])
    arms = tuple(str(arm) for arm in experiment["arms"] if arm in seen) or tuple(map(str, experiment["arms"]))
    control = experiment.get("control")
    return Story(
        name=str(tree.get("name") or "scenario"),
        focal=str(experiment.get("focal") or next(iter(tree["firms"]))),
        arms=arms,
        control=str(control) if control in arms else arms[0],
        burn_in=int(experiment.get("burn_in") or 0),
        per_year=float(tree["market"].get("periods_per_year") or 52),
        heads=max(1, int(tree["population"]["customers"])),
        confidence=float(experiment.get("confidence") or 0.95),
        metrics=tuple(experiment.get("metrics") or ("profit",)),
        seeds=int(outcomes["seed"].nunique()) if len(outcomes) else int(experiment.get("replications") or 1),
    )


def shown(s: Story, found: Sequence[Contrast] = (), most: int = 6) -> tuple[str, ...]:
    """The control and the arms that differ most from it by ``found``, at most so many, in the story's order."""
    gap = {c.arm: -abs(c.difference) for c in found}
    others = sorted((arm for arm in s.arms if arm != s.control), key=lambda arm: gap.get(arm, 0.0))
    chosen = {s.control, *others[: most - 1]}
    return tuple(arm for arm in s.arms if arm in chosen)


def table(result: Any, name: str, *columns: str) -> pd.DataFrame:
    """A table of the result with at least these columns; empty where it is missing."""
    found = getattr(result, name, None)
    if found is None or not set(columns) <= set(found.columns):
        return pd.DataFrame(columns=list(columns))
    # read back from text an arm called 1 is a number
    return found if pd.api.types.is_string_dtype(found["arm"]) else found.assign(arm=found["arm"].astype(str))


def of_firm(result: Any, metrics: Sequence[str], firm: str, settled: bool = False) -> pd.DataFrame:
    """Outcomes of one firm: arm, seed, period and these metrics; ``settled`` leaves out the burn-in."""
    found = table(result, "outcomes", "arm", "seed", "period", "firm", *metrics)
    if settled and len(found):
        found = found[found["period"] >= found["period"].min() + story(result).burn_in]
    return found.loc[found["firm"] == firm, ["arm", "seed", "period", *metrics]]


def by_seed(frame: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """Means over the periods for each arm and seed (and key)."""
    return frame.drop(columns="period").groupby(["arm", *keys, "seed"], sort=False).mean().reset_index()


def last_year(frame: pd.DataFrame, s: Story) -> pd.DataFrame:
    """The rows of the last year of the run."""
    return frame[frame["period"] > frame["period"].max() - max(1.0, s.per_year)] if len(frame) else frame


def bands(frame: pd.DataFrame, at: str, value: str, confidence: float) -> pd.DataFrame:
    """Mean and interval over seeds for each arm and place: arm, at, mean, low, high."""
    rows = [
        (arm, place, *estimate(group[value].to_numpy(), confidence)[:3])
        for (arm, place), group in frame.groupby(["arm", at], sort=True)
    ]
    return pd.DataFrame(rows, columns=["arm", at, "mean", "low", "high"]).dropna(subset="mean")


def binned(frame: pd.DataFrame, value: str, s: Story, most: int = 65) -> pd.DataFrame:
    """Means over stretches of periods for each arm and seed: arm, seed, year, value."""
    known = frame.dropna(subset=value)
    if known.empty:
        raise Nothing(f"no {value.replace('_', ' ')} was recorded in this run")
    periods = int(known["period"].max() - known["period"].min()) + 1
    stretch = max(1, math.ceil(periods / most))
    start = (known["period"] - known["period"].min()) // stretch * stretch + known["period"].min()
    grouped = known.assign(year=(start + stretch / 2) / s.per_year).groupby(
        ["arm", "seed", "year"], sort=False
    )
    return grouped[value].mean().reset_index()


def contrasts(values: pd.DataFrame, value: str, s: Story) -> list[Contrast]:
    """Every arm against the control, paired by seed; ``values`` has a row for each arm and seed."""
    wide = values.pivot_table(index="seed", columns="arm", values=value)
    if s.control not in wide.columns:
        return []
    others = [arm for arm in s.arms if arm != s.control and arm in wide.columns]
    gaps = [paired(wide[arm].to_numpy(), wide[s.control].to_numpy(), s.confidence) for arm in others]
    base = float(wide[s.control].mean())
    return [
        Contrast(arm, float(wide[arm].mean()), base, *gap[:3], p, bool(p <= 1 - s.confidence))
        for arm, gap, p in zip(others, gaps, holm(np.array([gap.p for gap in gaps])), strict=True)
        if math.isfinite(gap.mean)
    ]


def strongest(found: Sequence[Contrast]) -> Contrast | None:
    """The contrast to speak of: the largest among those that can be told from zero, else None."""
    return max((c for c in found if c.told), key=lambda c: abs(c.difference), default=None)


def leading(result: Any, s: Story) -> str:
    """The arm with the best first metric in the summary; the control if there is none."""
    found = table(result, "summary", "arm", "metric", "mean")
    mine = found[found["metric"] == s.metrics[0]].dropna(subset="mean")
    if mine.empty:
        return s.control
    lower = s.metrics[0] in METRICS and METRICS[s.metrics[0]].better == "lower"
    return str(mine.sort_values("mean", ascending=lower, kind="stable")["arm"].iloc[0])


def versus(result: Any, s: Story) -> list[str]:
    """The control and the arm to set beside it: the leading one, or the first other arm."""
    lead = leading(result, s)
    others = [lead] if lead != s.control else [arm for arm in s.arms if arm != s.control][:1]
    return [s.control, *others]


def summary_contrasts(result: Any, metric: str, s: Story) -> list[Contrast]:
    """Every arm against the control as the summary has it."""
    columns = ("arm", "metric", "mean", "difference", "difference_low", "difference_high", "p_holm")
    found = table(result, "summary", *columns)
    rows: dict[Any, Any] = found[found["metric"] == metric].set_index("arm").to_dict("index")
    if s.control not in rows:
        return []
    made = [
        Contrast(
            arm, row["mean"], rows[s.control]["mean"], row["difference"], row["difference_low"],
            row["difference_high"], row["p_holm"], bool(row["p_holm"] <= 1 - s.confidence),
        )
        for arm, row in ((arm, rows[arm]) for arm in s.arms if arm != s.control and arm in rows)
    ]  # fmt: skip
    return [c for c in made if math.isfinite(c.difference)]
