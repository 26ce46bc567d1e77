"""A result with its arms under their labels, for tables and figures; files and options keep the arms' names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import pandas as pd

from sim.core.frozen import FrozenDict
from sim.experiment.results import RunFolder
from sim.scenario.arms import labels_of

_ARM_COLUMNS = ("arm", "control")
_ARM_KEYS = ("arm", "against", "control")


def labelled(result: Comparison) -> Comparison:
    """The result as its tables and figures show it; itself where no arm has a label."""
    if isinstance(result, Labelled):
        return result
    scenario = result.scenario
    tree = scenario if isinstance(scenario, Mapping) else scenario.to_dict()
    labels = labels_of(tree["experiment"].get("arms") or {})
    return Labelled(result, labels) if labels else result


def label_of(result: Comparison, arm: str) -> str:
    """The label of an arm in a result, by its name; a label stands for itself."""
    return result.labels.get(arm, arm) if isinstance(result, Labelled) else arm


class Labelled:
    """A result whose every table, expectation and setting has labels in place of names."""

    def __init__(self, result: Comparison, labels: Mapping[str, str]) -> None:
        self._result, self.labels = result, dict(labels)
        self.scenario: _Labelled = _Labelled(result.scenario, self.labels)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._result, name)
        if isinstance(value, pd.DataFrame):
            value = value.assign(**{c: self._named(value[c]) for c in _ARM_COLUMNS if c in value})
        elif name == "expectations":
            value = [self._entry(entry) for entry in value]
        self.__dict__[name] = value  # a table is relabelled once
        return value

    def _named(self, column: pd.Series) -> pd.Series:
        return column.astype(object).map(lambda arm: self.labels.get(arm, arm))

    def _entry(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {k: self.labels.get(v, v) if k in _ARM_KEYS else v for k, v in entry.items()}


class _Labelled:
    """A scenario whose arms go by their labels."""

    def __init__(self, scenario: Any, labels: Mapping[str, str]) -> None:
        self._scenario, self._names = scenario, {label: name for name, label in labels.items()}
        tree = scenario.to_dict()
        experiment = tree["experiment"]
        call = lambda arm: labels.get(arm, arm)  # noqa: E731
        experiment["arms"] = {call(arm): over for arm, over in experiment["arms"].items()}
        experiment["control"] = call(experiment["control"])
        experiment["controls"] = {call(a): call(b) for a, b in experiment["controls"].items()}
        for entry in (*tree["expect"], *tree["not_asked"]):
            entry.update({key: call(entry[key]) for key in _ARM_KEYS if entry.get(key)})
        self._tree, self.experiment = tree, FrozenDict(experiment)

    def to_dict(self) -> dict[str, Any]:
        """The whole tree under labels."""
        return self._tree

    def for_arm(self, arm: str) -> Any:
        """The scenario of one arm, by label."""
        return self._scenario.for_arm(self._names.get(arm, arm))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scenario, name)


#: The result of an experiment: as it is in its run folder, or under labels.
Comparison: TypeAlias = RunFolder | Labelled
