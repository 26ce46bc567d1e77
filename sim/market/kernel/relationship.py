"""The relationship after a period: main supplier and tenure, commitment and stage, counts, and the message to others."""

import numpy as np

from sim.core import rng
from sim.core.jit import inlined, part
from sim.customers.columns import ABSENT, SILENT
from sim.customers.ledger import TENURE_BINS, Entry, MarketEntry
from sim.market.kernel.layout import total
from sim.market.kernel.switching import book_switch, leave_market, set_reference
from sim.market.kernel.utility import best_other, evaluate_again, knows
from sim.theory import choice, commitment, relationship, trust, word_of_mouth

NOBODY_YET = -1  # in place of a firm's row: no main supplier
KEPT, LOST, WON, MAIN = int(Entry.KEPT), int(Entry.LOST), int(Entry.WON), int(Entry.MAIN)
SATISFACTION, TRUST, COMMITMENT = int(Entry.SATISFACTION), int(Entry.TRUST), int(Entry.COMMITMENT)
SOCIAL_BOND, STRUCTURAL_BOND = int(Entry.SOCIAL_BOND), int(Entry.STRUCTURAL_BOND)
LOYAL_TRUE, TRUST_COGNITIVE, STAGED = (
    int(Entry.LOYAL_TRUE),
    int(Entry.TRUST_COGNITIVE),
    int(Entry.ACQUAINTANCE),
)
WALLET_OWN, WALLET_ALL = int(Entry.WALLET_OWN), int(Entry.WALLET_ALL)
POINTS_HELD, AWARE, TRIED, REPEATED = (
    int(Entry.POINTS_HELD),
    int(Entry.AWARE),
    int(Entry.TRIED),
    int(Entry.REPEATED),
)
ON_FILE_ACTIVE, LAPSED = int(Entry.ON_FILE_ACTIVE), int(Entry.LAPSED)
MARKET_LEFT = int(MarketEntry.LEFT)


@inlined
def largest_habit(c, k, supplier, offers, p):
    """The main supplier in a repertoire market: the largest habit, replaced only by a clear lead."""
    leader = NOBODY_YET
    for j in range(len(offers)):
        if offers[j].open != 0 and (leader < 0 or c.habit[j, k] > c.habit[leader, k]):
            leader = j
    if leader < 0 or c.habit[leader, k] <= 0.0 or leader == supplier:
        return supplier
    if supplier >= 0 and offers[supplier].open != 0:
        if c.habit[leader, k] < c.habit[supplier, k] + p.switch_margin:
            return supplier
    return leader


