"""A firm's relationships in four dimensions: knowledge, interaction, value, satisfaction.

Kim, Suh & Hwang 2003, A model for evaluating the effectiveness of CRM using the balanced scorecard, J. Interactive
Marketing 17(2) (recalled): the dimensions are theirs, the measures those that the market records.
"""

from __future__ import annotations

from math import isfinite

import pandas as pd

from sim.core.errors import InputError
from sim.experiment.derived import MEASURES
from sim.report.labels import Comparison
from sim.report.study import leading, study_of
from sim.report.titled_tables import Block, figures
from sim.report.wording import means_of, number

#: Firms that fit beside each other.
MOST = 6


def scorecard(result: Comparison) -> pd.DataFrame:
    """Every measure of every firm and arm, mean over replications: arm, firm, dimension, measure, unit, value."""
    s = study_of(result)
    runs = figures(result, s)
    keys = runs[["arm", "firm"]]
    parts = []
    for measure in MEASURES:
        mean = (
            keys.assign(value=measure.of(runs))
            .groupby(["arm", "firm"], sort=False)["value"]
            .mean()
            .reset_index()
        )
        parts.append(mean.assign(dimension=measure.dimension, measure=measure.name, unit=measure.unit))
    return pd.concat(parts, ignore_index=True)[["arm", "firm", "dimension", "measure", "unit", "value"]]


def card(result: Comparison, arm: str | None = None) -> Block:
    """The scorecard of one arm (default: the best one), a column per firm; the best value has a star."""
    s, scores = study_of(result), scorecard(result)
    arm = leading(result, s) if arm is None else arm
    if arm not in s.arms:
        raise InputError.unknown("scorecard", arm, s.arms)
    mine = scores[scores["arm"] == arm]
    firms = sorted(mine["firm"].unique(), key=lambda firm: firm != s.focal)[:MOST]
    values = dict(
        zip(zip(mine["measure"], mine["firm"], strict=True), mine["value"].astype(float), strict=True)
    )
    body = []
    for measure in MEASURES:
        cells = _starred([values[measure.name, firm] for firm in firms], measure.better)
        body.append([measure.dimension, f"{measure.name} ({measure.unit})", *cells])
    omitted = (
        "" if mine["firm"].nunique() <= MOST else f" {MOST} of {mine['firm'].nunique()} firms are shown."
    )
    note = f"{means_of(s).capitalize()} after the burn-in; * best of the firms shown; -: not measurable.{omitted}"
    return Block(f"Scorecard under {arm}", ("dimension", "measure", *firms), body, (note,))


def _starred(values: list[float], better: str) -> list[str]:
    """Numbers in text, the best with a star where it reads otherwise than every other."""
    cells = [number(value) if isfinite(value) else "-" for value in values]
    known = [value for value in values if isfinite(value)]
    if better and len(known) > 1:
        best = values.index(max(known) if better == "higher" else min(known))
        if cells.count(cells[best]) == 1:
            cells[best] += " *"
    return cells
