"""Many runs in one process leave nothing behind."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from sim.experiment.runs import Job, Request
from sim.experiment.worker import one_run
from sim.market.market import Market
from support import ROOT, TESTS
from support.markets import scenario

RUNS, MOST = 2000, 0.05
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
def test_two_thousand_small_runs_leave_nothing_behind():
    """Growth of resident memory from the 150th run to the 2,150th, garbage collected: below 5 %."""
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


def lives_of_markets():
    setting = scenario(customers=50, periods=3)
    return lambda seed: run(setting, seed).books.outcomes()


def lives_of_an_experiment():
    setting = scenario(customers=50, periods=3, experiment={"twin": True, "sample": 5, "value_every": 2})
    request = Request(setting.to_dict(), "sim.scenario.scenario:Scenario")
    return lambda seed: one_run(request, Job("control", seed, True))


def episodes_of_a_learner():
    learner = pytest.importorskip("sim.experiment.learner")
    made = learner.FirmEnv(scenario(customers=50, periods=3), {"price": (6.5, 14.0)})

    def episode(seed):
        made.reset(seed=seed)
        made.step([0.5])

    return episode


def objects_left(once, runs, kept=None):
    """Objects that Python holds after some runs beyond those after the first five; ``kept`` keeps the results."""
    for seed in range(5):
        once(seed)
    gc.collect()
    before = len(gc.get_objects())
    for seed in range(5, 5 + runs):
        made = once(seed)
        if kept is not None:
            kept.append(made)
    del made
    gc.collect()
    return len(gc.get_objects()) - before


@pytest.mark.parametrize(
    ("lives", "runs"), [(lives_of_markets, 300), (episodes_of_a_learner, 300), (lives_of_an_experiment, 20)]
)
def test_runs_leave_no_objects_behind(lives, runs):
    """Fewer objects than runs, however many runs there are: a cache without bound would keep one at least of each."""
    assert objects_left(lives(), runs) < runs


def test_objects_that_are_kept_are_seen():
    setting = scenario(customers=50, periods=3)
    assert objects_left(lambda seed: run(setting, seed), 20, []) > 20 * 100
