"""The choice of a firm at an occasion: the logit as a race, firms that are full, the surplus."""

import numpy as np

from sim.core import rng
from sim.core.functions import exp, log
from sim.core.jit import inlined, part
from sim.customers.ledger import Entry, MarketEntry
from sim.market.kernel.need import NOBODY, buys_at_entry
from sim.market.kernel.utility import cost_of_leaving, relation
from sim.theory import choice

OUTSIDE = -1  # in place of a firm: the outside option
TURNED_AWAY, SURPLUS = int(Entry.TURNED_AWAY), int(MarketEntry.SURPLUS)
OPEN, ONCE_MORE, SETTLED = 0, 1, 2  # how far a choice among firms that may be full has come


@part
def choose_firms(c, count, occasion, turning_away, now, batch, books):
    """Let the first ``count`` of those acting choose a firm, full firms left out, or the outside option.

    A choice is repeated without the firms that turn the customer away, and once more without all that are full: the
    surplus is of the firms with room.
    """
    value_offers(c, count, occasion, now, batch)
    while True:
        race(count, occasion, now, batch)
        if not (turning_away and turn_away(count, occasion, now, batch, books)):
            break
    for a in range(count):
        k = batch.acting[a]
        if turning_away and batch.before[k] >= 0:
            batch.value[batch.before[k], a] = batch.own_value[a]
        if c.price_sensitivity[k] > 0.0:
            books.market[SURPLUS] += batch.surplus[a] / np.float64(c.price_sensitivity[k])


@part
def value_offers(c, count, occasion, now, batch):
    """Values of the offers to those who choose: utility with bonds, habit, and the cost of leaving the main supplier."""
    m, p, firms = now.m, now.p.choice, len(now.offers)
    for a in range(count):
        k = batch.acting[a]
        supplier, cost = batch.before[k], 0.0
        outside = m.outside + np.float64(c.taste_outside[k])
        if supplier >= 0:
            r = relation(c, k, supplier, m, batch.price[supplier, k], batch.stake[supplier, k])
            cost = cost_of_leaving(r, p)
            outside -= cost * p.outside_pays
        for j in range(firms):
            value = batch.bonded[j, k] + choice.habit_value(np.float64(c.habit[j, k]), p)
            batch.value[j, a] = value if j == supplier else value - cost
        allowed = m.has_outside != 0 and not (occasion == 0 and buys_at_entry(c, k, now, batch))
        batch.value[firms, a] = outside if allowed else -np.inf
        batch.keys[a], batch.settled[a], batch.full[a] = batch.persons[k], OPEN, 0


@part
def race(count, occasion, now, batch):
    """Run the race of each choice: `choice` is the firm, OUTSIDE, or NOBODY where there is nothing to choose.

    The largest of value + noise_scale * Gumbel is the first of races with exponential times E/exp(value), one random
    number per firm, keyed by its id. ``race`` is left holding E. Also the expected surplus, in utility.
    """
    firms, noise_scale = len(now.offers), now.p.choice.noise_scale
    best, total, first = batch.a, batch.b, batch.c
    for a in range(count):
        best[a], total[a], first[a] = batch.value[0, a], 0.0, np.inf
        batch.choice[a] = NOBODY
    for j in range(1, firms + 1):
        for a in range(count):
            best[a] = max(best[a], batch.value[j, a])
    for j in range(firms + 1):
        address = now.offers[j].rng_id if j < firms else rng.OUTSIDE
        number = j if j < firms else OUTSIDE
        times = batch.race[j]
        for a in range(count):
            times[a] = rng.uniform(batch.keys[a], rng.CHOICE, occasion, address)
        for a in range(count):
            times[a] = -log(times[a])
        if noise_scale > 0.0:
            value = batch.value[j]
            for a in range(count):
                weight = exp((value[a] - best[a]) / noise_scale) if value[a] > -np.inf else 0.0
                total[a] += weight
                time = times[a] / weight
                batch.choice[a] = number if time < first[a] else batch.choice[a]
                first[a] = time if time < first[a] else first[a]
    for a in range(count):
        surplus = best[a]
        if noise_scale > 0.0:
            surplus += noise_scale * log(max(total[a], 1.0))  # the best offer alone has weight 1
        batch.surplus[a] = surplus if best[a] > -np.inf else 0.0
    if noise_scale <= 0.0:
        for a in range(count):
            batch.choice[a] = best_offer(firms, a, best[a], batch)


@part
def best_offer(firms, a, best, batch):
    """The best offer where choice has no noise; the main supplier's if it is one of several."""
    incumbent, chosen = batch.before[batch.acting[a]], NOBODY
    for j in range(firms):
        if best > -np.inf and batch.value[j, a] == best and (chosen < 0 or j == incumbent):
            chosen = j
    return OUTSIDE if chosen < 0 and best > -np.inf else chosen


@part
def turn_away(count, occasion, now, batch, books):
    """Take the firms that turn a customer away out of its choice; return True if any choice is to be repeated."""
    repeated = False
    for a in range(count):
        j, before = batch.choice[a], batch.before[batch.acting[a]]
        if batch.settled[a] == ONCE_MORE:
            batch.settled[a] = SETTLED
        elif batch.settled[a] == OPEN and j >= 0 and is_full(now.offers, j, batch.keys[a], occasion):
            books.firms[j, TURNED_AWAY] += 1.0
            batch.full[a] |= j == before
            batch.value[j, a] = -np.inf
            repeated = True
        elif batch.settled[a] == OPEN:
            batch.settled[a], repeated = ONCE_MORE, True
            batch.own_value[a] = batch.value[before, a] if before >= 0 else 0.0
            for other in range(len(now.offers)):
                if other != j and is_full(now.offers, other, batch.keys[a], occasion):
                    batch.value[other, a] = -np.inf
    return repeated


@inlined
def is_full(offers, j, person, occasion):
    """True if firm j turns the customer away at this occasion; with a random number of its own."""
    return (
        offers[j].full > 0.0
        and rng.uniform(person, rng.TURNED_AWAY, occasion, offers[j].rng_id) < offers[j].full
    )


@part
def some_turn_away(now):
    """True if a firm may turn customers away; under contract none does."""
    found = False
    for j in range(len(now.offers)):
        found |= now.offers[j].full > 0.0 and now.m.contractual == 0
    return found
