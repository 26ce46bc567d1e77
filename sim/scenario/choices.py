"""Hydra's part in a scenario: the grammar of overrides, and the choice of one option in each group of `conf/`.

Hydra reads no file: every YAML comes through `sim.core.yaml_reader`, and `merge` lays values over each other. A
composition is kept until a file of the groups is another.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import accumulate, islice, product
from pathlib import Path
from typing import Any

import hydra
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from hydra.version import VersionBase
from omegaconf.errors import OmegaConfBaseException

from sim.core.errors import NAME, InputError, check_known
from sim.core.yaml_reader import MAX_DEPTH, content_of, load, parsed, plain
from sim.scenario.merge import merge, nested
from sim.scenario.scenario import KEYS

MAX_TEXT = 32 * 1024
MAX_JOBS = 1000
#: The file of every option, by "group/option".
Options = dict[str, Path]
_CHOICE = re.compile(r"(?:override\s+)?/?([A-Za-z0-9_-]+)")
_HEADER = re.compile(rb"\A\s*#\s*@package[ :]\s*(\S+)")


# ---------------------------------------------------------------- overrides


def parse(overrides: Sequence[str], *, sweeps: bool = False) -> list[Override]:
    """The overrides parsed; raises `InputError` for a wrong one, and for a sweep where none is meant."""
    result = [_parsed(text) for text in overrides]
    for override in result:
        if override.is_sweep_override() and not sweeps:
            one = "one value; several are run with -m, a list is key=[a,b]"
            raise InputError(override.key_or_group, override.input_line, one)
    return result


@lru_cache(maxsize=1000)
def _parsed(text: str) -> Override:
    depth = max(accumulate((sign in "[{(") - (sign in "]})") for sign in text), default=0)
    if len(text) > MAX_TEXT or depth > MAX_DEPTH:
        raise InputError("override", text, f"at most {MAX_TEXT} characters, nested {MAX_DEPTH} deep")
    try:
        (override,) = OverridesParser.create().parse_overrides([text])
    except (HydraException, RecursionError, ValueError, OverflowError, AttributeError):
        form = "key=value, +key=value or ~key (Hydra's override grammar)"
        raise InputError("override", text, form) from None
    first = re.split(r"[./]", override.key_or_group)[0]
    if first == "hydra":
        raise InputError("override", text, "the keys of a scenario; Hydra itself is not set here")
    if first == "defaults":
        raise InputError("override", text, "group=option, such as preset=dirichlet")
    if not override.is_sweep_override():
        plain(override.value(), "the command line", override.key_or_group)
    return override


def chooses(override: Override, options: Options) -> bool:
    """True if an override chooses a group's option rather than setting a value; raises `InputError` for a wrong one."""
    group, option = override.key_or_group, override.value()
    is_group = any(name.startswith(f"{group}/") for name in options)
    if "/" not in group and override.package is None and (not is_group or isinstance(option, dict)):
        return False
    if not (override.is_delete() and option is None and is_group):
        check_choice(group, option, options)
    return True


def check_choice(group: str, option: Any, options: Options) -> None:
    """Raise `InputError` for a group or an option that is not there."""
    names = [name.split("/") for name in options]
    check_known(group, group, {of for of, _ in names})
    check_known(group, option, [name for of, name in names if of == group])


def jobs(overrides: Sequence[str]) -> list[list[str]]:
    """The grid of a multirun: every combination of the values, the first key slowest; raises `InputError`."""
    axes = []
    for override in parse(overrides, sweeps=True):
        if not override.is_sweep_override():
            axes.append([override.input_line or ""])
            continue
        try:
            values = list(islice(override.sweep_string_iterator(), MAX_JOBS + 1))
        except (HydraException, ValueError, ZeroDivisionError):
            raise InputError("override", override.input_line, "a choice or a range of values") from None
        axes.append([f"{override.get_key_element()}={value}" for value in values])
    number = math.prod(map(len, axes))
    if not 1 <= number <= MAX_JOBS:
        jobs = f"{number} jobs" if number <= MAX_JOBS else "too many jobs"
        raise InputError("-m", jobs, f"1 to {MAX_JOBS} jobs")
    return [list(combination) for combination in product(*axes)]


# ---------------------------------------------------------------- files


