"""The declaration of a parameter, of a section of a scenario and of an equation.

A parameter's default, range, unit, meaning and source are declared in one place: a field declared with ``param(...)`` in a
class under ``@section``. Loading, the tables of the docs, the record that the kernel reads and the bounds of a sweep all
come from that declaration.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import annotated_types

ASSUMED = "assumed"


Loader = TypeVar("Loader", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Param(annotated_types.GroupedMetadata):
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

    def __iter__(self) -> Iterator[object]:
        """The bounds and the rest, as pydantic reads them."""
        if self.low is not None:
            yield annotated_types.Ge(self.low)
        if self.high is not None:
            yield annotated_types.Le(self.high)
        yield _Value(self)

    @property
    def assumed(self) -> bool:
        """True where the source says that the value has no empirical basis."""
        return ASSUMED in self.source

    @property
    def hint(self) -> Any:
        """The type of a value, annotated with the parameter."""
        if self.parsed is not None:
            return Annotated[self.type, self.parsed]
        return Annotated[self.type if self.choices is None else Literal[self.choices], self]


#: Functions of `sim.core.loading` by name, which it enters here: pydantic asks a declaration, loading answers.
LOADERS: dict[str, Callable[..., Any]] = {}


def loader(function: Loader) -> Loader:
    """Enter a function of `sim.core.loading` in `LOADERS` under its name."""
    LOADERS[function.__name__] = function
    return function


class _Value:
    """Link from a parameter to its loading by pydantic."""

    def __init__(self, p: Param) -> None:
        self.p = p

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return LOADERS["of_parameter"](self.p, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return LOADERS["schema_of_parameter"](self.p, handler(schema))


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
    loyalty: bool = False,
    words: Mapping[str, Any] | None = None,
    parsed: Any = None,
) -> Any:
    """Declare a field; the class names and types it."""
    return Param(
        default=default, low=low, high=high, unit=unit, meaning=meaning, source=source, choices=choices,
        optional=optional, loyalty=loyalty, words=words or {}, parsed=parsed,
    )  # fmt: skip


def allowed(p: Param) -> str:
    """The values that a parameter may have, in words."""
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


Section = TypeVar("Section", bound=type)
Equation = TypeVar("Equation", bound=Callable[..., Any])


@typing.dataclass_transform(frozen_default=True)
def section(key: str, **defaults: Any) -> Callable[[Section], Section]:
    """Make a class of fields declared with ``param(...)`` a frozen dataclass: the section of a scenario under a key.

    ``cls.declared`` maps the name of each field, inherited ones first, to its `Param`; ``defaults`` are those of
    inherited fields that differ here. Fields without ``param(...)`` are left to the dataclass.
    """

    def declare(cls: Any) -> Any:
        declared: dict[str, Param] = dict(getattr(cls, "declared", {}))
        hints = _own_hints(cls)
        if "__annotations__" not in vars(cls):
            cls.__annotations__ = {}
        for name, hint in hints.items():
            given = vars(cls).get(name)
            if isinstance(given, Param):
                declared[name] = replace(given, name=name, type=hint)
        for name, default in defaults.items():
            declared[name] = replace(declared[name], default=default)
        cls.__annotations__.update(hints)
        for name in (*(name for name in hints if name in declared), *defaults):
            cls.__annotations__[name] = declared[name].hint
            setattr(cls, name, declared[name].default)
        cls.key, cls.declared, cls.__pydantic_config__ = (
            key,
            declared,
            {"extra": "forbid", "validate_default": True},
        )
        cls.__get_pydantic_core_schema__ = classmethod(_schema)
        return dataclass(frozen=True)(cls)

    return declare


def _schema(cls: type, source: Any, handler: Any) -> Any:
    return LOADERS["of_section"](source, handler)


def _own_hints(cls: type) -> dict[str, Any]:
    """The types of the fields that a class itself names."""
    own = vars(cls).get("__annotations__", {})
    hints = typing.get_type_hints(cls, include_extras=True)
    return {name: hints[name] for name in own if typing.get_origin(hints[name]) is not ClassVar}


def put_in_order(registry: dict[str, Any], names: Iterable[str]) -> None:
    """Order a registry by a sequence of all its names; the order in which files were imported then decides nothing."""
    ordered = {name: registry.pop(name) for name in names}
    if registry:
        raise TypeError(f"without a place in the declared order: {', '.join(registry)}")
    registry.update(ordered)


#: Every equation of the theory, in the order of declaration.
EQUATIONS: list[Callable[..., Any]] = []


def equation(function: Equation) -> Equation:
    """Mark a scalar equation: plain Python when called, compiled when the kernel calls it."""
    EQUATIONS.append(function)
    return function
