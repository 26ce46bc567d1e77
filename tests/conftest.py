"""What every test shares: the same examples each time, no screen, and which tests are the suite's core."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("same")

#: Files whose tests run on a second Python too: what numba, numpy, Mesa, Hydra or Python itself could change.
CORE = {
    "test_agents",
    "test_cli",
    "test_identities",
    "test_imports",
    "test_luck",
    "test_mesa",
    "test_network",
    "test_reproducibility",
    "test_scenario",
    "test_strategies",
    "test_theory",
    "test_two_pythons",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the core: the files named above, less what is slow (as a strategy's variants are), and the theory's doctests."""
    for item in items:
        path = Path(str(item.path))
        core = path.stem in CORE or "theory" in path.parts
        if core and not item.get_closest_marker("slow") and "variant" not in item.name:
            item.add_marker(pytest.mark.core)
