"""Ways to know a firm beside its advertising: its events draw customers, its partners introduce it."""

import numpy as np

from sim.core import rng
from sim.core.functions import exp, normal_quantile
from sim.core.jit import compiled
from sim.customers.network import anyone
from sim.market.kernel.need import in_market
from sim.market.kernel.utility import knows
from sim.theory import event_marketing, experience, satisfaction, trust


@compiled
def come(begin, end, period, key, identity, chance, c, comes):
    """Mark the customers from begin to end who attend unprompted: 1 in comes, (n_customers,); return their number."""
    here = 0
    for i in range(begin, end):
        comes[i] = rng.uniform(rng.person_key(key, i), rng.COMES, 0, identity) < chance and in_market(
            c.entered_at[i], c.leaves_at[i], period
        )
        here += comes[i]
    return here


@compiled
def bring(present, period, key, identity, p, c, comes):
    """Mark the customers whom attendants bring along: 2 in comes, (n_customers,); return their number."""
    here = 0
    for i in range(present):
        if comes[i] != 1:
            continue
        person = rng.person_key(key, i)
        if rng.uniform(person, rng.BRINGS, 0, identity) >= p[0].event.brings:
            continue
        other = anyone(rng.uniform(person, rng.BRINGS, 1, identity), present)
        if in_market(c.entered_at[other], c.leaves_at[other], period) and comes[other] == 0:
            comes[other] = 2
            here += 1
    return here


@compiled
def attend(
    begin, end, period, key, firm, identity, quality, promise, p, c, comes, left, since, potential
):  # fmt: skip
    """Let the attendants from begin to end experience the firm and leave data; return the number that came to know it.

    ``left`` (n_customers,): 0 no data, 1 left by a buyer of the firm, 2 by a customer who never bought from it; ``since``:
    the period; ``potential``: need as the firm reads it off the data, occasions per week.
    """
    made_known = 0
    for i in range(begin, end):
        if comes[i] == 0:
            continue
        person = rng.person_key(key, i)
        if not knows(c.aware[i], firm):
            c.aware[i] |= np.uint32(1) << np.uint32(firm)
            made_known += 1
        noise = normal_quantile(rng.uniform(person, rng.EVENT_EXPERIENCE, 0, identity))
        felt = experience.performance(
            quality, np.float64(c.structural_bond[firm, i]), noise, 0.0, p[0].experience
        )
        expected, trusts = np.float64(c.expectation[firm, i]), np.float64(c.trust[firm, i])
        c.expectation[firm, i] = event_marketing.learnt(
            expected, satisfaction.expectation_after(expected, felt, p[0].satisfaction), p[0].event
        )
        c.trust[firm, i] = event_marketing.learnt(
            trusts, trust.after(trusts, felt, promise, p[0].trust), p[0].event
        )
        leaves = event_marketing.chance_of_data(np.float64(c.relational_orientation[i]), p[0].event)
        if left[i] == 0 and rng.uniform(person, rng.LEAVES_DATA, 0, identity) < leaves:
            left[i] = 2 if c.purchases[firm, i] == 0 else 1
            since[i] = period
            error = normal_quantile(rng.uniform(person, rng.DATA_ERROR, 0, identity))
            potential[i] = np.float64(c.need_rate[i]) * exp(p[0].event.data_error * error)
    return made_known


@compiled
def count_captured(begin, end, period, c, left):
    """Count the customers from begin to end who left data and are still in the market."""
    captured = 0
    for i in range(begin, end):
        captured += left[i] > 0 and c.leaves_at[i] > period
    return captured


@compiled
def introduce(begin, end, period, key, segments, firms, identities, chances, c, made_known):
    """Introduce a partner's firm, with a chance, to every customer from begin to end of its segment who does not know it.

    By partner, (n_partners,): ``segments``, ``firms``, ``identities``, ``chances``; ``made_known`` counts the new acquaintances.
    """
    for i in range(begin, end):
        if not in_market(c.entered_at[i], c.leaves_at[i], period):
            continue
        person = rng.person_key(key, i)
        for k in range(len(segments)):
            if c.segment[i] != segments[k] or knows(c.aware[i], firms[k]):
                continue
            if rng.uniform(person, rng.INTRODUCED, 0, identities[k]) < chances[k]:
                c.aware[i] |= np.uint32(1) << np.uint32(firms[k])
                made_known[k] += 1
