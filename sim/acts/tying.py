"""What ties the two categories, customer by customer, in between the passes over them."""

import numpy as np

from sim import luck
from sim.compiled import compiled
from sim.theory import reach, second

BLOCK = 4096
OWN, ALL = 1, 2  # what a second product works with: the firm's own first product, or everybody's


@compiled
def tie_second(
    first_block, last_block, present, period, key, weeks, active_periods, parameters, lucks, works, opened, promise,
    cross_chance, cross_brand, people, toward, people_2, toward_2, tied,
):  # fmt: skip
    """Before the second category's pass: what its offers gain by the first category, into tied (n_customers, n_firms).

    Also who has come to know a second product through the first: by noticing it, or by cross-selling, which reaches
    active customers as advertising reaches all. Active customers are in tier 0 of the second product (bundle price).
    Per firm, (n_firms,): ``lucks``, ``works`` (`OWN`, `ALL`), ``opened``, ``promise``, ``cross_chance``, ``cross_brand``.
    """
    p = parameters[0]
    firms = len(works)
    for i in range(first_block * BLOCK, min(last_block * BLOCK, present)):
        people_2[i].leaves_at = people[i].leaves_at
        person = luck.person_key(key, i)
        any_use = 0.0
        for j in range(firms):
            weeks_ago = (period - toward[i, j].last_purchase) * weeks
            any_use = max(any_use, second.in_use(weeks_ago, p.second))
        for j in range(firms):
            ago = period - toward[i, j].last_purchase
            active = ago < active_periods
            toward_2[i, j].tier = 0 if active else -1
            use = any_use if works[j] == ALL else second.in_use(ago * weeks, p.second)
            tied[i, j] = (
                second.carried(
                    np.float64(toward[i, j].satisfaction), np.float64(toward[i, j].trust), p.trust.start,
                    np.float64(toward[i, j].social_bond), np.float64(toward[i, j].structural_bond), p.second,
                )
                + second.complement(use, p.second)
                + (cross_brand[j] if active else 0.0)
            )  # fmt: skip
            if not opened[j]:
                continue
            met = active and luck.uniform(person, luck.CROSS_SOLD, 0, lucks[j]) < cross_chance[j]
            if met:
                toward_2[i, j].expectation = reach.persuaded(
                    np.float64(toward_2[i, j].expectation), promise[j], toward_2[i, j].purchases, p.reach
                )
            if met or (ago == 0 and luck.uniform(person, luck.NOTICED, 0, lucks[j]) < p.second.notice):
                people_2[i].aware |= np.uint32(1) << np.uint32(j)


@compiled
def tie_first(first_block, last_block, present, period, weeks, parameters, works, people_2, toward_2, tied):
    """Before the first category's pass: what its offers gain by the second products in use, into tied (n_customers, n_firms)."""
    p = parameters[0]
    firms = len(works)
    for i in range(first_block * BLOCK, min(last_block * BLOCK, present)):
        with_all = 0.0
        for k in range(firms):
            if works[k] == ALL:
                weeks_ago = (period - toward_2[i, k].last_purchase) * weeks
                with_all = max(with_all, second.in_use(weeks_ago, p.second))
        for j in range(firms):
            use = with_all
            if works[j] == OWN:
                use = max(use, second.in_use((period - toward_2[i, j].last_purchase) * weeks, p.second))
            tied[i, j] = second.complement_back(use, p.second)
