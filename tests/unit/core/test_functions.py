"""Elementary functions to the last digits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from sim.core import functions
from sim.core.functions import exp, log, normal_quantile
from sim.core.jit import compiled


@compiled
def _exp(x, out):
    for k in range(len(x)):
        out[k] = exp(x[k])


@compiled
def _log(x, out):
    for k in range(len(x)):
        out[k] = log(x[k])


@compiled
def _quantile(x, out):
    for k in range(len(x)):
        out[k] = normal_quantile(x[k])


def made(function, x):
    out = np.empty(len(x))
    function(np.asarray(x, dtype="f8"), out)
    return out


def test_the_extreme_words_stay_within_0_and_1():
    for word in (0, 2**64 - 1):
        u = (float(word >> 12) + 0.5) / 2**52
        assert 0.0 < u < 1.0 and math.isfinite(made(_quantile, [u])[0]) and math.isfinite(made(_log, [u])[0])


# ---------------------------------------------------------------- elementary functions


def errors(got, right):
    """Relative errors in units of 2^-52."""
    return np.abs(got - right) / np.maximum(np.abs(right), 5e-324) * 2**52


def test_exp_to_the_last_digits():
    x = np.concatenate(
        [np.linspace(-708, 709, 200_001), np.linspace(-1, 1, 100_001), [0.0, -0.0, 1e-300, 5e-324]]
    )
    assert errors(made(_exp, x), np.exp(x)).max() < 3
    assert made(_exp, [0.0])[0] == 1.0
    assert (made(_exp, [-np.inf, -1e300]) < 1e-307).all() and (made(_exp, [np.inf, 1e300]) > 8e307).all()


def test_exp_never_falls():
    steps = np.array([1.0 + k * 1e-12 for k in range(2000)])
    assert (np.diff(made(_exp, steps)) >= 0).all()


def test_log_to_the_last_digits():
    x = np.concatenate([10.0 ** np.linspace(-307, 308, 200_001), np.linspace(0.5, 2, 100_001),
                        [np.nextafter(1, 0), np.nextafter(1, 2), 2.3e-308, 1.7e308]])  # fmt: skip
    got, right = made(_log, x), np.log(x)
    assert errors(got, right)[right != 0].max() < 3 and not got[right == 0].any()


def test_log_at_its_edges():
    zero, tiny, below, nan = made(_log, [0.0, 5e-324, -1.0, np.nan])
    assert zero == -np.inf and np.isnan(below) and np.isnan(nan)
    assert tiny == -np.inf  # below the smallest normal number counts as 0
    assert functions.log(math.e) == 1.0


def test_normal_quantile_to_the_last_digits():
    """Against scipy's ndtri; near 1/2, where it is 0, against the slope."""
    u = np.concatenate([10.0 ** np.linspace(-300, -0.31, 50_001), np.linspace(0.001, 0.999, 100_001),
                        1 - 2.0 ** -np.arange(2, 54)])  # fmt: skip
    got, right = made(_quantile, u), special.ndtri(u)
    far = np.abs(right) > 1e-3
    assert errors(got, right)[far].max() < 12
    assert np.abs(got - right)[~far].max() < 1e-17 * 100
    assert made(_quantile, [0.5])[0] == 0.0
    assert np.array_equal(made(_quantile, [0.25]), -made(_quantile, [0.75]))


def test_plain_python_agrees():
    for x in (-3.0, 0.1, 5.5):
        assert functions.exp(x) == pytest.approx(made(_exp, [x])[0], rel=1e-15)
    for u in (0.01, 0.3, 0.99):
        assert functions.normal_quantile(u) == pytest.approx(made(_quantile, [u])[0], rel=1e-13)
        assert functions.log(u) == pytest.approx(made(_log, [u])[0], rel=1e-15)
