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
def reach_out(c, i, firms, person, now, draws, books):
    """Expose customer i to the firms' marketing; bonds and points fade. Return how many rivals made contact."""
    p = now.p
    for j in range(wide(firms)):  # in vectors
        draws.advertised[j] = rng.uniform(person, rng.ADVERTISED, 0, draws.ids[j])
        draws.contacted[j] = rng.uniform(person, rng.CONTACTED, 0, draws.ids[j])
    rivals = 0
    aware = c.aware[i]
    for j in range(firms):  # few branches: values that cannot be predicted are computed for every firm
        offer = now.offers[j]
        touched = draws.advertised[j] < offer.ad_chance
        expected = np.float64(c.expectation[j, i])
        persuaded = marketing_response.persuaded(expected, offer.promise, c.purchases[j, i], p.reach)
        c.expectation[j, i] = persuaded if touched else expected
        reached = np.uint32(touched) & ~(aware >> np.uint32(j)) & np.uint32(1)
        books[j, REACHED] += np.float64(reached)
        aware |= reached << np.uint32(j)

        held = np.float64(c.points[j, i])
        c.points[j, i] = held * p.bonds.points_keep
        books[j, POINTS_EXPIRED] += held - np.float64(c.points[j, i])
        c.social_bond[j, i] *= p.bonds.social_keep
        structural = np.float64(np.float32(c.structural_bond[j, i] * p.bonds.structural_keep))
        effort = given_to(c, i, j, EFFORT, now.programmes)
        c.structural_bond[j, i] = bonds.structural_after(
            structural, effort, np.float64(c.trust[j, i]), p.bonds
        )
        books[j, INTEGRATION] += effort
        contacts = int(given_to(c, i, j, CONTACT, now.programmes) + draws.contacted[j])
        if contacts > 0:
            touched = True
            books[j, CONTACTS] += contacts
            online = given_to(c, i, j, ONLINE, now.programmes)
            books[j, CONTACTS_ONLINE] += contacts * online
            depth = bonds.of_personal(online, p.bonds.online_depth)
            for _ in range(contacts):
                contact(c, i, j, depth, p)
        rivals += touched & (j != c.supplier[i])
    c.aware[i] = aware
    return rivals


@inlined
def contact(c, i, j, depth, p):
    """Make one contact: it builds the social bond, by ``depth`` of a personal one, or irritates a customer who wants none."""
    wants = np.float64(c.relational_orientation[i])
    satisfied = np.float64(c.satisfaction[j, i])
    if wants < p.bonds.irritated_below:
        c.satisfaction[j, i] = max(-1.0, satisfied - p.bonds.irritation)
    else:
        c.social_bond[j, i] = bonds.social_after_contact(
            np.float64(c.social_bond[j, i]), bonds.receptive(wants, satisfied) * depth, p.bonds
        )
