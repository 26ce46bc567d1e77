"""What partners in another part of the country do: they make a firm known there."""

import numpy as np

from sim import luck
from sim.acts.choosing import in_market, knows
from sim.compiled import compiled


@compiled
def introduce(begin, end, period, key, segment, firm, identity, chance, people, toward):
    """Every customer from begin to end of a segment who does not know the firm comes to know it with a chance; returns how many did."""
    made_known = 0
    for i in range(begin, end):
        if people[i].segment != segment or knows(people, toward, i, firm) or not in_market(people, i, period):
            continue
        if luck.uniform(luck.person_key(key, i), luck.INTRODUCED, 0, identity) < chance:
            people[i].aware |= np.uint32(1) << np.uint32(firm)
            made_known += 1
    return made_known
