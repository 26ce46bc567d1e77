"""The arms of an experiment: their names, labels and controls, and an experiment with some of them only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sim.core.errors import InputError
from sim.core.frozen import FrozenDict
from sim.core.loading import check_name, finite, joined, mapping, present, texts


def only_arms(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The tree with the arms in ``experiment.only`` and the control; whole where nothing is named."""
    experiment = tree.get("experiment")
    if not isinstance(experiment, Mapping):
        return dict(tree)
    names = texts(experiment.get("only"), "experiment.only")
    arms = experiment.get("arms")
    if not names or not isinstance(arms, Mapping):
        return dict(tree)
    for name in names:
        if name not in arms:
            raise InputError.unknown("experiment.only", name, arms)
    own = present(experiment.get("controls"), "experiment.controls")
    check_controls({"arms": arms, "controls": own, "control": experiment.get("control")})
    kept = {*names, experiment.get("control"), *(own[name] for name in names if name in own)}
    narrowed = dict(experiment) | {"arms": {arm: over for arm, over in arms.items() if arm in kept}}
    return without(dict(tree) | {"experiment": narrowed}, set(arms) - kept)


def arms_of(tree: Mapping[str, Any]) -> set[str]:
    """The names of the arms; the control alone where there are none."""
    experiment = tree.get("experiment")
    if not isinstance(experiment, Mapping):
        return set()
    arms = experiment.get("arms") or [experiment.get("control")]
    return set(arms) if isinstance(arms, (Mapping, list)) else set()


def without(tree: Mapping[str, Any], left_out: Collection[str]) -> dict[str, Any]:
    """The tree without the controls and the expectations of arms that are left out."""
    made = dict(tree)
    experiment = tree.get("experiment")
    if left_out and isinstance(experiment, Mapping) and isinstance(experiment.get("controls"), Mapping):
        own = {arm: control for arm, control in experiment["controls"].items() if arm not in left_out}
        made["experiment"] = dict(experiment) | {"controls": own}
    expected = tree.get("expect")
    if left_out and isinstance(expected, list):
        unasked = [entry for entry in expected if _about(entry, left_out)]
        made["expect"] = [entry for entry in expected if not _about(entry, left_out)]
        made["not_asked"] = [*(tree.get("not_asked") or []), *unasked]
    return made


def _about(entry: Any, arms: Collection[str]) -> bool:
    return isinstance(entry, Mapping) and (entry.get("arm") in arms or entry.get("against") in arms)


MAX_ARMS = 64
TWIN = "twin"  # in an expectation: the arm's own run without loyalty


def arms(given: Any) -> FrozenDict:
    """The arms by name, each with the plain tree of its changes; raises `InputError`."""
    found = mapping(given)
    if len(found) > MAX_ARMS:
        raise InputError("", len(found), f"at most {MAX_ARMS} arms; -m runs a grid")
    for name in found:
        check_name(name, taken=(TWIN,))
    made = {name: mapping(changes, name) for name, changes in found.items()}
    _all_finite("", made)
    check_labels(made)
    return FrozenDict(made)


def controls(given: Any) -> FrozenDict:
    """The arms that have a control of their own, each with it; raises `InputError`."""
    return FrozenDict(present(given))


def completed_arms(given: Any, control: str) -> Any:
    """Plain data of arms: the control alone where there are none, and each strategy that is a name as a mapping."""
    found = given or {control: {}}
    if not isinstance(found, Mapping):
        return found
    return {name: {} if changes is None else _named_strategies(changes) for name, changes in found.items()}


def _named_strategies(tree: Any, key: str = "") -> Any:
    if isinstance(tree, Mapping):
        return {name: _named_strategies(entry, name) for name, entry in tree.items()}
    return {"name": tree} if key == "strategy" and isinstance(tree, str) else tree


def _all_finite(key: str, node: Any) -> None:
    """Refuse a NaN, an infinity or a number beyond a float anywhere in a tree."""
    if isinstance(node, (Mapping, list)):
        for step, entry in node.items() if isinstance(node, Mapping) else enumerate(node):
            _all_finite(joined(key, step), entry)
    elif not finite(node):
        raise InputError(key, node, "a number")


def check_controls(experiment: Any) -> None:
    """Raise `InputError` where ``controls`` names no arm, or gives a control to a control."""
    experiment = experiment if isinstance(experiment, Mapping) else vars(experiment)
    arms, own = experiment["arms"], experiment["controls"]
    for arm, control in own.items():
        key = f"experiment.controls.{arm}"
        if arm not in arms:
            raise InputError.unknown(key, arm, arms)
        if not isinstance(control, str) or control not in arms:
            raise InputError.unknown(key, control, arms)
        if control == arm:
            raise InputError(key, control, "another arm")
        if arm == experiment["control"] or arm in own.values():
            raise InputError(key, control, f"nothing: {arm} is a control itself, and so has none")


def control_of_each(experiment: Any) -> dict[str, str]:
    """Every arm and the arm it is compared with, which for a control is itself."""
    experiment = experiment if isinstance(experiment, Mapping) else vars(experiment)
    own = dict(experiment.get("controls") or {})
    kept = {experiment["control"], *own.values()}
    return {arm: arm if arm in kept else own.get(arm, experiment["control"]) for arm in experiment["arms"]}


LABEL, LONGEST = "label", 40
_UNFIT = "$\\"  # a picture would read them as a formula


def check_labels(arms: Mapping[str, Any]) -> None:
    """Raise `InputError` where a label is no short line of text, or another arm goes by it already."""
    taken = dict.fromkeys(arms, "an arm's name")
    for name, entries in arms.items():
        label, key = entries.get(LABEL), f"{name}.{LABEL}"
        if label is None:
            continue
        fits = (
            isinstance(label, str) and label.isprintable() and 0 < len(label.strip()) <= len(label) <= LONGEST
        )
        if not fits or any(sign in label for sign in _UNFIT):
            raise InputError(key, label, f"one line of 1 to {LONGEST} signs, without {' and '.join(_UNFIT)}")
        if label != name and label in taken:
            raise InputError(key, label, f"a label of its own, and this is {taken[label]}")
        taken[label] = "another arm's label"


def labels_of(arms: Mapping[str, Any]) -> dict[str, str]:
    """The arms that have a label, each with it."""
    return {name: over[LABEL] for name, over in arms.items() if (over or {}).get(LABEL) is not None}
