"""Causes of leaving a main supplier: blame by counterfactual with the same random numbers."""

import numpy as np

from sim.core.functions import log
from sim.core.jit import inlined
from sim.customers.ledger import Entry
from sim.market.kernel.utility import relation, utility_by_cause
from sim.theory import choice, contract, switching_causes
from sim.theory.switching_causes import CHANCE, GROUPS, MARKET, PRODUCT, SERVICE

UNBOUNDED = 1e9  # a difference that alone decides
LOST, POINTS_EXPIRED = int(Entry.LOST), int(Entry.POINTS_EXPIRED)


@inlined
def group_utilities(c, k, j, now, batch, groups):
    """Utility of firm j to customer k by group of causes, into groups (n_groups,)."""
    r = relation(c, k, j, now.m, batch.price[j, k], batch.stake[j, k])
    utility_by_cause(r, now.offers[j], now.p.choice, groups)


@inlined
def lost_bonds(c, k, old, new, groups, p):
    """Utility of the bonds that faded since their best level, and of the switching cost that went with them.

    Takes the bonds' utility out of groups (n_groups,), so that trust gained does not hide a bond lost.
    """
    content = choice.content(np.float64(c.satisfaction[old, k]))
    held = 1.0 if new >= 0 else p.choice.outside_pays
    social, structural = (
        np.float64(c.social_bond[old, k]),
        np.float64(c.structural_bond[old, k]),
    )
    best_social = max(social, np.float64(c.best_social[k]))
    best_structural = max(structural, np.float64(c.best_structural[k]))
    now = choice.social_bond(content, social, p.choice) + choice.structural_bond(structural, p.choice)
    best = choice.social_bond(content, best_social, p.choice) + choice.structural_bond(
        best_structural, p.choice
    )
    groups[SERVICE] -= now
    now += held * choice.switching_cost(0.0, content, 0.0, social, structural, p.choice)
    return (
        best + held * choice.switching_cost(0.0, content, 0.0, best_social, best_structural, p.choice) - now
    )


@inlined
def blame(c, k, old, new, stays_by, now, batch):
    """Split the blame for choosing ``new`` (OUTSIDE allowed) over the main supplier ``old`` at one occasion.

    ``stays_by`` < 0 is the margin by which the supplier lost, chance and inertia included. The loss of a group of utility
    against the rival is counted from the time the supplier became main; bonds, which are built after
    that, from their best level; and habit that was diverted before counts with the cause that diverted it.
    """
    p = now.p
    group_utilities(c, k, old, now, batch, batch.now_old)
    unknown_then = False
    if new >= 0:
        group_utilities(c, k, new, now, batch, batch.now_new)
        unknown_then = (c.aware_then[k] >> np.uint32(new)) & np.uint32(1) == np.uint32(0)
    bonds_lost = lost_bonds(c, k, old, new, batch.now_old, p)
    for g in range(GROUPS):
        before = np.float64(c.own_then[g, k])
        after = batch.now_old[g]
        if new >= 0:
            before -= np.float64(c.rival_then[g, k])
            after -= batch.now_new[g]
        habit = 2.0 * choice.habit_value(np.float64(c.diverted[g, k]), p.choice)
        batch.lost[g] = max(batch.lost[g], before - after) + habit
    batch.lost[SERVICE] += bonds_lost
    if unknown_then:
        batch.lost[MARKET] = UNBOUNDED
    switching_causes.blame(batch.lost, stays_by, batch.blamed)


@inlined
def only(cause, parts):
    """Put all blame on one cause."""
    for g in range(GROUPS + 1):
        parts[g] = 0.0
    parts[cause] = 1.0


@inlined
def over_purchases(c, k, lead, parts):
    """Blame for a change of main supplier in a repertoire market, over the purchases that led to it.

    ``diverted`` is the habit that went elsewhere for a cause: had it gone to the supplier, the rival's lead
    in habit (beyond the margin, ``lead`` >= 0) would be smaller by twice that. Chance unless that keeps the supplier.
    """
    total = 0.0
    for g in range(GROUPS):
        total += c.diverted[g, k]
    if total <= 0.0 or lead - 2.0 * total >= 0.0:
        only(CHANCE, parts)
    else:
        for g in range(GROUPS):
            parts[g] = c.diverted[g, k] / total
        parts[CHANCE] = 0.0


