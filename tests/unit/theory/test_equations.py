"""Every equation of the theory: its sign, its range, and what switches it off. Plain Python, then compiled."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core import functions
from sim.core.parameters import EQUATIONS
from sim.theory import (
    THEORY,
    account_managers,
    bonds,
    choice,
    commitment,
    contract,
    departments,
    event_marketing,
    experience,
    marketing_response,
    power,
    product_range,
    purchase_occasions,
    record_decay,
    relationship,
    satisfaction,
    switching_causes,
    trust,
    word_of_mouth,
)
from sim.theory import (
    cross_category as second,
)
from support.equations import about, equations_with_a_test

unit = st.floats(0, 1)
level = st.floats(-1, 1)  # of satisfaction
quality = st.floats(-3, 3)
utility = st.floats(-20, 20)
amount = st.floats(0, 1000)
luck = st.floats(1e-9, 1 - 1e-9)

GROUPS = switching_causes.GROUPS  # of causes of leaving


def between(low, value, high, slack=1e-12):
    return low - slack <= value <= high + slack


# ---------------------------------------------------------------- shapes and needs


@about(functions.clip, functions.logistic, functions.tanh)
@given(st.floats(-1e4, 1e4))
def test_shapes_stay_in_range_and_are_the_textbook_ones(x):
    assert functions.clip(x, -1.0, 1.0) == min(1.0, max(-1.0, x))
    assert functions.tanh(x) == pytest.approx(math.tanh(x), abs=1e-14)
    assert between(0, functions.logistic(x), 1) and functions.logistic(x) + functions.logistic(
        -x
    ) == pytest.approx(1)


@about(purchase_occasions.chance_of_none)
def test_no_occasion_is_as_likely_as_the_poisson_says():
    for mean in (0.0, 0.1, 1.0, 7.5):
        assert purchase_occasions.chance_of_none(mean) == pytest.approx(math.exp(-mean))
        below = purchase_occasions.chance_of_none(mean) * (1 - 1e-9)
        assert purchase_occasions.occasions(mean, below) == 0
    assert purchase_occasions.occasions(1.0, purchase_occasions.chance_of_none(1.0) + 1e-9) == 1
    assert purchase_occasions.chance_of_none(1e6) == math.exp(-700)


@about(purchase_occasions.occasions)
@given(st.floats(0.001, 60), luck)
def test_occasions_invert_the_poisson(mean, u):
    from scipy.stats import poisson

    number = purchase_occasions.occasions(mean, u)
    assert poisson.cdf(number, mean) >= u - 1e-9 and (
        number == 0 or poisson.cdf(number - 1, mean) <= u + 1e-9
    )
    assert purchase_occasions.occasions(0.0, u) == 0


@about(purchase_occasions.next_occasion_time)
@given(unit, st.integers(1, 20), luck)
def test_occasions_carry_times_in_order(start, left, u):
    time = purchase_occasions.next_occasion_time(start, 1.0, left, u)
    assert between(start, time, 1.0)
    assert (
        purchase_occasions.next_occasion_time(start, 1.0, left + 1, u) <= time + 1e-12
    )  # more to come: the next is sooner


@about(purchase_occasions.next_occasion_time)
@given(st.floats(0, 0.9), st.integers(1, 20), luck)
def test_the_next_occasion_is_the_first_of_as_many_uniform_times(start, left, u):
    """The first of n uniform times on what is left of the period is later than a part t with (1 - t)^n, here 1 - u."""
    part = (purchase_occasions.next_occasion_time(start, 1.0, left, u) - start) / (1.0 - start)
    assert (1.0 - part) ** left == pytest.approx(1.0 - u, abs=1e-9)


# ---------------------------------------------------------------- choice


@about(choice.content, choice.stake)
@given(level, amount, st.floats(0.1, 100))
def test_content_and_stake(satisfied, points, threshold):
    assert choice.content(satisfied) == (satisfied if satisfied > 0 else 0.0)
    assert between(0, choice.stake(points, threshold), 1)
    assert choice.stake(0.0, threshold) == 0.0
    assert choice.stake(points + 1, threshold) >= choice.stake(points, threshold)


@about(
    choice.price_value, choice.quality_value, choice.satisfaction_value, choice.convenience_value,
    choice.risk_value, choice.habit_value,
)  # fmt: skip
@given(quality, level, unit, unit, amount)
def test_delivered_value_rises_with_what_is_good_and_falls_with_what_costs(
    expected, satisfied, trusted, habit, price
):
    p = choice.Choice()
    off = replace(p, w_sat=0.0, w_hab=0.0, risk=0.0)
    assert choice.price_value(0.45, price) == -0.45 * price and choice.price_value(0.0, price) == 0
    assert choice.quality_value(0.5, expected) == 0.5 * expected and choice.quality_value(0.0, expected) == 0
    assert choice.satisfaction_value(1.0, p) == p.w_sat >= choice.satisfaction_value(satisfied, p)
    assert choice.satisfaction_value(satisfied, off) == choice.habit_value(habit, off) == 0
    assert choice.convenience_value(0.2, 0.1) == pytest.approx(0.1)
    assert choice.risk_value(1.0, p) == choice.risk_value(trusted, off) == 0
    assert choice.risk_value(0.0, p) == -p.risk <= choice.risk_value(trusted, p)
    assert choice.habit_value(1.0, p) == p.w_hab >= choice.habit_value(habit, p) >= 0


@about(choice.financial_bond, choice.social_bond, choice.structural_bond)
@given(level, unit)
def test_financial_and_social_bonds_need_content_structural_ones_do_not(satisfied, bond):
    p = choice.Choice()
    content = choice.content(satisfied)
    assert choice.financial_bond(content, bond, p) == p.w_fin * content * bond
    assert choice.social_bond(content, bond, p) == p.w_soc * content * bond
    assert choice.structural_bond(bond, p) == p.w_str * bond
    if satisfied <= 0:
        assert choice.financial_bond(content, bond, p) == choice.social_bond(content, bond, p) == 0
    off = replace(p, w_fin=0.0, w_soc=0.0, w_str=0.0)
    assert (
        choice.financial_bond(1, bond, off)
        == choice.social_bond(1, bond, off)
        == choice.structural_bond(bond, off)
        == 0
    )


@about(choice.switching_cost)
@given(unit, unit, unit, unit, unit)
def test_switching_cost_is_lock_in_and_more_with_every_bond(lock_in, content, stake, social, structural):
    p = choice.Choice()
    cost = choice.switching_cost(lock_in, content, stake, social, structural, p)
    assert cost >= lock_in and choice.switching_cost(lock_in, content, 0, 0, 0, p) == lock_in
    assert choice.switching_cost(lock_in, 0, stake, social, structural, p) == lock_in + p.s_str * structural
    off = replace(p, s_fin=0.0, s_soc=0.0, s_str=0.0)
    assert choice.switching_cost(lock_in, content, stake, social, structural, off) == lock_in


@about(choice.habit_after)
@given(st.lists(unit, min_size=2, max_size=5), st.integers(0, 4))
def test_habits_stay_in_range_and_their_sum_closes_on_one(habits, bought):
    p = choice.Choice()
    after = [choice.habit_after(h, float(k == bought % len(habits)), p) for k, h in enumerate(habits)]
    assert all(between(0, h, 1) for h in after)
    assert sum(after) == pytest.approx(p.habit_keep * sum(habits) + 1 - p.habit_keep)


# ---------------------------------------------------------------- experience, satisfaction, trust


@about(experience.chance_full)
@given(amount, st.floats(0.01, 1e6))
def test_who_is_turned_away_leaves_as_many_as_there_is_room_for(asked, capacity):
    full = experience.chance_full(asked, capacity)
    assert between(0, full, 1)
    assert asked * (1.0 - full) == pytest.approx(min(asked, capacity))


@about(experience.chance_of_failure, experience.performance, experience.recovered)
@given(unit, amount, unit, quality, unit, quality)
def test_what_is_delivered(base, congestion, effect, worked_at, bond, noise):
    p = experience.Experience()
    assert between(0, experience.chance_of_failure(base, congestion, effect), 1)
    assert experience.chance_of_failure(base, 0.0, 0.0) == base
    assert experience.chance_of_failure(base, congestion, effect) >= experience.chance_of_failure(
        base, 0.0, effect
    )
    right = experience.performance(worked_at, bond, noise, 0.0, p)
    assert experience.performance(worked_at, bond, noise, 1.0, p) == pytest.approx(right - p.severity)
    bare = replace(p, customisation=0.0, noise_sd=0.0)
    assert experience.performance(worked_at, bond, noise, 0.0, bare) == worked_at
    first, second = experience.recovered(bond, 1e6, p), experience.recovered(bond, 52.0, p)
    assert between(0, first, p.severity) and second == pytest.approx(p.second_failure * first)


@about(satisfaction.asymmetric, satisfaction.attribute_satisfaction, satisfaction.overall)
@given(quality, quality, quality, quality, st.floats(1, 3), unit)
def test_seven_factors(felt, desire, expected, promise, aversion, lift):
    p = satisfaction.Satisfaction()
    gap = felt - expected
    assert satisfaction.asymmetric(gap, aversion, p) <= gap
    assert satisfaction.asymmetric(gap, 1.0, p) == gap
    if gap >= -p.tolerance:
        assert satisfaction.asymmetric(gap, aversion, p) == gap  # inside the zone of tolerance
    judged = satisfaction.overall(felt, desire, expected, promise, aversion, 0.0, p)
    assert between(-1, judged, 1)
    assert satisfaction.overall(felt + 0.1, desire, expected, promise, aversion, 0.0, p) >= judged
    for more in (
        (desire + 1, expected, promise),
        (desire, expected + 1, promise),
        (desire, expected, promise + 1),
    ):
        assert satisfaction.overall(felt, *more, aversion, 0.0, p) <= judged
    assert satisfaction.overall(felt, desire, expected, promise, aversion, lift, p) >= judged
    only_desire = replace(p, w_exp=0.0)
    assert satisfaction.attribute_satisfaction(felt - desire, gap, aversion, only_desire) == felt - desire


@about(satisfaction.after, satisfaction.expectation_after)
@given(level, level, quality, quality)
def test_satisfaction_and_expectation_move_toward_the_latest_and_never_past_it(
    before, judged, expected, felt
):
    p = satisfaction.Satisfaction()
    assert between(min(before, judged), satisfaction.after(before, judged, p), max(before, judged))
    assert between(
        min(expected, felt), satisfaction.expectation_after(expected, felt, p), max(expected, felt)
    )
    off = replace(p, rate_sat=0.0, rate_exp=0.0)
    assert satisfaction.after(before, judged, off) == before
    assert satisfaction.expectation_after(expected, felt, off) == expected


@about(trust.after)
@given(unit, quality, quality)
def test_trust_breaks_faster_than_it_builds(before, felt, promise):
    p = trust.Trust()
    after = trust.after(before, felt, promise, p)
    assert between(0, after, 1)
    kept = felt >= promise - p.tolerance
    assert after >= before if kept else after <= before
    assert trust.after(before, felt, promise, replace(p, up=0.0, down=0.0)) == before
    won, lost = trust.after(0.5, 1.0, 0.5, p) - 0.5, 0.5 - trust.after(0.5, -1.0, 0.5, p)
    assert lost > won > 0


@about(trust.level)
@given(unit, unit, st.integers(0, 20))
def test_levels_of_trust_are_nested(trusted, bond, streak):
    p = trust.Trust()
    found = trust.level(trusted, bond, streak, p)
    assert (found >= trust.AFFECTIVE) == (trusted > p.affective_from and bond > p.affective_bond)
    assert (found == trust.BEHAVIOURAL) == (found >= trust.AFFECTIVE and streak >= p.behavioural_streak)


# ---------------------------------------------------------------- commitment, stage, bonds


@about(commitment.commitment, commitment.loyalty)
@given(level, unit, unit, unit, utility)
def test_commitment_rises_with_all_that_ties_and_falls_with_a_better_rival(
    satisfied, trusted, social, structural, rival
):
    p = commitment.Commitment()
    found = commitment.commitment(satisfied, trusted, social, structural, rival, p)
    assert between(0, found, 1)
    assert commitment.commitment(1.0, 1.0, 1.0, 1.0, rival, p) >= found
    assert commitment.commitment(satisfied, trusted, social, structural, rival + 1, p) <= found
    off = replace(p, c_sat=0.0, c_tr=0.0, c_bond=0.0, c_alt=0.0)
    assert commitment.commitment(satisfied, trusted, social, structural, rival, off) == functions.logistic(
        p.c0
    )
    kind = commitment.LOYALTIES[commitment.loyalty(found, social)]
    assert (
        kind
        == {(1, 1): "true", (1, 0): "latent", (0, 1): "spurious", (0, 0): "none"}[found > 0.5, social > 0.5]
    )


@about(relationship.stage, relationship.slack)
@given(
    st.integers(0, 5), st.integers(0, 10), unit, unit, unit, level, unit, st.booleans(), st.sampled_from([0.0, 0.25])
)  # fmt: skip
def test_the_stage_is_the_first_that_fits(
    before, purchases, committed, social, structural, satisfied, trusted, held, slack
):
    p = relationship.Relationship(consolidated_slack=slack)
    less = slack if relationship.STAGES[before] == "consolidated" else 0.0
    name = relationship.STAGES[
        relationship.stage(before, purchases, committed, social, structural, satisfied, trusted, held, p)
    ]
    assert name != "none"
    if purchases < 3:
        assert name == "acquaintance"
    elif committed > 0.8 - less and max(social, structural) > 0.5 - less:
        assert name == "consolidated"
    elif relationship.STAGES[before] in ("steady", "consolidated", "wandering") and (satisfied < 0 or held):
        assert name == "wandering"
    elif trusted > 1 / 3 and satisfied > 0:
        assert name == "steady"
    elif trusted < 1 / 3:
        assert name == "reserve"
    else:
        assert name == (relationship.STAGES[before] if before else "acquaintance")


@pytest.mark.parametrize(
    ("before", "after"), [("steady", "wandering"), ("consolidated", "wandering"), ("reserve", "reserve")]
)
def test_the_dissatisfied_and_the_held_wander_who_had_settled(before, after):
    for satisfied, held in ((-0.5, False), (0.0, True)):
        stage = relationship.stage(
            relationship.STAGES.index(before),
            10,
            0.0,
            0.0,
            0.0,
            satisfied,
            0.1,
            held,
            relationship.Relationship(),
        )
        assert relationship.STAGES[stage] == after


@about(relationship.looks_around, relationship.bound, relationship.settled)
@given(
    st.integers(0, 5), st.integers(0, 10), unit, unit, unit, level, unit, st.booleans(),
    st.builds(relationship.Relationship, unit, st.integers(0, 8), unit, unit, unit, unit),
)  # fmt: skip
def test_a_stage_for_which_nobody_looks_around_is_the_same_whatever_rivals_offer(
    before, purchases, committed, social, structural, satisfied, trusted, held, p
):
    def stage(committed, held):
        return relationship.stage(
            before, purchases, committed, social, structural, satisfied, trusted, held, p
        )

    if not relationship.looks_around(before, purchases, social, structural, satisfied, p):
        assert stage(committed, held) == stage(0.0, False)
    elif not relationship.bound(before, social, structural, p):  # commitment matters to nobody, rivals may
        assert relationship.settled(before) and satisfied >= 0
        assert stage(committed, held) == stage(0.0, held)
        assert relationship.STAGES[stage(0.0, True)] == "wandering"


@about(bonds.receptive, bonds.social_after_contact, bonds.structural_after)
@given(unit, level, unit, amount, unit)
def test_bonds_grow_within_zero_and_one_and_only_with_what_they_need(
    orientation, satisfied, bond, effort, trusted
):
    p = bonds.Bonds()
    open_to_it = bonds.receptive(orientation, satisfied)
    assert between(0, open_to_it, 1)
    assert bonds.receptive(0.0, satisfied) == bonds.receptive(orientation, -1.0) == 0
    assert between(bond, bonds.social_after_contact(bond, open_to_it, p), 1)
    assert between(bond, bonds.structural_after(bond, effort, trusted, p), 1)
    assert bonds.social_after_contact(bond, 0.0, p) == bond
    assert (
        bonds.structural_after(bond, 0.0, trusted, p) == bonds.structural_after(bond, effort, 0.0, p) == bond
    )
    off = replace(p, g_soc=0.0, g_str=0.0)
    assert (
        bonds.social_after_contact(bond, open_to_it, off)
        == bonds.structural_after(bond, effort, trusted, off)
        == bond
    )


@about(bonds.of_personal)
@given(unit, unit, unit)
def test_a_contact_online_is_between_a_part_and_the_whole_of_a_personal_one(online, part, more):
    found = bonds.of_personal(online, part)
    assert between(part, found, 1)
    assert bonds.of_personal(0.0, part) == bonds.of_personal(online, 1.0) == 1.0
    assert bonds.of_personal(1.0, part) == pytest.approx(part)
    assert bonds.of_personal(online, max(part, more)) >= found


# ---------------------------------------------------------------- contract, talk, reach


@about(contract.chance_to_reconsider)
@given(level, st.integers(0, 5), st.floats(0.1, 52))
def test_who_is_discontent_or_wooed_reconsiders_sooner(satisfied, rivals, weeks):
    p = contract.Contract()
    chance = contract.chance_to_reconsider(satisfied, rivals, weeks, p)
    assert between(0, chance, 1)
    assert contract.chance_to_reconsider(-1.0, rivals, weeks, p) >= chance
    assert contract.chance_to_reconsider(satisfied, rivals + 1, weeks, p) > chance
    assert contract.chance_to_reconsider(satisfied, rivals, weeks, replace(p, h0=0.0, h1=0.0, h2=0.0)) == 0
    twice = 1 - (1 - chance) ** 2  # two periods are one of double length
    assert contract.chance_to_reconsider(satisfied, rivals, 2 * weeks, p) == pytest.approx(twice)


@about(
    word_of_mouth.chance_to_speak,
    word_of_mouth.heard,
    word_of_mouth.expectation_after,
    word_of_mouth.trust_after,
)
@given(level, unit, quality, quality, unit)
def test_word_of_mouth(satisfied, trusted, expected, others, strength):
    p = word_of_mouth.Talk()
    assert between(0, word_of_mouth.chance_to_speak(satisfied, p), 1)
    if satisfied > 0:
        assert word_of_mouth.chance_to_speak(-satisfied, p) == pytest.approx(
            2 * word_of_mouth.chance_to_speak(satisfied, p)
        )
    assert word_of_mouth.heard(others, satisfied, p) == others + p.news * satisfied
    assert between(
        min(expected, others),
        word_of_mouth.expectation_after(expected, others, strength, p),
        max(expected, others),
    )
    after = word_of_mouth.trust_after(trusted, satisfied, strength, p)
    assert between(0, after, 1)
    assert after >= trusted if satisfied >= 0 else after <= trusted
    silent = replace(p, talk_base=0.0, talk_slope=0.0, talk_rate=0.0, talk_trust=0.0)
    assert word_of_mouth.chance_to_speak(satisfied, silent) == 0
    assert word_of_mouth.expectation_after(expected, others, strength, silent) == expected
    assert word_of_mouth.trust_after(trusted, satisfied, strength, silent) == trusted


@about(marketing_response.saturating, marketing_response.log_response, marketing_response.failure_rate)
@given(st.floats(0, 100), amount, amount)
def test_responses_to_spending_are_concave_and_begin_at_nothing(rate, spend, more):
    p = marketing_response.Reach()
    for response, top in (
        (lambda x: marketing_response.saturating(rate, x), 1.0),
        (lambda x: marketing_response.log_response(rate, x), math.inf),
        (lambda x: 0.2 - marketing_response.failure_rate(0.2, x, p), 0.2),
    ):
        assert response(0.0) == 0 and between(0, response(spend), top)
        middle = response((spend + more) / 2)
        assert middle >= (response(spend) + response(more)) / 2 - 1e-9


@about(marketing_response.introduced)
@given(unit, unit, unit, st.floats(0.01, 52), st.floats(0.01, 52))
def test_an_introduction_needs_bond_and_trust_and_weeks_add_up(chance, bond, trust, weeks, more):
    now = marketing_response.introduced(chance, bond, trust, weeks)
    assert between(0, now, 1) and marketing_response.introduced(chance, bond, trust, 1.0) == pytest.approx(
        chance * bond * trust
    )
    for nothing in ((0.0, bond, trust), (chance, 0.0, trust), (chance, bond, 0.0)):
        assert marketing_response.introduced(*nothing, weeks) == 0.0
    both = marketing_response.introduced(chance, bond, trust, weeks + more)
    missed = (1 - now) * (1 - marketing_response.introduced(chance, bond, trust, more))
    assert 1 - both == pytest.approx(missed, abs=1e-12)


@about(
    marketing_response.persuaded,
    marketing_response.goodwill_after,
    marketing_response.extra_unit_cost,
    marketing_response.quality_for,
)
@given(quality, quality, st.integers(0, 100), amount, amount, unit)
def test_advertising_and_quality(expected, promise, purchases, goodwill, spend, keep):
    p = marketing_response.Reach()
    moved = marketing_response.persuaded(expected, promise, purchases, p)
    assert between(min(expected, promise), moved, max(expected, promise))
    assert (
        abs(marketing_response.persuaded(expected, promise, purchases + 1, p) - expected)
        <= abs(moved - expected) + 1e-12
    )
    assert marketing_response.persuaded(expected, promise, purchases, replace(p, persuade=0.0)) == expected
    assert (
        marketing_response.goodwill_after(goodwill, spend, 0.0) == spend
        and marketing_response.goodwill_after(goodwill, 0.0, 1.0) == goodwill
    )
    assert marketing_response.extra_unit_cost(expected, max(expected, promise), p) == 0
    one_more = marketing_response.extra_unit_cost(promise + 1.0, promise, p)
    assert one_more == pytest.approx(p.marginal_cost_quality + p.cost_quality)
    for known in (p, replace(p, cost_quality=0.0)):
        assert marketing_response.extra_unit_cost(
            marketing_response.quality_for(spend, known), 0.0, known
        ) == pytest.approx(spend)


# ---------------------------------------------------------------- causes


@about(switching_causes.blame, switching_causes.shapley_weight)
@given(st.lists(st.floats(0, 3), min_size=GROUPS, max_size=GROUPS), st.floats(-5, -0.001))
def test_blame_is_shared_out_whole_and_only_among_the_guilty(lost, margin):
    parts = np.zeros(GROUPS + 1)
    switching_causes.blame(np.array(lost), margin, parts)
    assert parts.sum() == pytest.approx(1) and parts.min() >= 0
    assert (parts[switching_causes.CHANCE] == 1) == (sum(lost) + margin <= 0)
    assert all(part == 0 for part, shrunk in zip(parts[:GROUPS], lost, strict=True) if shrunk == 0)
    alone = [max(range(GROUPS), key=lambda g: lost[g])]
    if lost[alone[0]] + margin > 0 and sorted(lost)[-2] == 0:
        assert parts[alone[0]] == pytest.approx(1)
    weights = [switching_causes.shapley_weight(size) for size in range(GROUPS)]
    assert sum(math.comb(GROUPS - 1, size) * w for size, w in enumerate(weights)) == pytest.approx(1)


def test_equal_shares_for_equal_causes():
    parts, others = np.zeros(GROUPS + 1), [0.0] * (GROUPS - 2)
    switching_causes.blame(np.array([0.6, 0.6, *others]), -1.0, parts)
    assert parts.tolist() == pytest.approx([0.5, 0.5, *others, 0.0])


# ---------------------------------------------------------------- the second category


@about(second.carried, second.in_use, second.complement, second.complement_back)
@given(level, unit, unit, unit, unit, st.floats(0, 500))
def test_what_ties_the_categories_grows_with_the_relationship_and_ends_with_the_use(
    sat, tr, soc, bond, low, weeks
):
    p, off = second.Second(complement=1.5, complement_back=0.5), second.Second(0, 0, 0, 0, 0, 0, 0)
    stranger = second.carried(0.0, p.carry_trust, p.carry_trust, 0.0, 0.0, p)
    assert stranger == 0.0, "a stranger carries nothing"
    here = second.carried(sat, tr, low, soc, bond, p)
    assert second.carried(sat, tr, low, soc, bond, off) == 0.0
    assert second.carried(sat, min(1.0, tr + 0.1), low, soc, bond, p) >= here
    assert second.carried(sat, tr, low, soc, bond + 0.1, p) > here
    use = second.in_use(weeks, p)
    assert use == (weeks <= 26.0)
    assert second.in_use(p.life, p) == 1.0, "in use up to its last week"
    assert second.complement(use, p) == 1.5 * use and second.complement_back(use, p) == 0.5 * use
    assert second.complement(use, off) == second.complement_back(use, off) == 0.0


# ---------------------------------------------------------------- the whole


@about(power.agreed_price)
@given(st.floats(0, 100), st.floats(0, 100), unit)
def test_the_price_agreed_lies_between_what_both_accept_and_the_gain_is_split_by_the_part(asked, least, part):
    price = power.agreed_price(asked, least, part)
    assert between(min(least, asked), price, asked)
    if asked > least:
        assert price - least == pytest.approx(part * (asked - least), abs=1e-9)
    else:
        assert price == asked  # nothing to split: no account is asked more than the list


@about(account_managers.work, account_managers.attention)
@given(st.integers(1, 100), st.floats(0, 1000), st.floats(0, 2), unit, unit)
def test_managers_do_all_they_are_asked_until_their_week_is_full(number, accounts, rate, knowing, calling):
    p = account_managers.Managers(account_time=knowing, contact_time=calling)
    asked = account_managers.work(accounts, rate, p)
    share = account_managers.attention(number, asked)
    assert between(0, share, 1) and (share == 1.0 or share * asked == pytest.approx(number))
    assert account_managers.attention(2 * number, 2 * asked) == pytest.approx(share)
    assert account_managers.work(accounts, rate, account_managers.Managers()) == 0.0


@about(power.ease_left)
@given(unit, unit, unit)
def test_what_serves_nobody_else_makes_hard_to_replace(ease, bond, locked):
    left = power.ease_left(ease, bond, locked)
    assert between(0, left, ease)
    assert power.ease_left(ease, 0.0, locked) == power.ease_left(ease, bond, 0.0) == ease
    assert power.ease_left(ease, 1.0, 1.0) == 0.0
    assert left == pytest.approx(power.ease_left(ease, locked, bond))


@about(power.power, power.power_ratio, power.gain_share)
@given(unit, unit, st.floats(0, 10), st.floats(1, 10), st.floats(0.01, 100))
def test_power_is_dependence_and_two_parts_of_a_gain_are_the_whole(share, ease, information, band, ratio):
    p = power.Power(band)
    found = power.power(share, ease, information)
    assert between(0, found, information)
    assert power.power(share, 1.0, information) == power.power(0.0, ease, information) == 0.0
    assert power.power_ratio(found, found) == 1.0
    part = power.gain_share(ratio, p)
    assert between(0, part, 1) and power.gain_share(ratio * 1.1, p) >= part
    assert (
        abs(part + power.gain_share(1 / ratio, p) - 1) < 1e-9
        or abs(abs(math.log(ratio)) - math.log(band)) < 1e-9
    )
    if ratio > band:
        assert part == 1.0
    assert power.gain_share(1.5, power.Power(2.0)) == pytest.approx(0.6), "the stronger gets the larger part"


def test_no_equation_goes_without_a_property():
    theirs = {
        e.__module__ + "." + e.__name__
        for e in EQUATIONS
        if e.__module__.startswith(("sim.theory", "sim.core"))
    }
    assert theirs == equations_with_a_test()


def test_every_parameter_says_what_it_is():
    for name, section in THEORY.items():
        for key, p in section.declared.items():
            assert p.meaning and p.source and p.low is not None and p.high is not None, f"{name}.{key}"
            assert p.low <= p.default <= p.high, f"{name}.{key}"


@pytest.fixture(scope="module")
def machine():
    from sim.core.jit import compiled

    @compiled
    def work(x, u, out):
        for k in range(len(x)):
            out[k, 0] = functions.exp(x[k])
            out[k, 1] = functions.log(u[k])
            out[k, 2] = functions.normal_quantile(u[k])
            out[k, 3] = functions.logistic(x[k])
            out[k, 4] = purchase_occasions.occasions(5.0, u[k])

    return work


def test_compiled_code_agrees_with_plain_python(machine):
    grid = np.concatenate([np.linspace(-700, 700, 20_001), np.linspace(-2, 2, 20_001)])
    u = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 20_001), np.logspace(-300, -1e-9, 20_001)])
    out = np.empty((len(grid), 5))
    machine(grid, u, out)
    plain = np.array(
        [
            (
                functions.exp(x),
                functions.log(v),
                functions.normal_quantile(v),
                functions.logistic(x),
                purchase_occasions.occasions(5.0, v),
            )
            for x, v in zip(grid.tolist(), u.tolist(), strict=True)
        ]
    )
    np.testing.assert_allclose(out[:, [0, 3]], plain[:, [0, 3]], rtol=5e-15)
    np.testing.assert_allclose(out[:, 1], plain[:, 1], rtol=5e-15, atol=1e-15)
    np.testing.assert_allclose(out[:, 2], plain[:, 2], rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(out[:, 4], plain[:, 4])


# ---------------------------------------------------------------- events


@about(event_marketing.chance_of_data, event_marketing.learnt)
@given(unit, level, level, unit)
def test_data_are_left_by_who_wants_a_relationship_and_an_event_teaches_at_most_what_a_purchase_does(
    orientation, before, after, teaches
):
    p = event_marketing.EventMarketing(teaches=teaches)
    assert between(0, event_marketing.chance_of_data(orientation, p), p.form)
    assert event_marketing.chance_of_data(orientation, replace(p, form=0.0)) == 0.0
    assert between(min(before, after), event_marketing.learnt(before, after, p), max(before, after))
    assert event_marketing.learnt(before, after, replace(p, teaches=0.0)) == before


# ---------------------------------------------------------------- the range of goods


@about(product_range.pull, product_range.value_of_range)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=9), st.floats(0.1, 5), unit)
def test_a_range_is_worth_what_is_bought_of_it_and_the_choice_it_leaves(appeals, sensitivity, variety):
    """The sales-weighted mean plus what picking among them is worth; twice the same goods are worth variety more."""
    p = product_range.Assortment(sensitivity=sensitivity, variety=variety)
    n = len(appeals)
    pulls = np.array([product_range.pull(a, p) for a in appeals])
    shares = pulls / pulls.sum()
    choice_left = -(shares * np.log(shares)).sum() - (1.0 - variety) * math.log(n)
    value = product_range.value_of_range(pulls.sum(), n, p)
    assert value == pytest.approx(shares @ appeals + choice_left / sensitivity, abs=1e-9)
    twice = product_range.value_of_range(2 * pulls.sum(), 2 * n, p)
    assert twice - value == pytest.approx(variety * math.log(2) / sensitivity, abs=1e-9)
    assert product_range.value_of_range(product_range.pull(0.0, p), 1, p) == 0.0
    if n > 1:  # Boatwright & Nunes 2001: sales rose where slow sellers were dropped
        slow = shares.min()
        left = product_range.value_of_range(pulls.sum() - pulls.min(), n - 1, p)
        without_loss = 1.0 - (1.0 - 1.0 / n) ** (1.0 - variety)
        assert abs(slow - without_loss) < 1e-9 or (left > value) == (slow < without_loss)


@about(product_range.appeal_after, product_range.reading_error)
@given(quality, unit, level, st.floats(0, 10))
def test_tastes_return_to_the_mean_and_study_takes_errors_away(appeal, keep, drawn, feedback):
    p = product_range.Assortment()
    assert product_range.appeal_after(appeal, 1.0, drawn, p) == appeal
    assert product_range.appeal_after(appeal, 0.0, drawn, p) == p.spread * drawn
    assert abs(product_range.appeal_after(appeal, keep, 0.0, p)) <= abs(appeal)
    assert between(0, product_range.reading_error(feedback, p), p.error)
    assert product_range.reading_error(feedback + 0.01, p) <= product_range.reading_error(feedback, p)
    assert (
        product_range.reading_error(0.0, p)
        == product_range.reading_error(feedback, replace(p, k_study=0.0))
        == p.error
    )


# ---------------------------------------------------------------- departments and records


@about(departments.alignment_after, departments.in_effect, departments.not_delivered)
@given(unit, unit, st.floats(0, 10), st.floats(0.01, 1), unit)
def test_alignment_stays_between_what_departments_reach_alone_and_all(gained, alone, spend, keep, amount):
    p, start = departments.Departments(), alone + gained * (1.0 - alone)
    after = departments.alignment_after(start, alone, spend, keep, p)
    assert between(alone, after, 1.0)
    idle = departments.alignment_after(start, alone, 0.0, keep, p)
    assert idle - alone == pytest.approx(keep * (start - alone), abs=1e-12), "what was gained fades"
    more = [departments.alignment_after(start, alone, spend + step, keep, p) for step in (0.0, 0.1, 0.2)]
    assert idle <= more[0] <= more[1] and more[2] - more[1] <= more[1] - more[0] + 1e-12, "concave"
    assert departments.alignment_after(1.0, 1.0, spend, keep, p) == 1.0
    assert departments.alignment_after(start, alone, spend, 1.0, replace(p, coordinating=0.0)) == (
        pytest.approx(start)
    )
    assert between(0.0, departments.in_effect(after, amount), amount)
    assert departments.in_effect(1.0, amount) == amount
    assert departments.not_delivered(1.0, p) == 0.0 <= departments.not_delivered(after, p) <= p.shortfall
    assert departments.not_delivered(after, replace(p, shortfall=0.0)) == 0.0


@about(record_decay.rate_of_decay, record_decay.chance_current)
@given(st.floats(0, 1), amount, st.floats(0, 100), st.floats(0, 100))
def test_a_record_goes_stale_at_a_rate_that_upkeep_lowers(decay, spend, earlier, later):
    p = record_decay.Knowledge(decay=decay)
    assert record_decay.rate_of_decay(0.0, p) == decay
    assert 0.0 <= record_decay.rate_of_decay(spend, p) <= decay
    assert record_decay.rate_of_decay(spend, record_decay.Knowledge()) == 0.0, "off"
    assert record_decay.rate_of_decay(spend, replace(p, upkeep=0.0)) == decay
    both = record_decay.chance_current(earlier + later)
    assert both == pytest.approx(record_decay.chance_current(earlier) * record_decay.chance_current(later))
    assert between(0, both, 1) and record_decay.chance_current(0.0) == 1.0