@part
def update_suppliers(c, n, now, batch, books):
    """Update main supplier and tenure of every customer; book what was kept, won or lost, with its causes."""
    p, m, offers = now.p, now.m, now.offers
    reports, contractual = m.reports != 0, m.contractual != 0
    for k in range(n):
        batch.supplier[k] = NOBODY_YET
        if batch.there[k] == 0:
            continue
        before, supplier = batch.before[k], np.int64(c.supplier[k])
        leaving = c.leaves_at[k] <= now.period + 1
        if not contractual:
            if batch.units[k] > 0.0:
                supplier = largest_habit(c, k, before, offers, p.relationship)
            if supplier >= 0 and offers[supplier].open == 0:
                supplier = NOBODY_YET
        if before >= 0 and reports:
            b = min(c.tenure[k] // m.tenure_bin, TENURE_BINS - 1)
            books.at_risk[before, b] += 1.0
            books.lost_at[before, b] += leaving or supplier != before
        if leaving:
            supplier = NOBODY_YET
            leave_market(c, k, len(offers), before, books)
            books.market[MARKET_LEFT] += 1.0
        elif supplier == before:
            if supplier >= 0:
                c.tenure[k] += 1
                books.firms[supplier, KEPT] += 1.0
        else:
            if before >= 0:
                c.structural_bond[before, k] *= p.bonds.left_behind
                books.firms[before, LOST] += 1.0
                if reports:
                    book_switch(c, k, before, supplier, now, batch, books.lost_to)
                evaluate_again(c, k, before, now, batch)
            if supplier >= 0:
                books.firms[supplier, WON] += 1.0
                if reports:
                    rival = best_other(batch.bonded, k, len(offers), supplier)
                    set_reference(c, k, supplier, rival, now, batch)
            c.tenure[k] = 0
        c.supplier[k] = supplier
        batch.supplier[k] = supplier


@part
def look_at_suppliers(c, n, now, batch):
    """Gather the relation to the main supplier, and weigh it against the best of the others.

    ``held`` is 1 where another firm's utility, with bonds and habit, exceeds the supplier's. The cost of leaving is
    subtracted from the other's utility and added again, so it has no part in this.
    """
    p, firms = now.p, len(now.offers)
    own, value, best_own, best_value, cost = batch.a, batch.b, batch.c, batch.d, batch.e
    for k in range(n):
        own[k], value[k], cost[k] = 0.0, 0.0, 0.0
        best_own[k], best_value[k], batch.purchases[k] = -np.inf, -np.inf, 0
    for j in range(firms):
        for k in range(n):
            if batch.supplier[k] == j:
                batch.satisfaction[k], batch.trust[k] = c.satisfaction[j, k], c.trust[j, k]
                batch.social_bond[k], batch.structural_bond[k] = c.social_bond[j, k], c.structural_bond[j, k]
                batch.habit[k], batch.purchases[k] = c.habit[j, k], c.purchases[j, k]
                own[k] = batch.own[j, k]
                value[k] = batch.bonded[j, k] + choice.habit_value(np.float64(c.habit[j, k]), p.choice)
                cost[k] = batch.stake[j, k]
    for k in range(n):
        cost[k] = choice.switching_cost(
            np.float64(c.lock_in[k]), choice.content(batch.satisfaction[k]), cost[k], batch.social_bond[k],
            batch.structural_bond[k], p.choice,
        )  # fmt: skip
    for j in range(firms):
        for k in range(n):
            other = batch.supplier[k] != j
            best_own[k] = max(best_own[k], batch.own[j, k] if other else -np.inf)
            tempting = batch.bonded[j, k] + choice.habit_value(np.float64(c.habit[j, k]), p.choice) - cost[k]
            best_value[k] = max(best_value[k], tempting if other else -np.inf)
    for k in range(n):
        batch.held[k] = best_value[k] + cost[k] > value[k]
        advantage = best_own[k] - own[k] if best_own[k] > -np.inf else 0.0
        batch.attitude[k] = commitment.commitment(
            batch.satisfaction[k], batch.trust[k], batch.social_bond[k], batch.structural_bond[k], advantage, p.commitment
        )  # fmt: skip


@part
def update_stages(c, n, now, batch, books):
    """Commitment to the main supplier decides, with bonds and satisfaction, the stage of each relationship."""
    p, reports = now.p.relationship, now.m.reports != 0
    for k in range(n):
        kept = batch.supplier[k] == batch.before[k]
        batch.stage[k] = relationship.stage(
            np.int64(c.stage[k]) if kept else relationship.NONE, batch.purchases[k], batch.attitude[k],
            batch.social_bond[k], batch.structural_bond[k], batch.satisfaction[k], batch.trust[k], batch.held[k] != 0, p,
        )  # fmt: skip
    for k in range(n):
        if batch.there[k] != 0:
            stage = batch.stage[k] if batch.supplier[k] >= 0 else relationship.NONE
            if reports:
                books.stage_flows[c.stage[k], stage] += 1.0
            c.stage[k] = stage


@part
def add_main_customers(c, n, now, batch, books):
    """Add main customers to their supplier's means, kinds of loyalty, levels of trust, stages and share of wallet."""
    for k in range(n):
        best, structural = np.float64(c.best_social[k]), np.float64(c.best_structural[k])
        served = batch.supplier[k] >= 0
        c.best_social[k] = max(best, batch.social_bond[k]) if served else best
        c.best_structural[k] = max(structural, batch.structural_bond[k]) if served else structural
    for k in range(n):
        in_a_row = c.streak[k] if c.last_bought[k] == batch.supplier[k] else 0
        batch.level[k] = trust.level(batch.trust[k], batch.social_bond[k], in_a_row, now.p.trust)
        batch.kind[k] = commitment.loyalty(batch.attitude[k], batch.habit[k])
    for j in range(len(now.offers)):
        rows = books.firms[j]
        add_where(batch.satisfaction, SATISFACTION, j, n, batch, rows)
        add_where(batch.trust, TRUST, j, n, batch, rows)
        add_where(batch.attitude, COMMITMENT, j, n, batch, rows)
        add_where(batch.social_bond, SOCIAL_BOND, j, n, batch, rows)
        add_where(batch.structural_bond, STRUCTURAL_BOND, j, n, batch, rows)
        add_where(batch.bought[j], WALLET_OWN, j, n, batch, rows)
        add_where(batch.units, WALLET_ALL, j, n, batch, rows)
    for k in range(n):
        supplier = batch.supplier[k]
        if supplier >= 0:
            books.firms[supplier, MAIN] += 1.0
            books.firms[supplier, LOYAL_TRUE + batch.kind[k]] += 1.0
            books.firms[supplier, TRUST_COGNITIVE + batch.level[k]] += 1.0
            books.firms[supplier, STAGED + c.stage[k] - relationship.ACQUAINTANCE] += 1.0


@part
def add_where(values, entry, j, n, batch, rows):
    """Add the values of firm j's main customers to an entry of its ledger."""
    for k in range(n):
        batch.a[k] = values[k] if batch.supplier[k] == j else 0.0
    rows[entry] += total(batch.a, n)


@part
def add_stocks(c, n, now, batch, books):
    """Add customers who stay to the stocks of each firm."""
    period, active_periods = now.period, now.m.active_periods
    for k in range(n):
        batch.held[k] = batch.there[k] != 0 and c.leaves_at[k] > period + 1
    for j in range(len(now.offers)):
        for k in range(n):
            batch.a[k] = np.float64(c.points[j, k]) if batch.held[k] != 0 else 0.0
        aware, tried, repeated, active, lapsed = 0, 0, 0, 0, 0
        for k in range(n):
            bought = batch.held[k] * (c.purchases[j, k] > 0)
            idle = period - c.last_purchase[j, k]
            aware += batch.held[k] * knows(c.aware[k], j)
            tried += bought
            repeated += bought * (c.purchases[j, k] > 1)
            active += bought * (idle < active_periods)
            lapsed += bought * (idle == active_periods)
        rows = books.firms[j]
        rows[POINTS_HELD] += total(batch.a, n)
        rows[AWARE] += aware
        rows[TRIED] += tried
        rows[REPEATED] += repeated
        rows[ON_FILE_ACTIVE] += active
        rows[LAPSED] += lapsed


@part
def relate(c, n, now, batch, books):
    """Update main suppliers, commitment and stages, and count the customers in the ledger."""
    update_suppliers(c, n, now, batch, books)
    look_at_suppliers(c, n, now, batch)
    update_stages(c, n, now, batch, books)
    if now.m.reports != 0:
        add_main_customers(c, n, now, batch, books)
    if now.m.counts != 0:
        add_stocks(c, n, now, batch, books)


@part
def speak(c, n, now, batch):
    """Leave the customers' messages: a customer who bought may speak of the firm it last bought from."""
    talk, speakers = now.p.talk, 0
    for k in range(n):
        silent = ABSENT if c.leaves_at[k] <= now.period + 1 else SILENT
        c.speaks_of[k] = silent if batch.there[k] != 0 else c.speaks_of[k]
    if now.m.talk_on == 0:
        return
    for k in range(n):
        if batch.units[k] > 0.0 and c.speaks_of[k] == SILENT:
            batch.acting[speakers], batch.keys[speakers] = k, batch.persons[k]
            batch.satisfaction[speakers] = c.satisfaction[c.last_bought[k], k]
            speakers += 1
    for a in range(speakers):
        batch.a[a] = rng.uniform(batch.keys[a], rng.SPEAK, 0, 0)
        batch.b[a] = word_of_mouth.chance_to_speak(batch.satisfaction[a], talk)
    for a in range(speakers):
        if batch.a[a] < batch.b[a]:
            k = batch.acting[a]
            j = np.int64(c.last_bought[k])
            c.speaks_of[k], c.says_expectation[k] = j, c.expectation[j, k]
            c.says_satisfaction[k] = c.satisfaction[j, k]