@inlined
def would_not_have_asked(c, k, supplier, draw, rival_contacts, weeks, p, lost):
    """Under contract the draw to reconsider is part of the cause: dissatisfaction, or contacts by rivals."""
    then = np.float64(c.satisfaction_then[k])
    if draw >= contract.chance_to_reconsider(then, rival_contacts, weeks, p.contract):
        lost[PRODUCT] = UNBOUNDED
    now = np.float64(c.satisfaction[supplier, k])
    if draw >= contract.chance_to_reconsider(now, 0, weeks, p.contract):
        lost[MARKET] = UNBOUNDED


@inlined
def set_reference(c, k, supplier, rival, now, batch):
    """Keep the groups of utility of a firm that becomes main supplier, and those of its best rival."""
    p, groups = now.p, batch.now_old
    c.aware_then[k] = c.aware[k]
    c.satisfaction_then[k] = c.satisfaction[supplier, k]
    group_utilities(c, k, supplier, now, batch, groups)
    content = choice.content(np.float64(c.satisfaction[supplier, k]))
    groups[SERVICE] -= choice.social_bond(content, np.float64(c.social_bond[supplier, k]), p.choice)
    groups[SERVICE] -= choice.structural_bond(np.float64(c.structural_bond[supplier, k]), p.choice)
    c.best_social[k] = c.best_structural[k] = 0.0
    for g in range(GROUPS):
        c.own_then[g, k] = groups[g]
        c.rival_then[g, k] = 0.0
        c.diverted[g, k] = 0.0
    if rival >= 0:
        group_utilities(c, k, rival, now, batch, groups)
        for g in range(GROUPS):
            c.rival_then[g, k] = groups[g]


@inlined
def leave_market(c, k, firms, supplier, books):
    """Take a customer out of the market: points expire, the main supplier loses it to the market."""
    for j in range(firms):
        books.firms[j, POINTS_EXPIRED] += np.float64(c.points[j, k])
        c.points[j, k] = 0.0
    if supplier >= 0:
        books.firms[supplier, LOST] += 1.0
        books.lost_to[supplier, firms, MARKET] += 1.0


@inlined
def blame_choice(c, k, a, chosen, now, batch):
    """Blame for passing over the main supplier at one occasion, into ``batch.blamed``; 0 where it was chosen.

    Habit that went elsewhere for a cause is kept, for in a repertoire market it makes the switch later. If the
    supplier was chosen and full, service is to blame.
    """
    p, m, before = now.p, now.m, batch.before[k]
    contractual = m.contractual != 0
    if batch.full[a] != 0 and chosen >= 0:
        only(SERVICE, batch.blamed)
    elif chosen != before and (contractual or chosen >= 0):
        other = chosen if chosen >= 0 else len(now.offers)  # the outside option is the last
        stays_by = batch.value[before, a] - batch.value[other, a]
        stays_by += p.choice.noise_scale * (log(batch.race[other, a]) - log(batch.race[before, a]))
        for g in range(GROUPS):
            batch.lost[g] = 0.0
        if contractual and batch.term_ends[k] == 0:
            would_not_have_asked(c, k, before, batch.draw[k], batch.rivals[k], m.weeks, p, batch.lost)
        blame(c, k, before, chosen, stays_by, now, batch)
    else:
        for g in range(GROUPS):
            batch.blamed[g] = 0.0
    if not contractual and chosen >= 0:
        for g in range(GROUPS):
            c.diverted[g, k] = choice.habit_after(np.float64(c.diverted[g, k]), batch.blamed[g], p.choice)
    if contractual:
        for g in range(GROUPS + 1):
            batch.parts[g, k] = batch.blamed[g]


@inlined
def book_switch(c, k, before, supplier, now, batch, lost_to):
    """Book a change of main supplier under its causes: lost_to (n_firms, n_firms + 1, n_causes)."""
    parts = batch.blamed
    if now.offers[before].open == 0:
        only(MARKET, parts)
    elif now.m.contractual == 0:
        lead = np.float64(c.habit[supplier, k]) - np.float64(c.habit[before, k])
        over_purchases(c, k, lead - now.p.relationship.switch_margin, parts)
    elif batch.moved_to[k] != supplier:
        only(CHANCE, parts)
    else:
        for g in range(GROUPS + 1):
            parts[g] = batch.parts[g, k]
    to = supplier if supplier >= 0 else len(now.offers)
    for g in range(GROUPS + 1):
        lost_to[before, to, g] += parts[g]
