"""The commands: each in a file of its own, imported on use.

Exit status: 0 done; 1 a run failed; 2 the request was wrong; 130 interrupted.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence

from sim.cli.printing import mute, printing
from sim.core.errors import InputError, UnfinishedRun
from sim.core.signals import hear_no_more, hear_once

DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130

#: Every command: its module and its purpose.
COMMANDS = {
    "run": (
        "sim.cli.run",
        "run every arm and replication of a scenario: guanxi run scenario=NAME [key=value ...]",
    ),
    "list": (
        "sim.cli.lists",
        "list scenarios, strategies, metrics, concepts, levers, events or stakeholders (--json for programs)",
    ),
    "show": (
        "sim.cli.show",
        "show scenario NAME: question, source, expectation, config; show strategy|concept|lever|event|stakeholder NAME; show schema",
    ),
    "report": (
        "sim.cli.report",
        "draw the figures and write the page of a run folder again: guanxi report DIR",
    ),
    "validate": ("sim.cli.validate", "compare the market with its laws: expected, got, tolerance, source"),
    "bench": (
        "sim.cli.bench",
        "measure throughput and memory by size and threads, and what a user waits for",
    ),
    "app": ("sim.cli.app", "the classroom in a browser: markets and lessons, in English and Chinese"),
}
LATER = {
    "sweep": "a grid or sample over any config values",
    "sensitivity": "Sobol indices of a metric",
    "tournament": "every strategy against every other",
    "calibrate": "fit the model to data",
    "resume": "finish what a stopped run left",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Execute one command; a wrong request gives a few lines on stderr and exit status 2."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        hear_once()
        _open_streams()
    try:
        with printing():
            return _command(given)
    except InputError as problem:
        print(f"guanxi: {problem}", file=sys.stderr)
        return WRONG
    except UnfinishedRun as unfinished:
        print(f"guanxi: {unfinished}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt as stopped:
        if arguments is None:
            hear_no_more()
        print(f"guanxi: {str(stopped) or 'interrupted'}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has gone, as in `guanxi list | head -1`
        mute()
        return DONE
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            print(f"guanxi: {InputError('path', error.filename, 'a shorter one')}", file=sys.stderr)
            return WRONG
        if os.environ.get("GUANXI_TRACEBACK"):
            raise
        text = " ".join(str(error).split())[:400]
        print(f"guanxi: failed: {type(error).__name__}: {text}\n  {_place(error)}", file=sys.stderr)
        return FAILED


def _open_streams() -> None:
    """Give streams that were closed before the start somewhere to write to."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 (open to the end)


def _command(given: list[str]) -> int:
    if not given or given[0] in ("-h", "--help", "help"):
        print(_usage())
        return DONE
    name, *rest = given
    if name in ("--version", "-V"):
        print(f"guanxi {_version()}")
        return DONE
    if name in LATER:
        print(f"guanxi: {name} is not built yet ({LATER[name]})", file=sys.stderr)
        return WRONG
    if name not in COMMANDS:
        raise InputError.unknown("command", name, [*COMMANDS, *LATER])
    status: int = importlib.import_module(COMMANDS[name][0]).main(rest)
    return status


def _usage() -> str:
    lines = ["guanxi COMMAND ...    a market you can run", ""]
    lines += [f"  {name:12}{does}" for name, (_, does) in COMMANDS.items()]
    lines += ["", "not built yet:"] + [f"  {name:12}{does}" for name, does in LATER.items()]
    return "\n".join(
        [*lines, "", "guanxi COMMAND --help prints the options; guanxi --version prints the version"]
    )


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("guanxi")
    except metadata.PackageNotFoundError:
        return "(not installed: run from a checkout)"


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f"{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace else "unknown place"
    return f"in {at}; GUANXI_TRACEBACK=1 shows the whole traceback"
