"""Every random number, by its address: seed, purpose, period, customer, and occasion or firm.

A number depends on its address alone: not on earlier draws or their order. The
generator is SplitMix64 (Steele, Lea & Flood 2014) used as a counter: its output function applied to
a person's key plus an odd constant times the address.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from sim.core.errors import InputError
from sim.core.functions import normal_quantile
from sim.core.jit import compiled, inlined

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)

OUTSIDE = 1  # address of the outside option's random numbers; firms' addresses come from their names

# Purposes of random numbers. A purpose that is switched off takes no numbers from another.
(
    POPULATION, TASTE, ADVERTISED, CONTACTED, NEED, OCCASION_TIME, CHOICE, FAILURE, PERFORMANCE, VOICE, FOUND,
    DROPOUT, RECONSIDER, RETURN, SPEAK, LAYER, TIE, KNOWN, ENTRY, SURVEY, LIFETIME, EVENT,
    STAKEHOLDER, NOTICED, CROSS_SOLD, INTRODUCED, COMES, BRINGS, EVENT_EXPERIENCE, LEAVES_DATA, DATA_ERROR,
    GOOD, TASTE_CHANGE, GOOD_READ, GOOD_TRIED, RECORD, TURNED_AWAY,
) = range(1, 38)  # fmt: skip


@inlined
def mix(x):
    """The output function of SplitMix64: 64 bits to 64 bits."""
    z = np.uint64(x)
    z = (z ^ (z >> _S30)) * _FIRST
    z = (z ^ (z >> _S27)) * _SECOND
    return z ^ (z >> _S31)


@inlined
def inlined_period_key(seed, period):
    """Key of one period of one run, in compiled code."""
    return mix(mix(np.uint64(seed) + _GOLDEN) + _GOLDEN * np.uint64(period + 2))


@compiled
def _kept_key(seed, period):
    return inlined_period_key(seed, period)


def period_key(seed: int, period: int) -> np.uint64:
    """Key of one period of one run."""
    return np.uint64(_kept_key(np.uint64(seed), np.int64(period)))


@compiled
def _category_key(key):
    return mix(key + _GOLDEN * np.uint64(2**40))


def of_second(key: np.uint64) -> np.uint64:
    """Key of the second category in a period: no customer, firm or event has a number as large."""
    return np.uint64(_category_key(key))


@inlined
def person_key(key, who):
    """Key of one person in one period."""
    return mix(key + _GOLDEN * np.uint64(who + 1))


@inlined
def uniform(person, purpose, occasion, which):
    """A uniform number in (0, 1) by address; occasion below 2**20, which (a firm's address) below 2**36."""
    address = (
        (np.uint64(purpose) << np.uint64(56)) | (np.uint64(occasion) << np.uint64(36)) | np.uint64(which)
    )
    bits = mix(person + _GOLDEN * address)
    return (np.float64(bits >> _S12) + 0.5) * (
        1.0 / 4503599627370496.0
    )  # 52 bits: with 53, 1 would be rounded to


def id_of_name(name: str) -> int:
    """Address of a firm's random numbers, below 2**36, from its name alone: other firms and their order change nothing."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big") >> 28


@compiled
def _fill_answers(key, firm, answers):
    person = person_key(key, firm)
    for k in range(len(answers)):
        answers[k, 0] = uniform(person, SURVEY, k, 0)
        answers[k, 1] = normal_quantile(uniform(person, SURVEY, k, 1))
        answers[k, 2] = normal_quantile(uniform(person, SURVEY, k, 2))


@compiled
def _of_named(key, who, purpose):
    return uniform(person_key(key, who), purpose, 0, 0)


def of_event(key: np.uint64, event: int) -> float:
    """Random number of an event in one period, from the id of its name, uniform in (0, 1)."""
    return float(_of_named(key, np.int64(event), np.int64(EVENT)))


def of_stakeholder(key: np.uint64, stakeholder: int) -> float:
    """Random number of a stakeholder in one period, from the id of its name, uniform in (0, 1)."""
    return float(_of_named(key, np.int64(stakeholder), np.int64(STAKEHOLDER)))


def answers(key: np.uint64, firm: int, asked: int) -> np.ndarray:
    """Random numbers of a firm's survey, (asked, 3): the customer it meets, uniform, and two standard normal errors."""
    made = np.empty((asked, 3))
    _fill_answers(key, np.int64(firm), made)
    return made


@compiled
def _fill_normals(key, who, purpose, normals):
    person = person_key(key, who)
    for row in range(normals.shape[0]):
        for column in range(normals.shape[1]):
            normals[row, column] = normal_quantile(uniform(person, purpose, row, column))


def normals(key: np.uint64, who: int, purpose: int, rows: int, columns: int) -> np.ndarray:
    """Standard normal random numbers of one firm for one purpose in a period, (rows, columns)."""
    made = np.empty((rows, columns))
    _fill_normals(key, np.int64(who), np.int64(purpose), made)
    return made


def whole_seed(seed: Any, key: str = "seed") -> int:
    """A seed as a Python int; raises `InputError` unless it is a whole number from 0 up."""
    if (
        isinstance(seed, (bool, np.bool_))
        or not isinstance(seed, (int, np.integer))
        or seed < 0
        or seed >= 2**63
    ):
        raise InputError(key, seed, "a whole number from 0 up, below 2**63")
    return int(seed)
