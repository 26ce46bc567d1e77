"""What a firm's own records say: who buys from it, how often, since when, for how much."""

from sim.core.jit import compiled


@compiled
def tell_buyers(begin, end, relations, firm, after, buys):
    """Whether each customer from begin to end last bought from a firm later than in a period, into buys (n_customers,)."""
    for i in range(begin, end):
        buys[i] = relations[i, firm].last_purchase > after


@compiled
def copy_records(rows, firm, relations, purchases, first, last, money):
    """What a firm has on record of the customers in rows, (n,) each: purchases, periods of the first and last, money paid."""
    for k in range(len(rows)):
        held = relations[rows[k], firm]
        purchases[k], first[k], last[k], money[k] = (
            held.purchases,
            held.first_purchase,
            held.last_purchase,
            held.money,
        )


@compiled
def serve_buyers(begin, end, relations, firm, after):
    """Firm's tier 0 for everyone from begin to end who last bought from it later than in a period, none for the others;
    returns how many are in it.
    """
    members = 0
    for i in range(begin, end):
        buys = relations[i, firm].last_purchase > after
        relations[i, firm].tier = 0 if buys else -1
        members += buys
    return members
