"""The strategies of this package, and the plan that one makes of a view."""

from __future__ import annotations

from typing import Any

import pytest

from sim.strategies import (
    STRATEGIES,
    FirmView,
    MarketingPlan,
)
from sim.strategies.checks.view_sequences import played, view
from sim.strategies.library import make_strategy

BUILT_IN = dict(STRATEGIES)


each = pytest.mark.parametrize("name", sorted(BUILT_IN))


# What each does, in one look.


def plan_of(name: str, seen: FirmView | None = None, **values: Any) -> MarketingPlan:
    return make_strategy(name, values).plan(seen or view())


def plans_of(name: str, seen: Any, **values: Any) -> list[MarketingPlan]:
    return [plan for _, plan in played(make_strategy(name, values), tuple(seen))]
