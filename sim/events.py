"""Shocks from outside the firms' plans: each type is a declared section with one rule of what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from sim.declare import param, parameters

PRACTICES = ("reward_rate", "discount", "contact_rate", "integration", "promotion", "advertising")


@dataclass
class Shocks:
    """What events do to one firm this period, on top of its plan; neutral unless an event acts."""

    price_change: float = 0.0
    price_factor: float = 1.0
    quality_change: float = 0.0
    technology: float = 0.0
    political: float = 0.0
    open: bool = True
    forbidden: set[str] = field(default_factory=set)


#: Types of events, by name.
EVENTS: dict[str, type] = {}
Event = TypeVar("Event", bound=type)


def event(name: str) -> Callable[[Event], Event]:
    """Register a type of event."""

    def register(cls: Event) -> Event:
        EVENTS[name] = parameters(cls)
        return cls

    return register


def _at(meaning: str = "first period of the event") -> Any:
    return param(52, low=0, high=1_000_000, unit="period", meaning=meaning)


def _lasts() -> Any:
    return param(0, low=0, high=1_000_000, unit="periods", meaning="how long it lasts; 0: for good")


def _firm() -> Any:
    return param("focal", meaning="the firm it happens to")


@event("price_shock")
class PriceShock(NamedTuple):
    """A firm's list price rises or falls, whatever it planned."""

    at: int = _at()
    lasts: int = _lasts()
    firm: str = _firm()
    change: float = param(1.0, low=-1e6, high=1e6, unit="money", meaning="added to the list price")

    def act(self, shocks: Mapping[str, Shocks]) -> float:
        """Change the firm's price; returns the factor on demand."""
        shocks[self.firm].price_change += self.change
        return 1.0


@event("quality_crisis")
class QualityCrisis(NamedTuple):
    """What a firm delivers falls short of the quality it works at."""

    at: int = _at()
    lasts: int = _lasts()
    firm: str = _firm()
    change: float = param(-1.0, low=-10, high=10, unit="quality", meaning="added to the quality delivered")

    def act(self, shocks: Mapping[str, Shocks]) -> float:
        """Change the delivered quality."""
        shocks[self.firm].quality_change += self.change
        return 1.0


@event("contact_lapse")
class ContactLapse(NamedTuple):
    """A firm stops contacts and integration."""

    at: int = _at()
    lasts: int = _lasts()
    firm: str = _firm()

    def act(self, shocks: Mapping[str, Shocks]) -> float:
        """Forbid contacts and integration to the firm."""
        shocks[self.firm].forbidden |= {"contact_rate", "integration"}
        return 1.0


@event("regulation")
class Regulation(NamedTuple):
    """A practice is forbidden to every firm."""

    at: int = _at()
    lasts: int = _lasts()
    practice: str = param("reward_rate", choices=PRACTICES, meaning="the practice that is forbidden")

    def act(self, shocks: Mapping[str, Shocks]) -> float:
        """Forbid the practice."""
        for shock in shocks.values():
            shock.forbidden.add(self.practice)
        return 1.0


@event("political_shock")
class PoliticalShock(NamedTuple):
    """A scandal or a boycott moves the utility of a firm."""

    at: int = _at()
    lasts: int = _lasts()
    firm: str = _firm()
    change: float = param(-1.0, low=-100, high=100, unit="utility", meaning="added to the firm's utility")

    def act(self, shocks: Mapping[str, Shocks]) -> float:
        """Shift the firm's utility, booked as political."""
        shocks[self.firm].political += self.change
        return 1.0


@event("technology_jump")
class TechnologyJump(NamedTuple):
    """A firm has a technology that the others lack."""

    at: int = _at()
    lasts: int = _lasts()
    firm: str = _firm()
    change: float = param(1.0, low=-100, high=100, unit="utility", meaning="added to the firm's utility")

    def act(self, shocks: Mapping[str, Shocks]) -> float:
        """Shift the firm's utility, booked as technology."""
        shocks[self.firm].technology += self.change
        return 1.0


@event("price_war")
class PriceWar(NamedTuple):
    """Every firm's list price is cut by a share."""

    at: int = _at()
    lasts: int = param(26, low=0, high=1_000_000, unit="periods", meaning="how long it lasts; 0: for good")
    cut: float = param(0.2, low=0, high=1, unit="share of the list price", meaning="cut of every list price")

    def act(self, shocks: Mapping[str, Shocks]) -> float:
        """Cut every price."""
        for shock in shocks.values():
            shock.price_factor *= 1.0 - self.cut
        return 1.0


@event("recession")
class Recession(NamedTuple):
    """Needs fall in the whole market."""

    at: int = _at()
    lasts: int = param(52, low=0, high=1_000_000, unit="periods", meaning="how long it lasts; 0: for good")
    demand: float = param(0.7, low=0, high=10, unit="share of the usual needs", meaning="needs that are left")

    def act(self, shocks: Mapping[str, Shocks]) -> float:
        """The factor on needs."""
        return self.demand


@event("firm_enters")
class FirmEnters(NamedTuple):
    """A firm of the scenario is closed before this period."""

    at: int = _at("period of entry")
    firm: str = param("rival", meaning="the firm that enters")

    def act(self, shocks: Mapping[str, Shocks]) -> float:
        """Nothing more once it has entered."""
        return 1.0


@event("firm_leaves")
class FirmLeaves(NamedTuple):
    """A firm closes for good."""

    at: int = _at("period of exit")
    firm: str = param("rival", meaning="the firm that leaves")

    def act(self, shocks: Mapping[str, Shocks]) -> float:
        """Close the firm."""
        shocks[self.firm].open = False
        return 1.0


def act(events: Mapping[str, Any], period: int, names: list[str]) -> tuple[dict[str, Shocks], float]:
    """What the events of a period do to each firm, and the factor on everybody's needs."""
    shocks = {name: Shocks() for name in names}
    demand = 1.0
    for happening in events.values():
        lasts = getattr(happening, "lasts", 0)
        if period >= happening.at and (lasts == 0 or period < happening.at + lasts):
            demand *= happening.act(shocks)
        elif isinstance(happening, FirmEnters) and period < happening.at:
            shocks[happening.firm].open = False
    return shocks, demand
