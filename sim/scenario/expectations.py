"""Expectations of an experiment: written before it runs, and checked once."""

from __future__ import annotations

from typing import Any

from sim.core.errors import InputError
from sim.core.frozen import FrozenDict
from sim.core.loading import checked, fields, joined, json_schema_of_fields, mapping, refuse_unknown
from sim.core.parameters import Param, param, section
from sim.firms.metrics import ALL


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


def expectation(given: Any, key: str = "") -> FrozenDict:
    """A claim on the summary: an arm's metric higher, lower or equal by some amount, or between two numbers."""
    entries = mapping(given, key)
    refuse_unknown(entries, (*KEYS, "between"), key)
    between = entries.pop("between", None)
    made = fields(key, entries, KEYS)
    if "metric" not in entries or "arm" not in entries or (made["is"] is None) == (between is None):
        raise InputError(
            key, given, "a metric, an arm, and either is (higher, lower, equal) or between: [low, high]"
        )
    if between is not None:
        numbers = between if isinstance(between, list) and len(between) == 2 else [None, None]
        low, high = (checked(joined(key, "between"), number, _BOUND) for number in numbers)
        if low > high:
            raise InputError(joined(key, "between"), between, "[low, high] with low <= high")
        made["between"] = [low, high]
    elif made["is"] == "equal" and not made["by"]:
        raise InputError(
            joined(key, "by"), made["by"], "a number above 0, the largest difference that counts as equal"
        )
    return FrozenDict(made)


def expectations(given: Any) -> tuple[FrozenDict, ...]:
    """A list of claims; raises `InputError`."""
    found = given or []
    if not isinstance(found, list):
        raise InputError("", given, "a list of expectations")
    return tuple(expectation(entry, joined(number)) for number, entry in enumerate(found))


def schema_of_expectations() -> dict[str, Any]:
    """The JSON schema of a list of expectations."""
    one = json_schema_of_fields(KEYS)
    between = {"type": ["array", "null"], "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    one = one | {"properties": one["properties"] | {"between": between}, "required": ["metric", "arm"]}
    return {"anyOf": [{"type": "array", "items": one}, {"type": "null"}]}
