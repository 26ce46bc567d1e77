"""Guanxi (关系, relationship): a market simulator for relationship marketing.

The public names, resolved when first used so that importing `sim` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Market": "sim.market",
    "Firm": "sim.firm",
    "Customer": "sim.customer",
    "Customers": "sim.agents",
    "Network": "sim.network",
    "Scenario": "sim.scenario",
    "Strategy": "sim.plan",
    "strategy": "sim.plan",
    "STRATEGIES": "sim.plan",
    "FirmView": "sim.plan",
    "MarketingPlan": "sim.plan",
    "Programme": "sim.plan",
    "Tier": "sim.plan",
    "param": "sim.declare",
    "Problem": "sim.problem",
    "METRICS": "sim.metrics",
    "compose": "sim.compose",
    "compare": "sim.experiment",
    "Result": "sim.experiment",
    "drawing": "sim.report.style",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
