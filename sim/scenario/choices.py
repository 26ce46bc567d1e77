"""The choice among the files of `conf/`: Hydra composes their names, and `merge` lays their values over each other.

Hydra reads no file itself: every YAML comes through `sim.core.yaml_reader`. A composition is kept until one of the
files that it read changes.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hydra
from hydra import version
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from omegaconf.errors import OmegaConfBaseException

from sim.core.errors import InputError
from sim.core.yaml_reader import load
from sim.scenario.merge import merge, nested
from sim.scenario.scenario import KEYS

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CHOICE = re.compile(r"(?:override\s+)?/?([A-Za-z0-9_-]+)")
_HEADER = re.compile(rb"\A\s*#\s*@package[ :]\s*(\S+)")
_KEY = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
MOST_KEPT = 200
#: By scenario, folders and choices: the content of every file that was read, by its name, and the tree.
_KEPT: dict[tuple[Any, ...], tuple[dict[str, tuple[Path, bytes]], dict[str, Any]]] = {}


def composed(scenario: Path, places: tuple[Path, ...], chosen: tuple[str, ...]) -> dict[str, Any]:
    """The scenario laid over one option per group; the last of the folders is our ``conf/``."""
    key = scenario, places, chosen
    if key not in _KEPT or not _unchanged(scenario, places, _KEPT[key][0]):
        read: dict[str, tuple[Path, bytes]] = {}
        tree: dict[str, Any] = {}
        for name in _names(scenario, places, chosen):
            file = _file(scenario, places, name)
            assert file is not None
            tree = merge(tree, _placed(name, file, places))
            read[name] = file, file.read_bytes()
        while len(_KEPT) >= MOST_KEPT:
            del _KEPT[next(iter(_KEPT))]
        _KEPT[key] = read, tree
    return copy.deepcopy(_KEPT[key][1])


def _unchanged(scenario: Path, places: Sequence[Path], read: dict[str, tuple[Path, bytes]]) -> bool:
    return all(
        _file(scenario, places, name) == file and file.is_file() and file.read_bytes() == content
        for name, (file, content) in read.items()
    )


def _file(scenario: Path, places: Sequence[Path], name: str) -> Path | None:
    group, _, option = name.rpartition("/")
    if name == "config":
        return places[-1] / "config.yaml"
    return scenario if group == "scenario" else find(places, group, option)


def _placed(name: str, file: Path, places: Sequence[Path]) -> dict[str, Any]:
    """The values of a file where its group, or its ``@package``, puts them."""
    tree, package, group = load(file), _package(file), name.rpartition("/")[0]
    if name == "config":
        del tree["defaults"]
    _only_choices(tree, file, places)
    if group in ("", "scenario") or package == "_global_":
        return tree
    return nested(package or group, tree)


def _names(scenario: Path, places: Sequence[Path], chosen: Sequence[str]) -> list[str]:
    """The names of the files that make a scenario, in the order in which they are laid over each other."""
    names = ["config", f"scenario/{scenario.stem}"]
    names += [
        f"{group}/{option}" for group in groups(places) - {"scenario"} for option in options(places, group)
    ]
    with _fresh_hydra() as store:
        for name in names:
            group, _, option = name.rpartition("/")
            file = _file(scenario, places, name)
            if file is not None:
                node = {"names": {name: None}} | _choices(name, file, places)
                store.store(group=group or None, name=option, node=node, package="_global_")
        try:
            return list(hydra.compose("config", overrides=list(chosen))["names"])
        except (HydraException, OmegaConfBaseException, RecursionError, ValueError, TypeError) as error:
            raise _explained(error) from None


def _choices(name: str, file: Path, places: Sequence[Path]) -> dict[str, Any]:
    """The defaults list of a file; nothing else is read of an option that is not chosen."""
    if b"defaults" not in file.read_bytes():
        return {}
    try:
        tree = load(file)
        return {"defaults": tree["defaults"]} if name == "config" else _only_choices(tree, file, places)
    except InputError:
        return {}  # reported where it is chosen


def find(places: Sequence[Path], group: str, name: str) -> Path | None:
    """The file of a group's option in the first folder that has it."""
    if NAME.fullmatch(group) and NAME.fullmatch(name):
        for place in places:
            if (file := place / group / f"{name}.yaml").is_file():
                return file
    return None


