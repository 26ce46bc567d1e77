"""Empirical facts: how each is measured in a market of four equal firms, beside its published values.

A law is exact and holds within sampling error; a fact is a figure from elsewhere that sets a default, or that comes
out without being set. Facts and sources: Bijmolt et al. 2005 (F1), CDNOW (F2), Curtis et al. 2011 (F3), Jones &
Sasser 1995 (F4), Mittal et al. 1998 (F5), Pick & Eisend 2014 (F6), Reinartz & Kumar 2002 (F13), Dawes et al. 2020
(F19). `sim.validation.facts.factbook` lives the markets and holds the figures side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.market.measures.concentration import concentration
from sim.validation.laws.checks import opened

if TYPE_CHECKING:
    from sim.market.market import Market
    from sim.scenario.scenario import Scenario

FIRMS = ("focal", "rival_1", "rival_2", "rival_3")
YEAR = 52
#: Bounds of five classes of satisfaction, from very dissatisfied to very satisfied.
CLASSES = (-0.6, -0.2, 0.2, 0.6)
#: The bonds by their columns, each with its full size: points at the threshold, a bond of 1.
BONDS = {"points": 20.0, "social_bond": 1.0, "structural_bond": 1.0}


class Observation(NamedTuple):
    """The state of the customers at one moment: (n,) toward the main supplier, NaN without one; (n, firms) toward each."""

    period: int
    supplier: np.ndarray  # -1 none
    satisfaction: np.ndarray
    commitment: np.ndarray
    habit: np.ndarray
    tenure: np.ndarray
    purchases: np.ndarray  # (n, firms) so far
    money: np.ndarray  # (n, firms) so far
    first: np.ndarray  # (n, firms) period of the first purchase
    last: np.ndarray  # (n, firms) and of the last

    def since(self, before: Observation) -> np.ndarray:
        """Purchases between two observations, (n, firms)."""
        return self.purchases - before.purchases


def default_market(changes: Mapping[str, Any] | None = None, customers: int = 20_000) -> Scenario:
    """The market in which facts are measured: four equal firms with the standing offer, defaults for all else."""
    from sim.scenario.merge import merge
    from sim.scenario.scenario import Scenario

    tree = {
        "name": "default_market",
        "question": "Which facts does a market of defaults show?",
        "source": "see sim.validation.facts.facts",
        "market": {"budget": "free"},
        "population": {"customers": customers},
        "firms": {name: {"strategy": {"name": "fixed_plan"}} for name in FIRMS},
        "experiment": {"periods": 10_000, "burn_in": 0, "sample": 0, "value_every": 100_000},
    }
    return Scenario.from_config(merge(tree, dict(changes or {})))


def looks(setting: Scenario, seed: int, at: Sequence[int]) -> list[Observation]:
    """One market, observed after each of these numbers of periods, in rising order."""
    market = opened(setting, seed, 1)
    observations = []
    for period in at:
        market.run_for(period - market.period)
        observations.append(look(market))
    return observations


def look(market: Market) -> Observation:
    """The present state of a market's customers."""
    c = market.columns
    supplier = c.supplier.astype(np.int64)
    own = (np.arange(len(supplier)), np.maximum(supplier, 0))

    def toward_own(column: np.ndarray) -> np.ndarray:
        return np.where(supplier >= 0, column[own].astype("f8"), np.nan)

    pairs = (c.purchases, c.money, c.first_purchase, c.last_purchase)
    return Observation(
        market.period, supplier, toward_own(c.satisfaction), market.commitment(), toward_own(c.habit), c.tenure.copy(),
        *(column.astype("f8") for column in pairs),
    )  # fmt: skip


# ------------------------------------------------------------------ one function a fact


def elasticity(dearer: float, cheaper: float, price_dearer: float, price_cheaper: float) -> float:
    """F1: own-price elasticity from a firm's units at two list prices: log ratio over log ratio.

    >>> round(elasticity(1.0, 4.0, 20.0, 10.0), 6)
    -2.0
    """
    return float(np.log(dearer / cheaper) / np.log(price_dearer / price_cheaper))


def top_fifth(before: Observation, after: Observation) -> float:
    """F2: the share of the top fifth of a firm's buyers in all their spending between two observations; mean over firms."""
    return float(np.mean(concentration(after.money - before.money)["top_fifth_share"]))


def mean_satisfaction(now: Observation) -> float:
    """F3: mean satisfaction of customers with their main supplier."""
    return float(np.nanmean(now.satisfaction))


def attitude_correlation(now: Observation) -> float:
    """F3: correlation of satisfaction with commitment, loyalty as an attitude, over customers."""
    return correlation(now.satisfaction, now.commitment)


def buying_explained(now: Observation, later: Observation) -> float:
    """F3: R squared of the share of later purchases that goes to the main supplier, on satisfaction alone."""
    return correlation(now.satisfaction, share_rebought(now, later)) ** 2


def rebuying(now: Observation, later: Observation) -> np.ndarray:
    """F4: share of customers in each of five classes of satisfaction whose main supplier is still the same, (5,)."""
    stayed = np.where(now.supplier >= 0, (later.supplier == now.supplier).astype("f8"), np.nan)
    return _by_class(now.satisfaction, stayed)


