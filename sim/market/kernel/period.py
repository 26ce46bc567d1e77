"""One period of every customer, in the theory's order: reach, need, choice, experience, relationship; then word of mouth.

Two other modules write what customers expect, trust and know: `attendance` (expectation and trust at a firm's event;
awareness by events and partners) and `cross_category` (expectation and awareness of second products). Customers are
worked on in batches, act by act. `live` reads and writes a customer's own row alone; `listen` reads the messages of
others, which it does not write, and writes the listener's row. Each ledger belongs to one block of customers, so
results depend neither on threads nor on their order. In the kernel ``c`` is the columns of the customers of a batch,
``k`` the place of one of them, ``j`` a firm.
"""

from __future__ import annotations

import numpy as np

from sim.core import rng
from sim.core.jit import compiled, inlined, own_copy, part
from sim.core.named_arrays import beginning_at
from sim.customers import network
from sim.customers.columns import ABSENT
from sim.customers.ledger import Entry, MarketEntry
from sim.market.kernel.choice import OUTSIDE, choose_firms, some_turn_away
from sim.market.kernel.contacts import reach_out
from sim.market.kernel.layout import BATCH, BLOCK, Ledger, now_of
from sim.market.kernel.need import NOBODY, buys_at_entry, need, see_who_is_there
from sim.market.kernel.purchase import buy, evaluate_purchases
from sim.market.kernel.relationship import relate, speak
from sim.market.kernel.switching import blame_choice
from sim.market.kernel.utility import evaluate, evaluate_again, knows
from sim.theory import choice, purchase_occasions, word_of_mouth

REFERRALS = int(Entry.REFERRALS)
OCCASIONS, OUTSIDE_CHOSEN = int(MarketEntry.OCCASIONS), int(MarketEntry.OUTSIDE)


@compiled
def live(first_block, last_block, present, inputs, columns, ledger, memory):
    """Run one period of everyone in blocks first_block to last_block; ``present`` customers exist so far.

    Writes the customers' columns, and the blocks' own rows of the ledger. ``memory`` is one thread's own.
    """
    now, batch = now_of(inputs), beginning_at(memory, 0)
    turning_away = some_turn_away(now)
    for block in range(first_block, last_block):
        books = Ledger(
            ledger.firms[block],
            ledger.market[block],
            ledger.lost_to[block],
            ledger.stage_flows[block],
            ledger.at_risk[block],
            ledger.lost_at[block],
        )
        end = min((block + 1) * BLOCK, present)
        for first in range(block * BLOCK, end, BATCH):
            n = min(BATCH, end - first)
            c = beginning_at(columns, first)
            if see_who_is_there(c, first, n, now, batch, books) == 0:
                continue
            reach_out(c, n, now, batch, books)
            occasions = need(c, n, now, batch)
            evaluate(c, n, now, batch)
            for occasion in range(occasions):
                use_occasion(c, n, occasion, turning_away, now, batch, books)
            relate(c, n, now, batch, books)
            speak(c, n, now, batch)


@part
def use_occasion(c, n, occasion, turning_away, now, batch, books):
    """Let everyone with an occasion choose, buy and experience; first occasions come first, then second ones."""
    choosing = gather(n, occasion, 1, 0, batch)
    acting = gather(n, occasion, 0, choosing, batch)
    let_time_pass(c, acting, occasion, now, batch)
    choose_firms(c, choosing, occasion, turning_away, now, batch, books)
    for a in range(choosing, acting):
        batch.choice[a] = batch.before[batch.acting[a]]
    buying = 0
    for a in range(acting):
        k, j = batch.acting[a], batch.choice[a]
        settle_choice(c, k, j, a, a < choosing, now, batch, books)
        if j >= 0:
            buy(c, k, j, now, batch, books.firms)
            batch.acting[buying], batch.choice[buying] = k, j
            buying += 1
    evaluate_purchases(c, buying, occasion, now, batch, books.firms)
    for a in range(buying):
        k = batch.acting[a]
        evaluate_again(c, k, batch.choice[a], now, batch)
        drop_out(c, k, occasion, now, batch)


