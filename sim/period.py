"""One period of every customer, in the theory's order: reach, need, choice, experience, relationship; then talk.

The only place that loops over customers. No customer reads another's row in the loop that writes it, and a
ledger row belongs to one block of customers, so neither threads nor their order can show.
"""

from __future__ import annotations

import numpy as np

from sim import luck, network
from sim.compiled import compiled, inlined
from sim.customers import ABSENT, SILENT
from sim.elementary import exp, log, normal_quantile
from sim.ledger import TENURE_BINS, Entry, Whole
from sim.theory import (
    bonds,
    causes,
    choice,
    commitment,
    contract,
    experience,
    needs,
    reach,
    relationship,
    satisfaction,
    talk,
    trust,
)  # fmt: skip

BLOCK = 4096
OUTSIDE, NOBODY, NOBODY_YET = -1, -2, -1  # in place of a firm's row: chosen; nothing to choose; no supplier
SCRATCH = 18  # rows of scratch
AHEAD = 64  # customers for whom needs are drawn at once
LANES = 8  # arrays over firms are worked through so many at a time
OUTSIDE_LUCK = luck.OUTSIDE
UNBOUNDED = 1e9  # a difference that alone decides

(
    UNITS, REVENUE, PROMOTION, POINTS_ISSUED, POINTS_PAID, POINTS_EXPIRED, POINTS_HELD, CONTACTS, INTEGRATION,
    FAILURES, COMPLAINTS, RECOVERED, BUYERS, NEW_BUYERS, MAIN, KEPT, LOST, WON, WALLET_OWN, WALLET_ALL,
    SATISFACTION, TRUST, COMMITMENT, SOCIAL_BOND, STRUCTURAL_BOND, AWARE, TRIED, REPEATED, LOYAL_TRUE, LOYAL_LATENT,
    LOYAL_SPURIOUS, LOYAL_NONE, TRUST_COGNITIVE, TRUST_AFFECTIVE, TRUST_BEHAVIOURAL, REFERRALS, ON_FILE_ACTIVE,
    REACHED, LAPSED, STAGED, *_,
) = (int(entry) for entry in Entry)  # fmt: skip
OCCASIONS, OUTSIDE_CHOSEN, SURPLUS, PRESENT, ENTERED, LEFT = (int(entry) for entry in Whole)
PRICE, PRODUCT, SERVICE, MARKET, TECHNOLOGY, POLITICAL = range(causes.GROUPS)
REWARD, DISCOUNT, CONTACT, EFFORT = range(4)  # what a programme gives, in this order


def wide_enough(firms):
    """Length of a row of scratch: room for every firm and `AHEAD` customers, so for `wide` too."""
    return AHEAD * max(1, firms)


@inlined
def wide(count):
    """A count filled up to whole vectors."""
    return (count + LANES - 1) // LANES * LANES


@inlined
def knows(people, toward, i, j):
    return (people[i].aware >> np.uint32(j)) & np.uint32(1) == np.uint32(1)


@inlined
def given_to(people, toward, i, j, what, programmes):
    """What firm j's programme gives the customer, 0 outside any tier; without a branch, for nobody can guess it."""
    tier = toward[i, j].tier
    given = programmes[j, max(tier, 0), what]
    return given if tier >= 0 else 0.0


@inlined
def price_for(people, toward, i, j, offers, programmes):
    """Posted price less promotion and tier discount."""
    return offers[j].paid * (1.0 - given_to(people, toward, i, j, DISCOUNT, programmes))


@inlined
def groups_of(people, toward, i, j, offers, programmes, p, groups):
    """Utility of firm j to customer i by group of causes, without taste and inertia; fills groups (6,)."""
    content = choice.content(np.float64(toward[i, j].satisfaction))
    stake = choice.stake(np.float64(toward[i, j].points), p.bonds.threshold)
    groups[PRICE] = choice.price_value(
        np.float64(people[i].price_sensitivity), price_for(people, toward, i, j, offers, programmes)
    ) + choice.financial_bond(content, stake, p.choice)
    groups[PRODUCT] = choice.product_value(
        0.0, np.float64(people[i].quality_weight), np.float64(toward[i, j].expectation),
        np.float64(toward[i, j].satisfaction), p.choice,
    )  # fmt: skip
    groups[SERVICE] = (
        choice.service_value(
            offers[j].convenience, offers[j].effort, np.float64(toward[i, j].trust), p.choice
        )
        + choice.social_bond(content, np.float64(toward[i, j].social_bond), p.choice)
        + choice.structural_bond(np.float64(toward[i, j].structural_bond), p.choice)
    )
    groups[MARKET] = offers[j].brand
    groups[TECHNOLOGY] = offers[j].technology
    groups[POLITICAL] = offers[j].political


