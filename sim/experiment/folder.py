"""The run folder: made once, filled while runs end, finished by its manifest."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from sim.core.errors import InputError
from sim.experiment.files import MANIFEST, PARTS, write_text, write_whole
from sim.experiment.runs import Job
from sim.experiment.tables import TABLES, always, write_parquet
from sim.firms.metrics import METRICS

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

CONFIG, SUMMARY, EXPECTATIONS = "config.yaml", "summary.csv", "expectations.json"
PLUGINS = "plugins"
FAILURES = "failures.txt"
#: Bytes per cell of the outcomes, in parts and tables together, and bytes of the rest of a folder.
_CELL, _REST = 16, 30_000_000


def make_folder(scenario: Scenario, wanted: Path | str | None) -> Path:
    """A new run folder with ``parts/`` in it; ``wanted`` None is ``out``, else ``runs/<scenario>/<time>``.

    Raises `InputError` where the folder exists, cannot be written or the disk is too full.
    """
    wanted = wanted if wanted is not None else getattr(scenario, "out", None)
    if wanted is not None:
        return _make(Path(wanted).expanduser().absolute(), scenario)
    name = str(scenario.name or "scenario").replace("/", "_")
    base = Path("runs").absolute() / name / datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S")
    for number in itertools.count(2):
        try:
            return _make(base, scenario)
        except InputError:
            if not base.exists():
                raise
            base = base.with_name(f"{base.name.split('_')[0]}_{number}")  # two began within a second
    raise AssertionError


def _make(folder: Path, scenario: Scenario) -> Path:
    check_folder(folder, scenario)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
    except FileExistsError:
        raise InputError("out", str(folder), "a folder that does not exist yet, below folders") from None
    except OSError as trouble:
        reason = trouble.strerror or type(trouble).__name__
        raise InputError("out", str(folder), f"a folder that can be written ({reason})") from None
    (folder / PARTS).mkdir()
    return folder


def check_folder(folder: Path, scenario: Scenario) -> None:
    """Refuse a run folder that is there already, could not be written or would fill the disk."""
    if folder.exists() or folder.is_symlink():
        raise InputError("out", str(folder), "a folder that does not exist yet; runs are never overwritten")
    parent = folder.absolute()
    try:
        while not parent.exists():
            parent = parent.parent
        free = shutil.disk_usage(parent).free
    except OSError as trouble:
        raise InputError("out", str(folder), f"a path that can be a folder ({trouble.strerror})") from None
    if not parent.is_dir():
        raise InputError("out", str(folder), f"a folder; {parent} is a file")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise InputError("out", str(folder), f"a folder that can be written; {parent} cannot")
    if free < (needed := _needed(scenario)):
        allowed = f"a folder with {needed / 1e6:,.0f} MB free; {free / 1e6:,.0f} MB are"
        raise InputError("out", str(folder), allowed)


def _needed(scenario: Scenario) -> int:
    experiment = scenario.experiment
    runs = len(experiment.arms) * experiment.replications * (2 if experiment.twin else 1)
    rows = runs * experiment.periods * len(scenario.firms)
    return int(rows * len(METRICS) * _CELL + _REST)


def write_config(folder: Path, scenario: Scenario) -> None:
    """Write the configuration, without the output folder."""
    import yaml

    class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
        """Quotes what any YAML reader, 1.1 or 1.2, might take for a number."""

    def text(dumper: Any, value: str) -> Any:
        plain = value[:1].isalpha() and value.lower() not in ("nan", "inf")
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')

    Dumper.add_representer(str, text)
    tree = scenario.to_dict() | {"out": None}
    document = yaml.dump(tree, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100)
    write_text(folder / CONFIG, document)


def keep_plugins(folder: Path, paths: Sequence[str]) -> None:
    """Copy the strategy files that are not the package's, so that a run can be repeated from its folder alone."""
    for path in paths:
        (folder / PLUGINS).mkdir(exist_ok=True)
        code = Path(path).read_bytes()
        write_whole(folder / PLUGINS / Path(path).name, lambda file, code=code: file.write(code))  # type: ignore[misc]


