"""A range of goods by itself: what reviews of it keep, against order statistics and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.core import rng
from sim.firms.mechanisms.product_range import ProductRange, reviewed
from sim.firms.state import Draws
from sim.theory import product_range as theory

NUMBER, RUNS = 8, 1500


ERRORS = 4.0  # standard errors


def order_statistic(rank, of):
    """Expected value of the rank-th smallest of so many standard normal numbers."""
    return stats.beta(rank, of - rank + 1).expect(stats.norm.ppf)


def draws(seed, period):
    """Random numbers of a firm in a period."""
    return Draws(rng.period_key(seed, period), 77)


def team(seed, keep=1.0, **values):
    """The goods of one firm, with parameters of the theory; by default tastes stand still and read perfectly."""
    p = theory.Assortment(**{"error": 0.0, "trial_cost": 1.0, "trials": 1} | values)
    return ProductRange(NUMBER, p, keep, draws(seed, 0))


def after(periods, spent, feedback=0.0, runs=RUNS, **values):
    """Mean appeal of each of many ranges after so many reviews, (runs,), in units of the spread."""
    means = []
    for seed in range(runs):
        goods = team(seed, **values)
        for period in range(periods):
            goods.observe(feedback, draws(seed, period))
            goods.advance(spent, 1.0, draws(seed, period + 1))
        means.append(goods.appeal.mean() / goods.p.spread)
    return np.array(means)


def agrees(found, law):
    return abs(found.mean() - law) < ERRORS * found.std(ddof=1) / np.sqrt(len(found))


# ---------------------------------------------------------------- the closed form


@pytest.mark.parametrize("drops", [0, 1, 5])
def test_the_slowest_dropped_one_by_one_leave_the_best_of_all_ever_tried_but_the_last(drops):
    """The n - 1 best of the n + k - 1 first, and the k-th tried, whose appeal is that of any good."""
    tried = NUMBER + drops - 1
    best = sum(order_statistic(rank, tried) for rank in range(tried - NUMBER + 2, tried + 1)) if drops else 0
    assert agrees(after(drops, spent=1.0), best / NUMBER)


@pytest.mark.parametrize(("drops", "trials"), [(3, 1), (3, 4)])
def test_the_slowest_dropped_at_once_each_for_the_best_of_its_trials(drops, trials):
    kept = sum(order_statistic(rank, NUMBER) for rank in range(drops + 1, NUMBER + 1))
    law = (kept + drops * order_statistic(trials, trials)) / NUMBER
    assert agrees(after(1, spent=float(drops * trials), trials=trials), law)


def test_goods_dropped_at_random_gain_nothing_however_many_are_tried():
    """What is read is error alone: neither who goes nor who comes is known."""
    assert agrees(after(20, spent=4.0, trials=4, error=1e6, runs=1000), 0.0)
    assert not agrees(after(20, spent=4.0, trials=4, error=1.0, runs=300), 0.0)


def test_study_takes_the_error_away_and_with_it_what_the_review_misses():
    means = [after(10, 2.0, feedback, runs=400, trials=2, error=2.0).mean() for feedback in (0.0, 0.02, 1.0)]
    assert means[0] + 0.1 < means[1] < means[2] - 0.1
    assert means[2] == pytest.approx(after(10, 2.0, runs=400, trials=2).mean(), abs=1e-9), "no error is left"


def test_tastes_change_every_good_by_its_half_life_and_leave_goods_as_different_as_they_were():
    first, then = [], []
    for seed in range(RUNS):
        goods = team(seed, keep=0.6)
        first.append(goods.appeal.copy())
        for period in range(1, 4):
            goods.advance(0.0, 1.0, draws(seed, period))
        then.append(goods.appeal)
    first, then = np.ravel(first), np.ravel(then)
    assert then.std() == pytest.approx(0.5, abs=ERRORS * 0.5 / np.sqrt(2 * len(then)))
    assert np.corrcoef(first, then)[0, 1] == pytest.approx(0.6**3, abs=ERRORS / np.sqrt(len(then)))


# ---------------------------------------------------------------- what the team does


def test_the_slowest_as_read_go_for_the_best_as_read():
    appeal, read = np.array([0.0, 3.0, 1.0, 2.0]), np.array([5.0, 0.0, 6.0, 1.0])
    tried = np.arange(8.0).reshape(4, 2) + 10
    tried_read = np.array([[0, 1], [1, 0], [0, 1], [0, 1]])
    assert reviewed(appeal, read, tried, tried_read, 2).tolist() == [0.0, 12.0, 1.0, 17.0]
    assert reviewed(appeal, read, tried, tried_read, 0).tolist() == appeal.tolist() == [0.0, 3.0, 1.0, 2.0]


def test_nothing_is_dropped_before_anything_was_sold_or_while_the_firm_is_closed():
    goods = team(1, trials=2)
    goods.advance(4.0, 1.0, draws(1, 0))
    assert goods.dropped == 0 and goods.read is None
    goods.observe(0.0, draws(1, 0))
    goods.advance(0.0, 1.0, draws(1, 0), is_open=False)
    assert goods.dropped == 0
    goods.advance(0.0, 1.0, draws(1, 0))
    assert goods.dropped == 2, "what was paid is not lost"


def test_money_for_half_a_good_drops_one_in_every_second_period_and_no_more_than_there_are():
    goods = team(1, trials=2, trial_cost=0.3)
    goods.observe(0.0, draws(1, 0))
    dropped = []
    for period, spent in enumerate((0.3, 0.3, 0.3, 0.3, 1e9, 0.0), 1):
        goods.advance(spent, 1.0, draws(1, period))
        dropped.append(goods.dropped)
    assert dropped == [0, 1, 0, 1, NUMBER, 0]


def test_sales_are_read_as_they_are_without_error_and_equal_before_the_first():
    goods = team(3)
    assert goods.sales() == (1.0 / NUMBER,) * NUMBER
    goods.observe(0.0, draws(3, 0))
    pulls = np.exp(goods.appeal)
    np.testing.assert_allclose(goods.sales(), pulls / pulls.sum(), rtol=1e-12)
    wrong = team(3, error=1e6)
    wrong.observe(0.0, draws(3, 0))
    assert np.isfinite(wrong.sales()).all() and sum(wrong.sales()) == pytest.approx(1.0)
