"""The screening moves every assumed number, and shows what acts."""

from __future__ import annotations

import pytest

from sim.strategies import STRATEGIES
from sim.strategies.marketing_mix import MarketingMix
from sim.theory import THEORY
from sim.validation import screening


def test_every_assumed_number_is_screened():
    keys = {value.key for value in screening.assumed()}
    for name, section in THEORY.items():
        for key, p in section.declared.items():
            assert (f"theory.{name}.{key}" in keys) == p.assumed
    own = {value.key for value in screening.of_strategies()}
    for name, cls in STRATEGIES.items():
        for key, p in cls.declared.items():
            once = key not in MarketingMix.__annotations__ or name == "transactional"
            number = isinstance(p.default, (int, float))
            assert (f"strategies.{name}.{key}" in own) == (p.assumed and number and once)


@pytest.mark.parametrize("value", [*screening.assumed(), *screening.of_strategies()], ids=lambda v: v.key)
def test_every_moved_value_is_another_and_allowed(value):
    from sim.scenario.scenario import Scenario

    usual = Scenario.from_config(screening.tree_of(screening.base_of(value.key), None, 100)).to_dict()
    assert value.moved
    for level in value.moved:
        assert level != value.default
        assert Scenario.from_config(screening.tree_of(value.key, level, 100)).to_dict() != usual


def test_what_acts_shows_in_the_screening_and_what_does_not_act_does_not():
    usual = {1: screening.outcome("", None, 1, 300)}
    dear = {1: screening.outcome("theory.bonds.contact_cost", 5.0, 1, 300)}
    idle = {1: screening.outcome("theory.needs.season_peak", 13.0, 1, 300)}
    assert screening.differences(dear, usual)[0, 0] < 0
    assert not screening.differences(idle, usual).any()
