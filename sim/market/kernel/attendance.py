"""An event: who comes, whom they bring, what they experience, and who leaves data with the firm."""

import numpy as np

from sim.core import rng
from sim.core.functions import exp, normal_quantile
from sim.core.jit import compiled
from sim.customers.network import anyone
from sim.market.kernel.utility import in_market, knows
from sim.theory import event_marketing, experience, satisfaction, trust


@compiled
def come(begin, end, period, key, identity, chance, people, comes):
    """Who of the customers from begin to end comes of itself: 1 in comes, (n_customers,); returns how many."""
    here = 0
    for i in range(begin, end):
        comes[i] = rng.uniform(rng.person_key(key, i), rng.COMES, 0, identity) < chance and in_market(
            people, i, period
        )
        here += comes[i]
    return here


@compiled
def bring(present, period, key, identity, p, people, comes):
    """Whom those who came of themselves bring: 2 in comes, (n_customers,); returns how many."""
    here = 0
    for i in range(present):
        if comes[i] != 1:
            continue
        person = rng.person_key(key, i)
        if rng.uniform(person, rng.BRINGS, 0, identity) >= p[0].event.brings:
            continue
        other = anyone(rng.uniform(person, rng.BRINGS, 1, identity), present)
        if in_market(people, other, period) and comes[other] == 0:
            comes[other] = 2
            here += 1
    return here


@compiled
def attend(
    begin, end, period, key, firm, identity, quality, promise, p, people, toward, comes, left, since, potential
):  # fmt: skip
    """Every customer from begin to end who came experiences the firm and may leave data; returns how many came to know it.

    ``left`` (n_customers,): 0 no data, 1 left by a customer, 2 by who never bought here; ``since``: in which period;
    ``potential``: the need, occasions a week, as the firm reads it off the data.
    """
    made_known = 0
    for i in range(begin, end):
        if comes[i] == 0:
            continue
        person = rng.person_key(key, i)
        if not knows(people, toward, i, firm):
            people[i].aware |= np.uint32(1) << np.uint32(firm)
            made_known += 1
        luck_felt = normal_quantile(rng.uniform(person, rng.EVENT_EXPERIENCE, 0, identity))
        felt = experience.performance(
            quality, np.float64(toward[i, firm].structural_bond), luck_felt, 0.0, p[0].experience
        )
        expected, trusts = np.float64(toward[i, firm].expectation), np.float64(toward[i, firm].trust)
        toward[i, firm].expectation = event_marketing.learnt(
            expected, satisfaction.expectation_after(expected, felt, p[0].satisfaction), p[0].event
        )
        toward[i, firm].trust = event_marketing.learnt(
            trusts, trust.after(trusts, felt, promise, p[0].trust), p[0].event
        )
        leaves = event_marketing.chance_of_data(np.float64(people[i].relational_orientation), p[0].event)
        if left[i] == 0 and rng.uniform(person, rng.LEAVES_DATA, 0, identity) < leaves:
            left[i] = 2 if toward[i, firm].purchases == 0 else 1
            since[i] = period
            error = normal_quantile(rng.uniform(person, rng.DATA_ERROR, 0, identity))
            potential[i] = np.float64(people[i].need_rate) * exp(p[0].event.data_error * error)
    return made_known


@compiled
def count_captured(begin, end, period, people, left):
    """How many customers from begin to end left data and are in the market after the period began."""
    captured = 0
    for i in range(begin, end):
        captured += left[i] > 0 and people[i].leaves_at > period
    return captured
