"""Composes a scenario: ``conf/`` below, the scenario's own values over it, the command line over both.

Hydra composes; it never reads a file itself. Every YAML comes through `sim.core.yaml_reader`, nothing is
instantiated, and no folder is left behind.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import NAME, InputError
from sim.core.yaml_reader import load, plain

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

_HERE = Path(__file__).resolve().parent.parent


def conf_folder() -> Path:
    """The folder ``conf/``: beside ``sim/`` in a checkout, in ``sim/_data`` of an installed wheel."""
    return _data_folder("conf")


def scenarios_folder() -> Path:
    """The folder of the scenarios that come with the project."""
    return _data_folder("scenarios")


def _data_folder(name: str) -> Path:
    installed = _HERE / "_data" / name
    return installed if installed.is_dir() else _HERE.parent / name


def scenario_files(folders: Sequence[Path | str] = ()) -> dict[str, Path]:
    """Every scenario by name: those in `folders` (itself, or its ``scenario/``) first, then ours."""
    files: dict[str, Path] = {}
    for folder in (*checked_folders(folders), scenarios_folder()):
        for place in (folder, folder / "scenario"):
            if place.is_dir():
                for path in sorted(place.glob("*.yaml")):
                    if NAME.fullmatch(path.stem):
                        files.setdefault(path.stem, path)
    return dict(sorted(files.items()))


def checked_folders(folders: Sequence[Path | str]) -> list[Path]:
    """The folders, resolved; raises `InputError` for one that does not exist."""
    paths = [Path(folder).expanduser().resolve() for folder in folders]
    for name, folder in zip(folders, paths, strict=True):
        if not folder.is_dir():
            raise InputError("--config-dir", str(name), "a folder that exists")
    return paths


def scenario_file(name: str, folders: Sequence[Path | str] = ()) -> Path:
    """The file of a scenario, by its name or its path; raises `InputError` with the nearest match."""
    if is_path(name):
        return _file_at(name)
    files = scenario_files(folders)
    if name not in files:
        raise InputError.unknown("scenario", name, files)
    return files[name]


def is_path(name: str) -> bool:
    """True if a scenario is named by its file."""
    return name.endswith(".yaml") or "/" in name or os.sep in name


def _file_at(name: str) -> Path:
    path = Path(name).expanduser()
    if path.suffix != ".yaml" or not path.is_file():
        raise InputError("scenario", name, "a scenario file (.yaml) that exists, or a name (guanxi list)")
    if not NAME.fullmatch(path.stem):
        raise InputError("scenario", name, "a file whose name has letters, digits, _ and - only (64 at most)")
    return path.resolve()


def summary(name: str, folders: Sequence[Path | str] = ()) -> dict[str, Any]:
    """A scenario's name, question, source, concepts and arms, read from its file alone (no Hydra)."""
    tree = load(scenario_file(name, folders))
    experiment = tree.get("experiment")
    arms = experiment.get("arms") if isinstance(experiment, dict) else None
    concepts = tree.get("concepts")
    return {
        "name": name,
        "question": " ".join(str(tree.get("question") or "").split()),
        "source": " ".join(str(tree.get("source") or "").split()),
        "concepts": concepts if isinstance(concepts, list) else [],
        "arms": list(arms) if isinstance(arms, dict) else [],
    }


def compose(
    scenario: str | Path, overrides: Sequence[str] = (), folders: Sequence[Path | str] = ()
) -> Scenario:
    """The `Scenario` of that name or file with Hydra overrides laid over it; raises `InputError`."""
    from sim.scenario.scenario import Scenario

    return Scenario.from_config(composed(str(scenario), overrides, folders))


def compose_arm(
    setting: Any,
    arm: str | None = None,
    customers: int | None = None,
    overrides: Sequence[str] = (),
    folders: Sequence[Path] = (),
) -> Scenario:
    """The `Scenario` of one arm (default: the control), composed from a name or file; raises `InputError`."""
    from sim.scenario.scenario import Scenario

    if isinstance(setting, (str, Path)):
        setting = compose(setting, overrides, folders)
    elif not isinstance(setting, Scenario):
        raise InputError("setting", setting, "a Scenario, or the name or file of one")
    elif overrides:
        raise InputError("overrides", list(overrides), "none beside a Scenario, which is composed already")
    scenario: Scenario = setting
    if customers is not None:
        scenario = scenario.replace({"population": {"customers": customers}})
    return scenario.for_arm(scenario.experiment.control if arm is None else arm)


def composed(
    scenario: str, overrides: Sequence[str] = (), folders: Sequence[Path | str] = ()
) -> dict[str, Any]:
    """The whole tree, with its defaults, not yet checked key by key."""
    from sim.scenario import choices
    from sim.scenario.arms import arms_in, without
    from sim.scenario.overrides import laid
    from sim.scenario.scenario import filled

    file, changes = scenario_file(scenario, folders), choices.parse(overrides)
    options = choices.options_in([*checked_folders(folders), conf_folder()])
    picks = [o for o in changes if choices.chooses(o, options)]
    names = [f"scenario={file.stem}", *(o.input_line or "" for o in picks)]
    tree = filled({"name": file.stem} | choices.composed(conf_folder() / "config.yaml", file, options, names))
    whole = laid([o for o in changes if o not in picks], tree)
    left_out = [arm for arm in arms_in(tree) if arm not in arms_in(whole)]
    return plain(without(whole, left_out) if left_out else whole, "the command line")  # type: ignore[no-any-return]
