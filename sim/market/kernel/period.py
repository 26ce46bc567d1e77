"""One period of every customer, in the theory's order: reach, need, choice, experience, relationship; then word of mouth.

This is the only place where customers act. No customer reads another's row in the loop that writes it, and each
ledger belongs to one block of customers, so results depend neither on threads nor on their order.
"""

from __future__ import annotations

import numpy as np

from sim.core import rng
from sim.core.functions import exp
from sim.core.jit import compiled, fetch, inlined, part
from sim.customers import network
from sim.customers.columns import ABSENT, PERSON
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
    CustomerRows,
    LedgerRows,
    Now,
    Utilities,
    batch_of,
    blame_of,
    draws_of,
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

PERSON_BYTES = PERSON.itemsize
REFERRALS = int(Entry.REFERRALS)
OCCASIONS, OUTSIDE_CHOSEN, PRESENT, ENTERED = (
    int(MarketEntry[name]) for name in ("OCCASIONS", "OUTSIDE", "PRESENT", "ENTERED")
)


@inlined
def prefetch_rows(rows, i, firms):
    """Ask for customer i's rows before its turn: a stored row takes longer to arrive than a period to compute."""
    for offset in range(0, PERSON_BYTES, 64):
        fetch(rows.people[i], offset)
    for j in range(firms):
        fetch(rows.relations[i, j], 0)


@inlined
def time_in_market(people, i, period):
    """Times in the period at which customer i enters and leaves, in [0, 1]."""
    begins = max(np.float64(people[i].entered_at), period + 0.0) - period
    ends = min(np.float64(people[i].leaves_at), period + 1.0) - period
    return begins, ends


@inlined
def fill_batch(rows, start, stop, firms, period, key, m, p, batch):
    """Fill a batch, in vectors, for up to `AHEAD` customers.

    The entries are the keys of their random numbers, the mean number of occasions, the draw for that number, the draw
    below which there is no occasion, and the stakes in the remaining points, ``batch.stakes`` (AHEAD * n_firms,).
    """
    people, relations = rows
    for i in range(start, stop):
        for j in range(firms):
            batch.stakes[(i - start) * firms + j] = np.float32(relations[i, j].points * p.bonds.points_keep)
        begins, ends = time_in_market(people, i, period)
        batch.mean[i - start] = (
            np.float64(people[i].need_rate) * m.demand[people[i].segment] * (ends - begins)
        )
    for k in range(AHEAD):  # in vectors
        batch.persons[k] = rng.person_key(key, start + k)
    for k in range(AHEAD):
        batch.need[k] = rng.uniform(batch.persons[k], rng.NEED, 0, 0)
    for k in range(AHEAD):
        batch.none_below[k] = purchase_occasions.chance_of_none(batch.mean[k])
    for k in range(AHEAD * firms):
        batch.stakes[k] = choice.stake(batch.stakes[k], p.bonds.threshold)


@inlined
def need_under_contract(rows, i, supplier, person, rival_contacts, weeks, now):
    """Occasions of a contractual customer (0 or 1), whether it reconsiders, whether at a term's end, and its draw."""
    people, p = rows.people, now.p
    if people[i].lost_for_good != 0:
        comes_back = 1.0 - exp(-p.contract.return_rate * weeks)
        return int(rng.uniform(person, rng.RETURN, 0, 0) < comes_back), True, False, 0.0
    if supplier < 0 or now.offers[supplier].open == 0:
        return 1, True, False, 0.0
    draw = rng.uniform(person, rng.RECONSIDER, 0, 0)
    term = p.contract.contract_term
    term_ends = term > 0 and (people[i].tenure + 1) % term == 0
    reconsiders = term_ends or draw < contract.chance_to_reconsider(
        np.float64(rows.relations[i, supplier].satisfaction), rival_contacts, weeks, p.contract
    )
    return 1, reconsiders, term_ends, draw


@part
def need(rows, i, a, supplier, person, rival_contacts, buys_at_entry, now, m, batch):
    """Occasions of customer i, number a of its batch; flags for reconsidering and for the end of a term; and its draw."""
    if m.contractual != 0:
        return need_under_contract(rows, i, supplier, person, rival_contacts, m.weeks, now)
    occasions = 0
    if batch.need[a] > batch.none_below[a]:
        occasions = purchase_occasions.occasions(batch.mean[a], batch.need[a])
    return occasions + buys_at_entry, True, False, 0.0


