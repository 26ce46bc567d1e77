"""Composes a scenario: ``conf/`` below, the scenario's own values over it, the command line over both.

Hydra composes; it never reads a file itself. Every YAML comes through `sim.core.yaml_reader`, nothing is
instantiated, and no folder is left behind.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.core.yaml_reader import load, plain

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
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
    found: dict[str, Path] = {}
    for folder in (*checked_folders(folders), scenarios_folder()):
        for place in (folder, folder / "scenario"):
            if place.is_dir():
                for path in sorted(place.glob("*.yaml")):
                    if _NAME.fullmatch(path.stem):
                        found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def checked_folders(folders: Sequence[Path | str]) -> list[Path]:
    """The folders, resolved; raises `InputError` for one that does not exist."""
    resolved = [Path(folder).expanduser().resolve() for folder in folders]
    for given, folder in zip(folders, resolved, strict=True):
        if not folder.is_dir():
            raise InputError("--config-dir", str(given), "a folder that exists")
    return resolved


def scenario_file(name: str, folders: Sequence[Path | str] = ()) -> Path:
    """The file of a scenario, by its name or its path; raises `InputError` with the nearest match."""
    if is_path(name):
        return _file_at(name)
    files = scenario_files(folders)
    if name not in files:
        raise InputError.unknown("scenario", name, files)
    return files[name]


def is_path(name: str) -> bool:
    """True if a scenario is given by its file rather than by its name."""
    return name.endswith(".yaml") or "/" in name or os.sep in name


def _file_at(name: str) -> Path:
    path = Path(name).expanduser()
    if path.suffix != ".yaml" or not path.is_file():
        raise InputError("scenario", name, "a scenario file (.yaml) that exists, or a name (guanxi list)")
    if not _NAME.fullmatch(path.stem):
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


def compose(scenario: str | Path, overrides: Sequence[str] = (), folders: Sequence[Path | str] = ()) -> Any:
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
    """The `Scenario` of one arm (default: the control), composed if a name or file is given; raises `InputError`."""
    from sim.scenario.scenario import Scenario

    if isinstance(setting, (str, Path)):
        setting = compose(setting, overrides, folders)
    elif not isinstance(setting, Scenario):
        raise InputError("setting", setting, "a Scenario, or the name or file of one")
    elif overrides:
        raise InputError("overrides", list(overrides), "none beside a Scenario, which is composed already")
    if customers is not None:
        setting = setting.replace({"population": {"customers": customers}})
    made: Scenario = setting.for_arm(setting.experiment.control if arm is None else arm)
    return made


def composed(
    scenario: str, overrides: Sequence[str] = (), folders: Sequence[Path | str] = ()
) -> dict[str, Any]:
    """The whole tree, defaults filled in, not yet checked key by key."""
    from sim.core.loading import filled
    from sim.scenario import choices
    from sim.scenario import overrides as overriding
    from sim.scenario.arms import arms_of, without
    from sim.scenario.scenario import Scenario

    file = scenario_file(scenario, folders)
    places = [*checked_folders(folders), conf_folder()]
    parsed = overriding.parse(overrides)
    chosen = [o for o in parsed if overriding.chooses(o, choices.groups(places))]
    values = [o for o in parsed if o not in chosen]
    for choice in chosen:
        choices.check_choice(places, choice.key_or_group, choice.value(), without=choice.is_delete())
    names = (f"scenario={file.stem}", *(o.input_line or "" for o in chosen))
    tree = filled(Scenario, {"name": file.stem} | choices.composed(file, tuple(places), names))
    if values:
        before = arms_of(tree)
        tree = overriding.laid(values, tree)
        tree = without(tree, before - arms_of(tree))
    plain(tree, "the command line")
    return tree
