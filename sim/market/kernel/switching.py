"""Causes of leaving a main supplier: blame by counterfactual with the same random numbers."""

import numpy as np

from sim.core.functions import log
from sim.core.jit import inlined, part
from sim.customers.ledger import Entry
from sim.market.kernel.utility import utility_by_cause
from sim.theory import choice, contract, switching_causes
from sim.theory.switching_causes import CHANCE, GROUPS, MARKET, PRODUCT, SERVICE

UNBOUNDED = 1e9  # a difference that alone decides
LOST, POINTS_EXPIRED = int(Entry.LOST), int(Entry.POINTS_EXPIRED)


@inlined
def lost_bonds(c, i, old, new, groups, p):
    """Utility of the bonds that faded since their best level, and of the switching cost that went with them.

    Takes the bonds' utility out of groups (n_groups,), so that trust gained does not hide a bond lost.
    """
    content = choice.content(np.float64(c.satisfaction[old, i]))
    held = 1.0 if new >= 0 else p.choice.outside_pays
    social, structural = (
        np.float64(c.social_bond[old, i]),
        np.float64(c.structural_bond[old, i]),
    )
    best_social = max(social, np.float64(c.best_social[i]))
    best_structural = max(structural, np.float64(c.best_structural[i]))
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
def blame(c, i, old, new, stays_by, now, causes):
    """Split the blame for choosing ``new`` (OUTSIDE allowed) over the main supplier ``old`` at one occasion.

    ``stays_by`` < 0 is the margin by which the supplier lost, chance and inertia included. The loss of a group of utility
    against the rival is counted from the time the supplier became main; bonds, which are built after
    that, from their best level; and habit that was diverted before counts with the cause that diverted it.
    """
    p = now.p
    utility_by_cause(c, i, old, now, causes.now_old)
    unknown_then = False
    if new >= 0:
        utility_by_cause(c, i, new, now, causes.now_new)
        unknown_then = (c.aware_then[i] >> np.uint32(new)) & np.uint32(1) == np.uint32(0)
    bonds_lost = lost_bonds(c, i, old, new, causes.now_old, p)
    for g in range(GROUPS):
        before = np.float64(c.own_then[g, i])
        after = causes.now_old[g]
        if new >= 0:
            before -= np.float64(c.rival_then[g, i])
            after -= causes.now_new[g]
        habit = 2.0 * p.choice.w_hab * np.float64(c.diverted[g, i])
        causes.lost[g] = max(causes.lost[g], before - after) + habit
    causes.lost[SERVICE] += bonds_lost
    if unknown_then:
        causes.lost[MARKET] = UNBOUNDED
    switching_causes.blame(causes.lost, stays_by, causes.parts)


@part
def only(cause, parts):
    """Put all blame on one cause."""
    for g in range(GROUPS + 1):
        parts[g] = 0.0
    parts[cause] = 1.0


@inlined
def over_purchases(c, i, lead, parts):
    """Blame for a change of main supplier in a repertoire market, over the purchases that led to it.

    ``diverted`` is the habit that went elsewhere for a cause: had it gone to the supplier, the rival's lead
    in habit (beyond the margin, ``lead`` >= 0) would be smaller by twice that. Chance unless that keeps the supplier.
    """
    total = 0.0
    for g in range(GROUPS):
        total += c.diverted[g, i]
    if total <= 0.0 or lead - 2.0 * total >= 0.0:
        only(CHANCE, parts)
    else:
        for g in range(GROUPS):
            parts[g] = c.diverted[g, i] / total
        parts[CHANCE] = 0.0


@inlined
def would_not_have_asked(c, i, supplier, draw, rival_contacts, weeks, p, lost):
    """Under contract the draw to reconsider is part of the cause: dissatisfaction, or contacts by rivals."""
    then = np.float64(c.satisfaction_then[i])
    if draw >= contract.chance_to_reconsider(then, rival_contacts, weeks, p.contract):
        lost[PRODUCT] = UNBOUNDED
    now = np.float64(c.satisfaction[supplier, i])
    if draw >= contract.chance_to_reconsider(now, 0, weeks, p.contract):
        lost[MARKET] = UNBOUNDED


