"""Whether a value is what its declaration allows, and what that is in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.errors import InputError
from sim.core.parameters import Param


def checked(key: str, value: Any, p: Param) -> Any:
    """A declared value of the right type and in range; raises `InputError`."""
    if p.optional and value is None:
        return None
    if p.type is bool:
        good = isinstance(value, (bool, np.bool_))
    elif p.type is int:
        good = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    elif p.type is float:
        good = isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and value == value
    elif p.type is str:
        good = isinstance(value, str)
    else:
        good = True
    if not good:
        raise InputError(key, value, allowed(p))
    if p.choices is not None and value not in p.choices:
        raise InputError.unknown(key, value, p.choices)
    if (p.low is not None and value < p.low) or (p.high is not None and value > p.high):
        raise InputError(key, value, allowed(p))
    return p.type(value) if p.type in (int, float, bool, str) else value


def allowed(p: Param) -> str:
    """What a declared parameter may be, in words."""
    if p.choices is not None:
        return "one of " + ", ".join(p.choices)
    kind = {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}.get(
        p.type, "a value"
    )
    low, high = p.low, p.high
    if low is not None and high is not None:
        kind += f" from {low} to {high}"
    elif low is not None:
        kind += f" from {low} up"
    elif high is not None:
        kind += f" up to {high}"
    return kind + (f" ({p.unit})" if p.unit else "")
