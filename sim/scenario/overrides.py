"""Overrides in Hydra's grammar: parsed, checked against the keys there are, made to replace whole choices."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from sim.core.errors import InputError
from sim.core.yaml_reader import plain
from sim.customers.traits import TRAITS
from sim.scenario.choices import hydra_1_3
from sim.scenario.merge import merge, nested

MAX_TEXT = 32 * 1024
MAX_JOBS = 1000
MAX_DEPTH = 24
#: Where a user names entries.
_NAMED = (
    "firms",
    "second.firms",
    "stakeholders",
    "events",
    "population.segments",
    "experiment.arms",
    "experiment.controls",
)
_FORM = "key=value, +key=value or ~key (Hydra's override grammar)"


def parse(overrides: Sequence[str], *, sweeps: bool = False) -> list[Override]:
    """The overrides parsed; raises `InputError` for a wrong one, and for a sweep where none is meant."""
    found = []
    for text in overrides:
        if len(text) > MAX_TEXT or _depth(text) > MAX_DEPTH:
            raise InputError("override", text, f"at most {MAX_TEXT} characters, nested {MAX_DEPTH} deep")
        override = _parsed(text)
        _check(override, text)
        if override.is_sweep_override() and not sweeps:
            raise InputError(
                override.key_or_group, text, "one value; several are run with -m, a list is key=[a,b]"
            )
        found.append(override)
    return found


@lru_cache(maxsize=1000)
def _parsed(text: str) -> Override:
    try:
        with hydra_1_3():
            (override,) = OverridesParser.create().parse_overrides([text])
    except (HydraException, RecursionError, ValueError, OverflowError, AttributeError):
        raise InputError("override", text, _FORM) from None
    return override


def _depth(text: str) -> int:
    """Depth to which brackets of any kind are nested."""
    deepest = depth = 0
    for letter in text:
        depth += (letter in "[{(") - (letter in "]})")
        deepest = max(deepest, depth)
    return deepest


def _check(override: Override, text: str) -> None:
    key = override.key_or_group
    if key.split(".")[0].split("/")[0] == "hydra":
        raise InputError("override", text, "the keys of a scenario; Hydra itself is not set here")
    if key.split(".")[0] == "defaults":
        raise InputError("override", text, "group=option, such as preset=dirichlet")
    if "${" in key or "${" in str(override.package or ""):
        raise InputError("override", text, _FORM)
    if not override.is_sweep_override():
        plain(override.value(), "the command line", key)


def chooses(override: Override, groups: set[str]) -> bool:
    """True if an override chooses a group's option rather than setting a value."""
    key = override.key_or_group
    if "/" in key or override.package is not None:
        return True
    return key in groups and not isinstance(override.value(), dict)


def jobs(overrides: Sequence[str]) -> list[list[str]]:
    """The grid of a multirun: every combination of the values, the first key slowest; raises `InputError`."""
    axes = []
    for override in parse(overrides, sweeps=True):
        if not override.is_sweep_override():
            axes.append([override.input_line or ""])
            continue
        try:
            values = list(itertools.islice(override.sweep_string_iterator(), MAX_JOBS + 1))
        except (HydraException, ValueError, ZeroDivisionError):
            raise InputError("override", override.input_line, "a choice or a range of values") from None
        axes.append([f"{override.get_key_element()}={value}" for value in values])
    total = 1
    for axis in axes:
        total *= len(axis)
    if not 1 <= total <= MAX_JOBS:
        raise InputError(
            "-m", f"{total} jobs" if total <= MAX_JOBS else "too many jobs", f"1 to {MAX_JOBS} jobs"
        )
    return [list(combination) for combination in itertools.product(*axes)]


