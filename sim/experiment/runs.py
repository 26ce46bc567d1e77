"""The runs of an experiment: arm x seed, each with a run without loyalty."""

from __future__ import annotations

import hashlib
import importlib.machinery
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


class Job(NamedTuple):
    """One run; ``twin``: with its run without loyalty. Replication k of base seed s has seed s + k in every arm."""

    arm: str
    seed: int
    twin: bool = False

    @property
    def file(self) -> str:
        """The name of its part, safe on any file system."""
        word = re.sub(r"[^A-Za-z0-9-]+", "_", self.arm)[:40]
        mark = hashlib.sha256(self.arm.encode()).hexdigest()[:8]
        return f"{word}.{mark}.{self.seed}.zip"

    def __str__(self) -> str:
        return f"arm {self.arm}, seed {self.seed}"


@dataclass(frozen=True)
class Request:
    """Everything a worker needs, in plain values: any process executes the same run from it.

    ``scenario`` and ``market`` are "module:name" of the classes; ``modules`` and ``plugins`` register
    strategies that the scenario names.
    """

    config: dict[str, Any]
    scenario: str
    market: str = "sim.market.market:Market"
    plugins: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    threads: int = 1
    check: bool = False


def named(reference: str) -> Any:
    """The object behind "module:name"."""
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)


def jobs_for(scenario: Scenario, first: int, count: int) -> list[Job]:
    """Runs of replications ``first`` to ``first + count``: seed by seed, so that pairs fill up early."""
    seeds = range(scenario.experiment.seed + first, scenario.experiment.seed + first + count)
    return [Job(arm, seed, scenario.experiment.twin) for seed in seeds for arm in scenario.experiment.arms]


def for_run(scenario: Scenario, job: Job, *, twin: bool = False) -> Any:
    """The scenario of one run: its arm's overrides, loyalty off with ``twin``, customers sampled once per arm."""
    tree = scenario.for_arm(job.arm).to_dict()
    experiment = tree["experiment"]
    experiment |= {"arms": {job.arm: {}}, "control": job.arm, "controls": {}}
    tree["expect"] = []
    if twin:
        tree["market"]["loyalty"] = False
    if twin or job.seed != scenario.experiment.seed:
        experiment["sample"] = 0
    return type(scenario).from_whole(tree)


class OutsideStrategies(NamedTuple):
    """Places of the scenario's strategies beyond `sim`: modules, files, or only this process (``here``)."""

    modules: tuple[str, ...]
    files: tuple[str, ...]
    here: tuple[str, ...]


def outside_strategies(scenario: Any) -> OutsideStrategies:
    """Modules and files that another process has to import; it cannot import strategies of a notebook or the script."""
    from sim.strategies import STRATEGIES

    used = set(_names(scenario.to_dict()))
    modules, found, here = set(), set(), set()
    for name, cls in STRATEGIES.items():
        module = cls.__module__
        if name not in used or module.startswith("sim."):
            continue
        file = getattr(sys.modules.get(module), "__file__", None)
        if module == "__main__":
            here.add(name)
        elif importlib.machinery.PathFinder.find_spec(module.partition(".")[0]) is not None:
            modules.add(module)
        elif file and os.path.isfile(file):
            found.add(os.path.realpath(file))
        else:
            here.add(name)
    return OutsideStrategies(tuple(sorted(modules)), tuple(sorted(found)), tuple(sorted(here)))


def _names(tree: Any) -> Sequence[str]:
    if isinstance(tree, str):
        return [tree]
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, (list, tuple)) else ()
    return [name for value in inner for name in _names(value)]
