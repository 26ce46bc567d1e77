"""No strategy is a copy of another, nor would be with one number changed."""

from typing import Any

import pytest

import sim.strategies.library  # noqa: F401
from sim.strategies import STRATEGIES, FirmView, MarketingPlan, Strategy
from sim.strategies.checks.check import copies
from support.strategies import BUILT_IN, each

# No two alike.


@each
def test_no_copy_and_no_one_number_variant(name):
    assert copies(BUILT_IN[name], BUILT_IN.values()) == []


def planted(base: str, **fixed: Any) -> type[Strategy]:
    """A strategy that is another one with hard-coded numbers, under a name of its own."""

    class Planted(Strategy):
        """Nothing of its own."""

        def plan(self, view: FirmView) -> MarketingPlan:
            self.__dict__.setdefault("inner", STRATEGIES[base](**fixed))
            return self.inner.plan(view)

    Planted.name = "planted"
    return Planted


@pytest.mark.parametrize(
    "base, change",
    [
        *((name, {}) for name in ("club", "imitator", "best_responder", "transactional")),
        ("club", {"contact_rate": 0.11}), ("club", {"patience": 0.03}), ("partner", {"acquainted": 5}),
        ("heavy_promoter", {"every": 17.0}), ("heavy_promoter", {"depth": 0.4}),
        ("imitator", {"social_lag": 10.0}), ("best_responder", {"hold": 5.0}),
        ("transactional", {"advertising": 0.33}), ("event_marketer", {"every": 20.0}), ("event_marketer", {"every": 17.0}),
        ("advertiser", {"half_life": 20.0}), ("price_cutter", {"undercut": 0.05}),
        ("retention_focused", {"alarm": 0.04}), ("over_promiser", {"escalation": 1.0}),
    ],
)  # fmt: skip
def test_criterion_catches_a_planted_copy_and_a_planted_number(base, change):
    assert copies(BUILT_IN[base], [BUILT_IN[base], planted(base, **change)])


def test_criterion_lets_a_real_difference_pass():
    assert copies(BUILT_IN["club"], [BUILT_IN["club"], BUILT_IN["partner"]]) == []
