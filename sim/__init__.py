"""Guanxi (关系, relationship): a market simulator for relationship marketing.

The public names, resolved when first used so that importing `sim` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Market": "sim.market.market",
    "Firm": "sim.market.agents:FirmAgent",
    "Customer": "sim.customers.agent",
    "Customers": "sim.customers.agentset",
    "Network": "sim.customers.network",
    "Scenario": "sim.scenario.scenario",
    "Strategy": "sim.strategies",
    "strategy": "sim.strategies",
    "STRATEGIES": "sim.strategies",
    "FirmView": "sim.strategies",
    "MarketingPlan": "sim.strategies",
    "Programme": "sim.strategies",
    "Tier": "sim.strategies",
    "param": "sim.core.parameters",
    "InputError": "sim.core.errors",
    "METRICS": "sim.firms.metrics",
    "compose": "sim.scenario.files",
    "compare": "sim.report.run_and_report",
    "Result": "sim.report.run_and_report",
    "drawing": "sim.report.style",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    module, _, other = _HOME[name].partition(":")
    value = getattr(import_module(module), other or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
