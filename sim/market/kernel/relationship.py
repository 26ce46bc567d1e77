"""Who is the main supplier, how long, at which stage; what a customer tells, and what it adds to the books."""

import numpy as np

from sim.core import rng
from sim.core.jit import inlined
from sim.customers.ledger import Entry
from sim.market.kernel.utility import add_inertia, deliver, knows
from sim.theory import commitment, relationship, trust, word_of_mouth

NOBODY_YET = -1  # in place of a firm's row: no main supplier
MAIN, SATISFACTION, TRUST, COMMITMENT = (
    int(Entry.MAIN),
    int(Entry.SATISFACTION),
    int(Entry.TRUST),
    int(Entry.COMMITMENT),
)
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


@inlined
def largest_habit(people, toward, i, firms, supplier, offers, p):
    """The main supplier in a repertoire market: the largest habit, replaced only by a clear lead."""
    leader = NOBODY_YET
    for j in range(firms):
        if offers[j].open != 0 and (leader < 0 or toward[i, j].habit > toward[i, leader].habit):
            leader = j
    if leader < 0 or toward[i, leader].habit <= 0.0 or leader == supplier:
        return supplier
    if supplier >= 0 and offers[supplier].open != 0:
        if toward[i, leader].habit < toward[i, supplier].habit + p.relationship.switch_margin:
            return supplier
    return leader


@inlined
def relate(
    people, toward, i, firms, supplier, before, p, evaluated, reports, offers, programmes, stake, own, bonded, value,
    tied=None,
):  # fmt: skip
    """Commitment to the main supplier, and the stage of the relationship; without reports only what the stage needs."""
    satisfied, trusts = np.float64(toward[i, supplier].satisfaction), np.float64(toward[i, supplier].trust)
    social = np.float64(toward[i, supplier].social_bond)
    structural = np.float64(toward[i, supplier].structural_bond)
    stage_before = np.int64(people[i].stage) if supplier == before else relationship.NONE
    purchases = toward[i, supplier].purchases
    attitude, held = 0.0, False
    if reports or relationship.looks_around(
        stage_before, purchases, social, structural, satisfied, p.relationship
    ):
        if not evaluated:
            for k in range(firms):
                deliver(people, toward, i, k, offers, programmes, p, stake, own, bonded, tied)
        cost = add_inertia(people, toward, i, firms, supplier, p, stake, bonded, value)
        rival, tempting = -np.inf, -np.inf
        for k in range(firms):
            rival = max(rival, own[k] if k != supplier else -np.inf)
            tempting = max(tempting, value[k] if k != supplier else -np.inf)
        held = tempting + cost > value[supplier]
        if reports or relationship.bound(stage_before, social, structural, p.relationship):
            advantage = rival - own[supplier] if rival > -np.inf else 0.0
            attitude = commitment.commitment(satisfied, trusts, social, structural, advantage, p.commitment)
    stage = relationship.stage(
        stage_before, purchases, attitude, social, structural, satisfied, trusts, held, p.relationship
    )
    return attitude, stage


@inlined
def describe(people, toward, i, supplier, attitude, stage, bought_any, bought, p, books):
    """What a main customer adds to its supplier's means, kinds of loyalty, levels of trust, stages and wallet."""
    satisfied, trusts = np.float64(toward[i, supplier].satisfaction), np.float64(toward[i, supplier].trust)
    social = np.float64(toward[i, supplier].social_bond)
    structural = np.float64(toward[i, supplier].structural_bond)
    people[i].best_social = max(people[i].best_social, toward[i, supplier].social_bond)
    people[i].best_structural = max(people[i].best_structural, toward[i, supplier].structural_bond)
    in_a_row = people[i].streak if people[i].last_bought == supplier else 0
    level = trust.level(trusts, social, in_a_row, p.trust)
    kind = commitment.loyalty(attitude, np.float64(toward[i, supplier].habit))
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
def speak(people, toward, told, i, person, p):
    """Who bought speaks of the firm it last bought from, or not."""
    j = np.int64(people[i].last_bought)
    satisfied = np.float64(toward[i, j].satisfaction)
    if rng.uniform(person, rng.SPEAK, 0, 0) < word_of_mouth.chance_to_speak(satisfied, p.talk):
        told[i].speaks_of = j
        told[i].says_expectation = toward[i, j].expectation
        told[i].says_satisfaction = satisfied


@inlined
def count(people, toward, i, firms, period, active_periods, books):
    """What customer i adds to the stocks of each firm."""
    for j in range(firms):
        books[j, POINTS_HELD] += np.float64(toward[i, j].points)
        books[j, AWARE] += knows(people, toward, i, j)
        if toward[i, j].purchases > 0:
            books[j, TRIED] += 1.0
            books[j, REPEATED] += toward[i, j].purchases > 1
            idle = period - toward[i, j].last_purchase
            books[j, ON_FILE_ACTIVE] += idle < active_periods
            books[j, LAPSED] += idle == active_periods
