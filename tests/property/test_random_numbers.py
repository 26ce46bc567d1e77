"""Random numbers: uniform, independent between addresses, the same for ever.

Statistics are of fixed addresses, so a pass is a pass for ever; thresholds are the 1e-4 quantiles.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import special, stats

from sim.core import rng
from sim.core.jit import compiled
from sim.customers import sampling

N = 100_000


FAR = 1e-4  # a p-value below it is a failure


@compiled
def _uniforms(key, first, step, purpose, occasion, which, out):
    for k in range(len(out)):
        out[k] = rng.uniform(rng.person_key(key, first + step * k), purpose, occasion, which)


@compiled
def _of_one(person, purpose, which, out):
    for k in range(len(out)):
        out[k] = rng.uniform(person, purpose, k, which)


@compiled
def _log_gammas(key, shape, out):
    for k in range(len(out)):
        out[k] = sampling.draw_log_gamma(rng.person_key(key, k), rng.TASTE, 7, shape)


def uniforms(seed=1, period=0, first=0, step=1, purpose=rng.CHOICE, occasion=0, which=12345, n=N):
    out = np.empty(n)
    _uniforms(rng.period_key(seed, period), first, step, purpose, occasion, which, out)
    return out


# ---------------------------------------------------------------- uniform and independent


@pytest.mark.parametrize(
    "address",
    [
        {},
        {"purpose": rng.TASTE},
        {"purpose": rng.LIFETIME},
        {"occasion": 1000},
        {"which": 0},
        {"which": 2**36 - 1},
        {"period": -1},
        {"period": 5000},
        {"seed": 0},
        {"seed": 2**62 - 1},
        {"step": 4096},
        {"first": 10_000_000 - N},
    ],
    ids=str,
)
def test_uniform_over_people(address):
    """100,000 people: Kolmogorov-Smirnov, and chi-square on 1,000 bins."""
    u = uniforms(**address)
    assert u.min() > 0.0 and u.max() < 1.0 and len(np.unique(u)) == N
    assert stats.kstest(u, "uniform").pvalue > FAR
    assert stats.chisquare(np.bincount((u * 1000).astype(int), minlength=1000)).pvalue > FAR


@pytest.mark.parametrize("which", [0, rng.id_of_name("focal")])
def test_uniform_over_the_occasions_of_one_person(which):
    u = np.empty(N)
    _of_one(rng.person_key(rng.period_key(3, 5), np.int64(17)), rng.CHOICE, which, u)
    assert stats.kstest(u, "uniform").pvalue > FAR


NEIGHBOURS = {
    "the next person": ({}, {"first": 1}),
    "a block on": ({}, {"first": 4096}),
    "the next period": ({}, {"period": 1}),
    "the next seed": ({}, {"seed": 2}),
    "the next occasion": ({}, {"occasion": 1}),
    "the next firm": ({}, {"which": 12346}),
    "the next purpose": ({}, {"purpose": rng.CHOICE + 1}),
    "failure and performance": ({"purpose": rng.FAILURE}, {"purpose": rng.PERFORMANCE}),
    "population and its first period": ({"period": -1}, {"period": 0}),
    "next seed, period before": ({"seed": 1, "period": 1}, {"seed": 2, "period": 0}),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_neighbouring_addresses_are_independent(name):
    """Pairs of 100,000: correlation, and chi-square on 30 x 30 cells with both margins uniform."""
    a, b = (uniforms(**address) for address in NEIGHBOURS[name])
    assert not np.isin(a, b).any() or name in ("the next person", "a block on")
    assert abs(stats.pearsonr(a, b).statistic) * math.sqrt(N) < stats.norm.isf(FAR / 2)
    cells = np.bincount((a * 30).astype(int) * 30 + (b * 30).astype(int), minlength=900)
    assert stats.chisquare(cells).pvalue > FAR


def test_a_walk_over_the_periods_is_independent():
    """One person's luck in 20,000 periods: no correlation at lags 1 to 4, 52."""
    u = np.array([uniforms(period=t, n=1, first=9)[0] for t in range(20_000)])
    assert stats.kstest(u, "uniform").pvalue > FAR
    for lag in (1, 2, 3, 4, 52):
        r = np.corrcoef(u[:-lag], u[lag:])[0, 1]
        assert abs(r) * math.sqrt(len(u) - lag) < stats.norm.isf(FAR / 2), lag


def test_the_tests_would_see_a_dependence():
    """Negative: what is added to itself a tenth is found."""
    a, b = uniforms(), uniforms(first=1)
    mixed = 0.9 * b + 0.1 * a
    assert abs(stats.pearsonr(a, mixed).statistic) * math.sqrt(N) > stats.norm.isf(FAR / 2)
    assert stats.kstest(mixed, "uniform").pvalue < FAR


# ---------------------------------------------------------------- the same for ever