@inlined
def deliver(people, toward, i, j, offers, programmes, p, stake, own, bonded):
    """Utility of firm j to customer i, alone and with bonds, into own[j] and bonded[j]; -inf if unknown or closed."""
    if not knows(people, toward, i, j) or offers[j].open == 0:
        own[j] = bonded[j] = -np.inf
        return
    satisfied = np.float64(toward[i, j].satisfaction)
    content = choice.content(satisfied)
    alone = (
        choice.product_value(
            np.float64(toward[i, j].taste), np.float64(people[i].quality_weight),
            np.float64(toward[i, j].expectation), satisfied, p.choice,
        )
        + choice.price_value(
            np.float64(people[i].price_sensitivity), price_for(people, toward, i, j, offers, programmes)
        )
        + choice.service_value(offers[j].convenience, offers[j].effort, np.float64(toward[i, j].trust), p.choice)
        + offers[j].brand + offers[j].technology + offers[j].political
    )  # fmt: skip
    own[j] = alone
    bonded[j] = (
        alone
        + choice.financial_bond(content, stake[j], p.choice)
        + choice.social_bond(content, np.float64(toward[i, j].social_bond), p.choice)
        + choice.structural_bond(np.float64(toward[i, j].structural_bond), p.choice)
    )


@inlined
def with_inertia(people, toward, i, firms, supplier, p, stake, bonded, value):
    """Utilities with habit and the cost of leaving the supplier (-1: none), into value (n_firms,); returns that cost."""
    cost = 0.0
    if supplier >= 0:
        content = choice.content(np.float64(toward[i, supplier].satisfaction))
        cost = choice.switching_cost(
            np.float64(people[i].lock_in), content, stake[supplier], np.float64(toward[i, supplier].social_bond),
            np.float64(toward[i, supplier].structural_bond), p.choice,
        )  # fmt: skip
    for j in range(firms):
        value[j] = bonded[j] + p.choice.w_hab * np.float64(toward[i, j].habit)
        if j != supplier:
            value[j] -= cost
    return cost


@inlined
def evaluate(people, toward, i, firms, offers, programmes, p, stake, own, bonded, value):
    """Utilities of the firms that customer i knows, (n_firms,) each: own, with bonds, and with inertia too.

    Returns the switching cost of leaving the main supplier. A firm unknown or closed has value -inf.
    """
    for j in range(firms):
        stake[j] = choice.stake(np.float64(toward[i, j].points), p.bonds.threshold)
        deliver(people, toward, i, j, offers, programmes, p, stake, own, bonded)
    return with_inertia(people, toward, i, firms, np.int64(people[i].supplier), p, stake, bonded, value)


@inlined
def choose(
    value, firms, outside_value, has_outside, person, occasion, lucks, incumbent, noise_scale, race, weight
):
    """Which firm is chosen, or OUTSIDE, and the expected surplus in utility; one luck a firm, keyed by its id.

    The largest of value + noise_scale * Gumbel is the first of races with exponential times E/exp(value).
    ``race`` (n_firms + 1,) is left holding E, the outside option's last. Nothing to choose: NOBODY.
    """
    value[firms] = outside_value if has_outside else -np.inf
    best = -np.inf
    for j in range(firms + 1):
        best = max(best, value[j])
    if best == -np.inf:
        return NOBODY, 0.0
    for j in range(wide(firms + 1)):  # in vectors
        race[j] = -log(luck.uniform(person, luck.CHOICE, occasion, lucks[j]))
    chosen = NOBODY
    if noise_scale <= 0.0:
        for j in range(firms):
            if value[j] == best and (chosen < 0 or j == incumbent):
                chosen = j
        return OUTSIDE if chosen < 0 else chosen, best
    for j in range(wide(firms + 1)):
        weight[j] = exp((value[j] - best) / noise_scale) if value[j] > -np.inf else 0.0
    first = np.inf
    total = 0.0
    for j in range(firms + 1):
        total += weight[j]
        time = race[j] / weight[j]
        if time < first:
            first = time
            chosen = j
    return OUTSIDE if chosen == firms else chosen, best + noise_scale * log(total)


