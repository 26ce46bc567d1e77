"""Marketing that reaches a customer in a period: advertising, contacts, customised work; bonds and points fade."""

import numpy as np

from sim.core import rng
from sim.core.jit import inlined
from sim.customers.ledger import Entry
from sim.customers.offer import CONTACT, EFFORT, ONLINE
from sim.market.kernel.layout import wide
from sim.market.kernel.utility import given_to
from sim.theory import bonds, marketing_response

POINTS_EXPIRED, INTEGRATION, REACHED = int(Entry.POINTS_EXPIRED), int(Entry.INTEGRATION), int(Entry.REACHED)
CONTACTS, CONTACTS_ONLINE = int(Entry.CONTACTS), int(Entry.ONLINE)


@inlined
def reach_out(rows, i, firms, person, now, draws, books):
    """Expose customer i to the firms' marketing; bonds and points fade. Return how many rivals made contact."""
    people, relations = rows
    p = now.p
    for j in range(wide(firms)):  # in vectors
        draws.advertised[j] = rng.uniform(person, rng.ADVERTISED, 0, draws.ids[j])
        draws.contacted[j] = rng.uniform(person, rng.CONTACTED, 0, draws.ids[j])
    rivals = 0
    aware = people[i].aware
    for j in range(firms):  # few branches: values that cannot be predicted are computed for every firm
        offer = now.offers[j]
        touched = draws.advertised[j] < offer.ad_chance
        expected = np.float64(relations[i, j].expectation)
        persuaded = marketing_response.persuaded(expected, offer.promise, relations[i, j].purchases, p.reach)
        relations[i, j].expectation = persuaded if touched else expected
        reached = np.uint32(touched) & ~(aware >> np.uint32(j)) & np.uint32(1)
        books[j, REACHED] += np.float64(reached)
        aware |= reached << np.uint32(j)

        held = np.float64(relations[i, j].points)
        relations[i, j].points = held * p.bonds.points_keep
        books[j, POINTS_EXPIRED] += held - np.float64(relations[i, j].points)
        relations[i, j].social_bond *= p.bonds.social_keep
        structural = np.float64(np.float32(relations[i, j].structural_bond * p.bonds.structural_keep))
        effort = given_to(relations, i, j, EFFORT, now.programmes)
        relations[i, j].structural_bond = bonds.structural_after(
            structural, effort, np.float64(relations[i, j].trust), p.bonds
        )
        books[j, INTEGRATION] += effort
        contacts = int(given_to(relations, i, j, CONTACT, now.programmes) + draws.contacted[j])
        if contacts > 0:
            touched = True
            books[j, CONTACTS] += contacts
            online = given_to(relations, i, j, ONLINE, now.programmes)
            books[j, CONTACTS_ONLINE] += contacts * online
            depth = bonds.of_personal(online, p.bonds.online_depth)
            for _ in range(contacts):
                contact(rows, i, j, depth, p)
        rivals += touched & (j != people[i].supplier)
    people[i].aware = aware
    return rivals


@inlined
def contact(rows, i, j, depth, p):
    """Make one contact: it builds the social bond, by ``depth`` of a personal one, or irritates a customer who wants none."""
    people, relations = rows
    wants = np.float64(people[i].relational_orientation)
    satisfied = np.float64(relations[i, j].satisfaction)
    if wants < p.bonds.irritated_below:
        relations[i, j].satisfaction = max(-1.0, satisfied - p.bonds.irritation)
    else:
        relations[i, j].social_bond = bonds.social_after_contact(
            np.float64(relations[i, j].social_bond), bonds.receptive(wants, satisfied) * depth, p.bonds
        )
