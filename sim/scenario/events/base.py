"""Shocks from outside the firms' plans: one file a type of event, and the folder is the registry.

An event begins at a time, or by luck at a hazard, and acts as long as it lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

from sim.core.parameters import Parameter, param, parameters


@dataclass
class FirmShocks:
    """What events do to one firm this period, on top of its plan; neutral unless an event acts."""

    price_change: float = 0.0
    price_factor: float = 1.0
    quality_change: float = 0.0
    technology: float = 0.0
    political: float = 0.0
    open: bool = True
    forbidden: set[str] = field(default_factory=set)
    channel: list[Any] = field(default_factory=list)  # laws of the channel in force, with `stages` and `kept`


@dataclass
class MarketShocks:
    """What events do this period: to each firm, to needs, to the outside option and to the cost of leaving."""

    firms: dict[str, FirmShocks]
    demand: float = 1.0
    outside: float = 0.0
    procedural: float = 1.0


@parameters
class When(NamedTuple):
    """When an event begins and how long it acts."""

    at: int = param(
        None,
        low=0,
        high=1_000_000,
        unit="period",
        optional=True,
        meaning="first period; null: only by the hazard",
    )
    lasts: int = param(0, low=0, high=1_000_000, unit="periods", meaning="how long it acts; 0: for good")
    hazard: float = param(
        0.0, low=0, high=100, unit="a year", meaning="rate at which it begins by luck while it does not act"
    )


class Event(NamedTuple):
    """An event of a scenario: when it acts, and what it does."""

    when: When
    what: Any


#: What each type of event does, by name.
EVENTS: dict[str, type] = {}
Kind = TypeVar("Kind", bound=type)
_LASTS: dict[str, int] = {}


def event(name: str, lasts: int = 0) -> Callable[[Kind], Kind]:
    """Register a type of event: a NamedTuple of its parameters with ``act(world)``; it usually lasts so many periods.

    One with ``until_then(world)`` acts so before it begins.
    """

    def register(cls: Kind) -> Kind:
        EVENTS[name], _LASTS[name] = parameters(cls), lasts
        return cls

    return register


def declared(name: str) -> dict[str, Parameter]:
    """Every key of a type of event: when it acts, then what it does."""
    when: dict[str, Parameter] = dict(When.declared)  # type: ignore[attr-defined]
    when["lasts"] = replace(when["lasts"], default=_LASTS[name])
    return when | EVENTS[name].declared  # type: ignore[attr-defined]


def made(name: str, values: Mapping[str, Any]) -> Event:
    """An event of a type from checked values of all its keys."""
    what = {key: value for key, value in values.items() if key not in When._fields}
    return Event(When(*(values[key] for key in When._fields)), EVENTS[name](**what))


def which_firm(default: str = "focal") -> Any:
    """The parameter that names the firm of an event."""
    return param(default, meaning="the firm it happens to")