@inlined
def reach_out(people, toward, i, firms, person, lucks, offers, programmes, p, advertised, contacted, books):
    """What the firms did to customer i; bonds and points fade. Returns how many rivals made contact."""
    for j in range(wide(firms)):  # in vectors
        advertised[j] = luck.uniform(person, luck.ADVERTISED, 0, lucks[j])
        contacted[j] = luck.uniform(person, luck.CONTACTED, 0, lucks[j])
    rivals = 0
    aware = people[i].aware
    for j in range(firms):  # hardly a branch: what cannot be guessed is worked out for everyone
        offer = offers[j]
        bit = np.uint32(1) << np.uint32(j)
        touched = advertised[j] < offer.ad_chance
        expected = np.float64(toward[i, j].expectation)
        persuaded = reach.persuaded(expected, offer.promise, toward[i, j].purchases, p.reach)
        toward[i, j].expectation = persuaded if touched else expected
        books[j, REACHED] += touched and (aware & bit) == np.uint32(0)
        aware |= bit if touched else np.uint32(0)

        held = np.float64(toward[i, j].points)
        toward[i, j].points = held * p.bonds.points_keep
        books[j, POINTS_EXPIRED] += held - np.float64(toward[i, j].points)
        toward[i, j].social_bond *= p.bonds.social_keep
        structural = np.float64(np.float32(toward[i, j].structural_bond * p.bonds.structural_keep))
        effort = given_to(people, toward, i, j, EFFORT, programmes)
        toward[i, j].structural_bond = bonds.structural_after(
            structural, effort, np.float64(toward[i, j].trust), p.bonds
        )
        books[j, INTEGRATION] += effort
        contacts = int(given_to(people, toward, i, j, CONTACT, programmes) + contacted[j])
        if contacts > 0:
            touched = True
            books[j, CONTACTS] += contacts
            for _ in range(contacts):
                contact(people, toward, i, j, p)
        rivals += touched and j != people[i].supplier
    people[i].aware = aware
    return rivals


@inlined
def contact(people, toward, i, j, p):
    """A personal contact: it builds the social bond, or irritates who wants no relationship."""
    wants = np.float64(people[i].relational_orientation)
    satisfied = np.float64(toward[i, j].satisfaction)
    if wants < p.bonds.irritated_below:
        toward[i, j].satisfaction = max(-1.0, satisfied - p.bonds.irritation)
    else:
        toward[i, j].social_bond = bonds.social_after_contact(
            np.float64(toward[i, j].social_bond), bonds.receptive(wants, satisfied), p.bonds
        )


@inlined
def buy(people, toward, i, j, period, price, offers, programmes, p, books):
    """The sale: money, points, the firm's record, streak and habit."""
    books[j, UNITS] += 1.0
    books[j, REVENUE] += offers[j].price
    books[j, PROMOTION] += offers[j].price - price
    tier = toward[i, j].tier
    if tier >= 0 and programmes[j, tier, REWARD] > 0.0:
        issued = programmes[j, tier, REWARD] * price
        books[j, POINTS_ISSUED] += issued
        held = np.float64(toward[i, j].points) + issued
        if held >= p.bonds.threshold:
            books[j, POINTS_PAID] += held
            held = 0.0
        toward[i, j].points = held
    if toward[i, j].purchases == 0:
        books[j, NEW_BUYERS] += 1.0
        toward[i, j].first_purchase = period
    if toward[i, j].last_purchase != period:
        books[j, BUYERS] += 1.0
    toward[i, j].purchases += 1
    toward[i, j].last_purchase = period
    toward[i, j].money += price
    people[i].streak = people[i].streak + 1 if people[i].last_bought == j else 1
    people[i].last_bought = j


