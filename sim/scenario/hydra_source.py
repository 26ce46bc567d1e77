"""The one source of configs that Hydra is given: our folders and the user's, each file checked.

Hydra is told names only: it chooses the files and their order, and their values are laid over each other by `merge`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hydra import version
from hydra.core.object_type import ObjectType
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from omegaconf import OmegaConf

from sim.core.errors import InputError
from sim.core.yaml_reader import load
from sim.scenario.merge import nested
from sim.scenario.scenario import KEYS

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CHOICE = re.compile(r"(?:override\s+)?/?([A-Za-z0-9_-]+)")
_HEADER = re.compile(rb"\A\s*#\s*@package[ :]\s*(\S+)")
_KEY = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
#: The key under which Hydra is given the name of each file, and returns them in their order.
COMPOSED = "composed"
_NUMBERS = itertools.count(1)


class Files:
    """The folders and the scenario that one composition is served from, and every file that it read."""

    def __init__(self, places: Sequence[Path], scenario: Path) -> None:
        self.places, self.scenario = list(places), scenario
        self.address = f"guanxi://{next(_NUMBERS)}"
        self.contents: dict[str, tuple[Path, bytes]] = {}
        self.trees: dict[str, dict[str, Any]] = {}

    def at(self, path: str) -> Path | None:
        """The file of a config."""
        group, _, name = path.rpartition("/")
        if path == "config":
            return self.places[-1] / "config.yaml"
        return self.scenario if group == "scenario" else find(self.places, group, name)

    def unchanged(self) -> bool:
        """True while every config that was read is the same file with the same content."""
        return all(
            self.at(path) == file and file.is_file() and file.read_bytes() == content
            for path, (file, content) in self.contents.items()
        )


_SERVED: dict[str, Files] = {}


class CheckedFiles(ConfigSource):
    """Serves ``config`` and the groups from folders, the first that has it, and scenarios from flat ones."""

    @staticmethod
    def scheme() -> str:
        return "guanxi"

    def load_config(self, config_path: str) -> ConfigResult:
        path = config_path.removesuffix(".yaml")
        files = _SERVED[self.path]
        file = files.at(path)
        if file is None:
            raise ConfigLoadError(f"Config not found: {config_path}")
        tree, package = load(file), _package(file)
        chosen = {} if path != "config" else {"defaults": tree.pop("defaults")}
        if path != "config":
            chosen = _only_choices(tree, file, files.places)
        group = "_global_" if path == "config" or path.startswith("scenario/") else path.partition("/")[0]
        package = group if package is None or group == "_global_" else package
        files.contents[path] = file, file.read_bytes()
        files.trees[path] = tree if package == "_global_" else nested(package, tree)
        return ConfigResult(
            config=OmegaConf.create(chosen | {COMPOSED: {path: None}}),
            path=self.full_path(),
            provider=self.provider,
            header={"package": "_global_"},
        )

    def available(self) -> bool:
        return self.path in _SERVED

    def is_group(self, config_path: str) -> bool:
        return config_path == "" or config_path in groups(_SERVED[self.path].places)

    def is_config(self, config_path: str) -> bool:
        return _SERVED[self.path].at(config_path.removesuffix(".yaml")) is not None

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        places = _SERVED[self.path].places
        if config_path == "":
            return sorted(groups(places)) if results_filter != ObjectType.CONFIG else ["config"]
        return options(places, config_path) if results_filter != ObjectType.GROUP else []


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
    """The names of all groups in the folders; the last folder, our ``conf/``, says which there are."""
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
    """The ``defaults`` taken out of a tree, as choices among our groups, whatever way they are written."""
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
    """Hydra as of 1.3, and afterwards as whatever it was before."""
    base = version.VersionBase.instance().version_base
    version.setbase("1.3")
    try:
        yield
    finally:
        version.VersionBase.instance().version_base = base


@contextmanager
def serving(places: Sequence[Path], scenario: Path) -> Iterator[Files]:
    """Serve the folders (the last is our ``conf/``) and a scenario for one composition."""
    Plugins.instance().register(CheckedFiles)
    files = Files(places, scenario)
    number = files.address.removeprefix("guanxi://")
    _SERVED[number] = files
    try:
        yield files
    finally:
        del _SERVED[number]
