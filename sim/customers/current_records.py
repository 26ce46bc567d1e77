"""Which of a firm's records of single customers are still current."""

from sim.core import rng
from sim.core.jit import compiled, inlined
from sim.theory.record_decay import chance_current


@inlined
def is_current(seed, firm, who, when, exposure):
    """Whether a record refreshed in a period is current; its luck is one number from one refresh to the next."""
    person = rng.person_key(rng.inlined_period_key(seed, when), who)
    return rng.uniform(person, rng.RECORD, 0, firm) <= chance_current(exposure[-1] - exposure[when])


@compiled
def recall(seed, firm, who, when, exposure, current):
    """Write which records are current, (n,): of customers ``who``, (n,), last refreshed in periods ``when``, (n,).

    ``exposure`` (periods + 1,) is the sum of rate times weeks before each period.
    """
    for k in range(len(who)):
        current[k] = is_current(seed, firm, who[k], when[k], exposure)


@compiled
def count_current(begin, end, seed, firms, period, exposures, people, relations, counts):
    """Add to counts, (n_firms, 2), the customers from begin to end on each firm's file, and whose record is current.

    ``firms`` (n_firms,) are their luck ids, ``exposures`` (n_firms, periods + 1) as above, by firm.
    """
    for i in range(begin, end):
        if people[i].leaves_at <= period:
            continue
        for j in range(len(firms)):
            if relations[i, j].purchases > 0:
                counts[j, 0] += 1
                counts[j, 1] += is_current(seed, firms[j], i, relations[i, j].last_purchase, exposures[j])
