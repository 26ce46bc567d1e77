"""Run an experiment and report it: check, make the folder, execute the runs, compare; then draw."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.experiment import state
from sim.experiment.experiment import Experiment
from sim.experiment.files import display_path
from sim.experiment.folder import make_folder, tidy
from sim.experiment.judging import check_metrics
from sim.experiment.pool import Workers
from sim.experiment.results import RunFolder, load_config
from sim.experiment.runs import Request, outside_strategies
from sim.experiment.worker import load
from sim.market.memory import check_memory
from sim.scenario.arms import control_of_each
from sim.strategies.plugins import load_plugins

MARKET = "sim.market.market:Market"


class Result(RunFolder):
    """The comparison, the tables behind it and the figures drawn from them."""

    def plot(self, name: str) -> Any:
        """A matplotlib figure by name, such as "retention"."""
        from sim.report import figures

        return figures.plot(self, name)


def write_report(result: Result, *, png: bool = False, workers: Workers | None = None) -> Path:
    """Draw every figure of a run folder, with ``png`` also as PNG, and write its page; the folder is whole then."""
    from sim.report import figures, html

    tidy(result.where)
    figures.write_figures(result, png=png, workers=workers)
    page = html.write_report(result)
    state.enter(result.where, state.WHOLE)
    return page


def draw(result: Result, which: str = "html", workers: Workers | None = None) -> str:
    """Write the report of a run folder; the reason why that failed, or "".

    ``which`` is one of `sim.scenario.scenario.REPORTS`. The numbers are whole before and after; ``guanxi report DIR`` draws
    again.
    """
    if which == "none" or result.nothing_ran:
        return ""
    try:
        write_report(result, png=which == "all", workers=workers)
    except OSError as trouble:
        return trouble.strerror or type(trouble).__name__
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def run(
    scenario: Any,
    out: Path | str | None = None,
    *,
    progress: bool = True,
    plugins: Sequence[Path | str] = (),
    report: str | None = None,
    market: str = MARKET,
    workers: Workers | None = None,
) -> Result:
    """Run every arm and replication of a scenario, with and without loyalty, and write the run folder ``out``.

    ``out`` None is the scenario's own, else ``runs/<scenario>/<time>``; ``report`` None is the scenario's own, else the
    page with its figures. Failed runs are listed in ``Result.failed``. Raises `InputError` for a wrong request, `UnfinishedRun` for a full disk;
    Ctrl-C stops the workers, leaves the finished runs in ``parts/`` and goes on as KeyboardInterrupt.
    """
    wanted = request(scenario, plugins, market)
    where = make_folder(scenario, out)
    experiment = Experiment(where, scenario, wanted, progress, workers)
    experiment.run()
    result = Result(where, scenario=scenario)
    which = report or getattr(scenario, "report", None) or "html"
    if reason := draw(result, which, workers):
        experiment.progress.say(undrawn(where, reason))
    return result


def undrawn(where: Path, reason: str) -> str:
    """The message for a run whose figures or page could not be written."""
    place = display_path(where)
    return (
        f"figures and report.html of {place} could not be written: {reason}\n"
        f"  the numbers are whole; to draw them: guanxi report {place}"
    )


def compare(
    scenario: Any,
    arms: Sequence[str] | None = None,
    replications: int | None = None,
    *,
    seed: int | None = None,
    customers: int | None = None,
    overrides: Sequence[str] = (),
    folder: Path | str | None = None,
    folders: Sequence[Path] = (),
    workers: int | None = None,
    progress: bool = False,
    plugins: Sequence[Path | str] = (),
    market: str = MARKET,
) -> Result:
    """Compare arms of a scenario (its name, its file, or a `Scenario`); kept in memory unless a ``folder`` is given.

    ``arms`` picks some of the scenario's arms; without its control, the first of them is the control.
    ``folders`` are where scenarios of one's own lie; ``workers`` 1 does without processes.
    """
    if isinstance(scenario, (str, Path)):
        from sim.scenario.files import compose

        load_plugins(plugins)
        scenario = compose(scenario, overrides, folders)
    elif overrides:
        raise InputError("overrides", list(overrides), "none beside a Scenario, which is composed already")
    scenario = _changed(scenario, arms, replications, seed, customers, workers)
    if folder is not None:
        return run(scenario, folder, progress=progress, plugins=plugins, market=market)
    room = tempfile.TemporaryDirectory(prefix="guanxi-")
    with contextlib.ExitStack() as undo:
        undo.callback(room.cleanup)
        where = Path(room.name) / "run"
        run(scenario, where, progress=progress, plugins=plugins, report="none", market=market)
        undo.pop_all()
    return Result(where, keep=room, scenario=scenario)


def run_strategies(scenario: Any, one: str, other: str, **options: Any) -> Any:
    """A result with two arms, the focal firm under one strategy and under the other, in the market of a scenario's control.

    ``scenario`` is its name, file or a `Scenario`; ``options`` as for `compare` (customers, replications...).
    """
    from sim.scenario.files import compose
    from sim.scenario.scenario import Scenario

    if one == other:
        raise InputError("side-by-side", one, "two strategies that differ")
    setting = scenario if isinstance(scenario, Scenario) else compose(scenario)
    tree = setting.for_arm(setting.experiment.control).to_dict()
    focal = str(tree["experiment"]["focal"])
    arms = {name: {"firms": {focal: {"strategy": {"name": name}}}} for name in (one, other)}
    tree["experiment"] |= {"arms": arms, "control": one, "controls": {}}
    tree["firms"][focal]["strategy"] = {"name": one}
    return compare(Scenario.from_config(tree | {"expect": []}), **options)


def rerun(
    source: Path | str,
    out: Path | str | None = None,
    *,
    progress: bool = True,
    plugins: Sequence[Path | str] = (),
) -> Result:
    """Repeat the experiment of a run folder from its config.yaml alone: the numbers are the same."""
    load_plugins(plugins)
    return run(load_config(source), out, progress=progress, plugins=plugins)


def _changed(
    scenario: Any,
    arms: Sequence[str] | None,
    replications: int | None,
    seed: int | None,
    customers: int | None,
    workers: int | None,
) -> Any:
    tree = scenario.to_dict()
    experiment = tree["experiment"]
    if arms is not None:
        arms = [arms] if isinstance(arms, str) else list(arms)
        for arm in arms:
            if arm not in experiment["arms"]:
                raise InputError.unknown("arms", arm, experiment["arms"])
        if not arms:
            raise InputError("arms", arms, "at least one of " + ", ".join(experiment["arms"]))
        _pick(tree, arms)
    for section, key, value in (
        ("experiment", "replications", replications),
        ("experiment", "seed", seed),
        ("population", "customers", customers),
        ("execution", "workers", workers),
    ):
        if value is not None:
            tree[section][key] = value
    if workers == 1:
        tree["execution"]["backend"] = "serial"
    return type(scenario).from_config(tree)


def _pick(tree: dict[str, Any], arms: Sequence[str]) -> None:
    """Leave only these arms, the controls among them, and the expectations that ask of them alone."""
    experiment = tree["experiment"]
    before, own = control_of_each(experiment), experiment["controls"]
    experiment["arms"] = {arm: experiment["arms"][arm] for arm in arms}
    own = {arm: control for arm, control in own.items() if arm in arms and control in arms}
    experiment["controls"] = own
    if experiment["control"] not in arms:
        experiment["control"] = next(arm for arm in arms if arm not in own)
    for entry in tree["expect"]:
        if entry.get("between") is None and entry.get("against") is None:
            entry["against"] = before[entry["arm"]]
    there = {*arms, "twin", None}
    tree["expect"] = [e for e in tree["expect"] if e["arm"] in there and e.get("against") in there]


def request(scenario: Any, plugins: Sequence[Path | str] = (), market: str = MARKET) -> Request:
    """The request of every worker; raises `InputError` for one that cannot be met."""
    if scenario.execution.backend == "dask":
        raise InputError("execution.backend", "dask", "local or serial; dask is not built yet")
    check_metrics(scenario)
    check_memory(scenario)
    outside = outside_strategies(scenario)
    paths = dict.fromkeys([*(os.path.realpath(Path(p).expanduser()) for p in plugins), *outside.files])
    kind = type(scenario)
    new = Request(
        scenario.to_dict(), f"{kind.__module__}:{kind.__qualname__}", market, tuple(paths), outside.modules,
        scenario.execution.threads, scenario.execution.check,
    )  # fmt: skip
    load(new)
    return new
