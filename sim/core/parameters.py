"""How a parameter, a section of the configuration and an equation are declared.

A parameter's value, range, unit, meaning and source stand in one place: the field of a
NamedTuple decorated with ``@parameters``. Validation, the tables of the docs, the record
that the compiled pass reads and the bounds of a sweep all come from that declaration.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

ASSUMED = "assumed"


@dataclass(frozen=True)
class Parameter:
    """One declared value: its default, its range (inclusive), unit, meaning and source."""

    name: str
    default: Any
    type: type
    low: float | None
    high: float | None
    unit: str
    meaning: str
    source: str
    choices: tuple[str, ...] | None = None
    optional: bool = False

    @property
    def assumed(self) -> bool:
        """Whether nobody has measured the value: the source says so."""
        return ASSUMED in self.source


def param(
    default: Any,
    *,
    meaning: str,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    source: str = ASSUMED,
    choices: tuple[str, ...] | None = None,
    optional: bool = False,
) -> Any:
    """Declare a field of a ``@parameters`` class, which names and types it; ``optional`` also allows null."""
    return Parameter("", default, object, low, high, unit, meaning, source, choices, optional)


#: Every declared section of the theory, by name, in the order that `sim.theory` declares.
THEORY: dict[str, type] = {}
#: Every equation of the theory, in the order of declaration.
EQUATIONS: list[Callable[..., Any]] = []

Section = TypeVar("Section", bound=type)
Equation = TypeVar("Equation", bound=Callable[..., Any])


def parameters(cls: Section) -> Section:
    """Turn a NamedTuple, or a class on its way to a dataclass, whose defaults are ``param(...)`` into a declared section.

    ``cls.declared`` maps each field's name to its `Parameter`; ``cls()`` holds the defaults.
    A class declared in ``sim.theory`` becomes a section of the compiled pass's record.
    """
    hints = typing.get_type_hints(cls)
    declared: dict[str, Parameter] = {}
    named = hasattr(cls, "_field_defaults")
    of_class = {
        name: vars(cls).get(name) for name, hint in hints.items() if typing.get_origin(hint) is not ClassVar
    }
    for name, made in (cls._field_defaults if named else of_class).items():  # type: ignore[attr-defined]
        if not isinstance(made, Parameter):
            raise TypeError(f"{cls.__name__}.{name} is not declared with param(...)")
        declared[name] = replace(made, name=name, type=hints[name])
    defaults = {name: p.default for name, p in declared.items()}
    if named:
        cls._field_defaults = defaults  # type: ignore[attr-defined]
        cls.__new__.__defaults__ = tuple(defaults.values())  # type: ignore[attr-defined]
    else:
        for name, default in defaults.items():
            setattr(cls, name, default)
    cls.declared = declared  # type: ignore[attr-defined]
    if cls.__module__.startswith("sim.theory."):
        THEORY[cls.__name__.lower()] = cls
    return cls


def put_in_order(registry: dict[str, Any], names: Iterable[str]) -> None:
    """Order a registry by a sequence of all its names; the order in which files were imported then decides nothing."""
    ordered = {name: registry.pop(name) for name in names}
    if registry:
        raise TypeError(f"without a place in the declared order: {', '.join(registry)}")
    registry.update(ordered)


def equation(function: Equation) -> Equation:
    """Mark a scalar equation: plain Python when called, compiled when the pass calls it."""
    EQUATIONS.append(function)
    return function
