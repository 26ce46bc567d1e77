"""One period of every customer, in the theory's order: reach, need, choice, experience, relationship; then word of mouth.

This is the only place where customers act. No customer reads another's row in the loop that writes it, and each
ledger belongs to one block of customers, so results depend neither on threads nor on their order.
"""

from __future__ import annotations

import numpy as np

from sim.core import rng
from sim.core.functions import exp
from sim.core.jit import compiled, inlined, part
from sim.customers import network
from sim.customers.columns import ABSENT
from sim.customers.ledger import Entry, MarketEntry
from sim.market.kernel.choice import NOBODY, OUTSIDE, best_other, choose_firm, update_habit
from sim.market.kernel.contacts import reach_out
from sim.market.kernel.layout import (
    AHEAD,
    BLOCK,
    BONDED,
    BOUGHT,
    OWN,
    VALUE,
    Ledger,
    Utilities,
    batch_of,
    blame_of,
    draws_of,
    now_of,
    prepare_scratch,
)
from sim.market.kernel.purchase import buy, evaluate_purchase
from sim.market.kernel.relationship import (
    add_main_customer,
    add_stocks,
    commitment_and_stage,
    speak,
    update_supplier,
)
from sim.market.kernel.switching import blame_choice, set_reference
from sim.market.kernel.utility import in_market, knows, offer_utility
from sim.theory import choice, contract, purchase_occasions, relationship, word_of_mouth

REFERRALS = int(Entry.REFERRALS)
OCCASIONS, OUTSIDE_CHOSEN, PRESENT, ENTERED = (
    int(MarketEntry[name]) for name in ("OCCASIONS", "OUTSIDE", "PRESENT", "ENTERED")
)


@inlined
def time_in_market(c, i, period):
    """Times in the period at which customer i enters and leaves, in [0, 1]."""
    begins = max(np.float64(c.entered_at[i]), period + 0.0) - period
    ends = min(np.float64(c.leaves_at[i]), period + 1.0) - period
    return begins, ends


@inlined
def fill_batch(c, start, stop, firms, period, key, m, p, batch):
    """Fill a batch, in vectors, for up to `AHEAD` customers.

    The entries are the keys of their random numbers, the mean number of occasions, the draw for that number, the draw
    below which there is no occasion, and the stakes in the remaining points, ``batch.stakes`` (AHEAD * n_firms,).
    """
    for i in range(start, stop):
        for j in range(firms):
            batch.stakes[(i - start) * firms + j] = np.float32(c.points[j, i] * p.bonds.points_keep)
        begins, ends = time_in_market(c, i, period)
        batch.mean[i - start] = np.float64(c.need_rate[i]) * m.demand[c.segment[i]] * (ends - begins)
    for k in range(AHEAD):  # in vectors
        batch.persons[k] = rng.person_key(key, start + k)
    for k in range(AHEAD):
        batch.need[k] = rng.uniform(batch.persons[k], rng.NEED, 0, 0)
    for k in range(AHEAD):
        batch.none_below[k] = purchase_occasions.chance_of_none(batch.mean[k])
    for k in range(AHEAD * firms):
        batch.stakes[k] = choice.stake(batch.stakes[k], p.bonds.threshold)


@inlined
def need_under_contract(c, i, supplier, person, rival_contacts, weeks, now):
    """Occasions of a contractual customer (0 or 1), whether it reconsiders, whether at a term's end, and its draw."""
    p = now.p
    if c.lost_for_good[i] != 0:
        comes_back = 1.0 - exp(-p.contract.return_rate * weeks)
        return int(rng.uniform(person, rng.RETURN, 0, 0) < comes_back), True, False, 0.0
    if supplier < 0 or now.offers[supplier].open == 0:
        return 1, True, False, 0.0
    draw = rng.uniform(person, rng.RECONSIDER, 0, 0)
    term = p.contract.contract_term
    term_ends = term > 0 and (c.tenure[i] + 1) % term == 0
    reconsiders = term_ends or draw < contract.chance_to_reconsider(
        np.float64(c.satisfaction[supplier, i]), rival_contacts, weeks, p.contract
    )
    return 1, reconsiders, term_ends, draw


