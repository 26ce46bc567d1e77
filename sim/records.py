"""The firm's records: its customer file, its own estimate of a customer's value, and how it cuts tiers."""

from __future__ import annotations

import numpy as np

from sim.customers import Columns
from sim.knowledge import Knowledge
from sim.ledger import Entry
from sim.plan import CustomerFile, Prospects, Tier
from sim.theory.records import Records


def chance_active(recency: np.ndarray, frequency: np.ndarray, since: np.ndarray, r: float, alpha: float,
                  p: Records) -> np.ndarray:  # fmt: skip
    """Chance that a customer is still active, (n,), by the BG/NBD (Fader, Hardie & Lee 2005, eq. for P(alive)).

    Times in periods; ``frequency`` counts repeat purchases; without any the chance is 1.
    """
    repeats = np.maximum(frequency, 1.0)
    bought_until = np.maximum(since - recency, 0.0)
    odds = p.dropout_a / (p.dropout_b + repeats - 1.0)
    log_ratio = (r + repeats) * np.log((alpha + since) / (alpha + bought_until))
    return np.where(frequency > 0, 1.0 / (1.0 + odds * np.exp(np.minimum(log_ratio, 600.0))), 1.0)


def purchase_rates(frequency: np.ndarray, since: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Expected purchases a period, (n,), by empirical Bayes on the Poisson-Gamma, with its r and alpha by moments."""
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


def customer_file(columns: Columns, firm: int, period: int, periods_per_year: float, unit_margin: float,
                  p: Records, knowledge: Knowledge | None = None) -> CustomerFile:  # fmt: skip
    """Copies of what a firm has on file: one entry for everyone who ever bought from it and whose record is current."""
    rows = np.flatnonzero(columns.purchases[:, firm] > 0)
    if knowledge is not None:
        rows = rows[knowledge.current(rows, columns.last_purchase[rows, firm])]
    since = (period - columns.first_purchase[rows, firm]).astype("f8")
    recency = (period - columns.last_purchase[rows, firm]).astype("f8")
    frequency = columns.purchases[rows, firm].astype("f8")
    rates, r, alpha = purchase_rates(np.maximum(frequency - 1.0, 0.0), since)
    active = chance_active(recency, frequency - 1.0, since, r, alpha, p)
    value = rates * active * unit_margin * periods_per_year * p.horizon
    return CustomerFile(
        *map(sealed, (rows, recency, frequency, columns.money[rows, firm].astype("f8"), since, value))
    )


def sealed(array: np.ndarray) -> np.ndarray:
    """A copy that nobody can write to."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy


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
        score[np.argsort(column, kind="stable")] += np.arange(len(file))
    return score


def assign_tiers(columns: Columns, firm: int, period: int, active_periods: int, tiers: tuple[Tier, ...],
                 file: CustomerFile | None, prospects: Prospects | None = None) -> None:  # fmt: skip
    """Write each customer's tier of one firm: the first that fits, -1 for none; ties are broken by id."""
    column = columns.tier[:, firm]
    column[:] = -1
    best: dict[str, np.ndarray] = {}  # active customers by rule, the best first; the file is in order of id
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
        assert file is not None
        if tier.rule not in best:
            active = np.flatnonzero(file.recency < active_periods)
            best[tier.rule] = active[np.argsort(-rank_score(file, tier.rule)[active], kind="stable")]
        ranked = best[tier.rule]
        count = round(tier.share * len(ranked))
        if tier.rule == "key_accounts":
            count = min(tier.accounts, tier.managers * tier.case_load)
        column[file.customer[ranked[:count]]] = number


def count_files(columns: Columns, rows: int, period: int, active: int, entries: np.ndarray) -> None:
    """Enter in a ledger, (n_firms, entries), who is on file, which the pass over the customers counts with its reports."""
    alive = (columns.entered_at < period + 1) & (columns.leaves_at > period + 1)
    alive[rows:] = False
    idle = period - columns.last_purchase[alive]
    entries[:, Entry.TRIED] = (columns.purchases[alive] > 0).sum(axis=0)
    entries[:, Entry.ON_FILE_ACTIVE] = (idle < active).sum(axis=0)
    entries[:, Entry.LAPSED] = (idle == active).sum(axis=0)