def times_as_readily(rebuys: np.ndarray) -> float:
    """F4: odds of the top class to stay over those of the class below it, shares (5,)."""
    satisfied, very = rebuys[3:]
    return float(very / (1.0 - very) * (1.0 - satisfied) / satisfied)


def fall_against_rise(usual: Observation, worse: Observation, better: Observation, firm: int = 0) -> float:
    """F5: the fall of satisfaction after a loss of quality, divided by its rise after an equal gain.

    The three looks are of one market with the same random numbers; customers who had the firm as supplier in all.
    """
    mine = (usual.supplier == firm) & (worse.supplier == firm) & (better.supplier == firm)
    level = [float(np.mean(x.satisfaction[mine])) for x in (usual, worse, better)]
    return (level[0] - level[1]) / (level[2] - level[0])


def switching(now: Observation, later: Observation, firm: int | None = None) -> float:
    """F6: share of customers (of one firm or all) who changed their main supplier."""
    held = now.supplier >= 0 if firm is None else now.supplier == firm
    return float(np.mean(later.supplier[held] != now.supplier[held]))


def switching_and(cause: np.ndarray, now: Observation, later: Observation) -> float:
    """F6: correlation over customers of a quantity, (n,), with having changed the main supplier."""
    changed = np.where(now.supplier >= 0, (later.supplier != now.supplier).astype("f8"), np.nan)
    return correlation(cause, changed)


def bond_helps(
    now: Observation, without: Observation, bonded: Observation, firm: int = 0
) -> dict[str, float]:
    """F7: the rise in the share of purchases by a bond, by state of the firm's main customers at `now`.

    `without` and `bonded` are the same market later, with the same random numbers. Stayers and switchers are so without it.
    """
    mine = now.supplier == firm
    stays = without.supplier == firm
    states = {
        "stayers": mine & (now.satisfaction > 0) & stays,
        "dissatisfied": mine & (now.satisfaction < 0),
        "satisfied switchers": mine & (now.satisfaction > 0) & ~stays,
    }

    def share(later: Observation, who: np.ndarray) -> float:
        bought = later.since(now)[who]
        return float(bought[:, firm].sum() / bought.sum())

    return {state: share(bonded, who) - share(without, who) for state, who in states.items()}


def tenure_and_profit(before: Observation, now: Observation) -> float:
    """F13: correlation of tenure with the last year's purchases from the main supplier (margins are equal)."""
    has = np.flatnonzero(now.supplier >= 0)
    bought = now.since(before)[has, now.supplier[has]]
    return correlation(now.tenure[has], bought)


def lifetime_and_profit(now: Observation, firm: int = 0) -> float:
    """F13: correlation of a buyer's lifetime, first to last purchase, with its purchases from the firm so far."""
    who = now.purchases[:, firm] > 0
    return correlation((now.last - now.first)[who, firm], now.purchases[who, firm])


def not_buying(base: tuple[Observation, Observation], later: tuple[Observation, Observation]) -> float:
    """F19: share of a brand's buyers in a base period who do not buy it in a later period."""
    buyers = base[1].since(base[0]) > 0
    return float(np.mean((later[1].since(later[0]) == 0)[buyers]))


def repeats(chosen: np.ndarray, lags: Sequence[int] = (1, 2, 5, 10)) -> dict[int, float]:
    """F18: frequency with which the brand bought is that of a purchase a number of occasions before; chosen (periods, n), -1 none bought.

    >>> repeats(np.array([[0], [-1], [0], [1], [0]]), (1, 2))
    {1: 0.3333333333333333, 2: 0.5}
    """
    same, pairs = dict.fromkeys(lags, 0), dict.fromkeys(lags, 0)
    for history in chosen.T:
        bought = history[history >= 0]
        for lag in lags:
            same[lag] += int(np.count_nonzero(bought[lag:] == bought[:-lag]))
            pairs[lag] += max(0, len(bought) - lag)
    return {lag: same[lag] / pairs[lag] for lag in lags}


# ------------------------------------------------------------------ what several share


def correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Pearson's r over the entries present in both.

    >>> correlation(np.array([1.0, 2.0, np.nan]), np.array([2.0, 4.0, 0.0]))
    1.0
    """
    both = ~(np.isnan(x) | np.isnan(y))
    return round(float(np.corrcoef(x[both], y[both])[0, 1]), 12)


def share_rebought(now: Observation, later: Observation) -> np.ndarray:
    """Share of purchases between two observations from the supplier at the first one, (n,); NaN without purchases."""
    bought = later.since(now)
    every = bought.sum(axis=1)
    own = bought[np.arange(len(every)), np.maximum(now.supplier, 0)]
    known = (now.supplier >= 0) & (every > 0)
    return np.divide(own, every, out=np.full(len(every), np.nan), where=known)


def _by_class(satisfaction: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    number = np.digitize(satisfaction, CLASSES)
    known = ~(np.isnan(satisfaction) | np.isnan(outcome))
    return np.array([np.mean(outcome[known & (number == k)]) for k in range(len(CLASSES) + 1)])