#: (seed, period, who, purpose, occasion, which): a changed stream changes every result ever published.
KNOWN = {
    (1, 0, 0, rng.CHOICE, 0, 1): 0.6356894858682479,
    (1, 0, 1, rng.CHOICE, 0, 1): 0.051797927417916445,
    (7, 259, 19_999, rng.NEED, 0, 0): 0.5774285169593701,
    (42, -1, 123_456, rng.TASTE, 3, rng.id_of_name("focal")): 0.5479534710509363,
    (2**62, 1000, 9_999_999, rng.LIFETIME, 1, 2**36 - 1): 0.8534285822848163,
}


KNOWN_ID = 41418725612


def test_the_stream_is_the_one_it_always_was():
    for address, u in KNOWN.items():
        seed, period, who, purpose, occasion, which = address
        got = uniforms(seed, period, who, 1, purpose, occasion, which, n=1)[0]
        assert got == u, address


def splitmix(x):
    """SplitMix64's output function in whole numbers (Steele, Lea & Flood 2014)."""
    z = x % 2**64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
    return z ^ (z >> 31)


def test_mix_is_splitmix64():
    """The generator's first outputs from seed 0 are published with its reference code."""
    golden = 0x9E3779B97F4A7C15
    assert [int(rng.mix(np.uint64(golden * k % 2**64))) for k in (1, 2, 3)] == [
        0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F,
    ]  # fmt: skip
    for x in (0, 1, 2**63, 2**64 - 1, 123456789):
        assert int(rng.mix(np.uint64(x))) == splitmix(x)


def test_a_uniform_by_hand():
    """The address in whole numbers, without the compiler."""
    golden = 0x9E3779B97F4A7C15
    seed, period, who, purpose, occasion, which = 11, 3, 29, rng.VOICE, 2, rng.id_of_name("focal")
    key = splitmix(splitmix(seed + golden) + golden * (period + 2))
    person = splitmix(key + golden * (who + 1))
    bits = splitmix(person + golden * (purpose << 56 | occasion << 36 | which))
    by_hand = ((bits >> 12) + 0.5) / 2**52
    assert uniforms(seed, period, who, 1, purpose, occasion, which, n=1)[0] == by_hand


def test_firm_ids_are_apart_and_fit_their_field():
    ids = [rng.id_of_name(f"firm_{k}") for k in range(10_000)]
    assert len(set(ids)) == len(ids) and max(ids) < 2**36
    assert rng.id_of_name("focal") == KNOWN_ID and min(ids) > rng.OUTSIDE


# ---------------------------------------------------------------- Gamma draws


@pytest.mark.parametrize("shape", [0.01, 0.3, 1.5, 50.0])
def test_gamma_draws(shape):
    """50,000 draws in logarithms against log Gamma(shape, 1); at 0.01 a plain Gamma would underflow."""
    x = np.empty(50_000)
    _log_gammas(rng.period_key(5, -1), shape, x)
    assert np.isfinite(x).all()
    if (
        shape < 0.1
    ):  # the density's mass lies below the smallest float: P(log X < y) = e^(shape y)/Gamma(shape+1)
        below = x < -50
        u = np.exp(shape * x[below] - special.gammaln(shape + 1.0))
        top = math.exp(shape * -50 - special.gammaln(shape + 1.0))
        assert stats.kstest(u / top, "uniform").pvalue > FAR
        assert abs(below.mean() - top) < 4 * math.sqrt(top * (1 - top) / len(x))
        x = x[~below]
        part = special.gammainc(shape, np.exp(x))
        assert stats.kstest((part - top) / (1 - top), "uniform").pvalue > FAR
    else:
        assert stats.kstest(special.gammainc(shape, np.exp(x)), "uniform").pvalue > FAR
    # negative: a shape a twentieth larger is told apart
    if shape > 0.1:
        assert stats.kstest(special.gammainc(shape * 1.05, np.exp(x)), "uniform").pvalue < FAR


def test_shares_of_gammas_are_dirichlet():
    """Two tastes of weights a and b: the share of the first is Beta(a, b)."""
    x, y = np.empty(N), np.empty(N)
    _log_gammas(rng.period_key(5, -1), 0.3, x)
    _log_gammas(rng.period_key(6, -1), 0.9, y)
    share = 1.0 / (1.0 + np.exp(y - x))
    assert stats.kstest(share, stats.beta(0.3, 0.9).cdf).pvalue > FAR


def test_pairs_of_a_comb_fill_the_square():
    """Serial pairs over people in 20 x 20 cells."""
    u = uniforms(n=200_000)
    a, b = u[::2], u[1::2]
    cells = np.bincount((a * 20).astype(int) * 20 + (b * 20).astype(int), minlength=400)
    assert stats.chisquare(cells).pvalue > FAR
    assert all(x != y for x, y in pairwise(u[:100]))
