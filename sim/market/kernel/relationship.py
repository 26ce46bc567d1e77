"""The relationship after a period: main supplier and tenure, commitment and stage, counts, and the message to others."""

import numpy as np

from sim.core import rng
from sim.core.jit import inlined, part
from sim.customers.columns import ABSENT, SILENT
from sim.customers.ledger import TENURE_BINS, Entry, MarketEntry
from sim.market.kernel.switching import book_switch, leave_market
from sim.market.kernel.utility import add_inertia, knows, offer_utility
from sim.theory import commitment, relationship, trust, word_of_mouth

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
def largest_habit(c, i, firms, supplier, offers, p):
    """The main supplier in a repertoire market: the largest habit, replaced only by a clear lead."""
    leader = NOBODY_YET
    for j in range(firms):
        if offers[j].open != 0 and (leader < 0 or c.habit[j, i] > c.habit[leader, i]):
            leader = j
    if leader < 0 or c.habit[leader, i] <= 0.0 or leader == supplier:
        return supplier
    if supplier >= 0 and offers[supplier].open != 0:
        if c.habit[leader, i] < c.habit[supplier, i] + p.relationship.switch_margin:
            return supplier
    return leader


@part
def update_supplier(c, i, firms, before, bought_any, moved_to, leaving, now, m, causes, books):
    """Update main supplier and tenure and book what was kept, won or lost, with its causes; return the main supplier."""
    p, reports, contractual = now.p, m.reports != 0, m.contractual != 0
    supplier = np.int64(c.supplier[i])
    if not contractual:
        if bought_any:
            supplier = largest_habit(c, i, firms, before, now.offers, p)
        if supplier >= 0 and now.offers[supplier].open == 0:
            supplier = NOBODY_YET
    if before >= 0 and reports:
        b = min(c.tenure[i] // m.tenure_bin, TENURE_BINS - 1)
        books.at_risk[before, b] += 1.0
        books.lost_at[before, b] += leaving or supplier != before
    if leaving:
        supplier = NOBODY_YET
        leave_market(c, i, firms, before, books)
        books.market[MARKET_LEFT] += 1.0
    elif supplier != before:
        if before >= 0:
            c.structural_bond[before, i] *= p.bonds.left_behind
            books.firms[before, LOST] += 1.0
            if reports:
                book_switch(c, i, before, supplier, moved_to, contractual, now, causes, books.lost_to)
        if supplier >= 0:
            books.firms[supplier, WON] += 1.0
        c.tenure[i] = 0
    elif supplier >= 0:
        c.tenure[i] += 1
        books.firms[supplier, KEPT] += 1.0
    c.supplier[i] = supplier
    return supplier


@inlined
def commitment_and_stage(c, i, firms, supplier, before, evaluated, reports, now, u):
    """Commitment to the main supplier, and the stage of the relationship; without reports only as far as the stage needs it."""
    p = now.p
    satisfied, trusts = (
        np.float64(c.satisfaction[supplier, i]),
        np.float64(c.trust[supplier, i]),
    )
    social = np.float64(c.social_bond[supplier, i])
    structural = np.float64(c.structural_bond[supplier, i])
    stage_before = np.int64(c.stage[i]) if supplier == before else relationship.NONE
    purchases = c.purchases[supplier, i]
    attitude, held = 0.0, False
    if reports or relationship.looks_around(
        stage_before, purchases, social, structural, satisfied, p.relationship
    ):
        if not evaluated:
            for k in range(firms):
                offer_utility(c, i, k, now, u)
        cost = add_inertia(c, i, firms, supplier, p, u)
        rival, tempting = -np.inf, -np.inf
        for k in range(firms):
            rival = max(rival, u.own[k] if k != supplier else -np.inf)
            tempting = max(tempting, u.value[k] if k != supplier else -np.inf)
        held = tempting + cost > u.value[supplier]
        if reports or relationship.bound(stage_before, social, structural, p.relationship):
            advantage = rival - u.own[supplier] if rival > -np.inf else 0.0
            attitude = commitment.commitment(satisfied, trusts, social, structural, advantage, p.commitment)
    stage = relationship.stage(
        stage_before, purchases, attitude, social, structural, satisfied, trusts, held, p.relationship
    )
    return attitude, stage


@inlined
def add_main_customer(c, i, supplier, attitude, stage, bought_any, bought, p, books):
    """Add a main customer to its supplier's means, kinds of loyalty, levels of trust, stages and share of wallet."""
    satisfied, trusts = (
        np.float64(c.satisfaction[supplier, i]),
        np.float64(c.trust[supplier, i]),
    )
    social = np.float64(c.social_bond[supplier, i])
    structural = np.float64(c.structural_bond[supplier, i])
    c.best_social[i] = max(c.best_social[i], c.social_bond[supplier, i])
    c.best_structural[i] = max(c.best_structural[i], c.structural_bond[supplier, i])
    in_a_row = c.streak[i] if c.last_bought[i] == supplier else 0
    level = trust.level(trusts, social, in_a_row, p.trust)
    kind = commitment.loyalty(attitude, np.float64(c.habit[supplier, i]))
    books[supplier, MAIN] += 1.0
    books[supplier, SATISFACTION] += satisfied
    books[supplier, TRUST] += trusts
    books[supplier, COMMITMENT] += attitude
    books[supplier, SOCIAL_BOND] += social
    books[supplier, STRUCTURAL_BOND] += structural
    books[supplier, LOYAL_TRUE + kind] += 1.0
    books[supplier, TRUST_COGNITIVE + level] += 1.0
    books[supplier, STAGED + stage - relationship.ACQUAINTANCE] += 1.0
    if bought_any:
        books[supplier, WALLET_OWN] += bought[supplier]
        books[supplier, WALLET_ALL] += bought.sum()


@inlined
def speak(c, i, person, bought_any, leaving, m, p):
    """Leave customer i's message: a customer who bought may speak of the firm it last bought from."""
    c.speaks_of[i] = ABSENT if leaving else SILENT
    if bought_any and not leaving and m.talk_on != 0:
        j = np.int64(c.last_bought[i])
        satisfied = np.float64(c.satisfaction[j, i])
        if rng.uniform(person, rng.SPEAK, 0, 0) < word_of_mouth.chance_to_speak(satisfied, p.talk):
            c.speaks_of[i] = j
            c.says_expectation[i] = c.expectation[j, i]
            c.says_satisfaction[i] = satisfied


@inlined
def add_stocks(c, i, firms, period, active_periods, books):
    """Add customer i to the stocks of each firm."""
    for j in range(firms):
        books[j, POINTS_HELD] += np.float64(c.points[j, i])
        books[j, AWARE] += knows(c, i, j)
        if c.purchases[j, i] > 0:
            books[j, TRIED] += 1.0
            books[j, REPEATED] += c.purchases[j, i] > 1
            idle = period - c.last_purchase[j, i]
            books[j, ON_FILE_ACTIVE] += idle < active_periods
            books[j, LAPSED] += idle == active_periods
