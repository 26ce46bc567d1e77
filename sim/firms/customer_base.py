"""The firm's records: its customer file, its own estimate of a customer's value, and its assignment of tiers."""

from __future__ import annotations

import numpy as np

from sim.customers.columns import Columns
from sim.customers.records import copy_records
from sim.strategies import CustomerFile, Prospects, Tier
from sim.strategies.view import sealed
from sim.theory.customer_base import Records


def chance_active(
    recency: np.ndarray, frequency: np.ndarray, since: np.ndarray, r: float, alpha: float, p: Records
) -> np.ndarray:
    """Chance that a customer is still active, (n,), by the BG/NBD (Fader, Hardie & Lee 2005, eq. for P(alive)).

    Times in periods; ``frequency`` counts repeat purchases; without any the chance is 1.
    """
    repeats = np.maximum(frequency, 1.0)
    bought_until = np.maximum(since - recency, 0.0)
    odds = p.dropout_a / (p.dropout_b + repeats - 1.0)
    log_ratio = (r + repeats) * np.log((alpha + since) / (alpha + bought_until))
    return np.where(frequency > 0, 1.0 / (1.0 + odds * np.exp(np.minimum(log_ratio, 600.0))), 1.0)


def purchase_rates(frequency: np.ndarray, since: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Expected purchases per period, (n,), by empirical Bayes on the Poisson-Gamma, with its r and alpha by moments."""
    if not len(frequency):
        return np.zeros(0), 1.0, 1.0
    exposure = np.maximum(since, 1.0)
    mean = frequency.sum() / max(exposure.sum(), 1.0)
    if mean <= 0:
        return np.zeros(len(frequency)), 1.0, 1.0
    excess = ((frequency - mean * exposure) ** 2 - mean * exposure).sum() / (exposure**2).sum()
    variance = max(excess, 1e-3 * mean * mean)
    r, alpha = mean * mean / variance, mean / variance
    return (frequency + r) / (exposure + alpha), r, alpha


def customer_file(columns: Columns, rows: np.ndarray, firm: int, period: int, periods_per_year: float,
                  unit_margin: float, p: Records) -> CustomerFile:  # fmt: skip
    """Copies of a firm's records: one entry for each of its buyers in the rows, (n,)."""
    frequency, first, last, money = (np.empty(len(rows)) for _ in range(4))
    copy_records(rows, firm, columns.stored, frequency, first, last, money)
    since, recency = period - first, period - last
    rates, r, alpha = purchase_rates(np.maximum(frequency - 1.0, 0.0), since)
    active = chance_active(recency, frequency - 1.0, since, r, alpha, p)
    value = rates * active * unit_margin * periods_per_year * p.horizon
    return CustomerFile(*map(sealed, (rows, recency, frequency, money, since, value)))


def best(score: np.ndarray, count: int) -> np.ndarray:
    """Places of the highest scores, (count,) or all there are, the highest first; ties by place.

    >>> best(np.array([1.0, 3.0, 2.0, 3.0]), 3).tolist()
    [1, 3, 2]
    """
    if not 0 < count < len(score):
        return np.argsort(-score, kind="stable")[: max(count, 0)]
    least = np.partition(score, len(score) - count)[len(score) - count]
    among = np.flatnonzero(score >= least)
    return among[np.argsort(-score[among], kind="stable")[:count]]


def _order(column: np.ndarray) -> np.ndarray:
    """Places from the lowest on, ties by place; small whole numbers, as most are, by counting."""
    if np.abs(column).max(initial=0.0) < 2**15 and np.array_equal(column, np.floor(column)):
        column = column.astype("i2")
    return np.argsort(column, kind="stable")


def rank_score(file: CustomerFile, rule: str) -> np.ndarray:
    """The score a tier's rule ranks by, (n_on_file,): higher is better."""
    if rule == "lifetime_value":
        return file.lifetime_value
    if rule == "key_accounts":
        return file.money
    if rule == "recency":
        return -file.recency
    score = np.zeros(len(file))
    for column in (-file.recency, file.frequency, file.money):
        score[_order(column)] += np.arange(len(file))
    return score


def assign_tiers(columns: Columns, firm: int, period: int, active_periods: int, tiers: tuple[Tier, ...],
                 file: CustomerFile | None, prospects: Prospects | None = None) -> None:  # fmt: skip
    """Write each customer's tier of one firm: the first that fits, -1 for none; ties are broken by id."""
    column = columns.tier[:, firm]
    column[:] = -1
    active = None if file is None else np.flatnonzero(file.recency < active_periods)
    scores: dict[str, np.ndarray] = {}  # of active customers by rule; the file is in order of id
    for number in range(len(tiers) - 1, -1, -1):
        tier = tiers[number]
        if tier.rule == "everyone":
            column[columns.last_purchase[:, firm] > period - active_periods] = number
            continue
        if tier.rule == "prospects":
            if prospects is not None:
                likely = prospects.customer[np.lexsort((prospects.customer, -prospects.potential))]
                column[likely[: round(tier.share * len(likely))]] = number
            continue
        assert file is not None and active is not None
        if tier.rule not in scores:
            scores[tier.rule] = rank_score(file, tier.rule)[active]
        count = round(tier.share * len(active))
        if tier.rule == "key_accounts":
            count = min(tier.accounts, tier.managers * tier.case_load)
        column[file.customer[active[best(scores[tier.rule], count)]]] = number
