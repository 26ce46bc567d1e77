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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the core, less what is slow, and keep tests that share a fixture on one worker."""
    for item in items:
        folder = item.path.parent.relative_to(config.rootpath)
        core = any(folder.is_relative_to(named) for named in CORE)
        if core and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.core)
        group = place_of_shared_fixtures(item)
        if group and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group))


def place_of_shared_fixtures(item: pytest.Item) -> str:
    """The place of our fixtures that this test shares with others, and the number of their case; empty if none.

    With ``--dist loadgroup`` a test goes to the next free worker, unless it is of a group: fixtures that several
    tests share are made once, and not on every worker.
    """
    known = getattr(item, "_fixtureinfo", None)
    cases = item.callspec.indices if hasattr(item, "callspec") else {}
    shared = {
        made.baseid: cases.get(name)
        for name, definitions in (known.name2fixturedefs if known else {}).items()
        for made in definitions[-1:]
        if made.baseid and made.scope != "function"
    }
    return " ".join(place if case is None else f"{place}-{case}" for place, case in sorted(shared.items()))
