"""``guanxi report DIR``: the page of a run folder, made again."""

from __future__ import annotations

from pathlib import Path

from sim.cli.options import Parser
from sim.problem import Problem


def main(given: list[str]) -> int:
    """Write ``report.html`` in a finished run folder and say where."""
    parser = Parser("report", "a self-contained HTML page from a run folder")
    parser.add_argument("folder", help="a run folder")
    options = parser.read(given)
    folder = Path(options.folder).expanduser()
    if not folder.is_dir():
        raise Problem("report", options.folder, "a run folder that exists")
    if not (folder / "manifest.json").is_file():
        raise Problem("report", options.folder, "a finished run folder, with manifest.json in it")
    from sim.report.html import write_report

    print(write_report(folder))
    return 0
