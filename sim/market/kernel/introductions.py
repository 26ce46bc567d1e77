"""What partners in another part of the country do: they make a firm known there."""

import numpy as np

from sim.core import rng
from sim.core.jit import compiled
from sim.market.kernel.utility import in_market, knows


@compiled
def introduce(begin, end, period, key, segments, firms, identities, chances, people, toward, made_known):
    """Every customer from begin to end of a partner's segment who does not know its firm comes to know it with a chance.

    By partner, (n_partners,): ``segments``, ``firms``, ``identities``, ``chances``; into ``made_known`` how many did.
    """
    for i in range(begin, end):
        if not in_market(people, i, period):
            continue
        person = rng.person_key(key, i)
        for k in range(len(segments)):
            if people[i].segment != segments[k] or knows(people, toward, i, firms[k]):
                continue
            if rng.uniform(person, rng.INTRODUCED, 0, identities[k]) < chances[k]:
                people[i].aware |= np.uint32(1) << np.uint32(firms[k])
                made_known[k] += 1
