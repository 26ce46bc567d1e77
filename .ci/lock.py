"""Write requirements.txt and requirements-test.txt: what pip resolves on each Python, with markers where they differ.

Run it with one interpreter of every supported version (`make lock`); it names no package index.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = "# Written by `make lock` from pyproject.toml: exact versions, by Python where they differ.\n"


def resolved(python: str, wanted: list[str]) -> dict[str, str]:
    """Every package that pip would install into an empty environment of that Python: name to version."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        report = Path(folder, "report.json")
        subprocess.run(
            [f"{folder}/bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--dry-run",
             "--ignore-installed", "--report", report, *wanted],
            check=True,
        )  # fmt: skip
        installed = json.loads(report.read_text())["install"]
    return {i["metadata"]["name"].lower().replace("_", "-"): i["metadata"]["version"] for i in installed}


def lines(by_python: dict[str, dict[str, str]], leave_out: frozenset[str] = frozenset()) -> list[str]:
    """Pinned lines; a marker wherever a version does not hold on every Python."""
    written = []
    for name in sorted({name for found in by_python.values() for name in found} - leave_out):
        pythons: dict[str, list[str]] = {}
        for python, found in by_python.items():
            if name in found:
                pythons.setdefault(found[name], []).append(python)
        for version, where in pythons.items():
            marker = " or ".join(f"python_version == '{python}'" for python in where)
            written.append(f"{name}=={version}" + ("" if len(where) == len(by_python) else f" ; {marker}"))
    return written


def main(pythons: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    tools = [
        wanted
        for wanted in (every for extra in extras.values() for every in extra)
        if not wanted.startswith("guanxi")
    ]
    run: dict[str, dict[str, str]] = {}
    test: dict[str, dict[str, str]] = {}
    for python in pythons:
        version = subprocess.check_output([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
        number = version.decode().strip()
        run[number] = resolved(python, project["dependencies"] + ["hatchling>=1.27"])
        test[number] = resolved(python, project["dependencies"] + tools)
    (ROOT / "requirements.txt").write_text(HEAD + "\n".join(lines(run)) + "\n")
    shared = frozenset(name for found in run.values() for name in found)
    (ROOT / "requirements-test.txt").write_text(
        HEAD + "-r requirements.txt\n" + "\n".join(lines(test, shared)) + "\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
