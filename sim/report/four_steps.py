"""Kotler's four steps against the loss of customers, read from a run folder whose arms spend more and more on keeping.

Kotler 1997, Marketing Management, 9th ed., ch. 2 (recalled): measure the retention rate; find the causes of leaving;
compute the profit lost with the customers; compute the cost of losing fewer, and spend as long as it is less.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.core.errors import InputError
from sim.experiment.derived import over
from sim.experiment.statistics import Estimate, estimate, paired
from sim.firms.metrics import KEEPING
from sim.report.labels import Comparison
from sim.report.study import Study, config_tree, study_of, table
from sim.report.titled_tables import Block, figures
from sim.report.wording import listed, number, percent, spanned
from sim.theory import lifetime_value
from sim.theory.switching_causes import CAUSES

GOODS = ("promotion_cost", "goods", "quality_cost", "terms_cost")
#: Money per customer per year by which two arms must differ to be two rungs.
RUNG = 1e-6


class Move(NamedTuple):
    """From one rung to the next, money per customer per year: cost, loss saved, remainder, change of profit."""

    below: str
    above: str
    cost: Estimate
    saved: Estimate
    left: Estimate
    profit: Estimate

    @property
    def pays(self) -> bool:
        """True if it saves more than it costs, on average."""
        return self.left.mean > 0

    @property
    def sure(self) -> bool:
        """True if the interval of the remainder excludes 0."""
        return bool(self.left.low > 0 or self.left.high < 0)

    @property
    def verdict(self) -> str:
        """The answer in words: it pays or not."""
        return ("yes" if self.pays else "no") + ", not significant" * (not self.sure)


class Ladder(NamedTuple):
    """The arms from the least to the most spend on keeping; ``rungs`` has one row per arm and seed."""

    arms: tuple[str, ...]
    rungs: pd.DataFrame
    moves: tuple[Move, ...]

    @property
    def stop(self) -> str:
        """The rung to stop at: the last before the first step that costs more than it saves."""
        return next((move.below for move in self.moves if not move.pays), self.arms[-1])

    @property
    def best(self) -> str:
        """The rung with the highest profit."""
        return str(self.rungs.groupby("arm")["profit"].mean().idxmax())


def value_of_a_lost_customer(margin: pd.Series, retention: pd.Series, interest: float) -> pd.Series:
    """Money that a customer who had stayed would still bring: m/(1+i-r), the first margin after a year.

    m margin, r retention, i interest, all per year: the lifetime value m r/(1+i-r) of law L6 of one who did stay.
    """
    pairs = zip(margin, retention, strict=True)
    values = [lifetime_value.value(m, r, interest) / r if r > 0 else m / (1 + interest) for m, r in pairs]
    return pd.Series(values, margin.index)


def ladder(result: Comparison) -> Ladder:
    """The ladder of a run folder; raises `InputError` where its arms do not spend differently on keeping."""
    s = study_of(result)
    runs = figures(result, s, s.focal)
    rungs = _rungs(runs, {arm: result.scenario.for_arm(arm).market.discount_rate for arm in s.arms})
    spend = rungs.groupby("arm")["spend"].mean().sort_values(kind="stable")
    arms = tuple(str(arm) for arm in spend.index)
    steps = np.diff(spend.to_numpy())
    if len(arms) < 2 or (steps <= RUNG).any():
        same = [b for b, step in zip(arms[1:], steps, strict=True) if step <= RUNG] or list(arms)
        allowed = (
            "a run whose arms each spend another amount on keeping customers, as in scenario retention_steps"
        )
        raise InputError("four-steps", listed(same), allowed)
    moves = tuple(_move(rungs, a, b, s) for a, b in pairwise(arms))
    return Ladder(arms, rungs, moves)


def _rungs(runs: pd.DataFrame, interest: dict[str, float]) -> pd.DataFrame:
    """By arm and seed, per customer per year: spend, retention, held, lost, margin of a customer, value_of_one, profit."""
    rungs = runs[["arm", "seed", "retention", "lost", "profit", "winning_to_keeping"]].copy()
    rungs["spend"] = runs[list(KEEPING)].sum(axis=1)
    rungs["held"] = runs["main_customers"]
    rungs["margin"] = over(runs["revenue"] - runs[list(GOODS)].sum(axis=1), runs["main_customers"])
    rungs["value_of_one"] = np.nan
    for arm, of_arm in rungs.groupby("arm"):
        worth = value_of_a_lost_customer(of_arm["margin"], of_arm["retention"], interest[str(arm)])
        rungs.loc[of_arm.index, "value_of_one"] = worth
    rungs["profit_lost"] = rungs["held"] * (1.0 - rungs["retention"]) * rungs["value_of_one"]
    return rungs.reset_index(drop=True)


def _move(rungs: pd.DataFrame, below: str, above: str, s: Study) -> Move:
    """Cost and saving of a step: the saving is the value, on the lower rung, of the customers it would keep."""
    a, b = (rungs[rungs["arm"] == arm].set_index("seed").sort_index() for arm in (below, above))
    common = a.index.intersection(b.index)
    a, b = a.loc[common], b.loc[common]
    cost = b["spend"] - a["spend"]
    saved = a["held"] * (b["retention"] - a["retention"]) * a["value_of_one"]
    costs, saves, remaining = (estimate(x.to_numpy(), s.confidence) for x in (cost, saved, saved - cost))
    profit = paired(b["profit"].to_numpy(), a["profit"].to_numpy(), s.confidence)
    return Move(below, above, costs, saves, remaining, profit)


def causes(result: Comparison, s: Study, arms: tuple[str, ...]) -> pd.DataFrame:
    """Share of the focal firm's losses after the burn-in by arm and cause, (n_arms, causes)."""
    switches = table(result, "switches", "arm", "seed", "period", "from", "cause", "customers")
    switches = switches[(switches["from"] == s.focal) & (switches["period"] >= s.burn_in)]
    wide = switches.pivot_table(index="arm", columns="cause", values="customers", aggfunc="sum").reindex(
        index=list(arms), columns=list(CAUSES)
    )
    return wide.fillna(0.0).div(wide.sum(axis=1), axis=0)