def options(places: Sequence[Path], group: str) -> list[str]:
    """The options of a group."""
    return sorted({file.stem for place in places for file in (place / group).glob("*.yaml")})


def groups(places: Sequence[Path]) -> set[str]:
    """The names of all groups in the folders; the last folder, our ``conf/``, determines them."""
    return {"scenario"} | {entry.name for entry in places[-1].iterdir() if entry.is_dir()}


def check_choice(places: Sequence[Path], group: str, option: Any, *, without: bool = False) -> None:
    """Refuse a group or an option that is not there; ``without`` leaves the group out (``~group``)."""
    if group not in groups(places) or group == "scenario":
        raise InputError.unknown(group, group, groups(places) - {"scenario"})
    if without and option is None:
        return
    if not isinstance(option, str) or find(places, group, option) is None:
        raise InputError.unknown(group, option, options(places, group))


def _only_choices(tree: dict[str, Any], file: Path, places: Sequence[Path]) -> dict[str, Any]:
    """The ``defaults`` taken out of a tree, as choices among our groups, in every notation of Hydra."""
    given = tree.pop("defaults", [])
    found: list[dict[str, Any]] = []
    for entry in given if isinstance(given, list) else [given]:
        if entry == "_self_":
            continue
        ((key, option),) = entry.items() if isinstance(entry, dict) and len(entry) == 1 else (("", entry),)
        match = _CHOICE.fullmatch(key)
        if match is None:
            raise InputError(f"defaults ({file})", entry, "choices like 'override /preset: dirichlet'")
        check_choice(places, match.group(1), option)
        choice = f"override /{match.group(1)}"
        if any(choice in earlier for earlier in found):
            raise InputError(f"defaults ({file})", entry, f"one choice of {match.group(1)}")
        found.append({choice: option})
    return {"defaults": [*found, "_self_"]} if found else {}


def _package(file: Path) -> str | None:
    with file.open("rb") as opened:
        match = _HEADER.match(opened.read(512))
    if match is None:
        return None
    package = match.group(1).decode("utf-8", "replace")
    if package != "_global_" and not (_KEY.fullmatch(package) and package.split(".")[0] in KEYS):
        raise InputError(f"@package ({file})", package, "_global_ or the dotted key of a part")
    return package


@contextmanager
def hydra_1_3() -> Iterator[None]:
    """Set Hydra's version base to 1.3, and restore it afterwards."""
    base = version.VersionBase.instance().version_base
    version.setbase("1.3")
    try:
        yield
    finally:
        version.VersionBase.instance().version_base = base


@contextmanager
def _fresh_hydra() -> Iterator[ConfigStore]:
    """Hydra with an empty store; its former state is restored afterwards."""
    world, store = GlobalHydra.instance(), ConfigStore.instance()
    before, kept = world.hydra, store.repo
    world.clear()
    store.repo = {name: node for name, node in kept.items() if name in ("hydra", "_dummy_empty_config_.yaml")}
    try:
        with hydra_1_3():
            hydra.initialize(version_base="1.3", config_path=None, job_name="guanxi")
            yield store
    finally:
        store.repo = kept
        world.hydra = before


def _explained(error: BaseException) -> InputError:
    cause = error.__cause__ or error
    lines = [
        line.strip()
        for line in f"{error}\n{cause if cause is not error else ''}".splitlines()
        if line.strip()
    ]
    lines = [
        line for line in lines if not line.startswith(("full_key", "object_type", "Search path", "provider="))
    ]
    return InputError(
        "config",
        (lines or [type(error).__name__])[0],
        " ".join(lines[1:3]) or "a configuration that Hydra can compose",
    )
