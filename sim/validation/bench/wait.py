"""``guanxi bench --wait``: processor and wall time of what a user waits for, beside what the market alone takes.

Everything is measured in child processes that import the package in a given folder. This module imports nothing of
`sim`, so a script can measure another checkout with it: ``Children(folder)``, then a function of `CASES`.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

Row = dict[str, Any]

PACKAGE = Path(__file__).parents[3]  # the folder that holds `sim`
ALONE = Path(__file__).with_name("alone.py")
PAUSE = 0.25  # seconds without output after which an answer is taken as printed

SMALLEST = ("toothpaste_1973", 1, ("population.customers=300", "experiment.replications=1"))
DEMO = ("bond_ladder", 6, ("population.customers=2000", "experiment.replications=6"))
GRID = ("promise_and_trust", 1, ("population.customers=200", "experiment.periods=78", "experiment.replications=1"))  # fmt: skip
JOBS = (2, 32)  # jobs of the smaller and of the larger grid
STEPS = (300, 2_000, 5_000, 100_000)  # customers
MEMORY = (50_000, 250_000)  # customers
PERIODS = 78  # timed for a step, at least three times thirteen


class Taken(NamedTuple):
    """Seconds of one child process with all of its own children: at its first answer, and at its end."""

    processor: float
    wall: float
    answer_processor: float | None
    answer_wall: float | None
    output: str


def seconds_of(pid: int) -> float | None:
    """Processor seconds so far of a process and its descendants, those that have ended included; None without /proc."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    if not Path(f"/proc/{pid}/stat").is_file():
        return None
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # it has ended meanwhile
            fields = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(entry.name))
            used[int(entry.name)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    found, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        found += used.get(one, 0.0)
        waiting += children.get(one, [])
    return found


class Children:
    """Child processes with the package in ``folder``, in an empty working folder each."""

    def __init__(
        self,
        folder: Path = PACKAGE,
        repeats: int = 3,
        say: Callable[[str], None] = lambda text: None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.folder, self.repeats, self.say = folder, repeats, say
        path = os.pathsep.join(
            [str(folder), str(ALONE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        )
        #: Unbuffered, so that an answer is seen when it is printed.
        self.environment = {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **(environment or {})}

    def run(self, *words: str) -> Taken:
        """Python with these words; raises RuntimeError if it fails."""
        with tempfile.TemporaryDirectory() as here, tempfile.TemporaryFile() as errors:
            before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-P", *words], cwd=here, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip
            try:
                output, answered = self._read(process, began)
                process.wait()
            except BaseException:
                process.terminate()
                process.wait()
                raise
            wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
            if process.returncode:
                errors.seek(0)
                lines = errors.read().decode(errors="replace").strip().splitlines()
                raise RuntimeError(f"{' '.join(words)[:200]}: {lines[-1] if lines else process.returncode}")
        used = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
        return Taken(used, wall, *answered, output)

    @staticmethod
    def _read(
        process: subprocess.Popen[bytes], began: float
    ) -> tuple[str, tuple[float | None, float | None]]:
        """Everything printed, and processor and wall seconds at the end of the first burst of it."""
        assert process.stdout is not None
        out = process.stdout.fileno()
        parts: list[bytes] = []
        processor: float | None = None
        wall: float | None = None
        printing = True
        while True:
            ready, _, _ = select.select([out], [], [], PAUSE if parts and printing else None)
            if not ready:
                printing = False  # the answer is there
                continue
            part = os.read(out, 65536)
            if not part:
                return b"".join(parts).decode(errors="replace"), (processor, wall)
            parts.append(part)
            if printing:
                processor, wall = seconds_of(process.pid), time.perf_counter() - began

    def guanxi(self, *words: str) -> Taken:
        """A command of the package."""
        return self.run("-m", "sim", *words)

    def alone(self, *words: object) -> Any:
        """The answer of a work of `alone`."""
        return json.loads(self.run(str(ALONE), *map(str, words)).output.splitlines()[-1])

    def often(self, work: Callable[[], Any]) -> list[Any]:
        """The work, repeated."""
        return [work() for _ in range(self.repeats)]


def row(case: str, measure: str, **values: Any) -> Row:
    """A measurement: processor and wall seconds, those of the market alone, or another value and its unit."""
    keys = ("processor", "wall", "market", "value", "unit", "reason")
    return {"case": case, "measure": measure, **dict.fromkeys(keys), **values}


def median(values: Iterable[float | None]) -> float | None:
    """Median; None if one is missing."""
    kept = list(values)
    return None if None in kept else statistics.median(kept)  # type: ignore[type-var]


def _of_run(case: str, given: tuple[str, int, Sequence[str]], children: Children) -> list[Row]:
    """A run to its printed answer and to its end, with the page."""
    scenario, replications, overrides = given
    children.say(f"bench: {scenario} {' '.join(overrides)}")
    market = children.alone("lives", scenario, replications, *overrides)["processor"]
    runs = children.often(lambda: children.guanxi("run", f"scenario={scenario}", *overrides, "out=run"))
    answer = {
        "processor": median(run.answer_processor for run in runs),
        "wall": median(run.answer_wall for run in runs),
    }
    whole = {"processor": median(run.processor for run in runs), "wall": median(run.wall for run in runs)}
    reason = None if answer["processor"] is not None else "no /proc on this system"
    return [
        row(case, "to the printed answer", market=market, reason=reason, **answer),
        row(case, "with the page", market=market, **whole),
    ]


def smallest(children: Children) -> list[Row]:
    """The smallest run: toothpaste_1973, 300 customers, 1 replication."""
    return _of_run("smallest", SMALLEST, children)


def demo(children: Children) -> list[Row]:
    """The run of `make demo`: bond_ladder, 2,000 customers, 6 replications."""
    return _of_run("demo", DEMO, children)


def grid(children: Children, jobs: tuple[int, int] = JOBS) -> list[Row]:
    """One more job of a grid of 32 jobs (200 customers, 78 periods, 4 lives), and starting the grid."""
    scenario, replications, overrides = GRID
    fewer, more = jobs
    children.say(f"bench: grids of {fewer} and {more} jobs")
    market = children.alone("lives", scenario, replications, *overrides)["processor"]

    def pair() -> dict[str, float]:
        small, large = (
            children.guanxi(
                "run", "-m", f"scenario={scenario}", *overrides, "out=grid",
                f"experiment.seed={','.join(str(seed + 1) for seed in range(count))}",
            )
            for count in jobs
        )  # fmt: skip
        each = {name: (getattr(large, name) - getattr(small, name)) / (more - fewer) for name in ("processor", "wall")}  # fmt: skip
        return each | {f"start_{name}": getattr(small, name) - fewer * each[name] for name in each}

    found = children.often(pair)
    middle = {name: median(one[name] for one in found) for name in found[0]}
    return [
        row("grid", "one more job", processor=middle["processor"], wall=middle["wall"], market=market),
        row("grid", "starting it", processor=middle["start_processor"], wall=middle["start_wall"]),
    ]


def reset(children: Children) -> list[Row]:
    """`FirmEnv.reset`: bond_ladder, 300 customers."""
    children.say("bench: FirmEnv.reset")
    found = children.often(lambda: children.alone("reset", "bond_ladder", 300, 15))
    both = {name: median(one["reset"][name] for one in found) for name in ("processor", "wall")}
    return [row("reset", "FirmEnv.reset", market=median(one["market"]["processor"] for one in found), **both)]


def imports(children: Children) -> list[Row]:
    """Starting: the imports, and the commands that run nothing."""
    children.say("bench: imports")
    works: dict[str, Sequence[str]] = {
        "Python itself": ("-c", "pass"),
        "import sim": ("-c", "import sim"),
        "sim.Market imported": ("-c", "import sim; sim.Market"),
        "guanxi list": ("-m", "sim", "list"),
        "guanxi run --dry-run": ("-m", "sim", "run", f"scenario={SMALLEST[0]}", *SMALLEST[2], "--dry-run"),
    }
    rows = []
    for name, words in works.items():
        found = children.often(partial(children.run, *words))
        rows.append(
            row("imports", name, processor=median(t.processor for t in found), wall=median(t.wall for t in found))
        )  # fmt: skip
    return rows


def compile_first(children: Children) -> list[Row]:
    """Compilation at the first start: all processes of the smallest run in a fresh copy, less a second run's."""
    children.say("bench: first compilation")
    command = ("run", f"scenario={SMALLEST[0]}", *SMALLEST[2], "out=run")

    def first() -> list[float]:
        with tempfile.TemporaryDirectory() as empty:
            fresh = Path(empty)
            shutil.copytree(
                children.folder / "sim", fresh / "sim", ignore=shutil.ignore_patterns("__pycache__")
            )
            for part in ("conf", "scenarios"):
                if (children.folder / part).is_dir():
                    shutil.copytree(children.folder / part, fresh / part)
            (fresh / "tmp").mkdir(mode=0o700)
            places = {"HOME": empty, "XDG_CACHE_HOME": f"{empty}/cache", "TMPDIR": f"{empty}/tmp"}
            copy = Children(fresh, 1, environment=places)
            cold, warm = copy.guanxi(*command), copy.guanxi(*command)
            return [cold.processor - warm.processor, cold.wall - warm.wall]

    processor, wall = (median(values) for values in zip(*children.often(first), strict=True))
    return [row("compile", "first compilation, all processes", processor=processor, wall=wall)]


def step(children: Children, sizes: Sequence[int] = STEPS) -> list[Row]:
    """A step with reports and fixed plans, by number of customers, and its part outside the kernel."""
    rows = []
    for customers in sizes:
        children.say(f"bench: steps of {customers:,} customers")
        found = children.often(partial(children.alone, "step", customers, PERIODS))
        middle = {name: median(one[name] for one in found) for name in found[0]}
        rows += [
            row("step", f"{customers:,} customers", processor=middle["processor"], wall=middle["wall"]),
            row("step", f"{customers:,} customers, outside the kernel", processor=middle["outside"]),
        ]
    return rows


def memory(children: Children, sizes: tuple[int, int] = MEMORY) -> list[Row]:
    """Resident memory for each further customer, after reports."""
    measure = "resident memory for each further customer"
    if not Path("/proc/self/statm").is_file():
        return [row("memory", measure, unit="bytes", reason="no /proc on this system")]
    children.say("bench: memory")

    def slope() -> float:
        few, many = (children.alone("memory", size) for size in sizes)
        return float(many["bytes"] - few["bytes"]) / (many["customers"] - few["customers"])

    return [row("memory", measure, value=median(children.often(slope)), unit="bytes")]


def workers(children: Children) -> list[Row]:
    """Two worker processes over one: from the first life's start to the last one's end."""
    measure = "two workers over one"
    if (os.cpu_count() or 1) < 2:
        return [row("workers", measure, unit="times", reason="one core")]
    children.say("bench: one worker and two")
    pairs = children.often(lambda: [children.alone("workers", DEMO[0], n, 2, 2000) for n in (1, 2)])
    one, two = ([pair[k]["wall"] for pair in pairs] for k in (0, 1))
    return [
        row("workers", "one worker", wall=median(one)),
        row("workers", "two workers", wall=median(two)),
        row("workers", measure, value=median(a / b for a, b in zip(one, two, strict=True)), unit="times"),
    ]


#: What can be measured, by the name that ``--wait`` takes.
CASES: dict[str, Callable[[Children], list[Row]]] = {
    "smallest": smallest, "demo": demo, "grid": grid, "reset": reset, "imports": imports, "compile": compile_first,
    "step": step, "memory": memory, "workers": workers,
}  # fmt: skip


def measure(names: Iterable[str], children: Children) -> list[Row]:
    """The rows of the named cases; one row with the reason for a case whose processes fail."""
    rows: list[Row] = []
    for name in names:
        try:
            rows += CASES[name](children)
        except RuntimeError as failed:
            rows.append(row(name, "everything", unit="", reason=str(failed)))
    return rows


def table(found: Sequence[Row]) -> str:
    """The rows as Markdown: times, then other values."""
    timed = [one for one in found if one["unit"] is None]
    lines = []
    if timed:
        lines += [
            "| case | measure | processor, s | wall, s | the market alone, s |",
            "|---|---|---:|---:|---:|",
        ]
        for one in timed:
            cells = [number(one[key]) for key in ("processor", "wall", "market")]
            lines.append(f"| {one['case']} | {one['measure']} | {' | '.join(cells)} |")
    other = [one for one in found if one["unit"] is not None]
    if other:
        lines += [*([""] if lines else []), "| case | measure | value |", "|---|---|---:|"]
        for one in other:
            shown = f"{number(one['value'])} {one['unit']}" if one["value"] is not None else ""
            lines.append(f"| {one['case']} | {one['measure']} | {shown} |")
    reasons = [f"Empty: {one['case']}, {one['measure']}: {one['reason']}." for one in found if one["reason"]]
    return "\n".join([*lines, *([""] if reasons else []), *reasons])


def number(value: float | None) -> str:
    """A number with three figures, or nothing.

    >>> number(0.0023456), number(128.4), number(None)
    ('0.00235', '128', '')
    """
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:#.3g}".rstrip(".")
