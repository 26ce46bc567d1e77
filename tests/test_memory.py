"""Many runs in one process leave nothing behind."""

from __future__ import annotations

import gc
import weakref

import pytest
from small_markets import scenario

from sim.market import Market

WARM_UP, RUNS, MOST = 150, 1000, 0.05


def resident() -> int:
    """Resident memory of this process, bytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def run(setting, seed, **options):
    market = Market(setting, seed, **options)
    market.run_for(3)
    return market


@pytest.mark.slow
def test_a_thousand_small_runs_leave_nothing_behind():
    """Growth of resident memory from the 150th run to the 1,150th, garbage collected: below 5 %."""
    try:
        resident()
    except OSError:
        pytest.skip("no /proc here: resident memory cannot be read")
    parts = {"population": {"entry_rate": 0.05}, "firms": {"focal": {"strategy": {"name": "club"}}}}
    setting = scenario(parts, customers=50, periods=3)
    before = 0
    for seed in range(WARM_UP + RUNS):
        if seed == WARM_UP:
            gc.collect()
            before = resident()
        run(setting, seed).books.outcomes()
    gc.collect()
    grown = resident() / before - 1
    assert grown < MOST, f"{grown:.1%} of {before / 1e6:.0f} MB"


def test_the_measure_sees_what_is_kept():
    """Negative: 1,000 markets of 2,000 customers that somebody holds on to would be seen; ten are."""
    before, setting = resident(), scenario(customers=20_000, periods=3)
    kept = [run(setting, seed) for seed in range(10)]
    assert resident() > before * (1 + MOST) and len(kept) == 10


@pytest.mark.parametrize("options", [{}, {"eager": True}, {"threads": 2}, {"collect": False}])
def test_a_market_goes_when_nobody_holds_it(options):
    setting = scenario(customers=60, periods=3)
    over = weakref.ref(run(setting, 1, **options))
    gc.collect()
    assert over() is None
