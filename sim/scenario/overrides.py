"""Overrides laid over a whole tree: checked against the keys there are, made to replace whole choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.core.errors import InputError
from sim.core.loading import MAPPING
from sim.customers.traits import TRAITS
from sim.scenario.choices import Override
from sim.scenario.merge import at, merge, nested
from sim.scenario.scenario import NAMED

#: The keys under which a user names entries.
_NAMED = (*NAMED, "experiment.controls")


def laid(overrides: Sequence[Override], tree: Mapping[str, Any]) -> Any:
    """The whole tree with the overrides laid over it, those first that name a strategy; raises `InputError`."""
    whole = tree
    for override in sorted(overrides, key=lambda override: not _names_a_strategy(override)):
        key, value = override.key_or_group, override.value()
        _check(key, value, tree, override)
        if override.is_delete():
            whole = _without(whole, key)
            continue
        if key.rpartition(".")[2] in TRAITS:
            whole = merge(whole, nested(key, None))
        whole = merge(whole, nested(key, value))
    return whole


def _names_a_strategy(override: Override) -> bool:
    key, value = override.key_or_group, override.value()
    alone = isinstance(value, dict) and "name" not in value
    return key.endswith(".strategy.name") or (key.endswith(".strategy") and not alone)


def _without(tree: Any, key: str) -> Any:
    """The tree without a key."""
    first, _, rest = key.partition(".")
    below = {first: _without(tree[first], rest)} if rest and isinstance(tree.get(first), Mapping) else {}
    return {name: entry for name, entry in tree.items() if name != first or below} | below


def _check(key: str, value: Any, tree: Mapping[str, Any], override: Override) -> None:
    """Refuse a key that is not there, one below a value, a list for a mapping, and all named entries at once."""
    node: Any = tree
    parts, adds = key.split("."), override.is_add() or override.is_force_add()
    for depth, part in enumerate(parts):
        above = ".".join(parts[:depth])
        if isinstance(node, list):
            raise InputError(key, part, f"nothing below {above}, which is a list")
        if override.is_delete() or not (adds or _is_free(parts[:depth])):
            if not isinstance(node, Mapping):
                raise InputError(key, part, f"nothing below {above}, which is a value")
            if part not in node:
                raise _unknown(".".join(parts[: depth + 1]), above, node, override)
        node = node.get(part) if isinstance(node, Mapping) else None
    if override.is_delete():
        if value not in (None, at(tree, key)):
            raise InputError(key, override.input_line, "a key that is there, with the value it has")
        return
    if isinstance(node, Mapping) and isinstance(value, list):
        raise InputError(key, value, MAPPING)
    for name in _NAMED:
        if f"{name}.".startswith(f"{key}."):
            entries = at(nested(key, value), name)
            if (isinstance(entries, dict) and at(tree, name)) or key == name == "experiment.arms":
                only = "experiment.only=[NAME,NAME] runs some arms, " if name == "experiment.arms" else ""
                one = f"~{name}.NAME leaves one out,\n  {name}.NAME={{...}} changes one, +{name}.NAME={{...}} adds one"
                raise InputError(name, override.input_line, f"{only}{one}")


def _unknown(key: str, above: str, node: Mapping[str, Any], override: Override) -> InputError:
    problem = InputError.unknown(key, key.rpartition(".")[2], node)
    if above in _NAMED and not override.is_delete():
        added = f"{problem.allowed}; +{override.input_line} adds one"
        return InputError(key, problem.value, added, problem.nearest)
    return problem


def _is_free(parents: list[str]) -> bool:
    """True below the keys whose contents only the typed check knows: arms, strategies, distributions."""
    arms = parents[:2] == ["experiment", "arms"] and len(parents) > 2
    return arms or "strategy" in parents[2:3] or not TRAITS.keys().isdisjoint(parents[3:4])
