"""An experiment with some of its arms: those left out go, and expectations about them are not asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sim.entries import texts
from sim.problem import Problem


def only_arms(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The tree with the arms in ``experiment.only`` and the control; whole where nothing is named."""
    experiment = tree.get("experiment")
    if not isinstance(experiment, Mapping) or not experiment.get("only"):
        return dict(tree)
    names = texts("experiment.only", experiment["only"])
    arms = experiment.get("arms")
    if not isinstance(arms, Mapping):
        return dict(tree)
    for name in names:
        if name not in arms:
            raise Problem.unknown("experiment.only", name, arms)
    kept = {*names, experiment.get("control")}
    narrowed = dict(experiment) | {"arms": {arm: over for arm, over in arms.items() if arm in kept}}
    return without_expectations(dict(tree) | {"experiment": narrowed}, set(arms) - kept)


def arms_of(tree: Mapping[str, Any]) -> set[str]:
    """The names of the arms; the control alone where there are none."""
    experiment = tree.get("experiment")
    if not isinstance(experiment, Mapping):
        return set()
    arms = experiment.get("arms") or [experiment.get("control")]
    return set(arms) if isinstance(arms, (Mapping, list)) else set()


def without_expectations(tree: Mapping[str, Any], left_out: Collection[str]) -> dict[str, Any]:
    """The tree with the expectations about arms left out moved from ``expect`` to ``not_asked``."""
    expected = tree.get("expect")
    if not left_out or not isinstance(expected, list):
        return dict(tree)
    unasked = [e for e in expected if _about(e, left_out)]
    return dict(tree) | {
        "expect": [e for e in expected if not _about(e, left_out)],
        "not_asked": [*(tree.get("not_asked") or []), *unasked],
    }


def _about(entry: Any, arms: Collection[str]) -> bool:
    return isinstance(entry, Mapping) and (entry.get("arm") in arms or entry.get("against") in arms)
