"""Why a customer leaves its main supplier: blame by counterfactual with the same luck."""

import numpy as np

from sim.core.jit import inlined
from sim.customers.ledger import Entry
from sim.market.kernel.utility import MARKET, PRODUCT, SERVICE, utility_by_cause
from sim.theory import choice, contract, switching_causes

UNBOUNDED = 1e9  # a difference that alone decides
LOST, POINTS_EXPIRED = int(Entry.LOST), int(Entry.POINTS_EXPIRED)


@inlined
def lost_bonds(people, toward, i, old, new, groups, p):
    """Utility of the bonds that faded since their best level, and of the switching cost that went with them.

    Takes the bonds' utility out of groups (6,), so that trust gained does not hide a bond lost.
    """
    content = choice.content(np.float64(toward[i, old].satisfaction))
    held = 1.0 if new >= 0 else p.choice.outside_pays
    social, structural = np.float64(toward[i, old].social_bond), np.float64(toward[i, old].structural_bond)
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
def why(
    people, toward, i, old, new, stays_by, offers, programmes, p, now_old, now_new, lost, parts, tied=None
):  # fmt: skip
    """Split the blame for choosing `new` (OUTSIDE allowed) over the main supplier `old` at one occasion.

    ``stays_by`` < 0 is by how much the supplier lost, luck and inertia included. What a group of utility lost
    against the rival is counted from the time the supplier became main; bonds, which are built after
    that, from their best level; and habit that was diverted before counts with what diverted it.
    """
    utility_by_cause(people, toward, i, old, offers, programmes, p, now_old, tied)
    unknown_then = False
    if new >= 0:
        utility_by_cause(people, toward, i, new, offers, programmes, p, now_new, tied)
        unknown_then = (people[i].aware_then >> np.uint32(new)) & np.uint32(1) == np.uint32(0)
    bonds_lost = lost_bonds(people, toward, i, old, new, now_old, p)
    for g in range(switching_causes.GROUPS):
        before = np.float64(people[i].own_then[g])
        after = now_old[g]
        if new >= 0:
            before -= np.float64(people[i].rival_then[g])
            after -= now_new[g]
        habit = 2.0 * p.choice.w_hab * np.float64(people[i].diverted[g])
        lost[g] = max(lost[g], before - after) + habit
    lost[SERVICE] += bonds_lost
    if unknown_then:
        lost[MARKET] = UNBOUNDED
    switching_causes.blame(lost, stays_by, parts)


@inlined
def only(cause, parts):
    """All blame on one cause."""
    for g in range(switching_causes.GROUPS + 1):
        parts[g] = 0.0
    parts[cause] = 1.0


@inlined
def over_purchases(people, i, lead, parts):
    """Blame for a change of main supplier in a repertoire market, over the purchases that led to it.

    ``diverted`` is the habit that went elsewhere for a cause: had it gone to the supplier, the rival's lead
    in habit (beyond the margin, ``lead`` >= 0) would be smaller by twice that. Chance unless that keeps the supplier.
    """
    total = 0.0
    for g in range(switching_causes.GROUPS):
        total += people[i].diverted[g]
    if total <= 0.0 or lead - 2.0 * total >= 0.0:
        only(switching_causes.CHANCE, parts)
    else:
        for g in range(switching_causes.GROUPS):
            parts[g] = people[i].diverted[g] / total
        parts[switching_causes.CHANCE] = 0.0


@inlined
def would_not_have_asked(people, toward, i, supplier, draw, rival_contacts, weeks, p, lost):
    """Under contract the draw to reconsider is part of the cause: dissatisfaction, or what rivals did."""
    then = np.float64(people[i].satisfaction_then)
    if draw >= contract.chance_to_reconsider(then, rival_contacts, weeks, p.contract):
        lost[PRODUCT] = UNBOUNDED
    now = np.float64(toward[i, supplier].satisfaction)
    if draw >= contract.chance_to_reconsider(now, 0, weeks, p.contract):
        lost[MARKET] = UNBOUNDED


@inlined
def remember(people, toward, i, supplier, rival, offers, programmes, p, groups, tied=None):
    """Keep how things stand as a firm becomes main supplier: its groups of utility and its best rival's."""
    people[i].aware_then = people[i].aware
    people[i].satisfaction_then = toward[i, supplier].satisfaction
    utility_by_cause(people, toward, i, supplier, offers, programmes, p, groups, tied)
    content = choice.content(np.float64(toward[i, supplier].satisfaction))
    groups[SERVICE] -= choice.social_bond(content, np.float64(toward[i, supplier].social_bond), p.choice)
    groups[SERVICE] -= choice.structural_bond(np.float64(toward[i, supplier].structural_bond), p.choice)
    people[i].best_social = people[i].best_structural = 0.0
    for g in range(switching_causes.GROUPS):
        people[i].own_then[g] = groups[g]
        people[i].rival_then[g] = 0.0
        people[i].diverted[g] = 0.0
    if rival >= 0:
        utility_by_cause(people, toward, i, rival, offers, programmes, p, groups, tied)
        for g in range(switching_causes.GROUPS):
            people[i].rival_then[g] = groups[g]


@inlined
def leave_market(people, toward, i, firms, supplier, books, lost_to):
    """The customer is gone: points expire, the main supplier loses it to the market."""
    for j in range(firms):
        books[j, POINTS_EXPIRED] += np.float64(toward[i, j].points)
        toward[i, j].points = 0.0
    if supplier >= 0:
        books[supplier, LOST] += 1.0
        lost_to[supplier, firms, MARKET] += 1.0


@inlined
def weigh(
    people, toward, i, before, chosen, full, stays_by, draw, term_ends, rival_contacts, weeks, contractual, offers,
    programmes, p, now_old, now_new, lost, parts, tied=None,
):  # fmt: skip
    """Why the main supplier `before` was passed over at one occasion, into parts; 0 where it was not.

    Habit that went elsewhere for a cause is kept, for in a repertoire market it makes the switch later. Where it
    was chosen and `full`, service is to blame.
    """
    if full and chosen >= 0:
        only(SERVICE, parts)
    elif chosen != before and (contractual or chosen >= 0):
        for g in range(switching_causes.GROUPS):
            lost[g] = 0.0
        if contractual and not term_ends:
            would_not_have_asked(people, toward, i, before, draw, rival_contacts, weeks, p, lost)
        why(
            people,
            toward,
            i,
            before,
            chosen,
            stays_by,
            offers,
            programmes,
            p,
            now_old,
            now_new,
            lost,
            parts,
            tied,
        )
    else:
        for g in range(switching_causes.GROUPS):
            parts[g] = 0.0
    if not contractual and chosen >= 0:
        for g in range(switching_causes.GROUPS):
            people[i].diverted[g] = choice.habit_after(np.float64(people[i].diverted[g]), parts[g], p.choice)


@inlined
def attribute(people, toward, i, before, supplier, moved_to, contractual, offers, p, lost_to, parts):
    """Book a change of main supplier under its causes: lost_to (n_firms, n_firms + 1, causes)."""
    if offers[before].open == 0:
        only(MARKET, parts)
    elif not contractual:
        lead = np.float64(toward[i, supplier].habit) - np.float64(toward[i, before].habit)
        over_purchases(people, i, lead - p.relationship.switch_margin, parts)
    elif moved_to != supplier:
        only(switching_causes.CHANCE, parts)
    to = supplier if supplier >= 0 else len(offers)
    for g in range(switching_causes.GROUPS + 1):
        lost_to[before, to, g] += parts[g]