@inlined
def set_reference(c, i, supplier, rival, now, groups):
    """Keep the groups of utility of a firm that becomes main supplier, and those of its best rival."""
    p = now.p
    c.aware_then[i] = c.aware[i]
    c.satisfaction_then[i] = c.satisfaction[supplier, i]
    utility_by_cause(c, i, supplier, now, groups)
    content = choice.content(np.float64(c.satisfaction[supplier, i]))
    groups[SERVICE] -= choice.social_bond(content, np.float64(c.social_bond[supplier, i]), p.choice)
    groups[SERVICE] -= choice.structural_bond(np.float64(c.structural_bond[supplier, i]), p.choice)
    c.best_social[i] = c.best_structural[i] = 0.0
    for g in range(GROUPS):
        c.own_then[g, i] = groups[g]
        c.rival_then[g, i] = 0.0
        c.diverted[g, i] = 0.0
    if rival >= 0:
        utility_by_cause(c, i, rival, now, groups)
        for g in range(GROUPS):
            c.rival_then[g, i] = groups[g]


@inlined
def leave_market(c, i, firms, supplier, books):
    """Take a customer out of the market: points expire, the main supplier loses it to the market."""
    for j in range(firms):
        books.firms[j, POINTS_EXPIRED] += np.float64(c.points[j, i])
        c.points[j, i] = 0.0
    if supplier >= 0:
        books.firms[supplier, LOST] += 1.0
        books.lost_to[supplier, firms, MARKET] += 1.0


@inlined
def blame_choice(
    c, i, firms, before, chosen, full, draw, term_ends, rival_contacts, weeks, contractual, now, u, draws, causes
):  # fmt: skip
    """Blame for passing over the main supplier ``before`` at one occasion, into ``causes.parts``; 0 where it was chosen.

    Habit that went elsewhere for a cause is kept, for in a repertoire market it makes the switch later. If the
    supplier was chosen and ``full``, service is to blame.
    """
    p = now.p
    if full and chosen >= 0:
        only(SERVICE, causes.parts)
    elif chosen != before and (contractual or chosen >= 0):
        other = chosen if chosen >= 0 else firms  # the outside option's random number is the last
        stays_by = u.value[before] - u.value[other]
        stays_by += p.choice.noise_scale * (log(draws.race[other]) - log(draws.race[before]))
        for g in range(GROUPS):
            causes.lost[g] = 0.0
        if contractual and not term_ends:
            would_not_have_asked(c, i, before, draw, rival_contacts, weeks, p, causes.lost)
        blame(c, i, before, chosen, stays_by, now, causes)
    else:
        for g in range(GROUPS):
            causes.parts[g] = 0.0
    if not contractual and chosen >= 0:
        for g in range(GROUPS):
            c.diverted[g, i] = choice.habit_after(np.float64(c.diverted[g, i]), causes.parts[g], p.choice)


@inlined
def book_switch(c, i, before, supplier, moved_to, contractual, now, causes, lost_to):
    """Book a change of main supplier under its causes: lost_to (n_firms, n_firms + 1, n_causes)."""
    if now.offers[before].open == 0:
        only(MARKET, causes.parts)
    elif not contractual:
        lead = np.float64(c.habit[supplier, i]) - np.float64(c.habit[before, i])
        over_purchases(c, i, lead - now.p.relationship.switch_margin, causes.parts)
    elif moved_to != supplier:
        only(CHANCE, causes.parts)
    to = supplier if supplier >= 0 else len(now.offers)
    for g in range(GROUPS + 1):
        lost_to[before, to, g] += causes.parts[g]
