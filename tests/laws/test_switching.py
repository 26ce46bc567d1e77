"""Laws L7 and L8: habit as the only bond, and a switching cost as the only one."""

import pytest

from sim.validation.laws import law_habit as habit
from sim.validation.laws import law_logit as switching
from sim.validation.laws.checks import broken


@pytest.mark.parametrize("times", habit.SETTLED)
def test_l7_preference_out_of_habit(times):
    assert not broken(habit.preference(times, habit.preferences(times, threads=2)))


def test_l7_a_wrong_weight_of_habit_is_told_apart():
    assert broken(habit.preference(2.0, habit.preferences(2.0, wrong=1.05)))


def test_l7_a_short_memory_is_told_apart():
    assert broken(habit.preference(2.0, habit.preferences(2.0, keep=0.85)))


def test_l7_hysteresis_of_three_firms_below_the_threshold():
    assert not broken(habit.both_last(*habit.hysteresis()))


@pytest.mark.parametrize("weight", [2.6, 6.0])
def test_l7_elsewhere_one_of_the_two_states_is_left(weight):
    assert broken(habit.both_last(*habit.hysteresis(weight)))


def test_l7_habit_starts_at_one_half():
    market = habit.opened(habit.setting(2, 2.0, habit.KEEP, 10, 2), 1, 1)
    assert (market.customers.habit == 0.5).all()


def test_l8_first_choices_are_logit_and_later_ones_a_markov_chain():
    market = switching.market_of("contractual", threads=2)
    assert not broken(switching.first_choices(market))
    assert not broken(switching.renewals(market))
    assert not broken(switching.equity(market))


def test_l8_purchases_in_a_repertoire():
    market = switching.market_of("repertoire", threads=2)
    assert not broken(switching.purchases(market))
    assert not broken(switching.equity(market))


WRONG = [
    {"switching_cost": switching.SWITCHING_COST * 0.8},
    {"switching_cost": switching.SWITCHING_COST * 1.2},
    {"outside_pays": 1.0},
    {"outside_pays": 0.0},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_l8_wrong_switching_costs_are_told_apart_but_not_in_first_choices(wrong):
    market = switching.market_of("contractual", threads=2, **wrong)
    assert not broken(switching.first_choices(market)), "who has no supplier pays no switching cost"
    assert broken(switching.renewals(market))
    assert broken(switching.equity(market))
    repertoire = switching.market_of("repertoire", threads=2, **wrong)
    assert broken(switching.purchases(repertoire))
    assert broken(switching.equity(repertoire))
