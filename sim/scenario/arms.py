"""An experiment with some of its arms: those left out go, and expectations about them are not asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sim.core.errors import InputError
from sim.scenario.entries import check_controls, present, texts


def only_arms(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The tree with the arms in ``experiment.only`` and the control; whole where nothing is named."""
    experiment = tree.get("experiment")
    if not isinstance(experiment, Mapping):
        return dict(tree)
    names = texts("experiment.only", experiment.get("only"))
    arms = experiment.get("arms")
    if not names or not isinstance(arms, Mapping):
        return dict(tree)
    for name in names:
        if name not in arms:
            raise InputError.unknown("experiment.only", name, arms)
    own = present("experiment.controls", experiment.get("controls"))
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
    """The tree without what is said of arms left out: their controls go, expectations of them are not asked."""
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