@part
def gather(n, occasion, asks, count, batch):
    """List those who have an occasion and reconsider their supplier, or do not, after the first ``count`` acting."""
    for k in range(n):
        if batch.occasions[k] > occasion and batch.asks[k] == asks:
            batch.acting[count] = k
            count += 1
    return count


@part
def let_time_pass(c, acting, occasion, now, batch):
    """Set the time of an occasion, for customers who may leave the market after it."""
    for a in range(acting):
        k = batch.acting[a]
        if c.dropout[k] > 0.0 and not (occasion == 0 and buys_at_entry(c, k, now, batch)):
            waits = rng.uniform(batch.persons[k], rng.OCCASION_TIME, occasion, 0)
            left = batch.occasions[k] - occasion
            batch.time[k] = purchase_occasions.next_occasion_time(batch.time[k], batch.ends[k], left, waits)


@inlined
def settle_choice(c, k, j, a, reconsidered, now, batch, books):
    """Keep what follows from a choice: habit, blame for passing over the main supplier, the contract."""
    m, before = now.m, batch.before[k]
    books.market[OCCASIONS] += 1.0
    if j < 0:
        books.market[OUTSIDE_CHOSEN] += 1.0
    else:
        batch.units[k] += 1.0
        batch.bought[j, k] += 1.0
        for other in range(len(now.offers)):
            c.habit[other, k] = choice.habit_after(
                np.float64(c.habit[other, k]), np.float64(other == j), now.p.choice
            )
    if m.reports != 0 and reconsidered and before >= 0 and j != NOBODY and now.offers[before].open != 0:
        blame_choice(c, k, a, j, now, batch)
        batch.moved_to[k] = j
    if m.contractual != 0:
        c.supplier[k] = max(j, -1)
        c.lost_for_good[k] = j == OUTSIDE


@inlined
def drop_out(c, k, occasion, now, batch):
    """Let a customer leave the market after a purchase, by chance."""
    if c.dropout[k] > 0.0 and not (occasion == 0 and buys_at_entry(c, k, now, batch)):
        if rng.uniform(batch.persons[k], rng.DROPOUT, occasion, 0) < c.dropout[k]:
            c.leaves_at[k] = now.period + batch.time[k]
            batch.occasions[k] = 0


@compiled
def listen(first_block, last_block, present, inputs, layers, indptr, indices, columns, ledger, memory):
    """Let everyone in the blocks ask one tie and hear its message; reads what `live` left, writes the listener only."""
    key, p = inputs.key, own_copy(inputs.parameters[0])
    c, batch = beginning_at(columns, 0), beginning_at(memory, 0)
    for block in range(first_block, last_block):
        end = min((block + 1) * BLOCK, present)
        for first in range(block * BLOCK, end, BATCH):
            n = min(BATCH, end - first)
            for k in range(n):  # in vectors
                batch.persons[k] = rng.person_key(key, first + k)
            for k in range(n):
                batch.a[k] = rng.uniform(batch.persons[k], rng.LAYER, 0, 0)
                batch.b[k] = rng.uniform(batch.persons[k], rng.TIE, 0, 0)
            for k in range(n):
                batch.acting[k], batch.c[k] = network.tie(
                    first + k, batch.a[k], batch.b[k], present, layers, indptr, indices
                )
            for k in range(n):
                i, other = first + k, batch.acting[k]
                if other < 0 or c.speaks_of[other] < 0 or c.speaks_of[i] == ABSENT:
                    continue
                hear(c, i, other, batch.c[k], p, ledger.firms[block])


@inlined
def hear(c, i, other, strength, p, books):
    """Let customer i hear another's message: expectation and trust move, and it comes to know the firm."""
    j = np.int64(c.speaks_of[other])
    says = np.float64(c.says_satisfaction[other])
    news = word_of_mouth.heard(np.float64(c.says_expectation[other]), says, p.talk)
    c.expectation[j, i] = word_of_mouth.expectation_after(
        np.float64(c.expectation[j, i]), news, strength, p.talk
    )
    c.trust[j, i] = word_of_mouth.trust_after(np.float64(c.trust[j, i]), says, strength, p.talk)
    if not knows(c.aware[i], j):
        c.aware[i] |= np.uint32(1) << np.uint32(j)
        books[j, REFERRALS] += 1.0
