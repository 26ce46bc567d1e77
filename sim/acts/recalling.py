"""Which of a firm's records of single customers are still current."""

from sim import luck
from sim.compiled import compiled
from sim.theory.knowledge import chance_current


@compiled
def recall(seed, firm, who, when, exposure, current):
    """Write which records are current, (n,): of customers ``who``, (n,), last refreshed in periods ``when``, (n,).

    ``exposure`` (periods + 1,) is the sum of rate times weeks before each period; a record's luck is one number from
    one refresh to the next, so that what has gone stale stays so until then.
    """
    for k in range(len(who)):
        person = luck.person_key(luck.period_key(seed, when[k]), who[k])
        since = exposure[-1] - exposure[when[k]]
        current[k] = luck.uniform(person, luck.RECORD, 0, firm) <= chance_current(since)