@inlined
def experience_it(people, toward, i, j, period, person, occasion, offers, weeks, p, books):
    """Performance, failure, complaint and recovery; then satisfaction, expectation and trust."""
    offer = offers[j]
    chance = experience.chance_of_failure(offer.failure_rate, offer.congestion, offer.employee_effect)
    failed = luck.uniform(person, luck.FAILURE, occasion, offer.luck) < chance
    noise = 0.0
    if p.experience.noise_sd > 0.0:
        noise = normal_quantile(luck.uniform(person, luck.PERFORMANCE, occasion, offer.luck))
    felt = experience.performance(
        offer.quality, np.float64(toward[i, j].structural_bond), noise, np.float64(failed), p.experience
    )
    lift = 0.0
    if failed:
        books[j, FAILURES] += 1.0
        voiced = luck.uniform(person, luck.VOICE, occasion, offer.luck) < people[i].voice
        if voiced:
            books[j, COMPLAINTS] += 1.0
        if voiced or luck.uniform(person, luck.FOUND, occasion, offer.luck) < offer.found_chance:
            books[j, RECOVERED] += 1.0
            since = (period - people[i].last_failure) * weeks
            felt += experience.recovered(offer.recovery_quality, since, p.experience)
            lift = p.experience.paradox * offer.recovery_quality
        people[i].last_failure = period
    judged = satisfaction.overall(
        felt, np.float64(people[i].desire), np.float64(toward[i, j].expectation), offer.promise,
        np.float64(people[i].loss_aversion), lift, p.satisfaction,
    )  # fmt: skip
    toward[i, j].satisfaction = satisfaction.after(
        np.float64(toward[i, j].satisfaction), judged, p.satisfaction
    )
    toward[i, j].expectation = satisfaction.expectation_after(
        np.float64(toward[i, j].expectation), felt, p.satisfaction
    )
    toward[i, j].trust = trust.after(np.float64(toward[i, j].trust), felt, offer.promise, p.trust)


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
def why(people, toward, i, old, new, stays_by, offers, programmes, p, now_old, now_new, lost, parts):
    """Split the blame for choosing `new` (OUTSIDE allowed) over the main supplier `old` at one occasion.

    ``stays_by`` < 0 is by how much the supplier lost, luck and inertia included. What a group of utility lost
    against the rival is counted from the time the supplier became main; bonds, which are built after
    that, from their best level; and habit that was diverted before counts with what diverted it.
    """
    groups_of(people, toward, i, old, offers, programmes, p, now_old)
    unknown_then = False
    if new >= 0:
        groups_of(people, toward, i, new, offers, programmes, p, now_new)
        unknown_then = (people[i].aware_then >> np.uint32(new)) & np.uint32(1) == np.uint32(0)
    bonds_lost = lost_bonds(people, toward, i, old, new, now_old, p)
    for g in range(causes.GROUPS):
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
    causes.blame(lost, stays_by, parts)


@inlined
def only(cause, parts):
    """All blame on one cause."""
    for g in range(causes.GROUPS + 1):
        parts[g] = 0.0
    parts[cause] = 1.0


@inlined
def over_purchases(people, i, lead, parts):
    """Blame for a change of main supplier in a repertoire market, over the purchases that led to it.

    ``diverted`` is the habit that went elsewhere for a cause: had it gone to the supplier, the rival's lead
    in habit (beyond the margin, ``lead`` >= 0) would be smaller by twice that. Chance unless that keeps the supplier.
    """
    total = 0.0
    for g in range(causes.GROUPS):
        total += people[i].diverted[g]
    if total <= 0.0 or lead - 2.0 * total >= 0.0:
        only(causes.CHANCE, parts)
    else:
        for g in range(causes.GROUPS):
            parts[g] = people[i].diverted[g] / total
        parts[causes.CHANCE] = 0.0


@inlined
def largest_habit(people, toward, i, firms, supplier, offers, p):
    """The main supplier in a repertoire market: the largest habit, replaced only by a clear lead."""
    leader = NOBODY_YET
    for j in range(firms):
        if offers[j].open != 0 and (leader < 0 or toward[i, j].habit > toward[i, leader].habit):
            leader = j
    if leader < 0 or toward[i, leader].habit <= 0.0 or leader == supplier:
        return supplier
    if supplier >= 0 and offers[supplier].open != 0:
        if toward[i, leader].habit < toward[i, supplier].habit + p.relationship.switch_margin:
            return supplier
    return leader


