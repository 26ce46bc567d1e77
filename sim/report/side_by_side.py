"""Transactional and relationship marketing side by side, measured for any two arms of a run.

The traits are those of Christopher, Payne & Ballantyne 1991, Relationship Marketing, ch. 1 (recalled): horizon,
getting or keeping, service, contact, commitment, quality. Each has a measure.
"""

from __future__ import annotations

import pandas as pd

from sim.core.errors import InputError
from sim.experiment.derived import over
from sim.experiment.statistics import estimate, paired
from sim.firms.metrics import KEEPING, WINNING
from sim.report.labels import Comparison
from sim.report.study import of_firm, study_of, versus
from sim.report.titled_tables import Block, figures
from sim.report.wording import spanned

SERVICE = ("staff_cost", "recovery_cost", "feedback_cost")
#: trait, measure, unit; `_measured` has a column for each measure.
TRAITS = (
    ("horizon", "profit of the first year", "money per customer"),
    ("horizon", "profit of the last year", "money per customer"),
    ("horizon", "customer equity over a year's profit", "years"),
    ("getting or keeping", "spending on winning, of winning and keeping", "share"),
    ("getting or keeping", "customers kept", "share per year"),
    ("getting or keeping", "customers won", "per customer per year"),
    ("service", "staff, recovery, feedback", "money per main customer per year"),
    ("contact", "contacts", "per main customer per year"),
    ("commitment", "commitment", "0 to 1"),
    ("commitment", "truly loyal", "share of main customers"),
    ("quality", "quality offered", "quality"),
    ("quality", "failures found", "share of failures"),
    ("quality", "failures", "per 100 units"),
    ("result", "profit", "money per customer per year"),
)


def _measured(result: Comparison, arm: str) -> pd.DataFrame:
    """Measures of the focal firm under an arm: a row per seed, a column per measure."""
    s = study_of(result)
    runs = figures(result, s, s.focal)
    runs = runs[runs["arm"] == arm].set_index("seed").sort_index()
    path = of_firm(result, ["profit"], s.focal)
    path = path[path["arm"] == arm]
    customers, year = float(result.scenario.for_arm(arm).population.customers), max(1, round(s.per_year))
    first = path[path["period"] < path["period"].min() + year]
    last = path[path["period"] > path["period"].max() - year]
    winning, keeping = (runs[list(names)].sum(axis=1) for names in (WINNING, KEEPING))
    columns = (
        first.groupby("seed")["profit"].sum() / customers,
        last.groupby("seed")["profit"].sum() / customers,
        over(runs["customer_equity"], runs["profit"].where(runs["profit"] > 0)),
        over(winning, winning + keeping),
        runs["retention"],
        runs["won"],
        over(runs[list(SERVICE)].sum(axis=1), runs["main_customers"]),
        over(runs["contacts"], runs["main_customers"]),
        runs["commitment"],
        over(runs["loyal_true"], runs["main_customers"]),
        runs["quality"],
        over(runs["recovered"], runs["failures"]),
        100.0 * over(runs["failures"], runs["units"]),
        runs["profit"],
    )
    names = [measure for _, measure, _ in TRAITS]
    return pd.concat([c.rename(n) for c, n in zip(columns, names, strict=True)], axis=1)


def side_by_side(result: Comparison, one: str | None = None, other: str | None = None) -> pd.DataFrame:
    """Two arms by trait: trait, measure, unit, one, other, difference, low, high (paired by seed).

    Without names: the best arm and its control.
    """
    s = study_of(result)
    one, other = _pair(result, one, other)
    left, right = _measured(result, one), _measured(result, other)
    rows = []
    for trait, measure, unit in TRAITS:
        a, b = left[measure], right[measure].reindex(left.index)
        gap = paired(b.to_numpy(), a.to_numpy(), s.confidence)
        means = (estimate(x.to_numpy(), s.confidence).mean for x in (a, b))
        rows.append((trait, measure, unit, *means, *gap[:3]))
    columns = ["trait", "measure", "unit", "one", "other", "difference", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _pair(result: Comparison, one: str | None, other: str | None) -> tuple[str, str]:
    s = study_of(result)
    if one is None or other is None:
        pair = versus(result, s)
        if len(pair) < 2:
            raise InputError("side-by-side", pair[0], "two arms")
        return pair[0], pair[1]
    for arm in (one, other):
        if arm not in s.arms:
            raise InputError.unknown("side-by-side", arm, s.arms)
    if one == other:
        raise InputError("side-by-side", one, "two arms that differ")
    return one, other


def beside(result: Comparison, one: str | None = None, other: str | None = None) -> Block:
    """The same as a table to show, with the strategies that the arms play."""
    one, other = _pair(result, one, other)
    s, rows = study_of(result), side_by_side(result, one, other)
    body = [["strategy", "name and traits", _declared(result, one), _declared(result, other), ""]]
    for row in rows.to_dict("records"):
        gap = spanned(row["difference"], row["low"], row["high"], sign=True)
        cells = (spanned(row[side], float("nan"), float("nan")) or "-" for side in ("one", "other"))
        body.append([row["trait"], f"{row['measure']} ({row['unit']})", *cells, gap or "-"])
    many = (
        f"{s.certainty} interval over {s.seeds} replications"
        if s.seeds > 1
        else "one replication, no intervals"
    )
    note = (
        f"{s.focal}; differences paired by seed, {many}. Horizon: the first "
        "and last year of the run, burn-in included; all else after the burn-in. -: not measurable."
    )
    return Block(
        f"{one} and {other} side by side", ("trait", "measure", one, other, "difference"), body, (note,)
    )


def _declared(result: Comparison, arm: str) -> str:
    """Name and traits of the focal firm's strategy under an arm."""
    from sim.strategies import STRATEGIES

    s = study_of(result)
    name = str(result.scenario.for_arm(arm).to_dict()["firms"][s.focal]["strategy"]["name"])
    traits = ", ".join(STRATEGIES[name].traits) if name in STRATEGIES else ""
    return f"{name}: {traits}" if traits else name
