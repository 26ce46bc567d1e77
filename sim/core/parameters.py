"""The declaration of a parameter, of a section of a scenario and of an equation.

A parameter's default, range, unit, meaning and source are declared in one place: a field declared with ``param(...)`` in a
class under ``@section``. Loading, the tables of the docs, the record that the kernel reads and the bounds of a sweep all
come from that declaration.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import annotated_types

ASSUMED = "assumed"
#: The functions of `sim.core.loading` that make the schema of a section and of a parameter, which it enters here:
#: pydantic asks a declaration, and no declaration needs pydantic.
SCHEMAS: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True, kw_only=True, eq=False)
class Param:
    """One declared value: its default, its range (inclusive), unit, meaning and source."""

    default: Any = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    meaning: str = ""
    source: str = ASSUMED
    choices: tuple[str, ...] | None = None
    optional: bool = False  # null is allowed too
    loyalty: bool = False  # 0 in the comparison run without loyalty
    words: Mapping[str, Any] = field(default_factory=dict)  # words that stand for a value
    parsed: Any = None  # how a value is read that is no plain number, text or switch: `loading.Parsed`
    name: str = ""  # these two are filled in by the class it is declared in
    type: Any = object

    @property
    def assumed(self) -> bool:
        """True where the source says that the value has no empirical basis."""
        return ASSUMED in self.source

    @property
    def hint(self) -> Any:
        """The type of a value, annotated with the parameter."""
        if self.parsed is not None:
            return Annotated[self.type, self.parsed]
        kind = self.type if self.choices is None else Literal[self.choices]
        return Annotated[kind, annotated_types.Interval(ge=self.low, le=self.high), self]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return SCHEMAS["value"](self, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return SCHEMAS["json"](self, handler(schema))


def param(default: Any, *, meaning: str, **more: Any) -> Any:
    """Declare a field by its default and further fields of `Param`; the class names and types it."""
    return Param(default=default, meaning=meaning, **more)


def allowed(p: Param) -> str:
    """The values that a parameter may have, in words."""
    if p.choices is not None:
        return "one of " + ", ".join(p.choices)
    kinds = {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}
    kind = kinds.get(p.type, "a value")
    if p.low is not None and p.high is not None:
        kind += f" from {p.low} to {p.high}"
    elif p.low is not None:
        kind += f" from {p.low} up"
    elif p.high is not None:
        kind += f" up to {p.high}"
    return kind + (f" ({p.unit})" if p.unit else "")


Section = TypeVar("Section", bound=type)
Equation = TypeVar("Equation", bound=Callable[..., Any])


@typing.dataclass_transform(frozen_default=True)
def section(key: str, **defaults: Any) -> Callable[[Section], Section]:
    """Make a class of fields declared with ``param(...)`` a frozen dataclass: the section of a scenario under a key.

    ``cls.declared`` maps the name of each field, inherited ones first, to its `Param`; ``defaults`` are those of
    inherited fields that differ here. Fields without ``param(...)`` are left to the dataclass.
    """

    def declare(cls: Any) -> Any:
        own, hints = vars(cls).get("__annotations__", {}), typing.get_type_hints(cls, include_extras=True)
        hints = {name: hints[name] for name in own if typing.get_origin(hints[name]) is not ClassVar}
        fields = {name: vars(cls).get(name) for name in hints}
        changed = {
            name: replace(p, name=name, type=hints[name])
            for name, p in fields.items()
            if isinstance(p, Param)
        }
        changed |= {name: replace(cls.declared[name], default=default) for name, default in defaults.items()}
        for name, p in changed.items():
            hints[name] = p.hint
            setattr(cls, name, p.default)
        cls.__annotations__ = hints
        cls.key, cls.declared = key, getattr(cls, "declared", {}) | changed
        cls.__pydantic_config__ = {"extra": "forbid", "validate_default": True}
        cls.__get_pydantic_core_schema__ = classmethod(lambda cls, *asked: SCHEMAS["section"](*asked))
        return dataclass(frozen=True)(cls)

    return declare


def put_in_order(registry: dict[str, Any], names: Iterable[str]) -> None:
    """Order a registry by a sequence of all its names; the order in which files were imported then decides nothing."""
    ordered = {name: registry.pop(name) for name in names}
    if registry:
        raise TypeError(f"without a place in the declared order: {', '.join(registry)}")
    registry.update(ordered)


def first_in_order(found: Mapping[str, Any], first: Iterable[str]) -> dict[str, Any]:
    """The entries of a registry by name, but some first, in their order; raises `TypeError` for one that is not there."""
    names = tuple(first)
    if missing := [name for name in names if name not in found]:
        raise TypeError(f"in the declared order, but in no file: {', '.join(missing)}")
    return {name: found[name] for name in (*names, *sorted(found.keys() - set(names)))}


#: Every equation of the theory, in the order of declaration.
EQUATIONS: list[Callable[..., Any]] = []


def equation(function: Equation) -> Equation:
    """Mark a scalar equation: plain Python when called, compiled when the kernel calls it."""
    EQUATIONS.append(function)
    return function
