"""A purchase and its evaluation: money and points, performance and failures, satisfaction, expectation and trust."""

import numpy as np

from sim.core import rng
from sim.core.functions import normal_quantile
from sim.core.jit import inlined
from sim.customers.ledger import Entry
from sim.customers.offer import REWARD
from sim.market.kernel.utility import price_for
from sim.theory import experience, satisfaction, trust

UNITS, REVENUE, PROMOTION = int(Entry.UNITS), int(Entry.REVENUE), int(Entry.PROMOTION)
POINTS_ISSUED, POINTS_PAID = int(Entry.POINTS_ISSUED), int(Entry.POINTS_PAID)
BUYERS, NEW_BUYERS = int(Entry.BUYERS), int(Entry.NEW_BUYERS)
FAILURES, COMPLAINTS, RECOVERED = int(Entry.FAILURES), int(Entry.COMPLAINTS), int(Entry.RECOVERED)


@inlined
def buy(c, i, j, period, now, books):
    """Sell one unit of firm j to customer i: money, points, the firm's record, purchases in a row."""
    p, programmes = now.p, now.programmes
    listed, price = now.offers[j].price, price_for(c, i, j, now)
    books[j, UNITS] += 1.0
    books[j, REVENUE] += listed
    books[j, PROMOTION] += listed - price
    tier = c.tier[j, i]
    if tier >= 0 and programmes[j, tier, REWARD] > 0.0:
        issued = programmes[j, tier, REWARD] * price
        books[j, POINTS_ISSUED] += issued
        held = np.float64(c.points[j, i]) + issued
        if held >= p.bonds.threshold:
            books[j, POINTS_PAID] += held
            held = 0.0
        c.points[j, i] = held
    if c.purchases[j, i] == 0:
        books[j, NEW_BUYERS] += 1.0
        c.first_purchase[j, i] = period
    if c.last_purchase[j, i] != period:
        books[j, BUYERS] += 1.0
    c.purchases[j, i] += 1
    c.last_purchase[j, i] = period
    c.money[j, i] += price
    c.streak[i] = c.streak[i] + 1 if c.last_bought[i] == j else 1
    c.last_bought[i] = j


@inlined
def evaluate_purchase(c, i, j, period, person, occasion, weeks, now, books):
    """Draw performance, failure, complaint and recovery; then update satisfaction, expectation and trust."""
    p, offer = now.p, now.offers[j]
    chance = experience.chance_of_failure(offer.failure_rate, offer.congestion, offer.employee_effect)
    failed = rng.uniform(person, rng.FAILURE, occasion, offer.rng_id) < chance
    noise = 0.0
    if p.experience.noise_sd > 0.0:
        noise = normal_quantile(rng.uniform(person, rng.PERFORMANCE, occasion, offer.rng_id))
    felt = experience.performance(
        offer.quality, np.float64(c.structural_bond[j, i]), noise, np.float64(failed), p.experience
    )
    lift = 0.0
    if failed:
        books[j, FAILURES] += 1.0
        voiced = rng.uniform(person, rng.VOICE, occasion, offer.rng_id) < c.voice[i]
        if voiced:
            books[j, COMPLAINTS] += 1.0
        if voiced or rng.uniform(person, rng.FOUND, occasion, offer.rng_id) < offer.found_chance:
            books[j, RECOVERED] += 1.0
            since = (period - c.last_failure[i]) * weeks
            felt += experience.recovered(offer.recovery_quality, since, p.experience)
            lift = p.experience.paradox * offer.recovery_quality
        c.last_failure[i] = period
    judged = satisfaction.overall(
        felt, np.float64(c.desire[i]), np.float64(c.expectation[j, i]), offer.promise,
        np.float64(c.loss_aversion[i]), lift, p.satisfaction,
    )  # fmt: skip
    c.satisfaction[j, i] = satisfaction.after(np.float64(c.satisfaction[j, i]), judged, p.satisfaction)
    c.expectation[j, i] = satisfaction.expectation_after(
        np.float64(c.expectation[j, i]), felt, p.satisfaction
    )
    c.trust[j, i] = trust.after(np.float64(c.trust[j, i]), felt, offer.promise, p.trust)
