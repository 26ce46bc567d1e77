"""F10: customers with a recovered failure against customers without failure, at once and in later purchases."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.scenario.merge import merge
from sim.validation.facts.factbook import SETTLED, Changes, Fact, SettingOf, everyone
from sim.validation.facts.facts import FIRMS, YEAR
from sim.validation.laws.checks import opened

PARADOX = 0.2  # as scenario service_recovery has it
_LIFT = "above 0 (de Matos, Henrique & Rossi 2007, read); rare and small (Michel & Meuter 2008, read)"
_NONE = "none (de Matos et al. 2007, read); 0.01 is assumed"
FACTS: tuple[Fact, ...] = (
    Fact(
        id="F10",
        key="satisfaction recovered",
        what="satisfaction after a failure that was recovered, less after none",
        found=_LIFT,
        low=0.0,
        high=0.1,
    ),
    Fact(
        id="F10",
        key="satisfaction lifted",
        what=f"the same with `paradox` {PARADOX}",
        found=_LIFT,
        low=0.0,
        high=0.1,
    ),
    Fact(
        id="F10",
        key="rebuying lifted",
        what=f"share of purchases, the half year after less the one before, the same, with `paradox` {PARADOX}",
        found=_NONE,
        low=-0.01,
        high=0.01,
    ),
    Fact(id="F10", key="rebuying recovered", what="and without it", found=_NONE, low=-0.01, high=0.01),
    Fact(
        id="F10",
        key="second recovered",
        what="effect of a second failure in a year on satisfaction, recovered, less that of a first",
        found="below 0: the second is worst",
        low=-np.inf,
        high=0.0,
    ),
    Fact(
        id="F10",
        key="second rebuying recovered",
        what="the same on the share of purchases",
        found="below 0",
        low=-np.inf,
        high=0.0,
    ),
)
FOLLOWED = 26  # weeks in which purchases are looked at, and after each
#: Every failure is voiced, so that with recovery each is recovered and without it none.
FAILING = merge(everyone(voice=1.0), {"firms": {name: {"failure_rate": 0.15} for name in FIRMS}})
CASES: dict[str, tuple[float, float]] = {"recovered": (5.0, 0.0), "lifted": (5.0, PARADOX), "borne": (0.0, 0.0)}  # fmt: skip


class RecoveryPurchases(NamedTuple):
    """Single purchases from the focal firm, (purchases,) each."""

    failed: np.ndarray
    before: np.ndarray  # failed within the year before
    change: np.ndarray  # of satisfaction
    rebought: np.ndarray  # share of purchases in the half year after less the one before, NaN without any


def measured(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """Every figure of F10; "borne": failures that are not recovered."""
    figures: dict[str, float] = {}
    for case, (money, paradox) in CASES.items():
        tree = merge(merge(dict(base), FAILING), {"theory": {"experience": {"paradox": paradox}}})
        focal = {"strategy": {"name": "fixed_plan", "recovery": money}}
        seen = _purchases(setting_of(merge(tree, {"firms": {FIRMS[0]: focal}})), seed)
        for what, values in (("satisfaction", seen.change), ("rebuying", seen.rebought)):
            first, second = (effect(values, seen.failed, seen.before == again) for again in (False, True))
            word = "second" if what == "satisfaction" else "second rebuying"
            figures |= {f"{what} {case}": first, f"{word} {case}": second - first}
    return figures


def effect(values: np.ndarray, failed: np.ndarray, among: np.ndarray) -> float:
    """Mean of customers with a failure less mean of those without, (purchases,), among some.

    >>> effect(np.array([1.0, 3.0, 9.0]), np.array([True, False, False]), np.array([True, True, False]))
    -2.0
    """
    return float(np.nanmean(values[among & failed]) - np.nanmean(values[among & ~failed]))


def _purchases(setting: Any, seed: int) -> RecoveryPurchases:
    """Purchases of customers who bought once in a week, and that of the focal firm, in half a year."""
    market = opened(setting, seed, 1)
    market.run_for(SETTLED - FOLLOWED)
    c = market.columns
    bought = {-FOLLOWED: c.purchases.copy()}
    rows = []
    for week in range(-FOLLOWED, 2 * FOLLOWED):
        satisfied, failed_before = c.satisfaction[:, 0].copy(), c.last_failure.copy()
        market.step()
        bought[week + 1] = c.purchases.copy()
        if 0 <= week < FOLLOWED:
            new = bought[week + 1] - bought[week]
            who = np.flatnonzero((new.sum(axis=1) == 1) & (new[:, 0] == 1))
            failed = c.last_failure[who] == SETTLED + week
            recent = SETTLED + week - failed_before[who] <= YEAR
            rows.append((week, who, failed, recent, (c.satisfaction[:, 0] - satisfied)[who]))
    rebought = [
        _share(bought[week + 1 + FOLLOWED] - bought[week + 1], who)
        - _share(bought[week] - bought[week - FOLLOWED], who)
        for week, who, *_ in rows
    ]
    failed, recent, change = (np.concatenate([row[k] for row in rows]) for k in (2, 3, 4))
    return RecoveryPurchases(failed, recent, change, np.concatenate(rebought))


def _share(bought: np.ndarray, who: np.ndarray) -> np.ndarray:
    """The focal firm's share of the purchases of some, (who,); NaN without any."""
    every = bought[who].sum(axis=1)
    return np.divide(bought[who, 0], every, out=np.full(len(who), np.nan), where=every > 0)
