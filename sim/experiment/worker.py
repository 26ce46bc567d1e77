"""One run, from its address to its part on disk: deterministic, and harmless to do twice."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from sim.core.errors import InputError
from sim.experiment.files import write_whole
from sim.experiment.runs import Job, Request, for_run, named
from sim.experiment.tables import TABLES, FinishedRun
from sim.strategies import STRATEGIES, Strategy
from sim.strategies.plugins import fresh, load_plugins

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


class RunOutcome(NamedTuple):
    """The outcome of a run: its seconds, or its error (``wrong_request``: every run would have it)."""

    job: Job
    seconds: float = 0.0
    error: str = ""
    details: str = ""
    wrong_request: InputError | None = None
    disk: OSError | None = None


def one_run(request: Request, job: Job, live: Callable[[int], None] | None = None) -> dict[str, pa.Table]:
    """Build the market of an arm and seed, run it to the end and hand back its tables.

    An `InputError` while it is built means a wrong request; ``live`` is called with the period.
    """
    with fresh(request.plugins, request.modules):
        return _one_run(request, job, live)


def _one_run(request: Request, job: Job, live: Callable[[int], None] | None) -> dict[str, pa.Table]:
    scenario = _composed(request.scenario, json.dumps(request.config), tuple(STRATEGIES.values()))
    build, options = (
        named(request.market),
        {"threads": request.threads, "check": request.check, "collect": False},
    )
    setting = for_run(scenario, job)
    market = build(setting, job.seed, **options)
    _live_through(market, setting, live)
    without_loyalty = None
    if job.twin:  # the same plans in a market without loyalty
        same = for_run(scenario, job, twin=True)
        twin = build(same, job.seed, replay=market.plans, **options)
        _live_through(twin, same, live, same.experiment.periods)
        without_loyalty = FinishedRun(twin, same)
    run = FinishedRun(market, setting, without_loyalty)
    keys = {"scenario": str(scenario.name), "arm": job.arm, "seed": job.seed}
    tables = {name: declared.made(run, **keys) for name, declared in TABLES.items()}
    return {name: table for name, table in tables.items() if table is not None}


@lru_cache(maxsize=1)
def _composed(kind: str, config: str, strategies: tuple[type[Strategy], ...]) -> Any:
    """The scenario of a request, from its configuration as text; made again where one of the strategies is another."""
    return named(kind).from_config(json.loads(config))


def _live_through(
    market: Any, setting: Scenario, live: Callable[[int], None] | None, before: int = 0
) -> None:
    for period in range(setting.experiment.periods):
        _step(market)
        if live is not None:
            live(before + period + 1)


def _step(market: Any) -> None:
    try:
        market.step()
    except InputError as problem:  # found on the way, by a plan perhaps: this run's failure
        raise RuntimeError(f"{problem}") from problem


def run_and_keep(
    request: Request, job: Job, parts: str, live: Callable[[int], None] | None = None
) -> RunOutcome:
    """Execute one run and put its part in the folder ``parts``; errors are returned, not raised.

    Output of a strategy goes to stderr, and the working folder is restored.
    """
    began = time.perf_counter()
    try:
        with contextlib.redirect_stdout(sys.stderr), contextlib.chdir("."):
            tables = one_run(request, job, live)
    except InputError as problem:
        return RunOutcome(job, error=str(problem), wrong_request=problem)
    except (Exception, SystemExit) as error:
        import traceback

        return RunOutcome(job, error=f"{type(error).__name__}: {error}", details=traceback.format_exc())
    seconds = time.perf_counter() - began
    try:
        write_part(Path(parts) / job.file, tables, job, seconds)
    except OSError as trouble:
        return RunOutcome(job, error=f"{trouble}", disk=OSError(trouble.errno, trouble.strerror))
    return RunOutcome(job, seconds)


def write_part(path: Path, tables: dict[str, pa.Table], job: Job, seconds: float) -> None:
    """Write one file per run: a zip of arrow files, whole or not there."""

    def write(file: Any) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("job.json", json.dumps({**job._asdict(), "seconds": seconds}))
            for name, table in tables.items():
                with (
                    archive.open(f"{name}.arrow", "w", force_zip64=True) as member,
                    pa.ipc.new_file(member, table.schema) as writer,
                ):
                    writer.write_table(table)

    write_whole(path, write)


def load(request: Request) -> None:
    """Register the strategies of plug-in files and modules; raises `InputError` for one that cannot be."""
    load_plugins(request.plugins)
    for module in request.modules:
        importlib.import_module(module)


# -- in a worker process -------------------------------------------------------------------------

#: In place of the period: the worker is compiling.
COMPILING = -1
_TO_THE_END = contextlib.ExitStack()
_live: Any = None


def start(live: Any) -> None:
    """Begin a worker: count periods into ``live``, print to stderr, and end when the parent has gone."""
    global _live
    _live = live
    settle()


def settle() -> None:
    """Let a process that serves another print to stderr, and end when that other has gone."""
    os.dup2(2, 1)
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def warm_up(market: str) -> None:
    """Import what a run needs; ``live`` then shows whenever something is being compiled."""

    def tell() -> None:
        _live.value = COMPILING

    _TO_THE_END.enter_context(telling(market, tell))


def telling(market: str, tell: Callable[[], None]) -> contextlib.AbstractContextManager[None]:
    """Call ``tell`` whenever the market has to compile something; a market that is not compiled never does."""
    named(market)
    compiled = sys.modules.get("sim.core.jit")
    return contextlib.nullcontext() if compiled is None else compiled.told_by(tell)


def work(request: Request, job: Job, parts: str) -> RunOutcome:
    """`run_and_keep` in a worker process."""

    def live(period: int) -> None:
        _live.value = period

    return run_and_keep(request, job, parts, live)
