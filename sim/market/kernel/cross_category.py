"""Ties between two categories, customer by customer, between their periods."""

import numpy as np

from sim.core import rng
from sim.core.jit import compiled, inlined
from sim.customers.ledger import Entry
from sim.market.kernel.layout import BLOCK
from sim.theory import cross_category, marketing_response

REACHED = int(Entry.REACHED)
OWN, ALL = 1, 2  # what a second product works with: the firm's own first product, or everybody's


@inlined
def come_to_know(i, j, active, ago, chance, promise, rng_id, person, p, people_2, toward_2, books):
    """Let customer i meet firm j's second product: by cross-selling, which reaches active customers as advertising
    reaches all, or by noticing it while buying the first.
    """
    met = active and rng.uniform(person, rng.CROSS_SOLD, 0, rng_id) < chance
    if met:
        toward_2[i, j].expectation = marketing_response.persuaded(
            np.float64(toward_2[i, j].expectation), promise, toward_2[i, j].purchases, p.reach
        )
    if met or (ago == 0 and rng.uniform(person, rng.NOTICED, 0, rng_id) < p.second.notice):
        bit = np.uint32(1) << np.uint32(j)
        books[j, REACHED] += np.float64((people_2[i].aware & bit) == 0)
        people_2[i].aware |= bit


@compiled
def tie_second(
    first_block, last_block, present, period, key, weeks, active_periods, parameters, rng_ids, works, opened, promise,
    cross_chance, cross_brand, people, relations, people_2, toward_2, ledger, cross_utility,
):  # fmt: skip
    """Utility that the second category's offers gain by the first, before its period, into cross_utility (n_customers, n_firms).

    Customers come to know a second product through the first; active customers are in tier 0 of the second product (bundle
    price). By firm, (n_firms,): ``rng_ids``, ``works`` (`OWN`, `ALL`), ``opened``, ``promise``, ``cross_chance``,
    ``cross_brand``. ``ledger`` (n_blocks, n_firms, entries) is the second category's.
    """
    p = parameters[0]
    firms = len(works)
    for block in range(first_block, last_block):
        for i in range(block * BLOCK, min((block + 1) * BLOCK, present)):
            people_2[i].leaves_at = people[i].leaves_at
            if people[i].leaves_at <= period:
                continue
            person = rng.person_key(key, i)
            latest = relations[i, 0].last_purchase
            for j in range(1, firms):
                latest = max(latest, relations[i, j].last_purchase)
            any_use = cross_category.in_use((period - latest) * weeks, p.second)
            for j in range(firms):
                ago = period - relations[i, j].last_purchase
                active = ago < active_periods
                toward_2[i, j].tier = 0 if active else -1
                use = any_use if works[j] == ALL else cross_category.in_use(ago * weeks, p.second)
                cross_utility[i, j] = (
                    cross_category.carried(
                        np.float64(relations[i, j].satisfaction), np.float64(relations[i, j].trust), p.trust.start,
                        np.float64(relations[i, j].social_bond), np.float64(relations[i, j].structural_bond), p.second,
                    )
                    + cross_category.complement(use, p.second)
                    + (cross_brand[j] if active else 0.0)
                )  # fmt: skip
                if opened[j] != 0:
                    come_to_know(
                        i, j, active, ago, cross_chance[j], promise[j], rng_ids[j], person, p, people_2, toward_2,
                        ledger[block],
                    )  # fmt: skip


@compiled
def tie_first(
    first_block, last_block, present, period, weeks, parameters, works, people_2, toward_2, cross_utility
):
    """Utility that the first category's offers gain by second products in use, into cross_utility (n_customers, n_firms)."""
    p = parameters[0]
    firms = len(works)
    for i in range(first_block * BLOCK, min(last_block * BLOCK, present)):
        with_all = 0.0
        for k in range(firms):
            if works[k] == ALL:
                weeks_ago = (period - toward_2[i, k].last_purchase) * weeks
                with_all = max(with_all, cross_category.in_use(weeks_ago, p.second))
        for j in range(firms):
            use = with_all
            if works[j] == OWN:
                use = max(
                    use, cross_category.in_use((period - toward_2[i, j].last_purchase) * weeks, p.second)
                )
            cross_utility[i, j] = cross_category.complement_back(use, p.second)


@compiled
def bought_by_old(begin, end, had, relations, toward_2, units):
    """Add to units, (2, n_firms), all purchases of each product by old customers (``had``, (n_old, n_firms)) begin to end."""
    for i in range(begin, min(end, len(had))):
        for j in range(had.shape[1]):
            if had[i, j]:
                units[0, j] += relations[i, j].purchases
                units[1, j] += toward_2[i, j].purchases
