"""Our scenarios, without a run: arms differ from their control as they say."""

from __future__ import annotations

import pytest

from sim.report.settings_table import arm_settings
from sim.scenario.arms import control_of_each
from sim.scenario.files import compose


@pytest.mark.parametrize("name", ["leaky_bucket", "jackson_markets", "kotler_levels"])
def test_arms_of_the_scenarios_differ_from_their_control_in_the_strategy_alone(name):
    made = compose(name)
    own = control_of_each(made.experiment)
    assert len(set(own.values())) > 1
    for arm, settings in arm_settings(made).items():
        if own[arm] != arm:
            assert [one.key for one in settings] == ["firms.focal.strategy"], arm
