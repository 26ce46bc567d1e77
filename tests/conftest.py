"""What every test shares: the same examples each time, no screen, and which tests are the suite's core."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("same")

#: Folders whose tests run on a second Python too: what numba, numpy or Python itself could change. Files that meet
#: Mesa or compare Pythons mark themselves.
CORE = ("tests/unit/theory", "tests/kernel", "tests/property", "tests/golden", "sim/theory")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the core, less what is slow."""
    for item in items:
        folder = item.path.parent.relative_to(config.rootpath)
        core = any(folder.is_relative_to(named) for named in CORE)
        if core and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.core)
