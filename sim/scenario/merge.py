"""Operations on the plain tree of a scenario, of mappings, lists and values, before it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from sim.core.errors import InputError, joined
from sim.core.loading import finite
from sim.core.yaml_reader import INTERPOLATION, MAX_NODES
from sim.customers.traits import TRAITS

MAX_CHAIN = 16


def merge(base: Any, over: Any, key: str = "", *, fill: bool = False) -> Any:
    """`over` laid upon `base`: mappings key by key, all else replaced; a strategy's name alone becomes a mapping.

    A strategy that is named, and a distribution of another kind, replaces the one below it whole. With ``fill``, null in
    the place of a mapping counts as empty.

    >>> merge({"a": 1, "strategy": {"name": "club", "x": 1}}, {"strategy": "partner"})
    {'a': 1, 'strategy': {'name': 'partner'}}
    """
    if key == "strategy" and isinstance(over, str):
        over = {"name": over}
    if not isinstance(over, Mapping):
        return base if fill and over is None and isinstance(base, Mapping) else over
    if not isinstance(base, Mapping) or _whole(key, over, base):
        base = {}
    laid = {name: merge(base.get(name), entry, name, fill=fill) for name, entry in over.items()}
    return {name: laid.get(name, entry) for name, entry in base.items()} | laid


def _whole(key: str, over: Mapping[str, Any], base: Mapping[str, Any]) -> bool:
    """True if a mapping under a key stands for one choice: a named strategy, a distribution."""
    if key == "strategy":
        return "name" in over
    return key in TRAITS and set(over) != set(base)


def at(tree: Any, key: str) -> Any:
    """The value at a dotted key; None where there is none."""
    for part in key.split("."):
        tree = tree.get(part) if isinstance(tree, Mapping) else None
    return tree


def nested(key: str, value: Any) -> Any:
    """A tree with one value at a dotted key."""
    for part in reversed(key.split(".")):
        value = {part: value}
    return value


def resolve(tree: Any) -> Any:
    """The tree with each ``${a.b}`` replaced by the value at a.b; raises `InputError` where there is none.

    Arms stay plain data, so a number in one that is not finite is refused here.

    >>> resolve({"a": {"b": 2}, "c": "${a.b}"})
    {'a': {'b': 2}, 'c': 2}
    """
    nodes = count(1)

    def resolved(node: Any, path: str, trail: tuple[str, ...]) -> Any:
        if next(nodes) > 2 * MAX_NODES:
            raise InputError(path, "${...}", f"at most {MAX_NODES} values in all")
        if isinstance(node, Mapping):
            return {name: resolved(value, joined(path, name), trail) for name, value in node.items()}
        if isinstance(node, list):
            return [resolved(value, joined(path, number), trail) for number, value in enumerate(node)]
        match = INTERPOLATION.fullmatch(node) if isinstance(node, str) else None
        if match is None:
            if path.startswith("experiment.arms.") and not finite(node):
                raise InputError(path, node, "a number")
            return node
        target, value = match[1], tree
        if target in trail or len(trail) >= MAX_CHAIN:
            raise InputError(path, node, "a key whose value does not lead back here")
        for part in target.split("."):
            if not isinstance(value, Mapping) or part not in value:
                known = ", ".join(map(str, value)) if isinstance(value, Mapping) else ""
                raise InputError(path, node, f"a key that exists; '{part}' is none of {known or 'none'}")
            value = value[part]
        return resolved(value, path, (*trail, target))

    return resolved(tree, "", ())
