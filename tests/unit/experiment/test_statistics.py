"""Intervals, paired differences and Holm's correction against known numbers and by simulation."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.experiment.statistics import estimate, holm, paired

# Student's (1908) sleep data: extra hours of ten patients under two drugs; t = -4.0621, p = 0.002833.
FIRST = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SECOND = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


def test_students_sleep_data():
    found = paired(FIRST, SECOND)
    assert found.mean == pytest.approx(-1.58)
    assert (found.low, found.high) == pytest.approx((-2.4598858, -0.7001142), abs=1e-6)
    assert found.p == pytest.approx(0.002833, abs=1e-6)
    assert found.n == 10


def test_agrees_with_scipy_at_another_level():
    theirs = stats.ttest_rel(FIRST, SECOND)
    ours = paired(FIRST, SECOND, 0.8)
    assert ours.p == pytest.approx(theirs.pvalue, rel=1e-12)
    assert ours[1:3] == pytest.approx(tuple(theirs.confidence_interval(0.8)), rel=1e-12)


@pytest.mark.parametrize("n", [2, 5, 30])
def test_interval_covers_the_truth_as_often_as_it_says(n):
    luck, trials, level = np.random.default_rng(7), 4000, 0.9
    hits = sum(
        found.low <= 1.5 <= found.high
        for found in (estimate(luck.normal(1.5, 3.0, n), level) for _ in range(trials))
    )
    error = math.sqrt(level * (1 - level) / trials)
    assert abs(hits / trials - level) < 4 * error


def test_a_normal_interval_would_have_failed_that():
    luck, trials, level = np.random.default_rng(7), 4000, 0.9
    hits = 0
    for _ in range(trials):
        x = luck.normal(1.5, 3.0, 5)
        hits += abs(x.mean() - 1.5) <= stats.norm.ppf(0.95) * x.std(ddof=1) / math.sqrt(5)
    assert abs(hits / trials - level) > 4 * math.sqrt(level * (1 - level) / trials)


def test_p_is_uniform_under_no_difference():
    luck = np.random.default_rng(3)
    p = [paired(*luck.normal(0, 1, (2, 8))).p for _ in range(2000)]
    assert stats.kstest(p, "uniform").pvalue > 0.001


def test_pairing_takes_away_shared_luck():
    luck = np.random.default_rng(5)
    shared = luck.normal(0, 100, 30)
    found = paired(shared + 1 + luck.normal(0, 0.1, 30), shared)
    assert found.high - found.low < 0.2 and found.low < 1 < found.high


@pytest.mark.parametrize("values", [[], [3.0], [math.nan, 3.0]])
def test_no_interval_is_invented(values):
    found = estimate(np.array(values))
    assert math.isnan(found.low) and math.isnan(found.high) and math.isnan(found.p)
    assert found.n == min(len(values), 1)


def test_equal_runs_differ_by_exactly_nothing():
    values = np.array([0.1 + 0.2, 1e9, 5.0])
    found = paired(values, values * (1 + 1e-15))
    assert found[:3] == (0.0, 0.0, 0.0) and math.isnan(found.p)


def test_the_same_difference_in_every_run_has_no_p():
    found = paired(np.array([3.0, 5.0, 8.0]), np.array([2.0, 4.0, 7.0]))
    assert found[:3] == (1.0, 1.0, 1.0) and math.isnan(found.p)


def test_pairs_with_a_failed_run_are_left_out():
    found = paired(np.array([1.0, 2.0, np.nan, 5.0]), np.array([0.0, 0.0, 0.0, 1.0]))
    assert found.n == 3 and found.mean == pytest.approx(7 / 3)


def test_holm_on_a_published_example():
    # Wikipedia, "Holm-Bonferroni method": 0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02.
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_leaves_unknown_out_and_ends_at_one():
    assert holm(np.array([np.nan, 0.6, 0.7])) == pytest.approx([np.nan, 1.0, 1.0], nan_ok=True)
    assert holm(np.array([])).size == 0


def test_holm_counts_each_family_by_itself():
    found = holm([0.01, 0.04, 0.03, 0.005], ["a", "b", "a", "b"])
    assert found == pytest.approx([0.02, 0.04, 0.03, 0.01])
