"""The samplers from which the customers of a scenario are drawn, one for each category."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.core import rng
from sim.customers.sampling import CustomerSampler
from sim.customers.traits import Distribution
from sim.scenario.scenario import Scenario

ZERO = Distribution("constant", 0.0, 0.0)


def first_category(scenario: Scenario) -> CustomerSampler:
    """The sampler of the first category."""
    taste = scenario.market.taste
    firms = [
        (rng.id_of_name(name), offer.taste_weight if taste else 0.0, offer.known_by, offer.promise)
        for name, offer in scenario.firms.items()
    ]
    return _sampler(scenario, firms, scenario.market.outside_taste_weight if taste else 0.0)


def second_category(scenario: Scenario) -> CustomerSampler:
    """The sampler of the second category; firms without an offer there are known to nobody."""
    second, taste = scenario.second, scenario.market.taste
    assert second is not None
    firms = []
    for name in scenario.firms:
        known, weight, promise = 0.0, 0.0, 0.0
        if name in second.firms:
            offer = second.firms[name]
            known, weight, promise = offer.known_by, offer.taste_weight, offer.quality
        firms.append((rng.id_of_name(name), weight if taste else 0.0, known, promise))
    sampler = _sampler(scenario, firms, 0.0).with_trait("need_rate", second.need_rate)
    return sampler.with_trait("exit_rate", ZERO).with_trait("dropout", ZERO)


def _sampler(
    scenario: Scenario, firms: Sequence[tuple[float, ...]], outside_taste_weight: float
) -> CustomerSampler:
    segments, theory = list(scenario.population.segments.values()), scenario.theory
    sampler = CustomerSampler.of(
        segments,
        np.array(firms, dtype="f8"),
        outside_taste_weight,
        theory.trust.start,
        theory.choice.habit_start,
    )
    return sampler if scenario.market.loyalty else sampler.with_trait("lock_in", ZERO)