def four_steps(result: Comparison) -> list[Block]:
    """The four steps as tables, the last with the spend to stop at."""
    s, steps = study_of(result), ladder(result)
    by_arm = {arm: rows for arm, rows in steps.rungs.groupby("arm")}
    shares_of_causes = causes(result, s, steps.arms)
    named = [cause for cause in CAUSES if (shares_of_causes[cause] > 0.0005).any()]

    def cell(arm: str, name: str) -> str:
        values = by_arm[arm][name].to_numpy()
        return spanned(*estimate(values, s.confidence)[:3])

    first = [[arm, cell(arm, "spend"), cell(arm, "retention"), cell(arm, "lost")] for arm in steps.arms]
    second = [
        [arm, *map(percent, shares)]
        for arm, shares in zip(steps.arms, shares_of_causes[named].to_numpy(), strict=True)
    ]
    third = [
        [arm, *(cell(arm, name) for name in ("margin", "value_of_one", "profit_lost"))] for arm in steps.arms
    ]
    fourth = [
        [f"{m.below} to {m.above}", *(spanned(*e[:3]) for e in (m.cost, m.saved, m.profit)), m.verdict]
        for m in steps.moves
    ]
    head_year = "money per customer per year"
    bracket = (
        f"Brackets: {s.certainty} interval over {s.seeds} replications."
        if s.seeds > 1
        else "One replication."
    )
    return [
        Block("1. How many customers stay", ("arm", f"spend on keeping ({head_year})", "retention (share per year)",
              "customers lost (per customer per year)"), first, (bracket,)),
        Block("2. Why customers leave (share of those lost)", ("arm", *named), second,
              ("Chance: with the same random numbers the customer would have left even if nothing had become worse.",)),
        Block("3. Profit lost with them", ("arm", "margin of a customer (money per year)",
              "value of a lost customer (money)", f"profit lost ({head_year})"), third,
              ("Value: m/(1+i-r), with margin m, retention r and interest i per year, as if lost customers never came back. "
               "Margin: revenue less promotions and goods, over main customers.",)),
        Block("4. Costs of losing fewer customers", ("step", f"costs ({head_year})", f"saves ({head_year})",
              f"change of profit ({head_year})", "pays"), fourth, (_stop(steps), _against(steps, s))),
    ]  # fmt: skip


def steps_of_the_page(result: Comparison) -> list[Block]:
    """The four steps for the page, where the scenario is about them (C21) and its arms are such a ladder."""
    try:
        return four_steps(result) if "C21" in config_tree(result).get("concepts", ()) else []
    except InputError:
        return []


def _stop(steps: Ladder) -> str:
    spend = steps.rungs.groupby("arm")["spend"].mean()
    at = f"{number(spend[steps.stop])} per customer per year ({steps.stop})"
    failing = next((move for move in steps.moves if not move.pays), None)
    if failing is None:
        return f"Every step saves more than it costs: spending should not be below {at}, the highest tried."
    sure = "" if failing.sure else " (not significant)"
    last = next((move for move in steps.moves if move.above == steps.stop), None)
    doubt = (
        ""
        if last is None or last.sure
        else f" The gain of the step before, from {last.below}, is not significant."
    )
    return (
        f"Stop at {at}: the next step, to {failing.above}, costs {number(failing.cost.mean)} "
        f"and saves {number(failing.saved.mean)}{sure}.{doubt}"
    )


def _against(steps: Ladder, s: Study) -> str:
    """Agreement of profit with the rule, in a sentence."""
    if steps.best == steps.stop:
        return "Profit was highest there too."
    a, b = (
        steps.rungs[steps.rungs["arm"] == arm].set_index("seed")["profit"] for arm in (steps.best, steps.stop)
    )
    gap = paired(a.to_numpy(), b.reindex(a.index).to_numpy(), s.confidence)
    words = spanned(*gap[:3])
    doubt = "" if gap.low > 0 else ", not significantly different from 0"
    return (
        f"But profit was highest under {steps.best}: {words} per customer per year more than at {steps.stop}{doubt}. Profit "
        "counts only the years of the run, and customers who come back; the value of a customer counts all years to come."
    )