def laid(overrides: Sequence[Override], tree: Mapping[str, Any]) -> dict[str, Any]:
    """The whole tree with the overrides laid over it, those first that name a strategy; raises `InputError`."""
    made = dict(tree)
    for override in sorted(overrides, key=lambda o: not _names_a_strategy(o)):
        key, given = override.key_or_group, None if override.is_delete() else override.value()
        if not (override.is_add() or override.is_force_add()):
            _exists(key, tree, override)
        if override.is_delete():
            made = _without(made, key, override)
            continue
        _same_kind(key, given, tree)
        _not_all_at_once(key, given, tree, override)
        if key.endswith(".strategy") and isinstance(given, str):
            given = {"name": given}
        if key.rpartition(".")[2] in TRAITS:
            made = merge(made, nested(key, None))
        made = merge(made, nested(key, given))
    return made


def _names_a_strategy(override: Override) -> bool:
    given = None if override.is_delete() else override.value()
    whole = isinstance(given, str) or (isinstance(given, dict) and "name" in given)
    return override.key_or_group.endswith(".strategy.name") or (
        override.key_or_group.endswith(".strategy") and whole
    )


def _without(tree: Mapping[str, Any], key: str, override: Override) -> dict[str, Any]:
    """The tree without a key; ``~key=value`` leaves it out only where it has that value."""
    first, _, rest = key.partition(".")
    below: Any = tree.get(first)
    value = override.value()
    if (
        first not in tree
        or (rest and not isinstance(below, Mapping))
        or (not rest and value not in (None, below))
    ):
        raise InputError(
            override.key_or_group, override.input_line, "a key that is there, with the value it has"
        )
    if rest:
        return {**tree, first: _without(below, rest, override)}
    return {name: entry for name, entry in tree.items() if name != first}


def _exists(key: str, tree: Mapping[str, Any], override: Override) -> None:
    node: Any = tree
    parts = key.split(".")
    for depth, part in enumerate(parts):
        if _free(parts[:depth]):
            return
        if not isinstance(node, Mapping):
            raise InputError(key, part, f"nothing below {'.'.join(parts[:depth])}, which is a value")
        if part not in node:
            problem = InputError.unknown(".".join(parts[: depth + 1]), part, node)
            if ".".join(parts[:depth]) in _NAMED and not override.is_delete():
                added = f"{problem.allowed}; +{override.input_line} adds one"
                problem = InputError(problem.key, part, added, problem.nearest)
            raise problem
        node = node[part]


def _not_all_at_once(key: str, given: Any, tree: Mapping[str, Any], override: Override) -> None:
    """Refuse a mapping in the place of named entries: Hydra would lay it over those there, and drop none."""
    for name in _NAMED:
        within = _at(given, name.removeprefix(key + ".")) if name.startswith(key + ".") else None
        laid = given if key == name else within
        if (isinstance(laid, dict) and _at(tree, name)) or (key == name == "experiment.arms"):
            only = "experiment.only=[NAME,NAME] runs some arms, " if name == "experiment.arms" else ""
            allowed = f"{only}~{name}.NAME leaves one out,\n  {name}.NAME={{...}} changes one, +{name}.NAME={{...}} adds one"
            raise InputError(name, override.input_line, allowed)


def _at(tree: Any, key: str) -> Any:
    """The value at a dotted key; None where there is none."""
    for part in key.split("."):
        tree = tree.get(part) if isinstance(tree, Mapping) else None
    return tree


def _same_kind(key: str, given: Any, tree: Mapping[str, Any]) -> None:
    """Refuse a list in the place of a mapping, a mapping in the place of a list, and a key below a list."""
    node: Any = tree
    parts = key.split(".")
    for depth, part in enumerate(parts):
        if isinstance(node, list):
            raise InputError(key, part, f"nothing below {'.'.join(parts[:depth])}, which is a list")
        node = node.get(part) if isinstance(node, Mapping) else None
    if isinstance(node, list) and isinstance(given, dict):
        raise InputError(key, given, "a list")
    if isinstance(node, Mapping) and isinstance(given, list):
        raise InputError(key, given, "a mapping of keys to values")


def _free(parents: list[str]) -> bool:
    """True below the keys whose contents only the typed check knows: arms, strategies, distributions."""
    arms = parents[:2] == ["experiment", "arms"] and len(parents) > 2
    return arms or "strategy" in parents[2:3] or (len(parents) == 4 and parents[3] in TRAITS)
