"""Marketing that reaches customers in a period: advertising, contacts, customised work; bonds and points fade."""

import numpy as np

from sim.core import rng
from sim.core.jit import inlined, own_copy, part
from sim.customers.ledger import Entry
from sim.customers.offer import CONTACT, EFFORT, ONLINE
from sim.market.kernel.layout import total
from sim.theory import bonds, marketing_response

POINTS_EXPIRED, INTEGRATION, REACHED = int(Entry.POINTS_EXPIRED), int(Entry.INTEGRATION), int(Entry.REACHED)
CONTACTS, CONTACTS_ONLINE = int(Entry.CONTACTS), int(Entry.ONLINE)


@part
def given(c, n, j, what, now, into):
    """Entry of firm j's programme for each customer, 0 outside any tier; return True if there is any."""
    for k in range(n):
        into[k] = 0.0
    found = False
    for tier in range(now.programmes.shape[1]):
        entry = now.programmes[j, tier, what]
        if entry != 0.0:
            found = True
            for k in range(n):
                into[k] = entry if c.tier[j, k] == tier else into[k]
    return found


@part
def reach_out(c, n, now, batch, books):
    """Expose the customers of a batch to the firms' marketing; bonds and points fade."""
    for j in range(len(now.offers)):
        offer = own_copy(now.offers[j])
        advertise(c, n, j, offer, now, batch, books)
        fade(c, n, j, now, batch, books)
        work_together(c, n, j, now, batch, books)
        make_contact(c, n, j, offer, now, batch, books)


@part
def advertise(c, n, j, offer, now, batch, books):
    """Advertise: the customers reached come to know the firm, and expect more of what it promises."""
    if offer.ad_chance <= 0.0:
        return
    p, reached, bit = now.p.reach, 0, np.uint32(1) << np.uint32(j)
    for k in range(n):
        batch.a[k] = rng.uniform(batch.persons[k], rng.ADVERTISED, 0, offer.rng_id)
    for k in range(n):
        touched = batch.a[k] < offer.ad_chance and batch.there[k] != 0
        expected = np.float64(c.expectation[j, k])
        persuaded = marketing_response.persuaded(expected, offer.promise, c.purchases[j, k], p)
        c.expectation[j, k] = persuaded if touched else expected
    for k in range(n):
        touched = batch.a[k] < offer.ad_chance and batch.there[k] != 0
        known = c.aware[k]
        known_after = known | bit if touched else known
        reached += known_after != known
        c.aware[k] = known_after
    for k in range(n):
        batch.rivals[k] += batch.a[k] < offer.ad_chance and j != batch.before[k]
    books.firms[j, REACHED] += reached


@part
def fade(c, n, j, now, batch, books):
    """Let points expire and bonds fade."""
    p = now.p.bonds
    if p.points_keep < 1.0:
        for k in range(n):
            held = np.float64(c.points[j, k])
            left = np.float64(np.float32(held * p.points_keep)) if batch.there[k] != 0 else held
            c.points[j, k] = left
            batch.b[k] = held - left
        books.firms[j, POINTS_EXPIRED] += total(batch.b, n)
    if p.social_keep < 1.0:
        for k in range(n):
            bond = c.social_bond[j, k]
            c.social_bond[j, k] = bond * p.social_keep if batch.there[k] != 0 else np.float64(bond)
    if p.structural_keep < 1.0:
        for k in range(n):
            bond = c.structural_bond[j, k]
            c.structural_bond[j, k] = bond * p.structural_keep if batch.there[k] != 0 else np.float64(bond)


@part
def work_together(c, n, j, now, batch, books):
    """Customise by joint work, which builds the structural bond."""
    p = now.p.bonds
    if not given(c, n, j, EFFORT, now, batch.b):
        return
    for k in range(n):
        effort = batch.b[k] if batch.there[k] != 0 else 0.0
        batch.b[k] = effort
        bond = np.float64(c.structural_bond[j, k])
        c.structural_bond[j, k] = bonds.structural_after(bond, effort, np.float64(c.trust[j, k]), p)
    books.firms[j, INTEGRATION] += total(batch.b, n)


@part
def make_contact(c, n, j, offer, now, batch, books):
    """Contact customers in tiers that get contacts; a contact counts as touching the customer, as advertising does."""
    p, rivals = now.p, batch.rivals
    if not given(c, n, j, CONTACT, now, batch.b):
        return
    for k in range(n):
        batch.c[k] = rng.uniform(batch.persons[k], rng.CONTACTED, 0, offer.rng_id)
    for k in range(n):
        batch.b[k] = np.floor(batch.b[k] + batch.c[k]) if batch.there[k] != 0 else 0.0
    any_online = given(c, n, j, ONLINE, now, batch.c)
    for k in range(n):
        if batch.b[k] >= 1.0:
            contacts, online = int(batch.b[k]), batch.c[k] if any_online else 0.0
            books.firms[j, CONTACTS] += contacts
            books.firms[j, CONTACTS_ONLINE] += contacts * online
            rivals[k] += not (offer.ad_chance > 0.0 and batch.a[k] < offer.ad_chance) and j != batch.before[k]
            depth = bonds.of_personal(online, p.bonds.online_depth)
            for _ in range(contacts):
                contact(c, k, j, depth, p)


@inlined
def contact(c, k, j, depth, p):
    """Make one contact: it builds the social bond, by ``depth`` of a personal one, or irritates a customer who wants none."""
    wants = np.float64(c.relational_orientation[k])
    satisfied = np.float64(c.satisfaction[j, k])
    if wants < p.bonds.irritated_below:
        c.satisfaction[j, k] = max(-1.0, satisfied - p.bonds.irritation)
    else:
        c.social_bond[j, k] = bonds.social_after_contact(
            np.float64(c.social_bond[j, k]), bonds.receptive(wants, satisfied) * depth, p.bonds
        )
