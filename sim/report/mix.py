"""Spending of each arm by the four Ps and the four Cs: the same levers seen from the firm and from the customer."""

from __future__ import annotations

import pandas as pd

from sim.experiment.derived import FOUR_CS, FOUR_PS, MIX, spent
from sim.report.labels import Comparison
from sim.report.study import study_of
from sim.report.titled_tables import Block, figures
from sim.report.wording import means_of, number

LISTS = {"the four Ps": FOUR_PS, "the four Cs": FOUR_CS}


def mix(result: Comparison) -> pd.DataFrame:
    """Spend of the focal firm, mean over replications, money per customer per year: arm, list, group, spend."""
    s = study_of(result)
    runs = figures(result, s, s.focal)
    rows = [
        (arm, name, group, float(spent(mine, group).mean()))
        for arm, mine in runs.groupby("arm", sort=False)
        for name, groups in LISTS.items()
        for group in groups
    ]
    return pd.DataFrame(rows, columns=["arm", "list", "group", "spend"])


def by_p_and_c(result: Comparison) -> list[Block]:
    """A table for each list, a row per arm; cost of goods and partners' terms are left out."""
    spending, s = mix(result), study_of(result)
    blocks = []
    for name, groups in LISTS.items():
        wide = spending[spending["list"] == name].pivot(index="arm", columns="group", values="spend")
        body = [[arm, *(number(round(float(wide[g][arm]), 4)) for g in groups)] for arm in s.arms]
        levers = "; ".join(f"{g}: {', '.join(k for k, m in MIX.items() if g in m)}" for g in groups)
        note = f"Money per customer per year, {s.focal}, {means_of(s)}. {levers[0].upper()}{levers[1:]}."
        blocks.append(Block(f"Spending by {name}", ("arm", *groups), body, (note,)))
    return blocks
