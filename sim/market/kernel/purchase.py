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
def buy(rows, i, j, period, now, books):
    """Sell one unit of firm j to customer i: money, points, the firm's record, purchases in a row."""
    people, relations = rows
    p, programmes = now.p, now.programmes
    listed, price = now.offers[j].price, price_for(relations, i, j, now)
    books[j, UNITS] += 1.0
    books[j, REVENUE] += listed
    books[j, PROMOTION] += listed - price
    tier = relations[i, j].tier
    if tier >= 0 and programmes[j, tier, REWARD] > 0.0:
        issued = programmes[j, tier, REWARD] * price
        books[j, POINTS_ISSUED] += issued
        held = np.float64(relations[i, j].points) + issued
        if held >= p.bonds.threshold:
            books[j, POINTS_PAID] += held
            held = 0.0
        relations[i, j].points = held
    if relations[i, j].purchases == 0:
        books[j, NEW_BUYERS] += 1.0
        relations[i, j].first_purchase = period
    if relations[i, j].last_purchase != period:
        books[j, BUYERS] += 1.0
    relations[i, j].purchases += 1
    relations[i, j].last_purchase = period
    relations[i, j].money += price
    people[i].streak = people[i].streak + 1 if people[i].last_bought == j else 1
    people[i].last_bought = j


@inlined
def evaluate_purchase(rows, i, j, period, person, occasion, weeks, now, books):
    """Draw performance, failure, complaint and recovery; then update satisfaction, expectation and trust."""
    people, relations = rows
    p, offer = now.p, now.offers[j]
    chance = experience.chance_of_failure(offer.failure_rate, offer.congestion, offer.employee_effect)
    failed = rng.uniform(person, rng.FAILURE, occasion, offer.rng_id) < chance
    noise = 0.0
    if p.experience.noise_sd > 0.0:
        noise = normal_quantile(rng.uniform(person, rng.PERFORMANCE, occasion, offer.rng_id))
    felt = experience.performance(
        offer.quality, np.float64(relations[i, j].structural_bond), noise, np.float64(failed), p.experience
    )
    lift = 0.0
    if failed:
        books[j, FAILURES] += 1.0
        voiced = rng.uniform(person, rng.VOICE, occasion, offer.rng_id) < people[i].voice
        if voiced:
            books[j, COMPLAINTS] += 1.0
        if voiced or rng.uniform(person, rng.FOUND, occasion, offer.rng_id) < offer.found_chance:
            books[j, RECOVERED] += 1.0
            since = (period - people[i].last_failure) * weeks
            felt += experience.recovered(offer.recovery_quality, since, p.experience)
            lift = p.experience.paradox * offer.recovery_quality
        people[i].last_failure = period
    judged = satisfaction.overall(
        felt, np.float64(people[i].desire), np.float64(relations[i, j].expectation), offer.promise,
        np.float64(people[i].loss_aversion), lift, p.satisfaction,
    )  # fmt: skip
    relations[i, j].satisfaction = satisfaction.after(
        np.float64(relations[i, j].satisfaction), judged, p.satisfaction
    )
    relations[i, j].expectation = satisfaction.expectation_after(
        np.float64(relations[i, j].expectation), felt, p.satisfaction
    )
    relations[i, j].trust = trust.after(np.float64(relations[i, j].trust), felt, offer.promise, p.trust)
