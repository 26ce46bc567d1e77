"""One period of every customer, in the theory's order: reach, need, choice, experience, relationship; then talk.

The acts are in sim/market/kernel; this is the only place where customers act. No customer reads another's row in the loop that writes it, and a
ledger row belongs to one block of customers, so neither threads nor their order can show.
"""

from __future__ import annotations

import numpy as np

from sim.core import rng
from sim.core.functions import exp, log
from sim.core.jit import compiled, fetch, inlined
from sim.customers import network
from sim.customers.columns import ABSENT, PERSON, SILENT
from sim.customers.ledger import TENURE_BINS, Entry, MarketEntry
from sim.market.kernel.purchase import buy, experience_it, reach_out
from sim.market.kernel.relationship import NOBODY_YET, count, describe, largest_habit, relate, speak
from sim.market.kernel.switching import attribute, leave_market, remember, weigh
from sim.market.kernel.utility import (
    NOBODY,
    OUTSIDE,
    add_inertia,
    best_other,
    choose,
    deliver,
    is_full,
    knows,
    price_for,
)
from sim.theory import choice, contract, purchase_occasions, relationship, word_of_mouth

BLOCK = 4096
SCRATCH = 18  # rows of scratch
AHEAD = 64  # customers for whom needs are drawn at once
PERSON_BYTES = PERSON.itemsize
OUTSIDE_LUCK = rng.OUTSIDE
KEPT, LOST, WON, REFERRALS = int(Entry.KEPT), int(Entry.LOST), int(Entry.WON), int(Entry.REFERRALS)
TURNED_AWAY = int(Entry.TURNED_AWAY)
OCCASIONS, OUTSIDE_CHOSEN, SURPLUS, PRESENT, ENTERED, LEFT = (int(entry) for entry in MarketEntry)


def wide_enough(firms):
    """Length of a row of scratch: room for every firm and `AHEAD` customers, so for `wide` too."""
    return AHEAD * max(1, firms)


@inlined
def fetch_rows(people, toward, i, firms):
    """Ask for customer i's rows before its turn: a stored row takes longer to arrive than a period to live."""
    for offset in range(0, PERSON_BYTES, 64):
        fetch(people[i], offset)
    for j in range(firms):
        fetch(toward[i, j], 0)


@inlined
def prepare_block(
    people, toward, start, stop, firms, period, demand, key, p, person, mean, need, none_below, stake
):
    """What `AHEAD` persons' periods begin with, in vectors: keys, mean number of occasions, its luck, below which
    luck there is none, and how much the points bind that are left, into stake (AHEAD * n_firms,).
    """
    for i in range(start, stop):
        for j in range(firms):
            stake[(i - start) * firms + j] = np.float32(toward[i, j].points * p.bonds.points_keep)
        ends = min(np.float64(people[i].leaves_at), period + 1.0) - period
        time = max(np.float64(people[i].entered_at), period + 0.0) - period
        mean[i - start] = np.float64(people[i].need_rate) * demand[people[i].segment] * (ends - time)
    for k in range(AHEAD):  # in vectors
        person[k] = rng.person_key(key, start + k)
    for k in range(AHEAD):
        need[k] = rng.uniform(person[k], rng.NEED, 0, 0)
    for k in range(AHEAD):
        none_below[k] = purchase_occasions.chance_of_none(mean[k])
    for k in range(AHEAD * firms):
        stake[k] = choice.stake(stake[k], p.bonds.threshold)


@inlined
def under_contract(people, toward, i, supplier, person, rival_contacts, weeks, offers, p):
    """Whether a contractual customer chooses now: occasions (0 or 1), whether it reconsiders, at a term's end, its draw."""
    if people[i].lost_for_good != 0:
        comes_back = 1.0 - exp(-p.contract.return_rate * weeks)
        return int(rng.uniform(person, rng.RETURN, 0, 0) < comes_back), True, False, 0.0
    if supplier < 0 or offers[supplier].open == 0:
        return 1, True, False, 0.0
    draw = rng.uniform(person, rng.RECONSIDER, 0, 0)
    term = p.contract.contract_term
    term_ends = term > 0 and (people[i].tenure + 1) % term == 0
    reconsiders = term_ends or draw < contract.chance_to_reconsider(
        np.float64(toward[i, supplier].satisfaction), rival_contacts, weeks, p.contract
    )
    return 1, reconsiders, term_ends, draw


