"""A scenario: typed, frozen, checked. An unknown key is an error with the nearest match."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.core.errors import InputError
from sim.core.yaml_reader import MAX_DEPTH, plain
from sim.scenario import typed
from sim.scenario.entries import LABEL
from sim.scenario.filled import filled
from sim.scenario.merge import merge, resolve
from sim.scenario.settings import Execution, FrozenDict, MarketSettings

#: The parts of a scenario that an arm may change.
ARM_KEYS = ("market", "population", "theory", "network", "firms", "second", "stakeholders", "events")


@dataclass(frozen=True, eq=False)
class Scenario:
    """Everything that defines the runs of one experiment; equal trees make equal scenarios."""

    name: str
    question: str
    source: str
    concepts: tuple[str, ...]
    expect: tuple[FrozenDict, ...]
    market: MarketSettings
    population: FrozenDict
    theory: Any
    network: FrozenDict
    firms: FrozenDict
    second: FrozenDict | None
    stakeholders: FrozenDict
    events: FrozenDict
    experiment: FrozenDict
    execution: Execution
    out: str | None
    not_asked: tuple[FrozenDict, ...]
    text: str

    @classmethod
    def from_config(cls, config: Any) -> Scenario:
        """A scenario from a plain tree or a DictConfig; defaults where nothing is given; raises `InputError`."""
        try:
            made = _typed(_plain_tree(config))
        except RecursionError:
            raise InputError("scenario", "a tree without end", f"at most {MAX_DEPTH} levels") from None
        for arm, overrides in made.experiment.arms.items():
            if overrides:
                made.for_arm(arm)
        return made

    def to_dict(self) -> dict[str, Any]:
        """The whole tree, defaults included: ``from_config(s.to_dict()) == s``."""
        return json.loads(self.text)  # type: ignore[no-any-return]

    def for_arm(self, name: str) -> Scenario:
        """The scenario with one arm's overrides laid upon it, checked again; its arms then have none left."""
        arms = self.experiment.arms
        if name not in arms:
            raise InputError.unknown("experiment.arms", name, arms)
        key = f"experiment.arms.{name}"
        tree = self.to_dict()
        overrides = {k: v for k, v in tree["experiment"]["arms"][name].items() if k != LABEL}
        tree["experiment"]["arms"] = {arm: {} for arm in arms}
        for part in overrides:
            if part not in ARM_KEYS:
                raise InputError.unknown(f"{key}.{part}", part, (*ARM_KEYS, LABEL))
        try:
            return _typed(merge(tree, overrides))
        except InputError as problem:
            raise InputError(
                f"{key}: {problem.key}", problem.value, problem.allowed, problem.nearest
            ) from None

    def replace(self, changes: Mapping[str, Any]) -> Scenario:
        """The scenario with a nested mapping of changes laid upon it, checked again."""
        return Scenario.from_config(merge(self.to_dict(), dict(changes)))

    def hash(self) -> str:
        """SHA-256 of what decides the results: all but the execution and the folder."""
        tree = {key: part for key, part in self.to_dict().items() if key not in ("execution", "out")}
        return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return int(self.hash()[:15], 16)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_from_text, (self.text,))


def _from_text(text: str) -> Scenario:
    return _typed(json.loads(text))


def _plain_tree(config: Any) -> dict[str, Any]:
    if not isinstance(config, Mapping):
        from omegaconf import DictConfig, OmegaConf

        if not isinstance(config, DictConfig):
            raise InputError("scenario", config, "a mapping of keys to values")
        config = OmegaConf.to_container(config, resolve=False)
    plain(config, "scenario")
    tree = _data(resolve(filled(config)), "")
    assert isinstance(tree, dict)
    return tree


def _data(node: Any, key: str) -> Any:
    """Plain Python data: numpy scalars become numbers; anything else is refused."""
    if isinstance(node, Mapping):
        return {
            str(name): _data(entry, f"{key}.{name}" if key else str(name)) for name, entry in node.items()
        }
    if isinstance(node, list):
        return [_data(entry, f"{key}[{number}]") for number, entry in enumerate(node)]
    if node is None or isinstance(node, (str, bool, int, float)):
        return node
    if hasattr(node, "item") and getattr(node, "shape", None) == ():
        return node.item()
    raise InputError(key, node, "a text, a number, true, false, null, a list or a mapping")


def _typed(tree: dict[str, Any]) -> Scenario:
    parts, whole = typed.check(tree)
    return Scenario(**parts, text=json.dumps(whole, ensure_ascii=False, allow_nan=False))
