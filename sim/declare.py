"""How a parameter, a section of the configuration and an equation are declared.

A parameter's value, range, unit, meaning and source stand in one place: the field of a
NamedTuple decorated with ``@parameters``. Validation, the tables of the docs, the record
that the compiled pass reads and the bounds of a sweep all come from that declaration.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

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
    mix: tuple[str, str] | None = None  # of a lever: which of the four Ps and of the four Cs it is

    @property
    def assumed(self) -> bool:
        """Whether nobody has measured the value: the source says so."""
        return ASSUMED in self.source


@dataclass(frozen=True)
class _Declaration:
    default: Any
    low: float | None
    high: float | None
    unit: str
    meaning: str
    source: str
    choices: tuple[str, ...] | None
    optional: bool
    mix: tuple[str, str] | None


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
    mix: tuple[str, str] | None = None,
) -> Any:
    """Declare a field of a ``@parameters`` class; ``optional`` also allows null."""
    return _Declaration(default, low, high, unit, meaning, source, choices, optional, mix)


#: Every declared section of the theory, by name, in the order of declaration.
THEORY: dict[str, type] = {}
#: Every equation of the theory, in the order of declaration.
EQUATIONS: list[Callable[..., Any]] = []

Section = TypeVar("Section", bound=type)
Equation = TypeVar("Equation", bound=Callable[..., Any])


def parameters(cls: Section) -> Section:
    """Turn a NamedTuple whose defaults are ``param(...)`` into a declared section.

    ``cls.declared`` maps each field's name to its `Parameter`; ``cls()`` holds the defaults.
    A class declared in ``sim.theory`` becomes a section of the compiled pass's record.
    """
    hints = typing.get_type_hints(cls)
    declared: dict[str, Parameter] = {}
    for name, made in cls._field_defaults.items():  # type: ignore[attr-defined]
        if not isinstance(made, _Declaration):
            raise TypeError(f"{cls.__name__}.{name} is not declared with param(...)")
        declared[name] = Parameter(
            name, made.default, hints[name], made.low, made.high, made.unit,
            made.meaning, made.source, made.choices, made.optional, made.mix,
        )  # fmt: skip
    defaults = {name: p.default for name, p in declared.items()}
    cls._field_defaults = defaults  # type: ignore[attr-defined]
    cls.__new__.__defaults__ = tuple(defaults.values())  # type: ignore[attr-defined]
    cls.declared = declared  # type: ignore[attr-defined]
    if cls.__module__.startswith("sim.theory."):
        THEORY[cls.__name__.lower()] = cls
    return cls


def equation(function: Equation) -> Equation:
    """Mark a scalar equation: plain Python when called, compiled when the pass calls it."""
    EQUATIONS.append(function)
    return function
