"""A firm's records of its customers: purchases, periods, money paid, and which records are current."""

from sim.core import rng
from sim.core.jit import compiled, inlined
from sim.theory.record_decay import chance_current


@compiled
def mark_recent_buyers(begin, end, c, firm, after, buys):
    """Mark the customers from begin to end who last bought from a firm later than in a period: buys (n_customers,)."""
    for i in range(begin, end):
        buys[i] = c.last_purchase[firm, i] > after


@compiled
def copy_records(rows, firm, c, purchases, first, last, money):
    """Copy a firm's records of the customers in rows, (n,) each: purchases, periods of the first and last, money paid."""
    for k in range(len(rows)):
        i = rows[k]
        purchases[k], money[k] = c.purchases[firm, i], c.money[firm, i]
        first[k], last[k] = c.first_purchase[firm, i], c.last_purchase[firm, i]


@compiled
def set_tier_of_recent_buyers(begin, end, c, firm, after):
    """Put the customers from begin to end who last bought from the firm later than in a period into its tier 0, the others
    into none; return the number in it.
    """
    members = 0
    for i in range(begin, end):
        buys = c.last_purchase[firm, i] > after
        c.tier[firm, i] = 0 if buys else -1
        members += buys
    return members


@inlined
def is_current(seed, firm, who, when, exposure):
    """True if a record refreshed in a period is current; one random number holds from one refresh to the next."""
    person = rng.person_key(rng.inlined_period_key(seed, when), who)
    return rng.uniform(person, rng.RECORD, 0, firm) <= chance_current(exposure[-1] - exposure[when])


@compiled
def mark_current_records(seed, firm, who, when, exposure, current):
    """Mark which records are current, (n,): of customers ``who``, (n,), last refreshed in periods ``when``, (n,).

    ``exposure`` (periods + 1,) is the sum of rate times weeks before each period.
    """
    for k in range(len(who)):
        current[k] = is_current(seed, firm, who[k], when[k], exposure)


@compiled
def count_current_records(begin, end, seed, firms, period, exposures, c, counts):
    """Add to counts, (n_firms, 2), the customers from begin to end on each firm's file, and whose record is current.

    ``firms`` (n_firms,) are the addresses of their random numbers, ``exposures`` (n_firms, periods + 1) as above, by firm.
    """
    for i in range(begin, end):
        if c.leaves_at[i] <= period:
            continue
        for j in range(len(firms)):
            if c.purchases[j, i] > 0:
                counts[j, 0] += 1
                counts[j, 1] += is_current(seed, firms[j], i, c.last_purchase[j, i], exposures[j])
