"""The built-in strategies: every module of this folder registers one. A strategy is made here, by its name."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sim.core.errors import InputError
from sim.core.parameters import put_in_order
from sim.strategies.base import STRATEGIES, Strategy

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
put_in_order(STRATEGIES, sorted(STRATEGIES))


def make_strategy(name: str, values: Mapping[str, Any] | None = None) -> Strategy:
    """A strategy by name with some parameters set; raises `InputError` with the nearest match."""
    if name not in STRATEGIES:
        wrong = InputError.unknown("strategy", name, STRATEGIES)
        raise InputError(wrong.key, name, f"{wrong.allowed}; or your own, with --plugin FILE", wrong.nearest)
    return STRATEGIES[name](**dict(values or {}))
