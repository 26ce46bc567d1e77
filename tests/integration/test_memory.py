"""Many runs in one process leave nothing behind."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from sim.market.market import Market
from support import ROOT, TESTS
from support.markets import scenario

RUNS, MOST = 1000, 0.05
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="resident memory is read in /proc"
)


def growth(*given: str) -> float:
    """Growth of a process of its own, where no other test's memory hides it."""
    probe = subprocess.run(
        [sys.executable, str(TESTS / "support/memory_probe.py"), *given],
        capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{TESTS}"},
    )  # fmt: skip
    return float(probe.stdout)


def run(setting, seed, **options):
    market = Market(setting, seed, **options)
    market.run_for(3)
    return market


@pytest.mark.slow
@needs_proc
def test_a_thousand_small_runs_leave_nothing_behind():
    """Growth of resident memory from the 150th run to the 1,150th, garbage collected: below 5 %."""
    grown = growth(str(RUNS))
    assert grown < MOST, f"{grown:.1%}"


@needs_proc
def test_the_measure_sees_what_is_kept():
    """Negative: markets of 50 customers that somebody holds on to are seen."""
    assert growth(str(RUNS), "hold") > MOST


@pytest.mark.parametrize("options", [{}, {"eager": True}, {"threads": 2}, {"collect": False}])
def test_a_market_goes_when_nobody_holds_it(options):
    setting = scenario(customers=60, periods=3)
    over = weakref.ref(run(setting, 1, **options))
    gc.collect()
    assert over() is None
