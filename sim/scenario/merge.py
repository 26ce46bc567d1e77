"""Operations on the plain tree of a scenario, of mappings, lists and values, before it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from sim.core.errors import InputError
from sim.core.yaml_reader import INTERPOLATION, MAX_NODES
from sim.customers.traits import KINDS, TRAITS

MAX_CHAIN = 16


def merge(base: Any, over: Any, key: str = "") -> Any:
    """`over` laid upon `base`: mappings key by key, all else replaced.

    A strategy that is named, and a distribution of another kind, replaces the one below it whole.

    >>> merge({"a": 1, "strategy": {"name": "club", "x": 1}}, {"strategy": {"name": "partner"}})
    {'a': 1, 'strategy': {'name': 'partner'}}
    """
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)) or whole(key, over, base):
        return over
    return {
        name: merge(base[name], over[name], name) if name in base and name in over
        else over[name] if name in over
        else base[name]
        for name in [*base, *(n for n in over if n not in base)]
    }  # fmt: skip


def whole(key: str, over: Mapping[str, Any], base: Mapping[str, Any]) -> bool:
    """True if a mapping under a key stands for one choice: a named strategy, a distribution."""
    if key == "strategy":
        return "name" in over
    return key in TRAITS and len(over) == 1 and set(over) <= set(KINDS) and set(over) != set(base)


def nested(key: str, value: Any) -> dict[str, Any]:
    """A tree with one value at a dotted key."""
    for part in reversed(key.split(".")):
        value = {part: value}
    return value  # type: ignore[no-any-return]


def resolve(tree: Any) -> Any:
    """The tree with each ``${a.b}`` replaced by the value at a.b; raises `InputError` where there is none.

    >>> resolve({"a": {"b": 2}, "c": "${a.b}"})
    {'a': {'b': 2}, 'c': 2}
    """
    nodes = count(1)

    def at(node: Any, path: str, trail: tuple[str, ...]) -> Any:
        if next(nodes) > 2 * MAX_NODES:
            raise InputError(path, "${...}", f"at most {MAX_NODES} values in all")
        if isinstance(node, Mapping):
            return {
                name: at(value, f"{path}.{name}" if path else str(name), trail)
                for name, value in node.items()
            }
        if isinstance(node, (list, tuple)):
            return [at(value, f"{path}[{number}]", trail) for number, value in enumerate(node)]
        match = INTERPOLATION.fullmatch(node) if isinstance(node, str) else None
        if match is None:
            return node
        target, found = match.group(1), tree
        if target in trail or len(trail) >= MAX_CHAIN:
            raise InputError(path, node, "a key whose value does not lead back here")
        for part in target.split("."):
            if not isinstance(found, Mapping) or part not in found:
                known = ", ".join(map(str, found)) if isinstance(found, Mapping) else ""
                raise InputError(path, node, f"a key that exists; '{part}' is none of {known or 'none'}")
            found = found[part]
        return at(found, path, (*trail, target))

    return at(tree, "", ())
