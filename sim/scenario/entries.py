"""The entries of a scenario that are more than declared keys: strategies, expectations, named things."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.core.errors import InputError
from sim.core.parameters import Param, param, section
from sim.firms.metrics import ALL
from sim.scenario.settings import FrozenDict, fields, finite, mapping, value
from sim.strategies import STRATEGIES, Strategy, make_strategy
from sim.strategies.plugins import load_installed

DEFAULT_STRATEGY = "fixed_plan"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@section("expect")
class Expectation:
    """A claim on the summary, written before the run."""

    claim: str = param("", meaning="what is expected")
    literature: str = param("", meaning="who says so")
    metric: str = param("profit", choices=tuple(ALL), meaning="compared in the summary")
    arm: str = param(None, meaning="the arm")
    against: str = param(None, optional=True, meaning="the arm it is compared with")
    is_: str = param(None, optional=True, choices=("higher", "lower", "equal"), meaning="direction")
    by: float = param(
        None, low=0, high=1e12, unit="of the metric", optional=True, meaning="at least; equal: within"
    )


#: Keys of an expectation; "is" is no name in Python.
_KEYS = {name.rstrip("_"): p for name, p in Expectation.declared.items()}  # type: ignore[attr-defined]
_BOUND = Param(low=-1e15, high=1e15, unit="of the metric", type=float)


@dataclass(frozen=True)
class StrategyChoice:
    """A strategy by name, with every declared parameter as it is set."""

    name: str
    parameters: Mapping[str, Any]

    def make(self) -> Strategy:
        """A fresh strategy: each firm of each run has its own."""
        return make_strategy(self.name, self.parameters)


def expectation(key: str, given: Any) -> dict[str, Any]:
    """A claim on the summary: an arm's metric higher, lower or equal by so much, or between two numbers."""
    entries = mapping(key, given)
    made = fields(key, entries, _KEYS, beside=("between",))
    between = entries.get("between")
    if "metric" not in entries or "arm" not in entries or (made["is"] is None) == (between is None):
        raise InputError(
            key, entries, "a metric, an arm, and either is (higher, lower, equal) or between: [low, high]"
        )
    if between is not None:
        numbers = between if isinstance(between, list) and len(between) == 2 else [None, None]
        made["between"] = [value(f"{key}.between", number, _BOUND) for number in numbers]
        if made["between"][0] > made["between"][1]:
            raise InputError(f"{key}.between", between, "[low, high] with low <= high")
    elif made["is"] == "equal" and not made["by"]:
        raise InputError(f"{key}.by", made["by"], "a number above 0: how near counts as equal")
    return made


def present(key: str, given: Any) -> dict[str, Any]:
    """The entries of a mapping that are not null, with names that fit."""
    entries = mapping(key, given)
    for name in entries:
        check_name(key, name)
    return {name: entry for name, entry in entries.items() if entry is not None}


def check_controls(experiment: Mapping[str, Any]) -> None:
    """Raise `InputError` where ``controls`` names no arm, or gives a control to a control."""
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


def control_of_each(experiment: Mapping[str, Any]) -> dict[str, str]:
    """Every arm and the arm it is compared with, which for a control is itself."""
    own = dict(experiment.get("controls") or {})
    kept = {experiment["control"], *own.values()}
    return {arm: arm if arm in kept else own.get(arm, experiment["control"]) for arm in experiment["arms"]}


LABEL, LONGEST = "label", 40
_UNFIT = "$\\"  # a picture would read them as a formula


def check_labels(arms: Mapping[str, Any]) -> None:
    """Raise `InputError` where a label is no short line of text, or another arm goes by it already."""
    taken = dict.fromkeys(arms, "an arm's name")
    for name, entries in arms.items():
        label, key = entries.get(LABEL), f"experiment.arms.{name}.{LABEL}"
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


def check_name(key: str, name: Any, taken: tuple[str, ...] = ()) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InputError(key, name, "a name of letters, digits, _ and - (64 at most)")
    if name in taken:
        raise InputError(key, name, f"a name that means nothing else here (not {', '.join(taken)})")


def texts(key: str, given: Any) -> list[str]:
    names = [given] if isinstance(given, str) else [] if given is None else given
    if not isinstance(names, list) or not all(isinstance(entry, str) for entry in names):
        raise InputError(key, given, "a list of names")
    return names


def strategy(key: str, given: Any) -> StrategyChoice:
    """A strategy from its name, or from a mapping with a name and parameters; raises `InputError`."""
    entries = {"name": given} if isinstance(given, str) else mapping(key, given)
    entries = entries or {"name": DEFAULT_STRATEGY}
    name = entries.pop("name", None)
    if not isinstance(name, str):
        raise InputError(f"{key}.name", name, "the name of a strategy (guanxi list strategies)")
    for parameter, number in entries.items():
        if not finite(number):
            raise InputError(f"{key}.{parameter}", number, "a number")
    if name not in STRATEGIES:
        load_installed()
    try:
        made = make_strategy(name, entries)
    except InputError as problem:
        inner = problem.key.removeprefix("strategy").removeprefix(".")
        raise InputError(
            f"{key}.{inner}" if inner else key, problem.value, problem.allowed, problem.nearest
        ) from None
    return StrategyChoice(name, FrozenDict(made.parameters()))
