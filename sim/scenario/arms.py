"""The arms of an experiment: their names, labels and controls, and an experiment with some of them only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sim.core.errors import InputError, check_known
from sim.core.frozen import FrozenDict
from sim.core.loading import check_name, mapping, present
from sim.scenario.merge import at

MAX_ARMS = 64
TWIN = "twin"  # in an expectation: the arm's own run without loyalty
LABEL, LONGEST = "label", 40
_UNFIT = "$\\"  # a picture would read them as a formula


def only_arms(tree: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The whole tree with the named arms and their controls alone."""
    experiment = tree["experiment"]
    arms, own = experiment["arms"], experiment["controls"]
    for name in names:
        check_known("experiment.only", name, arms)
    staying = {*names, experiment["control"], *(own[name] for name in names if name in own)}
    some = {"only": None, "arms": {name: changes for name, changes in arms.items() if name in staying}}
    return without({**tree, "experiment": experiment | some}, [name for name in arms if name not in staying])


def arms_in(tree: Mapping[str, Any]) -> list[Any]:
    """The names of the arms in a tree; the control alone where there are none."""
    arms = at(tree, "experiment.arms")
    return list(arms) if isinstance(arms, Mapping) and arms else [at(tree, "experiment.control")]


def without(tree: Mapping[str, Any], left_out: Collection[str]) -> dict[str, Any]:
    """The tree without the controls and the expectations of arms that are left out."""
    own, expected = at(tree, "experiment.controls"), tree.get("expect")
    parts: dict[str, Any] = {}
    if isinstance(own, Mapping):
        own = {arm: control for arm, control in own.items() if arm not in left_out}
        parts["experiment"] = {**tree["experiment"], "controls": own}
    if isinstance(expected, list):
        unasked = [one for one in expected if at(one, "arm") in left_out or at(one, "against") in left_out]
        parts["expect"] = [one for one in expected if one not in unasked]
        parts["not_asked"] = [*(tree.get("not_asked") or []), *unasked]
    return {**tree, **parts}


def arms(data: Any) -> FrozenDict:
    """The arms by name, each with the plain tree of its changes; raises `InputError`."""
    entries = mapping(data)
    if len(entries) > MAX_ARMS:
        raise InputError("", len(entries), f"at most {MAX_ARMS} arms; -m runs a grid")
    for name in entries:
        check_name(name, taken=(TWIN,))
    changes = {name: mapping(entry, name) for name, entry in entries.items()}
    _check_labels(changes)
    return FrozenDict(changes)


def controls(data: Any) -> FrozenDict:
    """The arms that have a control of their own, each with it; raises `InputError`."""
    return FrozenDict(present(data))


def _check_labels(arms: Mapping[str, Any]) -> None:
    """Raise `InputError` where a label is no short line of text, or another arm goes by it already."""
    taken = dict.fromkeys(arms, "an arm's name")
    for name, label in labels_of(arms).items():
        key = f"{name}.{LABEL}"
        line = (
            isinstance(label, str) and label.isprintable() and 0 < len(label.strip()) <= len(label) <= LONGEST
        )
        if not line or not set(_UNFIT).isdisjoint(label):
            raise InputError(key, label, f"one line of 1 to {LONGEST} signs, without {' and '.join(_UNFIT)}")
        if label != name and label in taken:
            raise InputError(key, label, f"a label of its own, and this is {taken[label]}")
        taken[label] = "another arm's label"


def labels_of(arms: Mapping[str, Any]) -> dict[str, Any]:
    """The arms that have a label, each with it."""
    return {name: changes[LABEL] for name, changes in arms.items() if (changes or {}).get(LABEL) is not None}


def check_controls(experiment: Any) -> None:
    """Raise `InputError` where ``controls`` names no arm, or gives a control to a control."""
    arms, own = experiment.arms, experiment.controls
    for arm, control in own.items():
        key = f"experiment.controls.{arm}"
        check_known(key, arm, arms)
        check_known(key, control, arms)
        if control == arm:
            raise InputError(key, control, "another arm")
        if arm == experiment.control or arm in own.values():
            raise InputError(key, control, f"nothing: {arm} is a control itself, and so has none")


def control_of_each(experiment: Any) -> dict[str, str]:
    """Every arm and the arm it is compared with, which for a control is itself."""
    experiment = experiment if isinstance(experiment, Mapping) else vars(experiment)
    usual, own = experiment["control"], experiment.get("controls") or {}
    itself = {usual, *own.values()}
    return {arm: arm if arm in itself else own.get(arm, usual) for arm in experiment["arms"]}
