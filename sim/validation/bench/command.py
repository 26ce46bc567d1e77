"""``guanxi bench``: measure as its options ask, and print the tables."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from argparse import Namespace
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.validation.bench import measure, timed_markets, wait

#: What ``--write`` replaces in a file stands between two such marks.
MARKS = {
    kind: (f"<!-- {kind}: begin -->", f"<!-- {kind}: end -->")
    for kind in ("guanxi bench", "guanxi bench --wait")
}


def main(options: Namespace) -> int:
    """Measure and print, as the command's options (sim/cli/bench.py) ask."""
    if options.write:
        surroundings(Path(options.write), "guanxi bench" if options.wait is None else "guanxi bench --wait")
    if options.wait is not None:
        return _wait(options)
    if options.huge:
        print(json.dumps(measure.huge(), indent=1))
        return 0
    if options.profile:
        print(measure.profile())
        return 0
    sizes = options.sizes or (timed_markets.FULL if options.full else timed_markets.QUICK)
    measure.say("bench: the same periods on all sides, in turn; a minute or two")
    mesa, _ = timed_markets.mesa_twin()
    found = [
        measure.case(customers, threads, mesa, options.repeats)
        for customers in sizes
        for threads in options.threads
    ]
    if options.json:
        print(json.dumps(found, indent=1))
        return 0
    text = page(found, jobs=options.full)
    print(text)
    if options.write:
        put(Path(options.write), text, "guanxi bench")
    return 0


def _wait(options: Namespace) -> int:
    measure.say(
        "bench: every measurement in a process of its own; other work on this machine shows in wall times"
    )
    found = wait.measure(options.wait, wait.Children(repeats=options.repeats, say=measure.say))
    if options.json:
        print(json.dumps(found, indent=1))
        return 0
    text = f"{machine()}.\n\n{wait.table(found)}"
    print(text)
    if options.write:
        put(Path(options.write), text, "guanxi bench --wait")
    return 0


def page(found: list[dict[str, Any]], jobs: bool) -> str:
    """The tables as Markdown."""
    lines = [f"{machine()}.", "", "| customers | threads | rate, million per second | x plain Mesa | x plain C | x C by columns | "
             "whole step, million per second | all on, x whole step | with a second category |",
             "|---:|---:|---:|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
    shown = (("ratio_mesa", 0), ("ratio_c", 2), ("ratio_c_columns", 2))
    for c in found:
        ratios = [f"{c[key]:.{d}f}" if c[key] else "" for key, d in shown]
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
    reasons = sorted({c["reason"] for c in found if "reason" in c})
    lines += ["", *(f"Empty columns: {reason}." for reason in reasons)]
    plain = [c["rate_mesa"] for c in found if c["rate_mesa"]]
    if plain:
        lines.append(
            f"Plain Mesa: {min(plain):,.0f} to {max(plain):,.0f} customer-periods per second, by case."
        )
    lines.append(
        f"State: {found[0]['bytes_per_customer']} bytes per customer with {found[0]['firms']} firms."
    )
    if jobs:
        lines += ["", measure.profile() + ".", "", *_timed()]
    return "\n".join(lines)


def _timed() -> list[str]:
    rows = [f"| {name} | {taken:.1f} |" for name, taken in measure.jobs().items()]
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
    answer = (
        subprocess.run([compiler, "--version"], capture_output=True, text=True, check=False)
        if compiler
        else None
    )
    built = answer.stdout.splitlines()[0] if answer and answer.stdout else "no C compiler"
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "mesa"))
    return f"{os.cpu_count()} cores of {model}; Python {platform.python_version()}, {libraries}; {built}"


def surroundings(path: Path, kind: str) -> tuple[str, str]:
    """The text before and after what ``--write`` replaces, marks included; raises `InputError` where a file has none."""
    whole = path.read_text(encoding="utf-8")
    begin, end = MARKS[kind]
    if begin not in whole or end not in whole:
        raise InputError("guanxi bench: --write", str(path), f"a file with the lines {begin} and {end}")
    before, _, rest = whole.partition(begin)
    return before + begin, end + rest.partition(end)[2]


def put(path: Path, text: str, kind: str) -> None:
    """Write text between the marks of a file, one of `MARKS`; raises `InputError` where it has none."""
    before, after = surroundings(path, kind)
    path.write_text(f"{before}\n{text}\n{after}", encoding="utf-8")
