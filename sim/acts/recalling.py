"""Which of a firm's records of single customers are still current."""

from sim import luck
from sim.compiled import compiled, inlined
from sim.theory.knowledge import chance_current


@inlined
def is_current(seed, firm, who, when, exposure):
    """Whether a record refreshed in a period is current; its luck is one number from one refresh to the next."""
    person = luck.person_key(luck.period_key(seed, when), who)
    return luck.uniform(person, luck.RECORD, 0, firm) <= chance_current(exposure[-1] - exposure[when])


@compiled
def recall(seed, firm, who, when, exposure, current):
    """Write which records are current, (n,): of customers ``who``, (n,), last refreshed in periods ``when``, (n,).

    ``exposure`` (periods + 1,) is the sum of rate times weeks before each period.
    """
    for k in range(len(who)):
        current[k] = is_current(seed, firm, who[k], when[k], exposure)


@compiled
def count_current(seed, firm, column, present, period, exposure, people, toward):
    """How many customers in the market a firm has on file, and of how many its record is current."""
    on_file, current = 0, 0
    for i in range(present):
        if toward[i, column].purchases > 0 and people[i].leaves_at > period:
            on_file += 1
            current += is_current(seed, firm, i, toward[i, column].last_purchase, exposure)
    return on_file, current
