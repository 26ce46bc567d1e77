"""The choice of a firm at an occasion: the logit as a race, firms that are full, the surplus."""

import numpy as np

from sim.core import rng
from sim.core.functions import exp, log
from sim.core.jit import inlined, part
from sim.customers.ledger import Entry, MarketEntry
from sim.market.kernel.layout import wide
from sim.market.kernel.utility import add_inertia
from sim.theory.choice import habit_after

OUTSIDE, NOBODY = -1, -2  # in place of a firm's row: the outside option; nothing to choose
TURNED_AWAY, SURPLUS = int(Entry.TURNED_AWAY), int(MarketEntry.SURPLUS)


@inlined
def best_other(value, firms, but):
    """The firm with the largest value besides one; -1 when there is none."""
    found = -1
    for j in range(firms):
        if j != but and value[j] > -np.inf and (found < 0 or value[j] > value[found]):
            found = j
    return found


@inlined
def choose(value, firms, outside_value, has_outside, person, occasion, draws, incumbent, noise_scale):
    """The firm chosen, or OUTSIDE, and the expected surplus in utility; one random number per firm, keyed by its id.

    The largest of value + noise_scale * Gumbel is the first of races with exponential times E/exp(value).
    ``draws.race`` is left holding E, the outside option's last. Nothing to choose: NOBODY.
    """
    value[firms] = outside_value if has_outside else -np.inf
    best = -np.inf
    for j in range(firms + 1):
        best = max(best, value[j])
    if best == -np.inf:
        return NOBODY, 0.0
    for j in range(wide(firms + 1)):  # in vectors
        draws.race[j] = -log(rng.uniform(person, rng.CHOICE, occasion, draws.ids[j]))
    chosen = NOBODY
    if noise_scale <= 0.0:
        for j in range(firms):
            if value[j] == best and (chosen < 0 or j == incumbent):
                chosen = j
        return OUTSIDE if chosen < 0 else chosen, best
    for j in range(wide(firms + 1)):
        draws.weight[j] = exp((value[j] - best) / noise_scale) if value[j] > -np.inf else 0.0
    first = np.inf
    total = 0.0
    for j in range(firms + 1):
        total += draws.weight[j]
        time = draws.race[j] / draws.weight[j]
        if time < first:
            first = time
            chosen = j
    return OUTSIDE if chosen == firms else chosen, best + noise_scale * log(total)


@inlined
def is_full(offers, j, person, occasion, ids):
    """True if firm j turns the customer away at this occasion; with a random number of its own."""
    return offers[j].full > 0.0 and rng.uniform(person, rng.TURNED_AWAY, occasion, ids[j]) < offers[j].full


@part
def choose_firm(c, i, firms, person, occasion, before, has_outside, turning_away, now, m, u, draws, books):
    """The firm that the customer chooses, full firms left out, and whether its main supplier ``before`` was full.

    Utilities with bonds are in ``u.bonded``. The choice is repeated without the firms that turn the customer away.
    """
    p = now.p.choice
    cost = add_inertia(c, i, firms, before, now.p, u)
    outside_value = m.outside + np.float64(c.taste_outside[i])
    if before >= 0:
        outside_value -= cost * p.outside_pays
    full, settled, standing = False, not turning_away, 0.0
    while True:
        j, surplus = choose(
            u.value,
            firms,
            outside_value,
            has_outside,
            person,
            occasion,
            draws,
            before,
            p.noise_scale,
        )
        if settled:
            break
        if j >= 0 and is_full(now.offers, j, person, occasion, draws.ids):
            books.firms[j, TURNED_AWAY] += 1.0
            full |= j == before
            u.value[j] = -np.inf
            continue
        settled = True  # once more without those that are full: the surplus is of the firms with room
        standing = u.value[before] if before >= 0 else 0.0
        for k in range(firms):
            if k != j and is_full(now.offers, k, person, occasion, draws.ids):
                u.value[k] = -np.inf
    if turning_away and before >= 0:
        u.value[before] = standing
    if c.price_sensitivity[i] > 0.0:
        books.market[SURPLUS] += surplus / np.float64(c.price_sensitivity[i])
    return j, full


@inlined
def update_habit(c, i, firms, chosen, p):
    """Habit toward every firm after a purchase from one."""
    for k in range(firms):
        c.habit[k, i] = habit_after(np.float64(c.habit[k, i]), np.float64(k == chosen), p.choice)
