"""Verdicts on differences that are looked at four times."""

import numpy as np
import pytest

from sim.app.verdicts import EQUAL, HIGHER, LOOKS, LOWER, OPEN, verdict_of

LUCK = np.random.default_rng(5)


@pytest.mark.parametrize(("mean", "word"), [(3.0, HIGHER), (-3.0, LOWER)])
def test_a_plain_difference_is_told_at_the_first_look(mean, word):
    found = verdict_of(LUCK.normal(mean, 0.5, 64))
    assert (found.word, found.seeds) == (word, 8)


def test_before_the_first_look_nothing_is_told():
    found = verdict_of(np.full(7, 3.0) + LUCK.normal(0, 0.1, 7))
    assert (found.word, found.seeds) == (OPEN, 0) and found.found.n == 7


def test_a_verdict_stays_whatever_comes_after_it():
    values = np.concatenate([LUCK.normal(3.0, 0.5, 8), LUCK.normal(-30.0, 0.5, 56)])
    assert [verdict_of(values[:n]).word for n in (8, 16, 32, 64)] == [HIGHER] * 4


def test_a_small_difference_counts_as_none_only_where_that_is_said():
    values = LUCK.normal(0.0, 0.1, 64)
    assert verdict_of(values, by=1.0).word == EQUAL and verdict_of(values - values.mean()).word == OPEN
    assert verdict_of(np.zeros(8)).word == EQUAL


def test_looking_often_errs_in_no_more_than_five_of_a_hundred_markets_without_a_difference():
    wrong = np.mean([verdict_of(LUCK.normal(0.0, 1.0, 64)).word != OPEN for _ in range(1500)])
    assert sum(LOOKS.values()) == pytest.approx(0.05)
    assert 0.01 < wrong < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1500)