@inlined
def best_other(value, firms, but):
    """The firm with the largest value besides one; -1 when there is none."""
    found = -1
    for j in range(firms):
        if j != but and value[j] > -np.inf and (found < 0 or value[j] > value[found]):
            found = j
    return found


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
def remember(people, toward, i, supplier, rival, offers, programmes, p, groups):
    """Keep how things stand as a firm becomes main supplier: its groups of utility and its best rival's."""
    people[i].aware_then = people[i].aware
    people[i].satisfaction_then = toward[i, supplier].satisfaction
    groups_of(people, toward, i, supplier, offers, programmes, p, groups)
    content = choice.content(np.float64(toward[i, supplier].satisfaction))
    groups[SERVICE] -= choice.social_bond(content, np.float64(toward[i, supplier].social_bond), p.choice)
    groups[SERVICE] -= choice.structural_bond(np.float64(toward[i, supplier].structural_bond), p.choice)
    people[i].best_social = people[i].best_structural = 0.0
    for g in range(causes.GROUPS):
        people[i].own_then[g] = groups[g]
        people[i].rival_then[g] = 0.0
        people[i].diverted[g] = 0.0
    if rival >= 0:
        groups_of(people, toward, i, rival, offers, programmes, p, groups)
        for g in range(causes.GROUPS):
            people[i].rival_then[g] = groups[g]


@inlined
def foresee(
    people, toward, start, stop, firms, period, demand, key, p, person, mean, need, none_below, stake
):
    """What `AHEAD` persons' periods begin with, in vectors: keys, mean number of occasions, its luck, below which
    luck there is none, and how much the points bind that are left, into stake (AHEAD * n_firms,).
    """
    for i in range(start, stop):
        for j in range(firms):
            stake[(i - start) * firms + j] = np.float32(toward[i, j].points * p.bonds.points_keep)
        ends = min(np.float64(people[i].leaves_at), period + 1.0) - period
        time = max(np.float64(people[i].entered_at), period + 0.0) - period
        mean[i - start] = np.float64(people[i].need_rate) * demand * (ends - time)
    for k in range(AHEAD):  # in vectors
        person[k] = luck.person_key(key, start + k)
    for k in range(AHEAD):
        need[k] = luck.uniform(person[k], luck.NEED, 0, 0)
    for k in range(AHEAD):
        none_below[k] = needs.chance_of_none(mean[k])
    for k in range(AHEAD * firms):
        stake[k] = choice.stake(stake[k], p.bonds.threshold)


@inlined
def speak(people, toward, told, i, person, p):
    """Who bought speaks of the firm it last bought from, or not."""
    j = np.int64(people[i].last_bought)
    satisfied = np.float64(toward[i, j].satisfaction)
    if luck.uniform(person, luck.SPEAK, 0, 0) < talk.chance_to_speak(satisfied, p.talk):
        told[i].speaks_of = j
        told[i].says_expectation = toward[i, j].expectation
        told[i].says_satisfaction = satisfied


@inlined
def count(people, toward, i, firms, period, active_periods, books):
    """What customer i adds to the stocks of each firm."""
    for j in range(firms):
        books[j, POINTS_HELD] += np.float64(toward[i, j].points)
        books[j, AWARE] += knows(people, toward, i, j)
        if toward[i, j].purchases > 0:
            books[j, TRIED] += 1.0
            books[j, REPEATED] += toward[i, j].purchases > 1
            idle = period - toward[i, j].last_purchase
            books[j, ON_FILE_ACTIVE] += idle < active_periods
            books[j, LAPSED] += idle == active_periods


@inlined
def leave_market(people, toward, i, firms, supplier, books, lost_to):
    """The customer is gone: points expire, the main supplier loses it to the market."""
    for j in range(firms):
        books[j, POINTS_EXPIRED] += np.float64(toward[i, j].points)
        toward[i, j].points = 0.0
    if supplier >= 0:
        books[supplier, LOST] += 1.0
        lost_to[supplier, firms, MARKET] += 1.0


