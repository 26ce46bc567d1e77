"""The rest of ``guanxi bench``: the small jobs' wall times, the largest market, the Mesa twin's profile, the page."""

from __future__ import annotations

import collections
import os
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Any

from sim.core.errors import InputError

BEGIN, END = "<!-- guanxi bench: begin -->", "<!-- guanxi bench: end -->"
HUGE = 10_000_000


def say(text: str) -> None:
    """A line for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def clock(command: list[str], times: int = 1, where: str | None = None, **environment: str) -> float:
    """The shortest wall time of a command, seconds; its first failure is raised."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=where, env={**os.environ, **environment})
        taken.append(time.perf_counter() - began)
    return min(taken)


def jobs() -> dict[str, float]:
    """Wall times, seconds: starting, the first compilation in an empty cache, a small experiment."""
    say("bench: starting, compiling once more, and a small experiment")
    python = [sys.executable, "-c"]
    guanxi = "import sys; from sim.cli import main; sys.exit(main(sys.argv[1:]))"
    one = "from sim.validation.bench import cases as bench; bench.market(100)"
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
from sim.validation.bench import cases as bench
from sim.report.comparison import run
from sim.scenario.scenario import Scenario

def main():
    tree = bench.setting(2000).to_dict()
    arm = {"firms": {"firm_1": {"strategy": {"name": "fixed_plan"}}}}
    tree["experiment"] |= {"periods": 260, "replications": 10, "arms": {"all": {}, "less": arm}, "control": "all"}
    with tempfile.TemporaryDirectory() as folder:
        run(Scenario.from_config(tree), Path(folder) / "run", progress=False, report=False)

if __name__ == "__main__":
    main()
"""


def huge() -> dict[str, float]:
    """The largest market: seconds to draw it, rate of the whole step, peak memory of the process in GiB."""
    from sim.market.market import Market
    from sim.validation.bench import cases as bench

    say(f"bench: {HUGE:,} customers; about 6 GB of memory")
    began = time.perf_counter()
    made = Market(bench.setting(HUGE), 1, threads=os.cpu_count() or 1, collect=False)
    drawn = time.perf_counter() - began
    made.run_for(1)
    began = time.perf_counter()
    made.run_for(13)  # customer values are reported in the thirteenth
    rate = 13 * HUGE / (time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"customers": HUGE, "seconds_to_draw": drawn, "rate_step": rate, "peak_GiB": peak}


def profile(seconds: float = 8.0) -> str:
    """Where the Mesa twin spends its time: the running function's file, asked a thousand times a second."""
    from sim.validation.bench import cases as bench

    mesa, reason = bench.mesa_twin()
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
        places["equations" if equation else "mesa" if core else "the twin's own lines"] += 1

    before = signal.signal(signal.SIGPROF, ask)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        mesa.step()
    signal.setitimer(signal.ITIMER_PROF, 0.0)
    signal.signal(signal.SIGPROF, before)
    asked = sum(places.values())
    return "Mesa twin: " + ", ".join(f"{name} {100 * n / asked:.0f} %" for name, n in places.most_common())


def page(cases: list[dict[str, Any]], jobs: bool) -> str:
    """The tables as Markdown."""
    lines = [f"{machine()}.", "", "| customers | threads | rate, million a second | x plain Mesa | x plain C | whole step, "
             "million a second | all on, x whole step | with a second category |", "|---:|---:|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
    for c in cases:
        ratios = [f"{c[key]:.{d}f}" if c[key] else "" for key, d in (("ratio_mesa", 0), ("ratio_c", 2))]
        cells = [
            f"{c['customers']:,}",
            str(c["threads"]),
            f"{c['rate'] / 1e6:.2f}",
            *ratios,
            f"{c['rate_step'] / 1e6:.2f}",
            f"{c['ratio_all_on']:.2f}",
            f"{c['ratio_second']:.2f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    reasons = sorted({c["reason"] for c in cases if "reason" in c})
    lines += ["", *(f"Empty columns: {reason}." for reason in reasons)]
    plain = [c["rate_mesa"] for c in cases if c["rate_mesa"]]
    if plain:
        lines.append(
            f"Plain Mesa: {min(plain):,.0f} to {max(plain):,.0f} customer-periods a second, by case."
        )
    lines.append(f"State: {cases[0]['bytes_per_customer']} bytes a customer with {cases[0]['firms']} firms.")
    if jobs:
        lines += ["", profile() + ".", "", *_timed()]
    return "\n".join(lines)


def _timed() -> list[str]:
    rows = [f"| {name} | {taken:.1f} |" for name, taken in jobs().items()]
    return ["| wall time | seconds |", "|---|---:|", *rows]


def machine() -> str:
    """The machine in a few words, without a name: processor, cores, Python, libraries, compiler."""
    from importlib.metadata import version

    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        models = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        model = models[0] if models else model
    compiler = shutil.which("cc")
    told = (
        subprocess.run([compiler, "--version"], capture_output=True, text=True, check=False)
        if compiler
        else None
    )
    built = told.stdout.splitlines()[0] if told and told.stdout else "no C compiler"
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "mesa"))
    return f"{os.cpu_count()} cores of {model}; Python {platform.python_version()}, {libraries}; {built}"


def put(path: Path, text: str) -> None:
    """Write text between the marks of a file; raises `InputError` where it has none."""
    whole = path.read_text(encoding="utf-8")
    if BEGIN not in whole or END not in whole:
        raise InputError("--write", str(path), f"a file with the lines {BEGIN} and {END}")
    before, _, rest = whole.partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
