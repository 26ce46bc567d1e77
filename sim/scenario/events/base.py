"""Shocks from outside the firms' plans: one file per type of event, and the folder is the registry.

An event begins at a time, or at random with a hazard, and acts as long as it lasts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, dataclass_transform

from sim.core.parameters import Param, param, section
from sim.firms.shocks import FirmShocks


@dataclass
class MarketShocks:
    """Effects of events in this period on each firm, on needs, on the outside option and on the cost of leaving."""

    firms: dict[str, FirmShocks]
    demand: float = 1.0
    outside: float = 0.0
    procedural: float = 1.0


@section("events")
class Event:
    """An event of a scenario: its beginning and its duration; its type determines its effect."""

    at: int = param(
        None,
        low=0,
        high=1_000_000,
        unit="period",
        optional=True,
        meaning="period in which it begins; null: only by the hazard",
    )
    lasts: int = param(
        0,
        low=0,
        high=1_000_000,
        unit="periods",
        meaning="number of periods for which it acts; 0: to the end of the run",
    )
    hazard: float = param(
        0.0,
        low=0,
        high=100,
        unit="per year",
        meaning="rate at which it begins at random while it does not act",
    )
    declared: ClassVar[dict[str, Param]]
    named: ClassVar[dict[str, str]]

    def act(self, shocks: MarketShocks) -> None:
        """Apply the event in a period in which it acts."""
        raise NotImplementedError

    def until_then(self, shocks: MarketShocks) -> None:
        """Apply the state of the market before the event begins."""


#: Each type of event, by name.
EVENTS: dict[str, type[Event]] = {}
Kind = TypeVar("Kind", bound=type[Event])


@dataclass_transform(frozen_default=True)
def event(name: str, lasts: int = 0) -> Callable[[Kind], Kind]:
    """Register a type of event; ``lasts`` is the default of its duration in periods."""

    def register(cls: Kind) -> Kind:
        EVENTS[name] = section(f"events.{name}", lasts=lasts)(cls)
        cls.named = {"type": name}
        return EVENTS[name]  # type: ignore[return-value]

    return register


def which_firm(default: str = "focal") -> Any:
    """The parameter that names the firm of an event."""
    return param(default, meaning="name of the firm concerned")
