"""``guanxi run``: compose, check everything, then run; nothing is started on a wrong request."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.cli.options import Parser, yaml_of
from sim.problem import Problem


def main(given: list[str]) -> int:
    """Run a scenario, or with ``-m`` a grid of them; exit status 1 where a run failed."""
    options = _options(given)
    from sim.plugins import load_plugins

    load_plugins(options.plugin)
    settings = composed(options.overrides, options.config_dir, grid=options.multirun)
    if options.cfg:
        print("---\n".join(yaml_of(setting.to_dict()) for setting in settings), end="")
        return 0
    folders = run_folders(settings, grid=options.multirun)
    from sim.memory import check_memory

    for setting in settings:
        check_memory(setting)
    if options.dry_run:
        print("\n".join(_runs(setting) for setting in settings))
        return 0
    return _run(settings, folders, options)


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
    parser.add_argument("--dry-run", action="store_true", help="say what would be run and stop")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--yes", action="store_true", help="for scripts; no question is asked either way")
    parser.folders()
    parser.plugins()
    return parser.read(given)


def composed(overrides: Sequence[str], folders: Sequence[str], *, grid: bool = False) -> list[Any]:
    """The scenario of each job; raises `Problem`."""
    from sim import overriding
    from sim.compose import compose, scenario_files

    names = scenario_files(folders)
    for text in overrides:
        if text in names:
            raise Problem("override", text, f"key=value: scenario={text}")
    made = []
    for job in overriding.jobs(overrides) if grid else [list(overrides)]:
        parsed = overriding.parse(job)
        chosen = [o.value() for o in parsed if o.key_or_group == "scenario"]
        if len(chosen) != 1 or not isinstance(chosen[0], str):
            known = ", ".join(names) or "none there"
            raise Problem("scenario", ", ".join(map(str, chosen)) or "none", f"one scenario=NAME of {known}")
        rest = [o.input_line or "" for o in parsed if o.key_or_group != "scenario"]
        made.append(compose(chosen[0], rest, folders))
    return made


def run_folders(settings: Sequence[Any], *, grid: bool) -> list[Path | None]:
    """The run folder of each job, None for the default; raises `Problem` for one that cannot be made."""
    time = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S")
    made: list[Path | None] = []
    for number, setting in enumerate(settings):
        folder = Path(setting.out).expanduser() if setting.out else None
        if grid:
            folder = (folder or Path("runs") / setting.name / time) / str(number)
        check_out(folder or Path("runs"), exists=folder is None)
        made.append(folder)
    return made


def check_out(folder: Path, *, exists: bool = False) -> None:
    """Refuse a folder that is there already (unless it may be) or could not be written."""
    if not exists and (folder.exists() or folder.is_symlink()):
        raise Problem("out", str(folder), "a folder that does not exist yet; runs are never overwritten")
    parent = folder.absolute()
    try:
        while not parent.exists():
            parent = parent.parent
    except OSError as error:
        raise Problem("out", str(folder), f"a path that can be a folder ({error.strerror})") from None
    if not parent.is_dir():
        raise Problem("out", str(folder), f"a folder; {parent} is a file")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise Problem("out", str(folder), f"a folder that can be written; {parent} cannot")


def _runs(setting: Any) -> str:
    experiment = setting.experiment
    runs = len(experiment.arms) * experiment.replications * (2 if experiment.twin else 1)
    steps = runs * experiment.periods * setting.population.customers
    return (
        f"{setting.name}: arms {', '.join(experiment.arms)}; {experiment.replications} replications"
        f"{', each with its twin' if experiment.twin else ''}; {runs} runs of {experiment.periods} periods "
        f"and {setting.population.customers} customers; {steps / 1e6:,.0f} million customer-periods"
    )


def _run(settings: Sequence[Any], folders: Sequence[Path | None], options: Namespace) -> int:
    from sim import experiment
    from sim.report import terminal

    results, failed = [], False
    for setting, folder in zip(settings, folders, strict=True):
        result = experiment.run(setting, folder, progress=not options.json, plugins=tuple(options.plugin))
        failed = failed or bool(result.failed)
        results.append(result)
        if not options.json:
            terminal.print_result(result)
    if options.json:
        shown = [as_data(result) for result in results]
        print(json.dumps(shown if options.multirun else shown[0], ensure_ascii=False, indent=1))
    return 1 if failed else 0


def as_data(result: Any) -> dict[str, Any]:
    """A result as plain data: its folder, summary, expectations and failed runs."""
    return {
        "folder": str(result.folder),
        "summary": json.loads(result.summary.to_json(orient="records")),
        "expectations": result.expectations,
        "failed": result.failed,
    }