@part
def choose_and_buy(
    rows, i, firms, period, person, before, occasions, reconsiders, term_ends, draw, rival_contacts, buys_at_entry,
    turning_away, now, m, u, draws, causes, bought, books, cross_utility=None,
):  # fmt: skip
    """Choose, buy and experience, occasion by occasion.

    Return True if anything was bought (units by firm in ``bought``), True if utilities are in ``u.own`` and
    ``u.bonded``, and the firm chosen at the last occasion at which causes were determined.
    """
    people, relations = rows
    p, contractual, reports, has_outside = now.p, m.contractual != 0, m.reports != 0, m.has_outside != 0
    time, ends = time_in_market(people, i, period)
    evaluated, bought_any, moved_to = False, False, NOBODY
    for occasion in range(occasions):
        at_entry = buys_at_entry and occasion == 0
        if people[i].dropout > 0.0 and not at_entry:
            waits = rng.uniform(person, rng.OCCASION_TIME, occasion, 0)
            time = purchase_occasions.next_occasion_time(time, ends, occasions - occasion, waits)
        books.market[OCCASIONS] += 1.0
        j, full = before, False
        if reconsiders:
            if not evaluated:
                for k in range(firms):
                    offer_utility(rows, i, k, now, u, cross_utility)
                evaluated = True
            j, full = choose_firm(
                rows, i, firms, person, occasion, before, has_outside and not at_entry, turning_away, now, m, u, draws, books)  # fmt: skip
        if j < 0:
            books.market[OUTSIDE_CHOSEN] += 1.0
        else:
            update_habit(relations, i, firms, j, p)
        if reports and reconsiders and before >= 0 and j != NOBODY and now.offers[before].open != 0:
            blame_choice(
                rows, i, firms, before, j, bool(full), draw, term_ends, rival_contacts, m.weeks, contractual, now, u, draws, causes, cross_utility,
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
        buy(rows, i, j, period, now, books.firms)
        evaluate_purchase(rows, i, j, period, person, occasion, m.weeks, now, books.firms)
        if evaluated:
            u.stake[j] = choice.stake(np.float64(relations[i, j].points), p.bonds.threshold)
            offer_utility(rows, i, j, now, u, cross_utility)
        if not at_entry and people[i].dropout > 0.0:
            if rng.uniform(person, rng.DROPOUT, occasion, 0) < people[i].dropout:
                people[i].leaves_at = period + time
                break
    return bought_any, evaluated, moved_to


@part
def relate(
    rows, i, firms, period, before, bought_any, evaluated, moved_to, leaving, now, m, u, causes, bought, books, cross_utility=None
):  # fmt: skip
    """Update main supplier, commitment and stage, and count the customer in the ledger."""
    people, reports = rows.people, m.reports != 0
    supplier = update_supplier(rows, i, firms, before, bought_any, moved_to, leaving, now, m, causes, books)
    if before >= 0 and supplier != before:
        evaluated = False  # a bond was left behind
    stage_before, stage = np.int64(people[i].stage), relationship.NONE
    if supplier >= 0:
        attitude, stage = commitment_and_stage(
            rows, i, firms, supplier, before, evaluated, reports, now, u, cross_utility
        )
        if reports:
            if supplier != before:
                set_reference(
                    rows,
                    i,
                    supplier,
                    best_other(u.bonded, firms, supplier),
                    now,
                    causes.now_old,
                    cross_utility,
                )
            add_main_customer(rows, i, supplier, attitude, stage, bought_any, bought, now.p, books.firms)
    people[i].stage = stage
    if reports:
        books.stage_flows[stage_before, stage] += 1.0
    if m.counts != 0 and not leaving:
        add_stocks(rows, i, firms, period, m.active_periods, books.firms)


@part
def some_turn_away(offers, contractual):
    """True if a firm may turn customers away; under contract none does."""
    found = False
    for j in range(len(offers)):
        found |= offers[j].full > 0.0 and not contractual
    return found


@compiled
def live(
    first_block, last_block, present, period, key, conditions, parameters, offers, programmes, people, relations,
    messages, ledger, market_ledger, lost_to, stage_flows, at_risk, lost_at, scratch, cross_utility=None,
):  # fmt: skip
    """Run one period of everyone in blocks first_block to last_block; ``present`` customers exist so far.

    Writes the blocks' own rows of ledger (n_blocks, n_firms, n_entries), market_ledger (n_blocks, n_market_entries),
    lost_to (n_blocks, n_firms, n_firms + 1, n_causes), stage_flows (n_blocks, n_stages, n_stages), at_risk and lost_at
    (n_blocks, n_firms, n_bins). ``scratch`` (`SCRATCH`, `wide_enough(n_firms)`) is one thread's own.
    ``cross_utility`` (n_customers, n_firms): utility that the other category adds; with None nothing of it is compiled.
    """
    m, firms = conditions[0], len(offers)
    rows, now = CustomerRows(people, relations), Now(offers, programmes, parameters[0])
    prepare_scratch(scratch, offers)
    batch, draws, causes, bought = batch_of(scratch), draws_of(scratch), blame_of(scratch), scratch[BOUGHT]
    turning_away = some_turn_away(offers, m.contractual != 0)
    for block in range(first_block, last_block):
        books = LedgerRows(
            ledger[block],
            market_ledger[block],
            lost_to[block],
            stage_flows[block],
            at_risk[block],
            lost_at[block],
        )
        first, last = block * BLOCK, min((block + 1) * BLOCK, present)
        for i in range(first, last):
            a = (i - first) % AHEAD
            prefetch_rows(rows, min(i + AHEAD + 8, last - 1), firms)
            if a == 0:
                fill_batch(rows, i, min(i + AHEAD, last), firms, period, key, m, now.p, batch)
            if not in_market(people, i, period):
                continue
            enters = people[i].entered_at >= period
            books.market[PRESENT] += 1.0
            books.market[ENTERED] += enters and period > 0
            person, stake = batch.persons[a], batch.stakes[a * firms : (a + 1) * firms]
            u = Utilities(scratch[OWN], scratch[BONDED], scratch[VALUE], stake)
            before, buys_at_entry = np.int64(people[i].supplier), m.entry_by_purchase != 0 and enters

            rival_contacts = reach_out(rows, i, firms, person, now, draws, books.firms)
            occasions, reconsiders, term_ends, draw = need(
                rows, i, a, before, person, rival_contacts, buys_at_entry, now, m, batch
            )
            bought_any, evaluated, moved_to = choose_and_buy(
                rows, i, firms, period, person, before, occasions, reconsiders, term_ends, draw, rival_contacts,
                buys_at_entry, turning_away, now, m, u, draws, causes, bought, books, cross_utility,
            )  # fmt: skip
            leaving = people[i].leaves_at <= period + 1
            relate(
                rows, i, firms, period, before, bought_any, evaluated, moved_to, leaving, now, m, u, causes, bought, books, cross_utility,
            )  # fmt: skip
            speak(rows, messages, i, person, bought_any, leaving, m, now.p)


@compiled
def listen(
    first_block, last_block, present, period, key, conditions, parameters, layers, indptr, indices, people, relations,
    messages, ledger, scratch,
):  # fmt: skip
    """Let everyone in the blocks ask one tie and hear its message; reads what `live` left, writes the listener only."""
    p, batch = parameters[0], batch_of(scratch)
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
                    fetch(messages[max(others[k], 0)], 0)
            other = others[a]
            if other < 0 or messages[other].speaks_of < 0 or messages[i].speaks_of == ABSENT:
                continue
            hear(people, relations, i, messages[other], strengths[a], p, ledger[block])


@part
def hear(people, relations, i, message, strength, p, books):
    """Let customer i hear a message: expectation and trust move, and it comes to know the firm."""
    j = np.int64(message.speaks_of)
    says = np.float64(message.says_satisfaction)
    news = word_of_mouth.heard(np.float64(message.says_expectation), says, p.talk)
    relations[i, j].expectation = word_of_mouth.expectation_after(
        np.float64(relations[i, j].expectation), news, strength, p.talk
    )
    relations[i, j].trust = word_of_mouth.trust_after(
        np.float64(relations[i, j].trust), says, strength, p.talk
    )
    if not knows(people, i, j):
        people[i].aware |= np.uint32(1) << np.uint32(j)
        books[j, REFERRALS] += 1.0