def read_parts(parts: Path, jobs: Sequence[Job], name: str) -> Iterator[pa.Table]:
    """One table of every run that has a part, in the order of arm name and seed."""
    for job in sorted(jobs):
        if (parts / job.file).exists():
            with zipfile.ZipFile(parts / job.file) as archive:
                if f"{name}.arrow" in archive.namelist():
                    yield pa.ipc.open_file(archive.read(f"{name}.arrow")).read_all()


def read_runs(folder: Path, jobs: Sequence[Job]) -> pd.DataFrame:
    """The metrics of the runs done so far, a row per run and firm."""
    tables = list(read_parts(folder / PARTS, jobs, "runs"))
    tables = tables or [TABLES["runs"].schema().empty_table()]
    return pa.concat_tables(tables, promote_options="default").to_pandas()


def merge_parts(folder: Path, jobs: Sequence[Job]) -> None:
    """Write every table from the parts, in an order that does not depend on the order of the runs."""
    columns_of_runs = {
        column for part in read_parts(folder / PARTS, jobs, "runs") for column in part.column_names
    }
    for table in TABLES.values():
        parts = lambda name=table.name: read_parts(folder / PARTS, jobs, name)  # noqa: E731
        if table.when is always or next(parts(), None) is not None:
            columns = table.schema(columns_of_runs) if table.columns else _joint(parts())
            write_parquet(folder / f"{table.name}.parquet", parts(), columns)


def _joint(parts: Iterator[pa.Table]) -> pa.Schema:
    return pa.unify_schemas([part.schema for part in parts], promote_options="permissive")


def write_summary(folder: Path, summary: pd.DataFrame) -> None:
    """Write the comparison as text; an unknown value is an empty cell."""
    text = summary.to_csv(index=False, lineterminator="\n")
    write_text(folder / SUMMARY, text)


def write_json(path: Path, tree: Any) -> None:
    """Write readable JSON, whole or not at all; NaN is not allowed."""
    write_text(path, json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


#: The packages that numbers depend on.
LIBRARIES = ("guanxi", "numpy", "numba", "mesa", "pandas", "pyarrow", "scipy", "hydra-core")


@cache
def versions() -> dict[str, str | None]:
    """Versions of the packages that the numbers depend on; None where one is not installed."""
    import platform

    installed: dict[str, str | None] = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            installed[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            installed[name] = None
    return installed


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of numbers in a folder, by name."""
    there = sorted(path for path in folder.iterdir() if path.suffix in (".parquet", ".csv", ".json", ".yaml"))
    made = {}
    for path in there:
        with open(path, "rb") as file:
            made[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return made


def differing(folder: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """The files of numbers that are not as the run wrote them, by name: "changed", or "missing"."""
    written, there = manifest.get("sha256") or {}, checksums(folder)
    found = {
        name: "missing" if name not in there else "changed"
        for name in written
        if there.get(name) != written[name]
    }
    return dict(sorted(found.items()))


def finish(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, last of the numbers, and drop the parts."""
    write_json(folder / MANIFEST, manifest)
    shutil.rmtree(folder / PARTS, ignore_errors=True)


#: An unfinished file of `files.write_whole`, and the names that it writes in the folder itself.
_ASIDE = re.compile(r"\.(.+\.[a-z]+)\.[0-9]+")
_OURS = {
    CONFIG,
    SUMMARY,
    EXPECTATIONS,
    FAILURES,
    MANIFEST,
    "state.txt",
    "report.html",
    *(f"{name}.parquet" for name in TABLES),
}
#: The suffixes of the files in the folders that are made in it.
_OURS_IN = {PARTS: (".zip",), "figures": (".svg", ".png"), PLUGINS: (".py",)}


def tidy(folder: Path) -> None:
    """Remove unfinished files of a stopped writer; files of other names are the user's."""
    for where in (folder, *(folder / name for name in _OURS_IN)):
        for left in where.glob(".*"):
            found = _ASIDE.fullmatch(left.name)
            ours = found and (
                found[1] in _OURS if where == folder else found[1].endswith(_OURS_IN[where.name])
            )
            if ours:
                with contextlib.suppress(OSError):
                    left.unlink()


def drop_if_empty(folder: Path) -> None:
    """Remove a run folder in which no run was kept."""
    if not any((folder / PARTS).glob("*.zip")):
        shutil.rmtree(folder, ignore_errors=True)


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
