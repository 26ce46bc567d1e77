"""Expectations of an experiment: written before it runs, and checked once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.core.errors import InputError, check_known, joined
from sim.core.frozen import FrozenDict
from sim.core.loading import checked, fields, json_schema_of_fields, mapping, refuse_unknown
from sim.core.parameters import Param, param, section
from sim.firms.metrics import ALL
from sim.scenario.arms import TWIN


@section("expect")
class Expectation:
    """A claim on the summary, written before the run."""

    claim: str = param("", meaning="the expectation in words")
    literature: str = param("", meaning="source in the literature")
    metric: str = param("profit", choices=tuple(ALL), meaning="metric that is compared in the summary")
    arm: str = param(None, meaning="arm that the expectation is about")
    against: str = param(None, optional=True, meaning="arm with which it is compared")
    is_: str = param(
        None, optional=True, choices=("higher", "lower", "equal"), meaning="direction of the difference"
    )
    by: float = param(
        None,
        low=0,
        high=1e12,
        unit="of the metric",
        optional=True,
        meaning="smallest difference; equal: largest difference",
    )


#: Keys of an expectation; "is" is no name in Python.
KEYS = {name.rstrip("_"): p for name, p in Expectation.declared.items()}  # type: ignore[attr-defined]
_BOUND = Param(low=-1e15, high=1e15, unit="of the metric", type=float)


def expectations(data: Any) -> tuple[FrozenDict, ...]:
    """A list of claims; raises `InputError`."""
    entries = [] if data is None else data
    if not isinstance(entries, (list, tuple)):
        raise InputError("", data, "a list of expectations")
    return tuple(_expectation(entry, joined(number)) for number, entry in enumerate(entries))


def _expectation(data: Any, key: str) -> FrozenDict:
    """A claim on the summary: an arm's metric higher, lower or equal by so much, or between two numbers."""
    entries = mapping(data, key)
    refuse_unknown(entries, (*KEYS, "between"), key)
    between = entries.pop("between", None)
    claim = fields(key, entries, KEYS)
    if "metric" not in entries or "arm" not in entries or (claim["is"] is None) == (between is None):
        form = "a metric, an arm, and either is (higher, lower, equal) or between: [low, high]"
        raise InputError(key, data, form)
    if between is not None:
        low_high = between if isinstance(between, list) and len(between) == 2 else [None, None]
        low, high = (checked(joined(key, "between"), number, _BOUND) for number in low_high)
        if low > high:
            raise InputError(joined(key, "between"), between, "[low, high] with low <= high")
        claim["between"] = [low, high]
    elif claim["is"] == "equal" and not claim["by"]:
        raise InputError(
            joined(key, "by"), claim["by"], "a number above 0, the largest difference that counts as equal"
        )
    return FrozenDict(claim)


def check_expectations(expected: Iterable[Mapping[str, Any]], control_of: Mapping[str, str]) -> None:
    """Raise `InputError` for a claim on an arm that is not there, or against itself; arms come with their controls."""
    for number, claim in enumerate(expected):
        key, arm, against = f"expect[{number}]", claim["arm"], claim["against"]
        check_known(f"{key}.arm", arm, control_of)
        if against is not None:
            check_known(f"{key}.against", against, (*control_of, TWIN))
        if claim["is"] is not None and (against or control_of[arm]) == arm:
            raise InputError(f"{key}.against", arm, "another arm, or twin")


def schema_of_expectations() -> dict[str, Any]:
    """The JSON schema of a list of expectations."""
    one = json_schema_of_fields(KEYS)
    between = {"type": ["array", "null"], "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    one |= {"properties": one["properties"] | {"between": between}, "required": ["metric", "arm"]}
    return {"anyOf": [{"type": "array", "items": one}, {"type": "null"}]}
