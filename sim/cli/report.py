"""``guanxi report DIR``: figures and page of a run folder, made again; or one of its tables in the terminal."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.cli.options import Parser
from sim.core.errors import InputError, UnfinishedRun


def main(given: list[str]) -> int:
    """Draw a run folder whose numbers are done and print the path of its page; print the requested tables first."""
    parser = Parser("report", "figures and a self-contained HTML page from a run folder")
    parser.add_argument("folder", help="a run folder")
    parser.add_argument(
        "--four-steps",
        action="store_true",
        help="retention, causes, profit lost, and where to stop spending (Kotler)",
    )
    parser.add_argument(
        "--scorecard", nargs="?", const="", metavar="ARM", help="four dimensions of each firm"
    )
    parser.add_argument(
        "--side-by-side", nargs=2, metavar="ARM", help="transactional and relationship traits of two arms"
    )
    parser.add_argument(
        "--phase",
        nargs="?",
        const="",
        metavar="ARM",
        help="of a multirun over two keys: a map of the markets in which an arm has more or less than its control; "
        "writes phase.png, phase.svg and phase.csv, of another arm or metric phase-ARM-METRIC.png and so on",
    )
    parser.add_argument("--metric", metavar="METRIC", help="of the map; by default the scenario's first")
    parser.add_argument("--details", action="store_true", help="every metric with its intervals")
    parser.add_argument(
        "--mix", action="store_true", help="spending of each arm by the four Ps and the four Cs"
    )
    parser.plugins()
    options = parser.read(given)
    folder = Path(options.folder).expanduser()
    if not folder.is_dir():
        raise InputError("report", options.folder, "a run folder that exists")
    if options.phase is not None:
        from sim.report.phase import written

        print(written(folder, options.phase or None, options.metric))
        return 0
    if not (folder / "manifest.json").is_file():
        from sim.experiment.files import not_finished

        raise not_finished("report", folder)
    from sim.experiment.folder import differing
    from sim.report.run_and_report import Result, write_report
    from sim.strategies.plugins import load_plugins

    load_plugins(options.plugin)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        lacking = [key for key in ("scenario", "hash", "seed", "versions") if key not in manifest]
        if lacking:
            raise InputError(
                "report", f"{options.folder}/manifest.json", f"a manifest with {', '.join(lacking)}"
            )
        if found := differing(folder, manifest):
            named = ", ".join(f"{name} {how}" for name, how in found.items())
            allowed = f"a run folder as it was written; against the checksums in manifest.json: {named}"
            raise InputError("report", options.folder, allowed)
        result = Result(folder)
        tables(result, options)
        with _drawing(folder):
            page = write_report(result, png=result.scenario.report == "all")
        print(page)
    # what pandas and arrow raise on damaged files are ValueErrors
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, FileNotFoundError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("report", options.folder, _wanted(folder, error)) from error
    return 0


@contextlib.contextmanager
def _drawing(folder: Path) -> Iterator[None]:
    """Turn a full disk and a folder that cannot be written into `UnfinishedRun`."""
    from sim.report.run_and_report import undrawn

    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as trouble:
        raise UnfinishedRun(undrawn(folder, trouble.strerror or type(trouble).__name__)) from trouble


def _wanted(folder: Path, error: Exception) -> str:
    """The allowed folder after a failed report: of this version, or whole."""
    if isinstance(error, KeyError) and (folder / "runs.parquet").is_file():
        from sim.experiment.results import lacking_metrics

        lacking = lacking_metrics(folder) or re.findall(r"'([^']+)'", str(error))
        what = "a column is missing" if len(lacking) == 1 else "columns are missing"
        return (
            f"a run folder of this version; made by another version of guanxi: {what} ({', '.join(lacking)})"
        )
    text = " ".join(str(error).split())[:200]
    return f"a run folder whose files are all there and whole ({type(error).__name__}: {text})"


def tables(result: Any, options: Any) -> None:
    """Print the requested tables."""
    from sim.report.labels import label_of, labelled
    from sim.report.titled_tables import Block, print_blocks

    result = labelled(result)
    if options.details:
        from sim.report.terminal import print_details

        print_details(result)
    found: list[Block] = []
    if options.four_steps:
        from sim.report.four_steps import four_steps

        found += four_steps(result)
    if options.scorecard is not None:
        from sim.report.scorecard import card

        found.append(card(result, label_of(result, options.scorecard) or None))
    if options.side_by_side:
        from sim.report.side_by_side import beside

        found.append(beside(result, *(label_of(result, arm) for arm in options.side_by_side)))
    if options.mix:
        from sim.report.mix import by_p_and_c

        found += by_p_and_c(result)
    print_blocks(found)