@part
def need(c, i, a, supplier, person, rival_contacts, buys_at_entry, now, m, batch):
    """Occasions of customer i, number a of its batch; flags for reconsidering and for the end of a term; and its draw."""
    if m.contractual != 0:
        return need_under_contract(c, i, supplier, person, rival_contacts, m.weeks, now)
    occasions = 0
    if batch.need[a] > batch.none_below[a]:
        occasions = purchase_occasions.occasions(batch.mean[a], batch.need[a])
    return occasions + buys_at_entry, True, False, 0.0


@part
def choose_and_buy(
    c, i, firms, period, person, before, occasions, reconsiders, term_ends, draw, rival_contacts, buys_at_entry,
    turning_away, now, m, u, draws, causes, bought, books,
):  # fmt: skip
    """Choose, buy and experience, occasion by occasion.

    Return True if anything was bought (units by firm in ``bought``), True if utilities are in ``u.own`` and
    ``u.bonded``, and the firm chosen at the last occasion at which causes were determined.
    """
    p, contractual, reports, has_outside = now.p, m.contractual != 0, m.reports != 0, m.has_outside != 0
    time, ends = time_in_market(c, i, period)
    evaluated, bought_any, moved_to = False, False, NOBODY
    for occasion in range(occasions):
        at_entry = buys_at_entry and occasion == 0
        if c.dropout[i] > 0.0 and not at_entry:
            waits = rng.uniform(person, rng.OCCASION_TIME, occasion, 0)
            time = purchase_occasions.next_occasion_time(time, ends, occasions - occasion, waits)
        books.market[OCCASIONS] += 1.0
        j, full = before, False
        if reconsiders:
            if not evaluated:
                for k in range(firms):
                    offer_utility(c, i, k, now, u)
                evaluated = True
            j, full = choose_firm(
                c, i, firms, person, occasion, before, has_outside and not at_entry, turning_away, now, m, u, draws, books)  # fmt: skip
        if j < 0:
            books.market[OUTSIDE_CHOSEN] += 1.0
        else:
            update_habit(c, i, firms, j, p)
        if reports and reconsiders and before >= 0 and j != NOBODY and now.offers[before].open != 0:
            blame_choice(
                c, i, firms, before, j, bool(full), draw, term_ends, rival_contacts, m.weeks, contractual, now, u, draws, causes
            )  # fmt: skip
            moved_to = j
        if contractual:
            c.supplier[i] = max(j, -1)
            c.lost_for_good[i] = j == OUTSIDE
        if j < 0:
            continue
        if not bought_any:
            bought_any = True
            bought[:] = 0.0
        bought[j] += 1.0
        buy(c, i, j, period, now, books.firms)
        evaluate_purchase(c, i, j, period, person, occasion, m.weeks, now, books.firms)
        if evaluated:
            u.stake[j] = choice.stake(np.float64(c.points[j, i]), p.bonds.threshold)
            offer_utility(c, i, j, now, u)
        if not at_entry and c.dropout[i] > 0.0:
            if rng.uniform(person, rng.DROPOUT, occasion, 0) < c.dropout[i]:
                c.leaves_at[i] = period + time
                break
    return bought_any, evaluated, moved_to


@part
def relate(
    c, i, firms, period, before, bought_any, evaluated, moved_to, leaving, now, m, u, causes, bought, books
):  # fmt: skip
    """Update main supplier, commitment and stage, and count the customer in the ledger."""
    reports = m.reports != 0
    supplier = update_supplier(c, i, firms, before, bought_any, moved_to, leaving, now, m, causes, books)
    if before >= 0 and supplier != before:
        evaluated = False  # a bond was left behind
    stage_before, stage = np.int64(c.stage[i]), relationship.NONE
    if supplier >= 0:
        attitude, stage = commitment_and_stage(c, i, firms, supplier, before, evaluated, reports, now, u)
        if reports:
            if supplier != before:
                set_reference(c, i, supplier, best_other(u.bonded, firms, supplier), now, causes.now_old)
            add_main_customer(c, i, supplier, attitude, stage, bought_any, bought, now.p, books.firms)
    c.stage[i] = stage
    if reports:
        books.stage_flows[stage_before, stage] += 1.0
    if m.counts != 0 and not leaving:
        add_stocks(c, i, firms, period, m.active_periods, books.firms)


