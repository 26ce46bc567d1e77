"""The market alone, measured in a process of its own: ``python alone.py WORK ARGUMENTS`` prints JSON.

`wait` starts it as a script, with the package to be measured on the path; therefore it uses public names only.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import sim
from sim.market.market import Market

#: Folder in which `TimedMarket` leaves the beginning and the end of each life.
LIVES = "GUANXI_BENCH_LIVES"
VALUES = 14  # periods after which customer values have been reported once, so that everything is compiled
WAITS = ("processor", "wall")


class TimedMarket(Market):
    """A market that leaves the times of its beginning and its end as a file in the folder `LIVES`."""

    def __init__(self, *given: Any, **options: Any) -> None:
        self.began = time.time()
        super().__init__(*given, **options)

    def step(self) -> None:
        """One period; after the last one the times are written."""
        super().step()
        if not self.running:
            file = Path(os.environ[LIVES]) / f"{os.getpid()}-{time.time_ns()}"
            file.write_text(f"{self.began} {time.time()}", encoding="ascii")


def taken(work: Callable[[], Any]) -> tuple[float, float]:
    """Processor and wall seconds of one call in this process."""
    began = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - began[0], time.perf_counter() - began[1]


def lives(scenario: str, replications: str, *overrides: str) -> dict[str, float]:
    """Seconds of every run of a scenario: markets built and run to their ends, nothing else.

    One replication is lived and counted as many times as there are replications.
    """
    setting = sim.compose(scenario, list(overrides))
    for arm in setting.experiment.arms:  # kernels are loaded, and each strategy has been used
        Market(_of_arm(setting, arm), 1, collect=False).run_for(VALUES)
    spent = [0.0, 0.0]

    def live(of_arm: Any, replay: Any = None) -> Any:
        made: list[Any] = []

        def work() -> None:
            made.append(Market(of_arm, of_arm.experiment.seed, collect=False, replay=replay))
            made[0].run_for(of_arm.experiment.periods)

        for k, seconds in enumerate(taken(work)):
            spent[k] += seconds * int(replications)
        return made[0].plans

    for arm in setting.experiment.arms:
        plans = live(_of_arm(setting, arm))
        if setting.experiment.twin:
            live(_of_arm(setting, arm, loyalty=False), plans)
    return dict(zip(WAITS, spent, strict=True))


def _of_arm(setting: Any, arm: str, loyalty: bool | None = None) -> Any:
    tree = setting.for_arm(arm).to_dict()
    tree["experiment"] |= {"arms": {arm: {}}, "control": arm, "controls": {}, "sample": 0}
    tree["expect"] = []
    if loyalty is not None:
        tree["market"]["loyalty"] = loyalty
    return type(setting).from_config(tree)


def reset(scenario: str, customers: str, times: str) -> dict[str, Any]:
    """Seconds of `FirmEnv.reset`, and of building its market alone; medians."""
    from sim.experiment.learner import FirmEnv

    environment = FirmEnv(scenario, {"price": (7.0, 14.0)}, customers=int(customers))  # type: ignore[arg-type]
    setting = sim.compose(scenario, [f"population.customers={customers}"])
    work: dict[str, Callable[[], Any]] = {
        "reset": environment.reset,
        "market": lambda: Market(setting, 1, collect=False),
    }
    return {
        name: dict(zip(WAITS, _medians([taken(call) for _ in range(int(times) + 1)][1:]), strict=True))
        for name, call in work.items()
    }


def _medians(pairs: Sequence[tuple[float, float]]) -> list[float]:
    return [statistics.median(values) for values in zip(*pairs, strict=True)]


def step(customers: str, periods: str) -> dict[str, float]:
    """Seconds of a period with reports and fixed plans: all of it, and outside the compiled loops over customers."""
    from sim.validation.bench import timed_markets

    made = Market(timed_markets.setting(int(customers)), 1, collect=False)
    spent, serving = [0.0], [False]
    each = made.first.blocks.each

    def timed_each(work: Any) -> None:
        began = time.process_time()
        each(work)
        if serving[0]:
            spent[0] += time.process_time() - began

    def serving_in(act: Callable[[], Any]) -> Callable[[], Any]:
        def call() -> None:
            serving[0] = True
            act()
            serving[0] = False

        return call

    for owner, name, changed in (
        (made.first.blocks, "each", timed_each),
        (made, "serve_customers", serving_in(made.serve_customers)),
        (made, "spread_word_of_mouth", serving_in(made.spread_word_of_mouth)),
    ):
        setattr(owner, name, changed)
    made.run_for(2 * VALUES - 2)
    found = []
    for _ in range(max(3, int(periods) // 13)):  # thirteen periods: one report of customer values
        spent[0] = 0.0
        processor, wall = taken(lambda: made.run_for(13))
        found.append((processor / 13, wall / 13, (processor - spent[0]) / 13))
    processor, wall, outside = (statistics.median(values) for values in zip(*found, strict=True))
    return {"processor": processor, "wall": wall, "outside": outside}


def memory(customers: str) -> dict[str, int]:
    """Resident memory of a process with a market that has reported customer values once, bytes."""
    from sim.validation.bench import timed_markets

    made = Market(timed_markets.setting(int(customers)), 1, collect=False)
    made.run_for(VALUES)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return {"customers": made.n_customers, "bytes": pages * os.sysconf("SC_PAGE_SIZE")}


def workers(scenario: str, count: str, replications: str, customers: str) -> dict[str, float]:
    """Seconds from the first life's start to the last one's end, with a number of worker processes."""
    import tempfile

    with tempfile.TemporaryDirectory() as left:
        os.environ[LIVES] = left
        sim.compare(
            scenario, replications=int(replications), customers=int(customers), workers=int(count),
            market="alone:TimedMarket",
        )  # fmt: skip
        times = [
            [float(word) for word in file.read_text(encoding="ascii").split()]
            for file in Path(left).iterdir()
        ]
    return {"lives": len(times), "wall": max(t[1] for t in times) - min(t[0] for t in times)}


WORK: dict[str, Callable[..., Any]] = {work.__name__: work for work in (lives, reset, step, memory, workers)}

if __name__ == "__main__":
    print(json.dumps(WORK[sys.argv[1]](*sys.argv[2:])))
