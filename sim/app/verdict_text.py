"""The verdict of a question in sentences."""

from __future__ import annotations

import math

import numpy as np

from sim.app.asking import Asking
from sim.app.texts import Texts
from sim.app.verdicts import LOOKS, OPEN
from sim.report.wording import number, signed


def sentence(asking: Asking, t: Texts, names: tuple[str, str]) -> tuple[str, str, str, str]:
    """The verdict, the runs on which it rests, the difference without loyalty, and the runs still to come."""
    if not asking.answers:
        return t("market.waiting"), "", "", ""
    verdict, unit = asking.verdict(), t.metric(asking.metric, "unit")
    mean, low, high = verdict.found.mean, verdict.found.low, verdict.found.high
    half = (high - low) / 2 if math.isfinite(low) else None
    shown = signed(mean, half)
    word = verdict.word
    if not verdict.seeds:
        said = t("verdict.first", seeds=len(asking.answers), difference=shown, unit=unit)
    else:
        last = word == OPEN and verdict.seeds == max(LOOKS)
        said = t(
            f"verdict.{'never' if last else word}", metric=t.metric(asking.metric), arm=names[0], control=names[1],
            difference=shown, unit=unit,
        )  # fmt: skip
    rests = ""
    if verdict.seeds:
        certainty = f"{100 * (1 - LOOKS[verdict.seeds]):.4g} %"
        rests = t(
            "verdict.rests",
            seeds=verdict.seeds,
            certainty=certainty,
            low=number(low, half),
            high=number(high, half),
        )
    without = ""
    if asking.twin:
        without = t(
            "verdict.without",
            difference=signed(float(np.mean(asking.differences(False))), half),
            unit=unit,
            whole=shown,
        )
    state = "" if asking.done else t("market.running", done=len(asking.answers), all=asking.all)
    return said[:1].upper() + said[1:], rests, without, state
