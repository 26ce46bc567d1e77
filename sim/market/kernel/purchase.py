"""What firms do to a customer, what a purchase does, and what is felt, judged and trusted after it."""

import numpy as np

from sim.core import rng
from sim.core.functions import normal_quantile
from sim.core.jit import inlined
from sim.customers.ledger import Entry
from sim.customers.offer import CONTACT, EFFORT, ONLINE, REWARD
from sim.market.kernel.utility import given_to, wide
from sim.theory import bonds, experience, marketing_response, satisfaction, trust

UNITS, REVENUE, PROMOTION = int(Entry.UNITS), int(Entry.REVENUE), int(Entry.PROMOTION)
POINTS_ISSUED, POINTS_PAID = int(Entry.POINTS_ISSUED), int(Entry.POINTS_PAID)
POINTS_EXPIRED, CONTACTS = int(Entry.POINTS_EXPIRED), int(Entry.CONTACTS)
CONTACTS_ONLINE = int(Entry.ONLINE)
INTEGRATION, FAILURES = int(Entry.INTEGRATION), int(Entry.FAILURES)
COMPLAINTS, RECOVERED = int(Entry.COMPLAINTS), int(Entry.RECOVERED)
BUYERS, NEW_BUYERS, REACHED = int(Entry.BUYERS), int(Entry.NEW_BUYERS), int(Entry.REACHED)


@inlined
def reach_out(people, toward, i, firms, person, lucks, offers, programmes, p, advertised, contacted, books):
    """What the firms did to customer i; bonds and points fade. Returns how many rivals made contact."""
    for j in range(wide(firms)):  # in vectors
        advertised[j] = rng.uniform(person, rng.ADVERTISED, 0, lucks[j])
        contacted[j] = rng.uniform(person, rng.CONTACTED, 0, lucks[j])
    rivals = 0
    aware = people[i].aware
    for j in range(firms):  # hardly a branch: what cannot be guessed is worked out for everyone
        offer = offers[j]
        touched = advertised[j] < offer.ad_chance
        expected = np.float64(toward[i, j].expectation)
        persuaded = marketing_response.persuaded(expected, offer.promise, toward[i, j].purchases, p.reach)
        toward[i, j].expectation = persuaded if touched else expected
        reached = np.uint32(touched) & ~(aware >> np.uint32(j)) & np.uint32(1)
        books[j, REACHED] += np.float64(reached)
        aware |= reached << np.uint32(j)

        held = np.float64(toward[i, j].points)
        toward[i, j].points = held * p.bonds.points_keep
        books[j, POINTS_EXPIRED] += held - np.float64(toward[i, j].points)
        toward[i, j].social_bond *= p.bonds.social_keep
        structural = np.float64(np.float32(toward[i, j].structural_bond * p.bonds.structural_keep))
        effort = given_to(people, toward, i, j, EFFORT, programmes)
        toward[i, j].structural_bond = bonds.structural_after(
            structural, effort, np.float64(toward[i, j].trust), p.bonds
        )
        books[j, INTEGRATION] += effort
        contacts = int(given_to(people, toward, i, j, CONTACT, programmes) + contacted[j])
        if contacts > 0:
            touched = True
            books[j, CONTACTS] += contacts
            online = given_to(people, toward, i, j, ONLINE, programmes)
            books[j, CONTACTS_ONLINE] += contacts * online
            depth = bonds.of_personal(online, p.bonds.online_depth)
            for _ in range(contacts):
                contact(people, toward, i, j, depth, p)
        rivals += touched & (j != people[i].supplier)
    people[i].aware = aware
    return rivals


@inlined
def contact(people, toward, i, j, depth, p):
    """A contact: it builds the social bond, by `depth` of a personal one, or irritates who wants no relationship."""
    wants = np.float64(people[i].relational_orientation)
    satisfied = np.float64(toward[i, j].satisfaction)
    if wants < p.bonds.irritated_below:
        toward[i, j].satisfaction = max(-1.0, satisfied - p.bonds.irritation)
    else:
        toward[i, j].social_bond = bonds.social_after_contact(
            np.float64(toward[i, j].social_bond), bonds.receptive(wants, satisfied) * depth, p.bonds
        )


@inlined
def buy(people, toward, i, j, period, price, offers, programmes, p, books):
    """The sale: money, points, the firm's record, streak and habit."""
    books[j, UNITS] += 1.0
    books[j, REVENUE] += offers[j].price
    books[j, PROMOTION] += offers[j].price - price
    tier = toward[i, j].tier
    if tier >= 0 and programmes[j, tier, REWARD] > 0.0:
        issued = programmes[j, tier, REWARD] * price
        books[j, POINTS_ISSUED] += issued
        held = np.float64(toward[i, j].points) + issued
        if held >= p.bonds.threshold:
            books[j, POINTS_PAID] += held
            held = 0.0
        toward[i, j].points = held
    if toward[i, j].purchases == 0:
        books[j, NEW_BUYERS] += 1.0
        toward[i, j].first_purchase = period
    if toward[i, j].last_purchase != period:
        books[j, BUYERS] += 1.0
    toward[i, j].purchases += 1
    toward[i, j].last_purchase = period
    toward[i, j].money += price
    people[i].streak = people[i].streak + 1 if people[i].last_bought == j else 1
    people[i].last_bought = j


@inlined
def experience_it(people, toward, i, j, period, person, occasion, offers, weeks, p, books):
    """Performance, failure, complaint and recovery; then satisfaction, expectation and trust."""
    offer = offers[j]
    chance = experience.chance_of_failure(offer.failure_rate, offer.congestion, offer.employee_effect)
    failed = rng.uniform(person, rng.FAILURE, occasion, offer.rng_id) < chance
    noise = 0.0
    if p.experience.noise_sd > 0.0:
        noise = normal_quantile(rng.uniform(person, rng.PERFORMANCE, occasion, offer.rng_id))
    felt = experience.performance(
        offer.quality, np.float64(toward[i, j].structural_bond), noise, np.float64(failed), p.experience
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
        felt, np.float64(people[i].desire), np.float64(toward[i, j].expectation), offer.promise,
        np.float64(people[i].loss_aversion), lift, p.satisfaction,
    )  # fmt: skip
    toward[i, j].satisfaction = satisfaction.after(
        np.float64(toward[i, j].satisfaction), judged, p.satisfaction
    )
    toward[i, j].expectation = satisfaction.expectation_after(
        np.float64(toward[i, j].expectation), felt, p.satisfaction
    )
    toward[i, j].trust = trust.after(np.float64(toward[i, j].trust), felt, offer.promise, p.trust)