def options_in(places: Sequence[Path]) -> Options:
    """The file of every option, from the first folder that has it; the last folder, our ``conf/``, has the groups."""
    groups = sorted(group.name for group in places[-1].iterdir() if group.is_dir())
    options: Options = {}
    for file in (file for group in groups for place in places for file in (place / group).glob("*.yaml")):
        if NAME.fullmatch(file.stem) and file.is_file():
            options.setdefault(f"{file.parent.name}/{file.stem}", file)
    return options


def composed(config: Path, scenario: Path, options: Options, chosen: Sequence[str]) -> dict[str, Any]:
    """The scenario laid over one option of each group, those of the defaults list in ``config`` unless chosen."""
    files = {"config": config, f"scenario/{scenario.stem}": scenario} | options
    return _composed(tuple((name, file, _content(file)) for name, file in files.items()), tuple(chosen))


def _content(file: Path) -> bytes | None:
    """The bytes of a file; None where `load` refuses it, which matters only if it is chosen."""
    try:
        return content_of(file)
    except InputError:
        return None


def _tree(file: Path, content: bytes | None) -> dict[str, Any]:
    return load(file) if content is None else parsed(content, file)


@lru_cache(maxsize=200)
def _composed(files: tuple[tuple[str, Path, bytes | None], ...], chosen: tuple[str, ...]) -> dict[str, Any]:
    contents = {name: (file, content) for name, file, content in files}
    config = _tree(*contents.pop("config"))
    options = {name: file for name, (file, _) in contents.items() if not name.startswith("scenario/")}
    try:
        with _fresh_hydra() as store:
            store.store(name="config", node=config)
            for name, (file, content) in contents.items():
                node: dict[str, Any] = {"names": {name: None}}
                if content is not None and b"defaults" in content:
                    with suppress(InputError):  # reported where it is chosen
                        node["defaults"] = _choices(parsed(content, file), file, options)
                group, _, option = name.partition("/")
                store.store(group=group, name=option, node=node, package="_global_")
            names = hydra.compose("config", overrides=list(chosen))["names"]
    except (HydraException, OmegaConfBaseException, RecursionError, ValueError, TypeError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise InputError(
            "config", lines[0], " ".join(lines[1:3]) or "a configuration that Hydra can compose"
        ) from None
    tree: dict[str, Any] = {}
    for name in names:
        tree = merge(tree, _placed(name.partition("/")[0], *contents[name], options))
    return tree


@contextmanager
def _fresh_hydra() -> Iterator[ConfigStore]:
    """Hydra 1.3 with nothing in its store; afterwards everything is as before."""
    world, store, version = GlobalHydra.instance(), ConfigStore.instance(), VersionBase.instance()
    before = world.hydra, store.repo, version.version_base
    own = {name: node for name, node in store.repo.items() if name in ("hydra", "_dummy_empty_config_.yaml")}
    world.hydra, store.repo = None, own
    try:
        hydra.initialize(version_base="1.3", config_path=None, job_name="guanxi")
        yield store
    finally:
        world.hydra, store.repo, version.version_base = before


def _choices(tree: dict[str, Any], file: Path, options: Options) -> list[Any]:
    """The ``defaults`` taken out of a file's tree, written in any way, as Hydra's choices among our groups."""
    entries, choices = tree.pop("defaults", []), {}
    for entry in entries if isinstance(entries, list) else [entries]:
        if entry == "_self_":
            continue
        ((key, option),) = entry.items() if isinstance(entry, dict) and len(entry) == 1 else (("", entry),)
        match = _CHOICE.fullmatch(key)
        if match is None:
            raise InputError(f"defaults ({file})", entry, "choices like 'override /preset: dirichlet'")
        check_choice(match[1], option, options)
        if match[1] in choices:
            raise InputError(f"defaults ({file})", entry, f"one choice of {match[1]}")
        choices[match[1]] = option
    return [*({f"override /{group}": option} for group, option in choices.items()), "_self_"]


def _placed(group: str, file: Path, content: bytes | None, options: Options) -> Any:
    """The values of a file where its group, or its ``@package``, puts them."""
    tree, match = _tree(file, content), _HEADER.match(content or b"")
    _choices(tree, file, options)
    usual = "_global_" if group == "scenario" else group
    package = match[1].decode("utf-8", "replace") if match else usual
    if package not in ("_global_", group) and package.split(".")[0] not in KEYS:
        raise InputError(f"@package ({file})", package, "_global_ or the dotted key of a part")
    return tree if package == "_global_" else nested(package, tree)