@compiled
def live(
    first_block, last_block, present, period, key, conditions, parameters, offers, programmes, people, toward,
    told, ledger, whole, lost_to, stage_flows, at_risk, lost_at, scratch, tied=None,
):  # fmt: skip
    """Everyone in blocks first_block to last_block lives one period; `present` customers exist so far.

    Writes the blocks' own rows of ledger (n_blocks, n_firms, entries), whole (n_blocks, wholes), lost_to
    (n_blocks, n_firms, n_firms + 1, causes), stage_flows (n_blocks, stages, stages), at_risk and lost_at
    (n_blocks, n_firms, bins). `scratch` (`SCRATCH`, >= n_firms + 1 and >= 7, in whole vectors) is one thread's own.
    `tied` (n_customers, n_firms): utility that the other category adds; with None nothing of it is compiled.
    """
    p = parameters[0]
    m = conditions[0]
    firms = offers.shape[0]
    own, bonded, value, race, bought = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    now_old, now_new, lost, parts = scratch[5], scratch[6], scratch[7], scratch[8]
    stake_ahead, weight, advertised, contacted = scratch[9], scratch[10], scratch[11], scratch[12]
    lucks = scratch[13].view(np.uint64)
    persons, mean_ahead, need_ahead, none_below = (
        scratch[14].view(np.uint64),
        scratch[15],
        scratch[16],
        scratch[17],
    )
    value[:], lucks[:], mean_ahead[:], stake_ahead[:] = -np.inf, 0, 0.0, 0.0
    for j in range(firms):
        lucks[j] = offers[j].rng_id
    lucks[firms] = OUTSIDE_LUCK
    has_outside, contractual, reports = m.has_outside != 0, m.contractual != 0, m.reports != 0
    turning_away = False
    for j in range(firms):
        turning_away |= offers[j].full > 0.0 and not contractual
    for block in range(first_block, last_block):
        books, market = ledger[block], whole[block]
        first, last = block * BLOCK, min((block + 1) * BLOCK, present)
        for i in range(first, last):
            a = (i - first) % AHEAD
            fetch_rows(people, toward, min(i + AHEAD + 8, last - 1), firms)
            if a == 0:
                prepare_block(
                    people, toward, i, min(i + AHEAD, last), firms, period, m.demand, key, p, persons, mean_ahead,
                    need_ahead, none_below, stake_ahead,
                )  # fmt: skip
            entered, leaves = np.float64(people[i].entered_at), np.float64(people[i].leaves_at)
            if entered >= period + 1 or leaves <= period:
                continue
            market[PRESENT] += 1.0
            market[ENTERED] += entered >= period and period > 0
            person, stake = persons[a], stake_ahead[a * firms : (a + 1) * firms]
            before = np.int64(people[i].supplier)
            rival_contacts = reach_out(
                people, toward, i, firms, person, lucks, offers, programmes, p, advertised, contacted, books
            )

            # need: how many occasions
            ends = min(leaves, period + 1.0) - period
            time = max(entered, period + 0.0) - period
            buys_at_entry = m.entry_by_purchase != 0 and entered >= period
            reconsiders = True
            term_ends = False
            draw = 0.0
            if contractual:
                occasions, reconsiders, term_ends, draw = under_contract(
                    people, toward, i, before, person, rival_contacts, m.weeks, offers, p
                )
            else:
                occasions = 0
                if need_ahead[a] > none_below[a]:
                    occasions = purchase_occasions.occasions(mean_ahead[a], need_ahead[a])
                occasions += buys_at_entry

            # choice and experience, occasion by occasion
            evaluated = False
            bought_any = False
            moved_to = NOBODY
            for occasion in range(occasions):
                at_entry = buys_at_entry and occasion == 0
                if people[i].dropout > 0.0 and not at_entry:
                    u = rng.uniform(person, rng.OCCASION_TIME, occasion, 0)
                    time = purchase_occasions.time_of_next(time, ends, occasions - occasion, u)
                market[OCCASIONS] += 1.0
                j = before
                if reconsiders:
                    if not evaluated:
                        for k in range(firms):
                            deliver(people, toward, i, k, offers, programmes, p, stake, own, bonded, tied)
                        evaluated = True
                    cost = add_inertia(people, toward, i, firms, before, p, stake, bonded, value)
                    outside_value = m.outside + np.float64(people[i].taste_outside)
                    if before >= 0:
                        outside_value -= cost * p.choice.outside_pays
                    full, settled, standing = (
                        False,
                        not turning_away,
                        0.0,
                    )  # full: the main supplier, which it chose
                    while True:
                        j, surplus = choose(
                            value, firms, outside_value, has_outside and not at_entry, person, occasion, lucks, before,
                            p.choice.noise_scale, race, weight,
                        )  # fmt: skip
                        if settled:
                            break
                        if j >= 0 and is_full(offers, j, person, occasion, lucks):
                            books[j, TURNED_AWAY] += 1.0
                            full |= j == before
                            value[j] = -np.inf
                            continue
                        settled = True  # once more without those that are full: the surplus is of what there is room for
                        standing = value[before] if before >= 0 else 0.0
                        for k in range(firms):
                            if k != j and is_full(offers, k, person, occasion, lucks):
                                value[k] = -np.inf
                    if turning_away and before >= 0:
                        value[before] = standing
                    if people[i].price_sensitivity > 0.0:
                        market[SURPLUS] += surplus / np.float64(people[i].price_sensitivity)
                if j < 0:
                    market[OUTSIDE_CHOSEN] += 1.0
                else:
                    for k in range(firms):
                        toward[i, k].habit = choice.habit_after(
                            np.float64(toward[i, k].habit), np.float64(k == j), p.choice
                        )
                if reports and reconsiders and before >= 0 and j != NOBODY and offers[before].open != 0:
                    stays_by = 0.0
                    if j != before:
                        other = j if j >= 0 else firms  # the outside option's luck is the last
                        stays_by = value[before] - value[other]
                        stays_by += p.choice.noise_scale * (log(race[other]) - log(race[before]))
                    weigh(
                        people, toward, i, before, j, full, stays_by, draw, term_ends, rival_contacts, m.weeks,
                        contractual, offers, programmes, p, now_old, now_new, lost, parts, tied,
                    )  # fmt: skip
                    moved_to = j
                if contractual:
                    people[i].supplier = max(j, -1)
                    people[i].lost_for_good = j == OUTSIDE
                if j < 0:
                    continue
                if not bought_any:
                    bought_any = True
                    bought[:] = 0.0
                bought[j] += 1.0
                price = price_for(people, toward, i, j, offers, programmes)
                buy(people, toward, i, j, period, price, offers, programmes, p, books)
                experience_it(people, toward, i, j, period, person, occasion, offers, m.weeks, p, books)
                if evaluated:
                    stake[j] = choice.stake(np.float64(toward[i, j].points), p.bonds.threshold)
                    deliver(people, toward, i, j, offers, programmes, p, stake, own, bonded, tied)
                if not at_entry and people[i].dropout > 0.0:
                    if rng.uniform(person, rng.DROPOUT, occasion, 0) < people[i].dropout:
                        leaves = period + time
                        people[i].leaves_at = leaves
                        break

            # relationship: main supplier and tenure; a switch gets its causes
            leaving = leaves <= period + 1
            supplier = np.int64(people[i].supplier)
            if not contractual:
                if bought_any:
                    supplier = largest_habit(people, toward, i, firms, before, offers, p)
                if supplier >= 0 and offers[supplier].open == 0:
                    supplier = NOBODY_YET
            if before >= 0 and reports:
                b = min(people[i].tenure // m.tenure_bin, TENURE_BINS - 1)
                at_risk[block, before, b] += 1.0
                lost_at[block, before, b] += leaving or supplier != before
            if leaving:
                supplier = NOBODY_YET
                leave_market(people, toward, i, firms, before, books, lost_to[block])
                market[LEFT] += 1.0
            elif supplier != before:
                if before >= 0:
                    toward[i, before].structural_bond *= p.bonds.left_behind
                    evaluated = False
                    books[before, LOST] += 1.0
                    if reports:
                        attribute(
                            people, toward, i, before, supplier, moved_to, contractual, offers, p, lost_to[block], parts
                        )  # fmt: skip
                if supplier >= 0:
                    books[supplier, WON] += 1.0
                people[i].tenure = 0
            elif supplier >= 0:
                people[i].tenure += 1
                books[supplier, KEPT] += 1.0
            people[i].supplier = supplier

            # stage of the relationship
            stage_before = np.int64(people[i].stage)
            stage = relationship.NONE
            if supplier >= 0:
                attitude, stage = relate(
                    people, toward, i, firms, supplier, before, p, evaluated, reports, offers, programmes, stake, own,
                    bonded, value, tied,
                )  # fmt: skip
                if reports:
                    if supplier != before:
                        remember(people, toward, i, supplier, best_other(bonded, firms, supplier), offers, programmes, p,
                                 now_old, tied)  # fmt: skip
                    describe(people, toward, i, supplier, attitude, stage, bought_any, bought, p, books)
            people[i].stage = stage

            # what is told, and the counts
            told[i].speaks_of = ABSENT if leaving else SILENT
            if bought_any and not leaving and m.talk_on != 0:
                speak(people, toward, told, i, person, p)
            if reports:
                stage_flows[block, stage_before, stage] += 1.0
            if m.counts != 0 and not leaving:
                count(people, toward, i, firms, period, m.active_periods, books)


@compiled
def listen(
    first_block, last_block, present, period, key, conditions, parameters, layers, indptr, indices, people, toward,
    told, ledger, scratch,
):  # fmt: skip
    """Everyone in the blocks asks one tie and hears what it says; reads what `live` left, writes the listener only."""
    p = parameters[0]
    layer_draw, tie_draw, strengths = scratch[14], scratch[15], scratch[16]
    others = scratch[17].view(np.int64)
    for block in range(first_block, last_block):
        first, last = block * BLOCK, min((block + 1) * BLOCK, present)
        for i in range(first, last):
            a = (i - first) % AHEAD
            if a == 0:
                for k in range(AHEAD):  # in vectors
                    person = rng.person_key(key, i + k)
                    layer_draw[k] = rng.uniform(person, rng.LAYER, 0, 0)
                    tie_draw[k] = rng.uniform(person, rng.TIE, 0, 0)
                for k in range(min(AHEAD, last - i)):
                    others[k], strengths[k] = network.tie(
                        i + k, layer_draw[k], tie_draw[k], present, layers, indptr, indices
                    )
                    fetch(told[max(others[k], 0)], 0)
            other, strength = others[a], strengths[a]
            if other < 0 or told[other].speaks_of < 0 or told[i].speaks_of == ABSENT:
                continue
            j = np.int64(told[other].speaks_of)
            says = np.float64(told[other].says_satisfaction)
            news = word_of_mouth.heard(np.float64(told[other].says_expectation), says, p.talk)
            toward[i, j].expectation = word_of_mouth.expectation_after(
                np.float64(toward[i, j].expectation), news, strength, p.talk
            )
            toward[i, j].trust = word_of_mouth.trust_after(
                np.float64(toward[i, j].trust), says, strength, p.talk
            )
            if not knows(people, toward, i, j):
                people[i].aware |= np.uint32(1) << np.uint32(j)
                ledger[block, j, REFERRALS] += 1.0
