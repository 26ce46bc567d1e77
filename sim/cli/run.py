"""``guanxi run``: compose, check everything, then run; nothing is started on a wrong request."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli import grid
from sim.cli.options import Parser
from sim.cli.printing import Answers, yaml_of
from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.experiment.pool import Workers
    from sim.report.run_and_report import Result
    from sim.scenario.scenario import Scenario


def main(given: list[str]) -> int:
    """Run a scenario, or with ``-m`` a grid of them; exit status 1 where a run failed."""
    options = _options(given)
    from sim.strategies.plugins import changed, load_plugins

    options.plugin = [Path(path).expanduser().absolute() for path in options.plugin]
    load_plugins(options.plugin)
    for note in changed(options.plugin, options.config_dir):
        print(f"guanxi: note: {note}", file=sys.stderr)
    jobs = _jobs(options)
    settings = [composed(job, options.config_dir) for job in jobs]
    if options.cfg:
        print("---\n".join(yaml_of(setting.to_dict()) for setting in settings), end="")
        return 0
    folders = run_folders(settings, numbered=options.multirun)
    from sim.experiment import pool
    from sim.experiment.files import display_path
    from sim.report import run_and_report
    from sim.scenario.warnings import notices

    for setting in settings:
        run_and_report.request(setting, options.plugin)
        for note in notices(setting):
            print(f"guanxi: note: {setting.name}: {note}", file=sys.stderr)
    if options.dry_run:
        print("\n".join(_runs(setting) for setting in settings))
        return 0
    if options.multirun:
        grid.write_index([folder for folder in folders if folder], grid.varied(jobs))
    answers = Answers()
    with pool.Workers() as workers:
        with _results_only() if options.json else contextlib.nullcontext():
            results = _run(settings, folders, options, workers, answers)
        with answers.telling(f"{', '.join(display_path(result.where) for result in results)}: numbers whole"):
            if options.json:
                _print_json(results, jobs, options)
            elif options.multirun:
                grid.print_jobs(results, grid.varied(jobs))
        usual = "none" if options.multirun else "html"
        wanted = [setting.report or usual for setting in settings]
        drawn = [
            _draw(result, which, workers, None if options.json else answers)
            for result, which in zip(results, wanted, strict=True)
        ]
        left = [result for result, which in zip(results, wanted, strict=True) if which == "none"]
        if left and not options.json:
            with answers.telling("nothing else was to be written"):
                print(
                    f"No figures drawn (report=none). To draw them: guanxi report {display_path(left[0].where)}"
                )
    failed = any(result.failed for result in results) or not all(drawn) or answers.lost
    return 1 if failed else 0


def _options(given: list[str]) -> Namespace:
    parser = Parser(
        "run", "run every arm and replication of a scenario, print the comparison, write a run folder"
    )
    parser.add_argument(
        "overrides", nargs="*", metavar="key=value", help="scenario=NAME, and Hydra overrides"
    )
    parser.add_argument("--cfg", "-c", choices=["job"], help="print the composed config and stop")
    parser.add_argument(
        "--multirun", "-m", action="store_true", help="run every combination of key=a,b values"
    )
    parser.add_argument("--dry-run", action="store_true", help="print the plan of the runs and stop")
    parser.add_argument("--details", action="store_true", help="print every metric with its intervals")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--yes", action="store_true", help="for scripts; no question is asked either way")
    parser.folders()
    parser.plugins()
    return parser.read(given)


def _jobs(options: Namespace) -> list[list[str]]:
    """The overrides of each job; raises `InputError`."""
    from sim.scenario.choices import jobs
    from sim.scenario.files import is_path, scenario_files

    names = scenario_files(options.config_dir)
    for text in options.overrides:
        if text in names or (is_path(text) and "=" not in text):
            raise InputError("override", text, f"key=value: scenario={text}")
    return jobs(options.overrides) if options.multirun else [list(options.overrides)]


def composed(overrides: Sequence[str], folders: Sequence[str]) -> Any:
    """The scenario of one job; raises `InputError`."""
    from sim.scenario.choices import parse
    from sim.scenario.files import compose, scenario_files

    parsed = parse(overrides)
    chosen = [o.value() for o in parsed if o.key_or_group == "scenario"]
    if len(chosen) != 1 or not isinstance(chosen[0], str):
        known = ", ".join(scenario_files(folders)) or "none there"
        raise InputError("scenario", ", ".join(map(str, chosen)) or "none", f"one scenario=NAME of {known}")
    rest = [o.input_line or "" for o in parsed if o.key_or_group != "scenario"]
    return compose(chosen[0], rest, folders)


def run_folders(settings: Sequence[Scenario], *, numbered: bool) -> list[Path | None]:
    """The run folder of each job, from the root, None for the default; raises `InputError` for a wrong one."""
    from sim.experiment.folder import check_folder

    time = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S")
    made: list[Path | None] = []
    for number, setting in enumerate(settings):
        folder = Path(setting.out).expanduser().absolute() if setting.out else None
        if numbered:
            folder = (folder or Path("runs").absolute() / setting.name / time) / str(number)
        check_folder(folder or Path("runs") / setting.name / "new", setting)
        made.append(folder)
    return made


def _runs(setting: Scenario) -> str:
    from sim.report.wording import not_tested

    experiment = setting.experiment
    runs = len(experiment.arms) * experiment.replications * (2 if experiment.twin else 1)
    steps = runs * experiment.periods * setting.population.customers
    plan = (
        f"{setting.name}: arms {', '.join(experiment.arms)}; {experiment.replications} replications"
        f"{', each with a run without loyalty' if experiment.twin else ''}; {runs} runs of {experiment.periods} periods "
        f"and {setting.population.customers} customers; {steps / 1e6:,.0f} million customer-periods"
    )
    return f"{plan}\n{not_tested(setting.not_asked)}" if setting.not_asked else plan


def _run(
    settings: Sequence[Scenario], folders: Sequence[Path | None], options: Namespace, workers: Workers,
    answers: Answers,
) -> list[Result]:  # fmt: skip
    """The results of all jobs, each printed as soon as its numbers are done."""
    from sim.experiment.files import display_path
    from sim.report import run_and_report, terminal
    from sim.report.wording import not_tested

    results = []
    plugins = tuple(options.plugin)
    for setting, folder in zip(settings, folders, strict=True):
        result = run_and_report.run(
            setting, folder, progress=not options.json, plugins=plugins, report="none", workers=workers
        )
        results.append(result)
        if not options.json:
            with answers.telling(f"the numbers in {display_path(result.where)} are whole"):
                terminal.print_result(result, details=options.details)
                if setting.not_asked:
                    print(not_tested(setting.not_asked))
    return results


def _draw(result: Result, which: str, workers: Workers, answers: Answers | None) -> bool:
    """Draw the report of a run and name it in the ``answers``; False, and a message, where that failed."""
    from sim.experiment.files import display_path
    from sim.report import run_and_report

    if which == "none" or result.nothing_ran:
        return True
    place = display_path(result.where)
    try:
        with _saying(f"drawing the report of {place}"):
            reason = run_and_report.draw(result, which, workers)
    except KeyboardInterrupt:
        text = f"interrupted while drawing: the numbers in {place} are whole; to draw them: guanxi report {place}"
        raise KeyboardInterrupt(text) from None
    if reason:
        print(f"guanxi: {run_and_report.undrawn(result.where, reason)}", file=sys.stderr)
    elif answers is not None:
        with answers.telling(f"{place} is whole"):
            print(f"Report with figures: {place}/report.html")
    return not reason


@contextlib.contextmanager
def _saying(text: str) -> Iterator[None]:
    """Show what is done meanwhile, on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


@contextlib.contextmanager
def _results_only() -> Iterator[None]:
    """Send everything written to stdout meanwhile, also by other libraries and processes, to stderr."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def _print_json(results: Sequence[Any], jobs: Sequence[Sequence[str]], options: Namespace) -> None:
    shown = [as_data(result) for result in results]
    if options.multirun:
        shown = [data | {"overrides": o} for data, o in zip(shown, grid.varied(jobs), strict=True)]
    print(json.dumps(shown if options.multirun else shown[0], ensure_ascii=False, indent=1))


def as_data(result: Any) -> dict[str, Any]:
    """A result as plain data: its folder, summary, expectations and failed runs."""
    return {
        "folder": str(result.folder),
        "summary": json.loads(result.summary.to_json(orient="records")),
        "expectations": result.expectations,
        "failed": result.failed,
    }
