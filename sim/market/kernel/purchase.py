"""A purchase and its evaluation: money and points, performance and failures, satisfaction, expectation and trust."""

import numpy as np

from sim.core import rng
from sim.core.functions import normal_quantile
from sim.core.jit import inlined, part
from sim.customers.ledger import Entry
from sim.customers.offer import REWARD
from sim.theory import experience, satisfaction, trust

UNITS, REVENUE, PROMOTION = int(Entry.UNITS), int(Entry.REVENUE), int(Entry.PROMOTION)
POINTS_ISSUED, POINTS_PAID = int(Entry.POINTS_ISSUED), int(Entry.POINTS_PAID)
BUYERS, NEW_BUYERS = int(Entry.BUYERS), int(Entry.NEW_BUYERS)
FAILURES, COMPLAINTS, RECOVERED = int(Entry.FAILURES), int(Entry.COMPLAINTS), int(Entry.RECOVERED)


@inlined
def buy(c, k, j, now, batch, books):
    """Sell one unit of firm j to customer k: money, points, the firm's record, purchases in a row."""
    p, programmes = now.p, now.programmes
    listed, price = now.offers[j].price, batch.price[j, k]
    books[j, UNITS] += 1.0
    books[j, REVENUE] += listed
    books[j, PROMOTION] += listed - price
    tier = c.tier[j, k]
    if tier >= 0 and programmes[j, tier, REWARD] > 0.0:
        issued = programmes[j, tier, REWARD] * price
        books[j, POINTS_ISSUED] += issued
        held = np.float64(c.points[j, k]) + issued
        if held >= p.bonds.threshold:
            books[j, POINTS_PAID] += held
            held = 0.0
        c.points[j, k] = held
    if c.purchases[j, k] == 0:
        books[j, NEW_BUYERS] += 1.0
        c.first_purchase[j, k] = now.period
    if c.last_purchase[j, k] != now.period:
        books[j, BUYERS] += 1.0
    c.purchases[j, k] += 1
    c.last_purchase[j, k] = now.period
    c.money[j, k] += price
    c.streak[k] = c.streak[k] + 1 if c.last_bought[k] == j else 1
    c.last_bought[k] = j


@part
def evaluate_purchases(c, count, occasion, now, batch, books):
    """Draw performance and failures of ``count`` purchases; update satisfaction, expectation and trust of the buyers."""
    p = now.p
    gather_purchases(c, count, now, batch)
    for a in range(count):
        draw = rng.uniform(batch.keys[a], rng.FAILURE, occasion, batch.ids[a])
        batch.failed[a] = 1.0 if draw < batch.failed[a] else 0.0
    if p.experience.noise_sd > 0.0:
        for a in range(count):
            batch.noise[a] = rng.uniform(batch.keys[a], rng.PERFORMANCE, occasion, batch.ids[a])
        for a in range(count):
            batch.noise[a] = normal_quantile(batch.noise[a])
    for a in range(count):
        batch.felt[a] = experience.performance(
            batch.quality[a], batch.structural_bond[a], batch.noise[a], batch.failed[a], p.experience
        )
    for a in range(count):
        if batch.failed[a] > 0.0:
            recover(c, a, occasion, now, batch, books)
    for a in range(count):
        judged = satisfaction.overall(
            batch.felt[a], batch.desire[a], batch.expectation[a], batch.promise[a], batch.loss_aversion[a],
            batch.lift[a], p.satisfaction,
        )  # fmt: skip
        batch.satisfaction[a] = satisfaction.after(batch.satisfaction[a], judged, p.satisfaction)
    for a in range(count):
        batch.expectation[a] = satisfaction.expectation_after(
            batch.expectation[a], batch.felt[a], p.satisfaction
        )
        batch.trust[a] = trust.after(batch.trust[a], batch.felt[a], batch.promise[a], p.trust)
    for a in range(count):
        k, j = batch.acting[a], batch.choice[a]
        c.satisfaction[j, k] = batch.satisfaction[a]
        c.expectation[j, k], c.trust[j, k] = batch.expectation[a], batch.trust[a]


@part
def gather_purchases(c, count, now, batch):
    """Gather, purchase by purchase, the offer and the buyer's standards and relation to the firm."""
    for a in range(count):
        k, j = batch.acting[a], batch.choice[a]
        offer = now.offers[j]
        batch.keys[a], batch.ids[a] = batch.persons[k], np.uint64(offer.rng_id)
        batch.failed[a] = experience.chance_of_failure(
            offer.failure_rate, offer.congestion, offer.employee_effect
        )
        batch.quality[a], batch.promise[a] = offer.quality, offer.promise
        batch.noise[a], batch.lift[a] = 0.0, 0.0
        batch.desire[a], batch.loss_aversion[a] = c.desire[k], c.loss_aversion[k]
        batch.satisfaction[a], batch.trust[a] = c.satisfaction[j, k], c.trust[j, k]
        batch.expectation[a], batch.structural_bond[a] = c.expectation[j, k], c.structural_bond[j, k]


@inlined
def recover(c, a, occasion, now, batch, books):
    """Let the buyer complain about a failure, or the firm find it; a recovery mends what was felt, and may please."""
    k, j, p = batch.acting[a], batch.choice[a], now.p.experience
    offer, person = now.offers[j], batch.keys[a]
    books[j, FAILURES] += 1.0
    voiced = rng.uniform(person, rng.VOICE, occasion, offer.rng_id) < c.voice[k]
    if voiced:
        books[j, COMPLAINTS] += 1.0
    if voiced or rng.uniform(person, rng.FOUND, occasion, offer.rng_id) < offer.found_chance:
        books[j, RECOVERED] += 1.0
        since = (now.period - c.last_failure[k]) * now.m.weeks
        batch.felt[a] += experience.recovered(offer.recovery_quality, since, p)
        batch.lift[a] = p.paradox * offer.recovery_quality
    c.last_failure[k] = now.period
