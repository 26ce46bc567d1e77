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
def come_to_know(i, j, active, ago, chance, promise, rng_id, person, p, second, books):
    """Let customer i meet firm j's second product: by cross-selling, which reaches active customers as advertising
    reaches all, or by noticing it while buying the first.
    """
    met = active and rng.uniform(person, rng.CROSS_SOLD, 0, rng_id) < chance
    if met:
        second.expectation[j, i] = marketing_response.persuaded(
            np.float64(second.expectation[j, i]), promise, second.purchases[j, i], p.reach
        )
    if met or (ago == 0 and rng.uniform(person, rng.NOTICED, 0, rng_id) < p.second.notice):
        bit = np.uint32(1) << np.uint32(j)
        books[j, REACHED] += np.float64((second.aware[i] & bit) == 0)
        second.aware[i] |= bit


@compiled
def tie_second(
    first_block, last_block, present, period, key, weeks, active_periods, parameters, offers, works, cross_chance,
    cross_brand, c, second, ledger,
):  # fmt: skip
    """Utility that the second category's offers gain by the first, before its period, into ``second.cross_utility``.

    Customers come to know a second product through the first; active customers are in tier 0 of the second product (bundle
    price). By firm, (n_firms,): ``offers`` of the second category, ``works`` (`OWN`, `ALL`), ``cross_chance``,
    ``cross_brand``. ``ledger`` is the second category's.
    """
    p = parameters[0]
    firms = len(works)
    for block in range(first_block, last_block):
        for i in range(block * BLOCK, min((block + 1) * BLOCK, present)):
            second.leaves_at[i] = c.leaves_at[i]
            if c.leaves_at[i] <= period:
                continue
            person = rng.person_key(key, i)
            latest = c.last_purchase[0, i]
            for j in range(1, firms):
                latest = max(latest, c.last_purchase[j, i])
            any_use = cross_category.in_use((period - latest) * weeks, p.second)
            for j in range(firms):
                ago = period - c.last_purchase[j, i]
                active = ago < active_periods
                second.tier[j, i] = 0 if active else -1
                use = any_use if works[j] == ALL else cross_category.in_use(ago * weeks, p.second)
                second.cross_utility[j, i] = (
                    cross_category.carried(
                        np.float64(c.satisfaction[j, i]), np.float64(c.trust[j, i]), p.trust.start,
                        np.float64(c.social_bond[j, i]), np.float64(c.structural_bond[j, i]), p.second,
                    )
                    + cross_category.complement(use, p.second)
                    + (cross_brand[j] if active else 0.0)
                )  # fmt: skip
                if offers[j].open != 0:
                    come_to_know(
                        i, j, active, ago, cross_chance[j], offers[j].promise, offers[j].rng_id, person, p, second,
                        ledger.firms[block],
                    )  # fmt: skip


@compiled
def tie_first(first_block, last_block, present, period, weeks, parameters, works, c, second):
    """Utility that the first category's offers gain by second products in use, into ``c.cross_utility``."""
    p = parameters[0]
    firms = len(works)
    for i in range(first_block * BLOCK, min(last_block * BLOCK, present)):
        with_all = 0.0
        for k in range(firms):
            if works[k] == ALL:
                weeks_ago = (period - second.last_purchase[k, i]) * weeks
                with_all = max(with_all, cross_category.in_use(weeks_ago, p.second))
        for j in range(firms):
            use = with_all
            if works[j] == OWN:
                use = max(use, cross_category.in_use((period - second.last_purchase[j, i]) * weeks, p.second))
            c.cross_utility[j, i] = cross_category.complement_back(use, p.second)


@compiled
def bought_by_old(begin, end, had, c, second, units):
    """Add to units, (2, n_firms), all purchases of each product by old customers (``had``, (n_old, n_firms)) begin to end."""
    for i in range(begin, min(end, len(had))):
        for j in range(had.shape[1]):
            if had[i, j]:
                units[0, j] += c.purchases[j, i]
                units[1, j] += second.purchases[j, i]
