"""The measurements: rates pair by pair, wall times of small jobs, the largest market, the profile of plain Mesa."""

from __future__ import annotations

import collections
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from sim.core.errors import InputError
from sim.validation.bench.timed_markets import (
    FIRMS,
    MESA_CUSTOMERS,
    QUARTER,
    in_c,
    market,
    mesa_twin,
    setting,
)

HUGE = 10_000_000
#: The programs in C, by the key of their ratio: the straightforward one and the one by columns.
C_PROGRAMS = {"c": "CTwin", "c_columns": "CColumns"}


def say(text: str) -> None:
    """Print a line of progress."""
    print(text, file=sys.stderr, flush=True)


def seconds(work: Callable[[], Any]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def case(customers: int, threads: int, mesa: Any | None, repeats: int) -> dict[str, Any]:
    """One size and number of threads: rates (customer-periods per second) and the ratios, pair by pair."""
    from sim.customers.columns import bytes_per_customer

    made = market(customers, threads=threads)
    in_c_now = {key: in_c(program, made, threads) for key, program in C_PROGRAMS.items()}
    periods = max(1, 200_000 // customers)  # enough for a clock
    lived = periods * customers

    made.conditions["counts"] = False  # no other program counts customers on file

    def loops() -> None:
        for _ in range(periods):
            made.period += 1  # another period, other random numbers
            made.serve_customers()
            made.spread_word_of_mouth()

    ours: list[float] = []
    theirs: dict[str, list[float]] = {key: [] for key in ("mesa", *C_PROGRAMS)}
    for repeat in range(repeats + 1):  # the first warms the caches and is dropped
        times = {"ours": seconds(loops) / lived}
        for key, (program, _) in in_c_now.items():
            if program:
                times[key] = seconds(partial(_step, program, periods)) / lived
        if mesa:
            times["mesa"] = seconds(mesa.step) / MESA_CUSTOMERS
        if repeat:
            ours.append(times.pop("ours"))
            for key, taken in times.items():
                theirs[key].append(taken)
    made.reports = True
    made.conditions["reports"] = True
    whole = [seconds(lambda: made.run_for(periods)) / lived for _ in range(min(3, repeats))]
    found: dict[str, Any] = {
        "customers": customers,
        "firms": FIRMS,
        "threads": threads,
        "rate": 1.0 / statistics.median(ours),
        "rate_step": 1.0 / statistics.median(whole),
        "bytes_per_customer": bytes_per_customer(FIRMS),
        **{f"ratio_{key}": _ratio(taken, ours) if taken else None for key, taken in theirs.items()},
        **{f"rate_{key}": 1.0 / statistics.median(taken) if taken else None for key, taken in theirs.items()},
        "ratio_all_on": ratio_of_all(customers, threads, min(3, repeats)),
        "ratio_second": ratio_of_all(customers, threads, min(3, repeats), second=True),
        "pairs": repeats,
    }
    reasons = {f"ratio_{key}": reason for key, (_, reason) in in_c_now.items()}
    reasons["ratio_mesa"] = "" if mesa else "no checkout: benchmarks/ is not installed"
    if any(reasons.values()):
        found["reason"] = "; ".join(f"{key}: {reason}" for key, reason in reasons.items() if reason)
    for program, _ in in_c_now.values():
        if program:
            program.close()
    return found


def _step(program: Any, periods: int) -> None:
    for _ in range(periods):
        program.step()


def _ratio(theirs: Sequence[float], ours: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(theirs, ours, strict=True))


def ratio_of_all(customers: int, threads: int, repeats: int, second: bool = False) -> float:
    """Throughput of whole steps with every mechanism on, divided by that of the basic market: median over paired runs."""
    from sim.market.market import Market

    core, every = (
        Market(setting(customers, everything=on, second=second), 1, threads=threads, collect=False)
        for on in (False, True)
    )
    for made in (core, every):
        made.run_for(QUARTER)
    pairs = [[seconds(partial(made.run_for, QUARTER)) for made in (core, every)] for _ in range(repeats)]
    return statistics.median(ours / all_on for ours, all_on in pairs)


def clock(command: list[str], times: int = 1, where: str | None = None, **environment: str) -> float:
    """Shortest wall time of a command over some runs, in seconds; raises an error if the command fails."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=where, env={**os.environ, **environment})
        taken.append(time.perf_counter() - began)
    return min(taken)


def jobs() -> dict[str, float]:
    """Wall times in seconds: start-up, a first run with and without compilation, and a small experiment."""
    say("bench: starting, compiling once more, and a small experiment")
    python = [sys.executable, "-c"]
    guanxi = "import sys; from sim.cli import main; sys.exit(main(sys.argv[1:]))"
    one = "from sim.validation.bench import timed_markets as bench; bench.market(100)"
    with tempfile.TemporaryDirectory() as empty:
        package = Path(__file__).parents[2]
        copy = Path(empty) / "sim"
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("conf", "scenarios"):
            beside = next((p / part for p in (package.parent, package) if (p / part).is_dir()), None)
            if beside is not None and not (Path(empty) / part).exists():
                shutil.copytree(beside, Path(empty) / part)
        cold = clock([*python, one], where=empty, PYTHONPATH=empty)
        warm = clock([*python, one], where=empty, PYTHONPATH=empty)
    return {
        "guanxi list": clock([*python, guanxi, "list"], times=3),
        "the first market of 100 customers, 20 periods, compiling": cold,
        "the same, compiled": warm,
        "2,000 customers, 4 firms, 260 periods, 2 arms x 10 seeds, tables written": clock([*python, _SMALL]),
    }


_SMALL = """
import tempfile
from pathlib import Path
from sim.validation.bench import timed_markets as bench
from sim.report.run_and_report import run
from sim.scenario.scenario import Scenario

def main():
    tree = bench.setting(2000).to_dict()
    arm = {"firms": {"firm_1": {"strategy": {"name": "fixed_plan"}}}}
    tree["experiment"] |= {"periods": 260, "replications": 10, "arms": {"all": {}, "less": arm}, "control": "all"}
    with tempfile.TemporaryDirectory() as folder:
        run(Scenario.from_config(tree), Path(folder) / "run", progress=False, report="none")

if __name__ == "__main__":
    main()
"""


def huge() -> dict[str, float]:
    """The largest market: seconds to draw it, rate of the whole step, peak memory of the process in GiB."""
    from sim.market.market import Market

    say(f"bench: {HUGE:,} customers; about 6 GB of memory")
    began = time.perf_counter()
    made = Market(setting(HUGE), 1, threads=os.cpu_count() or 1, collect=False)
    drawn = time.perf_counter() - began
    made.run_for(1)
    began = time.perf_counter()
    made.run_for(13)  # customer values are reported in the thirteenth
    rate = 13 * HUGE / (time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"customers": HUGE, "seconds_to_draw": drawn, "rate_step": rate, "peak_GiB": peak}


def profile(seconds: float = 8.0) -> str:
    """Time shares of the plain Mesa program by the running function's file, sampled a thousand times per second."""
    mesa, reason = mesa_twin()
    if mesa is None:
        raise InputError("--profile", reason, "a checkout")
    places: collections.Counter[str] = collections.Counter()

    def ask(_: int, frame: FrameType | None) -> None:
        name = frame.f_code.co_filename.replace(os.sep, "/") if frame else ""
        equation = any(
            part in name
            for part in (
                "/sim/theory/",
                "/sim/core/functions.py",
                "/sim/customers/network.py",
            )
        )
        core = "/mesa/" in name or name.endswith(("weakref.py", "_weakrefset.py"))
        places["equations" if equation else "mesa" if core else "the program's own lines"] += 1

    before = signal.signal(signal.SIGPROF, ask)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        mesa.step()
    signal.setitimer(signal.ITIMER_PROF, 0.0)
    signal.signal(signal.SIGPROF, before)
    asked = sum(places.values())
    return "Plain Mesa: " + ", ".join(f"{name} {100 * n / asked:.0f} %" for name, n in places.most_common())