@part
def some_turn_away(offers, contractual):
    """True if a firm may turn customers away; under contract none does."""
    found = False
    for j in range(len(offers)):
        found |= offers[j].full > 0.0 and not contractual
    return found


@compiled
def live(first_block, last_block, present, inputs, c, ledger, scratch):
    """Run one period of everyone in blocks first_block to last_block; ``present`` customers exist so far.

    Writes the customers' columns ``c``, and the blocks' own rows of the ledger. ``scratch`` (`SCRATCH`,
    `wide_enough(n_firms)`) is one thread's own.
    """
    now, firms = now_of(inputs), len(inputs.offers)
    m, offers, period = now.m, now.offers, now.period
    prepare_scratch(scratch, offers)
    batch, draws, causes, bought = batch_of(scratch), draws_of(scratch), blame_of(scratch), scratch[BOUGHT]
    turning_away = some_turn_away(offers, m.contractual != 0)
    for block in range(first_block, last_block):
        books = Ledger(
            ledger.firms[block],
            ledger.market[block],
            ledger.lost_to[block],
            ledger.stage_flows[block],
            ledger.at_risk[block],
            ledger.lost_at[block],
        )
        first, last = block * BLOCK, min((block + 1) * BLOCK, present)
        for i in range(first, last):
            a = (i - first) % AHEAD
            if a == 0:
                fill_batch(c, i, min(i + AHEAD, last), firms, period, now.key, m, now.p, batch)
            if not in_market(c, i, period):
                continue
            enters = c.entered_at[i] >= period
            books.market[PRESENT] += 1.0
            books.market[ENTERED] += enters and period > 0
            person, stake = batch.persons[a], batch.stakes[a * firms : (a + 1) * firms]
            u = Utilities(scratch[OWN], scratch[BONDED], scratch[VALUE], stake)
            before, buys_at_entry = np.int64(c.supplier[i]), m.entry_by_purchase != 0 and enters

            rival_contacts = reach_out(c, i, firms, person, now, draws, books.firms)
            occasions, reconsiders, term_ends, draw = need(
                c, i, a, before, person, rival_contacts, buys_at_entry, now, m, batch
            )
            bought_any, evaluated, moved_to = choose_and_buy(
                c, i, firms, period, person, before, occasions, reconsiders, term_ends, draw, rival_contacts,
                buys_at_entry, turning_away, now, m, u, draws, causes, bought, books
            )  # fmt: skip
            leaving = c.leaves_at[i] <= period + 1
            relate(
                c, i, firms, period, before, bought_any, evaluated, moved_to, leaving, now, m, u, causes, bought, books
            )  # fmt: skip
            speak(c, i, person, bought_any, leaving, m, now.p)


@compiled
def listen(first_block, last_block, present, inputs, layers, indptr, indices, c, ledger, scratch):
    """Let everyone in the blocks ask one tie and hear its message; reads what `live` left, writes the listener only."""
    key, p, batch = inputs.key, inputs.parameters[0], batch_of(scratch)
    layer_draw, tie_draw, strengths, others = (
        batch.mean,
        batch.need,
        batch.none_below,
        batch.persons.view(np.int64),
    )
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
            other = others[a]
            if other < 0 or c.speaks_of[other] < 0 or c.speaks_of[i] == ABSENT:
                continue
            hear(c, i, other, strengths[a], p, ledger.firms[block])


@part
def hear(c, i, other, strength, p, books):
    """Let customer i hear another's message: expectation and trust move, and it comes to know the firm."""
    j = np.int64(c.speaks_of[other])
    says = np.float64(c.says_satisfaction[other])
    news = word_of_mouth.heard(np.float64(c.says_expectation[other]), says, p.talk)
    c.expectation[j, i] = word_of_mouth.expectation_after(
        np.float64(c.expectation[j, i]), news, strength, p.talk
    )
    c.trust[j, i] = word_of_mouth.trust_after(np.float64(c.trust[j, i]), says, strength, p.talk)
    if not knows(c, i, j):
        c.aware[i] |= np.uint32(1) << np.uint32(j)
        books[j, REFERRALS] += 1.0