@compiled
def live(
    first_block, last_block, present, period, key, conditions, parameters, offers, programmes, people, toward,
    told, ledger, whole, lost_to, stage_flows, at_risk, lost_at, scratch,
):  # fmt: skip
    """Everyone in blocks first_block to last_block lives one period; `present` customers exist so far.

    Writes the blocks' own rows of ledger (n_blocks, n_firms, entries), whole (n_blocks, wholes), lost_to
    (n_blocks, n_firms, n_firms + 1, causes), stage_flows (n_blocks, stages, stages), at_risk and lost_at
    (n_blocks, n_firms, bins). `scratch` (`SCRATCH`, >= n_firms + 1 and >= 7, in whole vectors) is one thread's own.
    """
    p = parameters[0]
    m = conditions[0]
    firms = offers.shape[0]
    own, bonded, value, race, bought = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    now_old, now_new, lost, parts = scratch[5], scratch[6], scratch[7], scratch[8]
    stake_ahead, weight, advertised, contacted = scratch[9], scratch[10], scratch[11], scratch[12]
    lucks = scratch[13].view(np.uint64)
    persons, mean_ahead, need_ahead, none_below = (
        scratch[14].view(np.uint64),
        scratch[15],
        scratch[16],
        scratch[17],
    )
    value[:], lucks[:], mean_ahead[:], stake_ahead[:] = -np.inf, 0, 0.0, 0.0
    for j in range(firms):
        lucks[j] = offers[j].luck
    lucks[firms] = OUTSIDE_LUCK
    has_outside, contractual, reports = m.has_outside != 0, m.contractual != 0, m.reports != 0
    for block in range(first_block, last_block):
        books, market = ledger[block], whole[block]
        first, last = block * BLOCK, min((block + 1) * BLOCK, present)
        for i in range(first, last):
            a = (i - first) % AHEAD
            if a == 0:
                foresee(
                    people, toward, i, min(i + AHEAD, last), firms, period, m.demand, key, p, persons, mean_ahead,
                    need_ahead, none_below, stake_ahead,
                )  # fmt: skip
            entered, leaves = np.float64(people[i].entered_at), np.float64(people[i].leaves_at)
            if entered >= period + 1 or leaves <= period:
                continue
            market[PRESENT] += 1.0
            market[ENTERED] += entered >= period and period > 0
            person, stake = persons[a], stake_ahead[a * firms : (a + 1) * firms]
            before = np.int64(people[i].supplier)
            rival_contacts = reach_out(
                people, toward, i, firms, person, lucks, offers, programmes, p, advertised, contacted, books
            )

            # need: how many occasions
            ends = min(leaves, period + 1.0) - period
            time = max(entered, period + 0.0) - period
            buys_at_entry = m.entry_by_purchase != 0 and entered >= period
            reconsiders = True
            term_ends = False
            draw = 0.0
            if contractual:
                occasions = 1
                if people[i].lost_for_good != 0:
                    comes_back = 1.0 - exp(-p.contract.return_rate * m.weeks)
                    occasions = int(luck.uniform(person, luck.RETURN, 0, 0) < comes_back)
                elif before >= 0 and offers[before].open != 0:
                    draw = luck.uniform(person, luck.RECONSIDER, 0, 0)
                    term = p.contract.contract_term
                    term_ends = term > 0 and (people[i].tenure + 1) % term == 0
                    reconsiders = term_ends or draw < contract.chance_to_reconsider(
                        np.float64(toward[i, before].satisfaction), rival_contacts, m.weeks, p.contract
                    )
            else:
                occasions = 0
                if need_ahead[a] > none_below[a]:
                    occasions = needs.occasions(mean_ahead[a], need_ahead[a])
                occasions += buys_at_entry

            # choice and experience, occasion by occasion
            evaluated = False
            bought_any = False
            moved_to = NOBODY
            for occasion in range(occasions):
                at_entry = buys_at_entry and occasion == 0
                if people[i].dropout > 0.0 and not at_entry:
                    u = luck.uniform(person, luck.OCCASION_TIME, occasion, 0)
                    time = needs.time_of_next(time, ends, occasions - occasion, u)
                market[OCCASIONS] += 1.0
                j = before
                if reconsiders:
                    if not evaluated:
                        for k in range(firms):
                            deliver(people, toward, i, k, offers, programmes, p, stake, own, bonded)
                        evaluated = True
                    cost = with_inertia(people, toward, i, firms, before, p, stake, bonded, value)
                    outside_value = m.outside + np.float64(people[i].taste_outside)
                    if before >= 0:
                        outside_value -= cost * p.choice.outside_pays
                    j, surplus = choose(
                        value, firms, outside_value, has_outside and not at_entry, person, occasion, lucks, before,
                        p.choice.noise_scale, race, weight,
                    )  # fmt: skip
                    if people[i].price_sensitivity > 0.0:
                        market[SURPLUS] += surplus / np.float64(people[i].price_sensitivity)
                if j < 0:
                    market[OUTSIDE_CHOSEN] += 1.0
                else:
                    for k in range(firms):
                        toward[i, k].habit = choice.habit_after(
                            np.float64(toward[i, k].habit), np.float64(k == j), p.choice
                        )
                if reports and reconsiders and before >= 0 and j != NOBODY and offers[before].open != 0:
                    if j != before and (contractual or j >= 0):
                        stays_by = value[before] - outside_value
                        luck_of_new = race[firms]
                        if j >= 0:
                            stays_by = value[before] - value[j]
                            luck_of_new = race[j]
                        stays_by += p.choice.noise_scale * (log(luck_of_new) - log(race[before]))
                        for g in range(causes.GROUPS):
                            lost[g] = 0.0
                        if contractual and not term_ends:
                            would_not_have_asked(
                                people, toward, i, before, draw, rival_contacts, m.weeks, p, lost
                            )
                        why(people, toward, i, before, j, stays_by, offers, programmes, p, now_old, now_new, lost,
                            parts)  # fmt: skip
                        moved_to = j
                    else:
                        for g in range(causes.GROUPS):
                            parts[g] = 0.0
                    if not contractual and j >= 0:
                        for g in range(causes.GROUPS):
                            people[i].diverted[g] = choice.habit_after(
                                np.float64(people[i].diverted[g]), parts[g], p.choice
                            )
                if contractual:
                    people[i].supplier = max(j, -1)
                    people[i].lost_for_good = j == OUTSIDE
                if j < 0:
                    continue
                if not bought_any:
                    bought_any = True
                    bought[:] = 0.0
                bought[j] += 1.0
                price = price_for(people, toward, i, j, offers, programmes)
                buy(people, toward, i, j, period, price, offers, programmes, p, books)
                experience_it(people, toward, i, j, period, person, occasion, offers, m.weeks, p, books)
                if evaluated:
                    stake[j] = choice.stake(np.float64(toward[i, j].points), p.bonds.threshold)
                    deliver(people, toward, i, j, offers, programmes, p, stake, own, bonded)
                if not at_entry and people[i].dropout > 0.0:
                    if luck.uniform(person, luck.DROPOUT, occasion, 0) < people[i].dropout:
                        leaves = period + time
                        people[i].leaves_at = leaves
                        break

            # relationship: main supplier and tenure; a switch gets its causes
            leaving = leaves <= period + 1
            supplier = np.int64(people[i].supplier)
            if not contractual:
                if bought_any:
                    supplier = largest_habit(people, toward, i, firms, before, offers, p)
                if supplier >= 0 and offers[supplier].open == 0:
                    supplier = NOBODY_YET
            if before >= 0 and reports:
                b = min(people[i].tenure // m.tenure_bin, TENURE_BINS - 1)
                at_risk[block, before, b] += 1.0
                lost_at[block, before, b] += leaving or supplier != before
            if leaving:
                supplier = NOBODY_YET
                leave_market(people, toward, i, firms, before, books, lost_to[block])
                market[LEFT] += 1.0
            elif supplier != before:
                if before >= 0:
                    toward[i, before].structural_bond *= p.bonds.left_behind
                    evaluated = False
                    books[before, LOST] += 1.0
                    to = supplier if supplier >= 0 else firms
                    if reports:
                        if offers[before].open == 0:
                            only(MARKET, parts)
                        elif not contractual:
                            lead = np.float64(toward[i, supplier].habit) - np.float64(toward[i, before].habit)
                            over_purchases(people, i, lead - p.relationship.switch_margin, parts)
                        elif moved_to != supplier:
                            only(causes.CHANCE, parts)
                        for g in range(causes.GROUPS + 1):
                            lost_to[block, before, to, g] += parts[g]
                if supplier >= 0:
                    books[supplier, WON] += 1.0
                people[i].tenure = 0
            elif supplier >= 0:
                people[i].tenure += 1
                books[supplier, KEPT] += 1.0
            people[i].supplier = supplier

            # stage of the relationship
            stage_before = np.int64(people[i].stage)
            stage = relationship.NONE
            if supplier >= 0:
                if not evaluated:
                    for k in range(firms):
                        deliver(people, toward, i, k, offers, programmes, p, stake, own, bonded)
                cost = with_inertia(people, toward, i, firms, supplier, p, stake, bonded, value)
                rival, tempting = -np.inf, -np.inf
                for k in range(firms):
                    rival = max(rival, own[k] if k != supplier else -np.inf)
                    tempting = max(tempting, value[k] if k != supplier else -np.inf)
                advantage = rival - own[supplier] if rival > -np.inf else 0.0
                held_by_cost = tempting + cost > value[supplier]
                satisfied = np.float64(toward[i, supplier].satisfaction)
                trusts = np.float64(toward[i, supplier].trust)
                social = np.float64(toward[i, supplier].social_bond)
                structural = np.float64(toward[i, supplier].structural_bond)
                attitude = commitment.commitment(
                    satisfied, trusts, social, structural, advantage, p.commitment
                )
                stage = relationship.stage(
                    stage_before if supplier == before else relationship.NONE, toward[i, supplier].purchases, attitude, social, structural, satisfied, trusts,
                    held_by_cost, p.relationship,
                )  # fmt: skip
                if reports:
                    if supplier != before:
                        remember(people, toward, i, supplier, best_other(bonded, firms, supplier), offers, programmes, p,
                                 now_old)  # fmt: skip
                    people[i].best_social = max(people[i].best_social, toward[i, supplier].social_bond)
                    people[i].best_structural = max(
                        people[i].best_structural, toward[i, supplier].structural_bond
                    )
                    level = trust.level(trusts, social, people[i].streak, p.trust)
                    kind = commitment.loyalty(attitude, np.float64(toward[i, supplier].habit))
                    books[supplier, MAIN] += 1.0
                    books[supplier, SATISFACTION] += satisfied
                    books[supplier, TRUST] += trusts
                    books[supplier, COMMITMENT] += attitude
                    books[supplier, SOCIAL_BOND] += social
                    books[supplier, STRUCTURAL_BOND] += structural
                    books[supplier, LOYAL_TRUE + kind] += 1.0
                    books[supplier, TRUST_COGNITIVE + level] += 1.0
                    books[supplier, STAGED + stage - relationship.ACQUAINTANCE] += 1.0
                    if bought_any:
                        books[supplier, WALLET_OWN] += bought[supplier]
                        books[supplier, WALLET_ALL] += bought.sum()
            people[i].stage = stage

            # what is told, and the counts
            told[i].speaks_of = ABSENT if leaving else SILENT
            if bought_any and not leaving and m.talk_on != 0:
                speak(people, toward, told, i, person, p)
            if reports:
                stage_flows[block, stage_before, stage] += 1.0
                if not leaving:
                    count(people, toward, i, firms, period, m.active_periods, books)


@compiled
def listen(
    first_block, last_block, present, period, key, conditions, parameters, layers, indptr, indices, people, toward,
    told, ledger, scratch,
):  # fmt: skip
    """Everyone in the blocks asks one tie and hears what it says; reads what `live` left, writes the listener only."""
    p = parameters[0]
    layer_draw, tie_draw, strengths = scratch[14], scratch[15], scratch[16]
    others = scratch[17].view(np.int64)
    for block in range(first_block, last_block):
        first, last = block * BLOCK, min((block + 1) * BLOCK, present)
        for i in range(first, last):
            a = (i - first) % AHEAD
            if a == 0:
                for k in range(AHEAD):  # in vectors
                    person = luck.person_key(key, i + k)
                    layer_draw[k] = luck.uniform(person, luck.LAYER, 0, 0)
                    tie_draw[k] = luck.uniform(person, luck.TIE, 0, 0)
                for k in range(min(AHEAD, last - i)):
                    others[k], strengths[k] = network.tie(
                        i + k, layer_draw[k], tie_draw[k], present, layers, indptr, indices
                    )
            other, strength = others[a], strengths[a]
            if other < 0 or told[other].speaks_of < 0 or told[i].speaks_of == ABSENT:
                continue
            j = np.int64(told[other].speaks_of)
            says = np.float64(told[other].says_satisfaction)
            news = talk.heard(np.float64(told[other].says_expectation), says, p.talk)
            toward[i, j].expectation = talk.expectation_after(
                np.float64(toward[i, j].expectation), news, strength, p.talk
            )
            toward[i, j].trust = talk.trust_after(np.float64(toward[i, j].trust), says, strength, p.talk)
            if not knows(people, toward, i, j):
                people[i].aware |= np.uint32(1) << np.uint32(j)
                ledger[block, j, REFERRALS] += 1.0


@compiled
def serve_buyers(toward, present, firm, bought_since):
    """Firm's tier 0 for everyone who bought from it after a period, none for the others; returns how many are in it."""
    members = 0
    for i in range(present):
        active = toward[i, firm].last_purchase > bought_since
        toward[i, firm].tier = 0 if active else -1
        members += active
    return members
