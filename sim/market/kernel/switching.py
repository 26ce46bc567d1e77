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
def lost_bonds(rows, i, old, new, groups, p):
    """Utility of the bonds that faded since their best level, and of the switching cost that went with them.

    Takes the bonds' utility out of groups (n_groups,), so that trust gained does not hide a bond lost.
    """
    people, relations = rows
    content = choice.content(np.float64(relations[i, old].satisfaction))
    held = 1.0 if new >= 0 else p.choice.outside_pays
    social, structural = (
        np.float64(relations[i, old].social_bond),
        np.float64(relations[i, old].structural_bond),
    )
    best_social = max(social, np.float64(people[i].best_social))
    best_structural = max(structural, np.float64(people[i].best_structural))
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
def blame(rows, i, old, new, stays_by, now, causes, cross_utility=None):
    """Split the blame for choosing ``new`` (OUTSIDE allowed) over the main supplier ``old`` at one occasion.

    ``stays_by`` < 0 is the margin by which the supplier lost, chance and inertia included. The loss of a group of utility
    against the rival is counted from the time the supplier became main; bonds, which are built after
    that, from their best level; and habit that was diverted before counts with the cause that diverted it.
    """
    people, p = rows.people, now.p
    utility_by_cause(rows, i, old, now, causes.now_old, cross_utility)
    unknown_then = False
    if new >= 0:
        utility_by_cause(rows, i, new, now, causes.now_new, cross_utility)
        unknown_then = (people[i].aware_then >> np.uint32(new)) & np.uint32(1) == np.uint32(0)
    bonds_lost = lost_bonds(rows, i, old, new, causes.now_old, p)
    for g in range(GROUPS):
        before = np.float64(people[i].own_then[g])
        after = causes.now_old[g]
        if new >= 0:
            before -= np.float64(people[i].rival_then[g])
            after -= causes.now_new[g]
        habit = 2.0 * p.choice.w_hab * np.float64(people[i].diverted[g])
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
def over_purchases(people, i, lead, parts):
    """Blame for a change of main supplier in a repertoire market, over the purchases that led to it.

    ``diverted`` is the habit that went elsewhere for a cause: had it gone to the supplier, the rival's lead
    in habit (beyond the margin, ``lead`` >= 0) would be smaller by twice that. Chance unless that keeps the supplier.
    """
    total = 0.0
    for g in range(GROUPS):
        total += people[i].diverted[g]
    if total <= 0.0 or lead - 2.0 * total >= 0.0:
        only(CHANCE, parts)
    else:
        for g in range(GROUPS):
            parts[g] = people[i].diverted[g] / total
        parts[CHANCE] = 0.0


@inlined
def would_not_have_asked(people, relations, i, supplier, draw, rival_contacts, weeks, p, lost):
    """Under contract the draw to reconsider is part of the cause: dissatisfaction, or contacts by rivals."""
    then = np.float64(people[i].satisfaction_then)
    if draw >= contract.chance_to_reconsider(then, rival_contacts, weeks, p.contract):
        lost[PRODUCT] = UNBOUNDED
    now = np.float64(relations[i, supplier].satisfaction)
    if draw >= contract.chance_to_reconsider(now, 0, weeks, p.contract):
        lost[MARKET] = UNBOUNDED


@inlined
def set_reference(rows, i, supplier, rival, now, groups, cross_utility=None):
    """Keep the groups of utility of a firm that becomes main supplier, and those of its best rival."""
    people, relations, p = rows.people, rows.relations, now.p
    people[i].aware_then = people[i].aware
    people[i].satisfaction_then = relations[i, supplier].satisfaction
    utility_by_cause(rows, i, supplier, now, groups, cross_utility)
    content = choice.content(np.float64(relations[i, supplier].satisfaction))
    groups[SERVICE] -= choice.social_bond(content, np.float64(relations[i, supplier].social_bond), p.choice)
    groups[SERVICE] -= choice.structural_bond(np.float64(relations[i, supplier].structural_bond), p.choice)
    people[i].best_social = people[i].best_structural = 0.0
    for g in range(GROUPS):
        people[i].own_then[g] = groups[g]
        people[i].rival_then[g] = 0.0
        people[i].diverted[g] = 0.0
    if rival >= 0:
        utility_by_cause(rows, i, rival, now, groups, cross_utility)
        for g in range(GROUPS):
            people[i].rival_then[g] = groups[g]


@inlined
def leave_market(relations, i, firms, supplier, books):
    """Take a customer out of the market: points expire, the main supplier loses it to the market."""
    for j in range(firms):
        books.firms[j, POINTS_EXPIRED] += np.float64(relations[i, j].points)
        relations[i, j].points = 0.0
    if supplier >= 0:
        books.firms[supplier, LOST] += 1.0
        books.lost_to[supplier, firms, MARKET] += 1.0


@inlined
def blame_choice(
    rows, i, firms, before, chosen, full, draw, term_ends, rival_contacts, weeks, contractual, now, u, draws, causes, cross_utility=None
):  # fmt: skip
    """Blame for passing over the main supplier ``before`` at one occasion, into ``causes.parts``; 0 where it was chosen.

    Habit that went elsewhere for a cause is kept, for in a repertoire market it makes the switch later. If the
    supplier was chosen and ``full``, service is to blame.
    """
    people, p = rows.people, now.p
    if full and chosen >= 0:
        only(SERVICE, causes.parts)
    elif chosen != before and (contractual or chosen >= 0):
        other = chosen if chosen >= 0 else firms  # the outside option's random number is the last
        stays_by = u.value[before] - u.value[other]
        stays_by += p.choice.noise_scale * (log(draws.race[other]) - log(draws.race[before]))
        for g in range(GROUPS):
            causes.lost[g] = 0.0
        if contractual and not term_ends:
            would_not_have_asked(
                people, rows.relations, i, before, draw, rival_contacts, weeks, p, causes.lost
            )
        blame(rows, i, before, chosen, stays_by, now, causes, cross_utility)
    else:
        for g in range(GROUPS):
            causes.parts[g] = 0.0
    if not contractual and chosen >= 0:
        for g in range(GROUPS):
            people[i].diverted[g] = choice.habit_after(
                np.float64(people[i].diverted[g]), causes.parts[g], p.choice
            )


@inlined
def book_switch(rows, i, before, supplier, moved_to, contractual, now, causes, lost_to):
    """Book a change of main supplier under its causes: lost_to (n_firms, n_firms + 1, n_causes)."""
    people, relations = rows
    if now.offers[before].open == 0:
        only(MARKET, causes.parts)
    elif not contractual:
        lead = np.float64(relations[i, supplier].habit) - np.float64(relations[i, before].habit)
        over_purchases(people, i, lead - now.p.relationship.switch_margin, causes.parts)
    elif moved_to != supplier:
        only(CHANCE, causes.parts)
    to = supplier if supplier >= 0 else len(now.offers)
    for g in range(GROUPS + 1):
        lost_to[before, to, g] += causes.parts[g]
