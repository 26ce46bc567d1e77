"""What every test shares: the same examples each time, no screen, and which tests are the suite's core."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

import sim.strategies.library  # noqa: F401  (all of ours are there before a test adds its own)
from sim.strategies.base import STRATEGIES

os.environ.setdefault("MPLBACKEND", "Agg")
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("same")

#: Folders whose tests run on a second Python too: what numba, numpy or Python itself could change. Files that meet
#: Mesa or compare Pythons mark themselves.
CORE = ("tests/unit/theory", "tests/kernel", "tests/property", "tests/golden", "sim/theory")
#: Folders whose files take longest, first to be given to a worker: the last ones then end at about the same time.
LONG = (
    "tests/contract",
    "tests/integration",
    "tests/validation",
    "tests/acceptance",
    "tests/laws",
    "tests/golden",
    "tests/unit/report",
    "tests/unit/scenario",
    "tests/unit/experiment",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the core, less what is slow; put the long files first."""

    def of(item: pytest.Item, folders: tuple[str, ...]) -> list[int]:
        here = item.path.parent.relative_to(config.rootpath)
        return [k for k, folder in enumerate(folders) if here.is_relative_to(folder)]

    for item in items:
        if of(item, CORE) and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.core)
    items.sort(key=lambda item: of(item, LONG) or [len(LONG)])


@pytest.fixture(scope="module", autouse=True)
def strategies_as_before() -> Iterator[None]:
    """Take the strategies that a file of tests registers out again: the next file on this worker may list them all."""
    before = dict(STRATEGIES)
    yield
    STRATEGIES.clear()
    STRATEGIES.update(before)
