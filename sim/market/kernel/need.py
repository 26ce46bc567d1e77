"""Presence in the market in a period, and need: occasions to buy, or under contract the chance to reconsider."""

import numpy as np

from sim.core import rng
from sim.core.functions import exp
from sim.core.jit import inlined, part
from sim.customers.ledger import MarketEntry
from sim.theory import contract, purchase_occasions

NOBODY = -2  # in place of a firm: nothing to choose, or no choice
PRESENT, ENTERED = int(MarketEntry.PRESENT), int(MarketEntry.ENTERED)


@inlined
def in_market(entered_at, leaves_at, period):
    """True for a customer who is in the market at any time of the period."""
    return entered_at < period + 1 and leaves_at > period


@part
def see_who_is_there(c, first, n, now, batch, books):
    """Mark the customers of a batch who are in the market, with the keys of their random numbers; return their number."""
    there, period = 0, now.period
    for k in range(n):
        batch.persons[k] = rng.person_key(now.key, first + k)
    for k in range(n):
        inside = in_market(c.entered_at[k], c.leaves_at[k], period)
        batch.there[k] = inside
        there += inside
    for k in range(n):
        batch.before[k] = c.supplier[k]
        batch.rivals[k] = 0
        batch.moved_to[k] = NOBODY
        batch.units[k] = 0.0
    for j in range(len(now.offers)):
        for k in range(n):
            batch.bought[j, k] = 0.0
    entered = 0
    for k in range(n):
        entered += batch.there[k] * (c.entered_at[k] >= period)
    books.market[PRESENT] += there
    books.market[ENTERED] += entered * (period > 0)
    return there


@part
def need(c, n, now, batch):
    """Draw the occasions of every customer of a batch; return the largest number of occasions."""
    m, period, most = now.m, now.period, 0
    for k in range(n):
        begins = max(np.float64(c.entered_at[k]), period + 0.0) - period
        ends = min(np.float64(c.leaves_at[k]), period + 1.0) - period
        batch.time[k], batch.ends[k] = begins, ends
        batch.asks[k], batch.term_ends[k], batch.draw[k] = 1, 0, 0.0
    if m.contractual != 0:
        for k in range(n):
            batch.occasions[k] = 0
            if batch.there[k] != 0:
                need_under_contract(c, k, now, batch)
                most = 1
        return most
    for k in range(n):
        batch.a[k] = m.demand[c.segment[k]]
    for k in range(n):
        batch.b[k] = np.float64(c.need_rate[k]) * batch.a[k] * (batch.ends[k] - batch.time[k])
        batch.c[k] = purchase_occasions.chance_of_none(batch.b[k])
    for k in range(n):
        batch.d[k] = rng.uniform(batch.persons[k], rng.NEED, 0, 0)
    for k in range(n):
        batch.occasions[k] = (batch.d[k] > batch.c[k]) * batch.there[k]
    for k in range(n):
        if batch.occasions[k] > 0:
            batch.occasions[k] = purchase_occasions.occasions(batch.b[k], batch.d[k])
            most = max(most, batch.occasions[k])
    if m.entry_by_purchase != 0:
        for k in range(n):
            batch.occasions[k] += buys_at_entry(c, k, now, batch)
            most = max(most, batch.occasions[k])
    return most


@inlined
def enters(entered_at, there, period):
    """True for a customer who enters in the period."""
    return there != 0 and entered_at >= period


@inlined
def buys_at_entry(c, k, now, batch):
    """True for a customer whose first occasion is its entry."""
    return now.m.entry_by_purchase != 0 and enters(c.entered_at[k], batch.there[k], now.period)


@inlined
def need_under_contract(c, k, now, batch):
    """Let a contractual customer need one unit, or none if it left the category; and see whether it reconsiders, and why."""
    p, person, supplier, weeks = now.p, batch.persons[k], batch.before[k], now.m.weeks
    batch.occasions[k] = 1
    if c.lost_for_good[k] != 0:
        comes_back = 1.0 - exp(-p.contract.return_rate * weeks)
        batch.occasions[k] = rng.uniform(person, rng.RETURN, 0, 0) < comes_back
    elif supplier >= 0 and now.offers[supplier].open != 0:
        draw = rng.uniform(person, rng.RECONSIDER, 0, 0)
        term = p.contract.contract_term
        term_ends = term > 0 and (c.tenure[k] + 1) % term == 0
        chance = contract.chance_to_reconsider(
            np.float64(c.satisfaction[supplier, k]), batch.rivals[k], weeks, p.contract
        )
        batch.asks[k], batch.term_ends[k], batch.draw[k] = term_ends or draw < chance, term_ends, draw
