"""Drawing the population: every customer's traits, tastes and times, each from its own address."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.core import rng
from sim.core.functions import exp, log, normal_quantile
from sim.core.jit import compiled, inlined
from sim.customers.columns import Columns
from sim.customers.traits import TRAITS, Distribution, Segment

CONSTANT, NORMAL, LOGNORMAL, GAMMA, BETA = range(5)
_KIND = {"constant": CONSTANT, "normal": NORMAL, "lognormal": LOGNORMAL, "gamma": GAMMA, "beta": BETA}
NAMES = tuple(TRAITS)  # the order of the traits in the table and in `draw`


@inlined
def draw_log_gamma(person, purpose, which, shape):
    """Logarithm of a Gamma(shape, 1) draw, accurate at any small shape (Marsaglia & Tsang 2000).

    A draw of shape + 1 times U^(1/shape), in logarithms: at small shapes a plain Gamma underflows.
    """
    d = shape + 1.0 - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    boost = log(rng.uniform(person, purpose, 0, which)) / shape
    for attempt in range(1, 1000):
        x = normal_quantile(rng.uniform(person, purpose, 2 * attempt, which))
        v = 1.0 + c * x
        if v <= 0.0:
            continue
        log_v = 3.0 * log(v)
        accept = 0.5 * x * x + d - d * exp(log_v) + d * log_v
        if log(rng.uniform(person, purpose, 2 * attempt + 1, which)) < accept:
            return log(d) + log_v + boost
    return log(shape)


@inlined
def drawn(person, trait, kind, first, second):
    """One trait from its distribution: constant, normal, lognormal, gamma (shape, mean) or beta."""
    if kind == CONSTANT:
        return first
    if kind == GAMMA:
        return exp(draw_log_gamma(person, rng.POPULATION, 10 * trait, first)) * second / first
    if kind == BETA:
        a = draw_log_gamma(person, rng.POPULATION, 10 * trait, first)
        b = draw_log_gamma(person, rng.POPULATION, 10 * trait + 1, second)
        return 1.0 / (1.0 + exp(b - a))
    z = normal_quantile(rng.uniform(person, rng.POPULATION, 0, 10 * trait))
    return first + second * z if kind == NORMAL else first * exp(second * z)


@compiled
def draw(start, stop, key, shares, table, firms, outside_weight, entered, spread, weeks, trust_start, habit_start,
         known, c):  # fmt: skip
    """Draw customers start to stop; `table` (n_segments, n_traits, 3), `firms` (n_firms, 4): address, taste, known, promise; `known` (n_segments,)
    is the factor on the share of a segment that knows a firm.

    ``entered`` is the period of entry; with ``spread`` 1 the time within it is uniform, else its beginning.
    """
    for i in range(start, stop):
        person = rng.person_key(key, i)
        u = rng.uniform(person, rng.POPULATION, 0, 999)
        segment = 0
        while segment < len(shares) - 1 and u >= shares[segment]:
            segment += 1
        c.segment[i] = segment
        t = table[segment]
        c.need_rate[i] = drawn(person, 0, t[0, 0], t[0, 1], t[0, 2])
        c.price_sensitivity[i] = drawn(person, 1, t[1, 0], t[1, 1], t[1, 2])
        c.quality_weight[i] = drawn(person, 2, t[2, 0], t[2, 1], t[2, 2])
        c.desire[i] = drawn(person, 3, t[3, 0], t[3, 1], t[3, 2])
        c.relational_orientation[i] = drawn(person, 4, t[4, 0], t[4, 1], t[4, 2])
        c.loss_aversion[i] = drawn(person, 5, t[5, 0], t[5, 1], t[5, 2])
        c.voice[i] = drawn(person, 6, t[6, 0], t[6, 1], t[6, 2])
        c.exit_rate[i] = drawn(person, 7, t[7, 0], t[7, 1], t[7, 2])
        c.dropout[i] = drawn(person, 8, t[8, 0], t[8, 1], t[8, 2])
        c.lock_in[i] = drawn(person, 9, t[9, 0], t[9, 1], t[9, 2])
        if outside_weight > 0.0:
            c.taste_outside[i] = draw_log_gamma(person, rng.TASTE, rng.OUTSIDE, outside_weight)
        time = entered + (rng.uniform(person, rng.ENTRY, 0, 0) if spread else 0.0)
        c.entered_at[i] = time
        if c.exit_rate[i] > 0.0:
            lifetime = -log(rng.uniform(person, rng.LIFETIME, 0, 0)) / (c.exit_rate[i] * weeks)
            c.leaves_at[i] = time + lifetime
        for j in range(len(firms)):
            firm = np.int64(firms[j, 0])
            if firms[j, 1] > 0.0:
                c.taste[j, i] = draw_log_gamma(person, rng.TASTE, firm, firms[j, 1])
            if rng.uniform(person, rng.KNOWN, 0, firm) < firms[j, 2] * known[segment]:
                c.aware[i] |= np.uint32(1) << np.uint32(j)
            c.expectation[j, i] = firms[j, 3]
            c.trust[j, i] = trust_start
            c.habit[j, i] = habit_start


class CustomerSampler(NamedTuple):
    """Draws the customers of one category: their distributions, and their knowledge and tastes at the start."""

    shares: np.ndarray  # (n_segments,), cumulated
    traits: np.ndarray  # (n_segments, n_traits, 3): kind and the two numbers of a distribution
    known_by: np.ndarray  # (n_segments,), factor on the share of customers who know a firm at the start
    firms: np.ndarray  # (n_firms, 4): address of random numbers, weight of taste, share who know it, promise
    outside_taste_weight: float
    trust_start: float
    habit_start: float

    @classmethod
    def of(
        cls, segments: Sequence[Segment], firms: np.ndarray, outside_taste_weight: float, trust_start: float,
        habit_start: float,
    ) -> CustomerSampler:  # fmt: skip
        """The sampler of these segments; ``firms`` (n_firms, 4) as above."""
        traits = [[_row(getattr(segment, name)) for name in NAMES] for segment in segments]
        return cls(
            np.cumsum([segment.share for segment in segments]), np.array(traits, dtype="f8"),
            np.array([segment.known_by for segment in segments]), firms, float(outside_taste_weight),
            float(trust_start), float(habit_start),
        )  # fmt: skip

    def with_trait(self, name: str, distribution: Distribution) -> CustomerSampler:
        """The same sampler, one trait of all segments drawn from another distribution."""
        traits = self.traits.copy()
        traits[:, NAMES.index(name)] = _row(distribution)
        return self._replace(traits=traits)

    def draw(
        self, key: np.uint64, columns: Columns, start: int, stop: int, period: int, weeks: float
    ) -> None:
        """Draw customers ``start`` to ``stop``, who enter in a period (0: at its beginning), into the columns."""
        draw(
            start, stop, key, self.shares, self.traits, self.firms, self.outside_taste_weight, float(period), period > 0,
            float(weeks), self.trust_start, self.habit_start, self.known_by, columns.stored,
        )  # fmt: skip


def _row(distribution: Distribution) -> tuple[float, float, float]:
    return _KIND[distribution.kind], distribution.first, distribution.second


#: Columns that the second category copies from the first; it has tastes and needs of its own.
SHARED = (
    "segment", "price_sensitivity", "quality_weight", "desire", "relational_orientation", "loss_aversion", "voice",
    "lock_in", "entered_at", "leaves_at",
)  # fmt: skip


def share_traits(columns: Columns, second: Columns, start: int, stop: int) -> None:
    """Copy the traits that both categories share, of customers ``start`` to ``stop``, into the second category's columns."""
    for name in SHARED:
        getattr(second, name)[start:stop] = getattr(columns, name)[start:stop]
