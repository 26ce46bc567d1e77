"""The other five markets (Payne 1991): one file per kind of partner, and the folder is the registry.

A partner is tied to one firm. Its satisfaction, trust and bond follow the equations of customers; each kind has its own
effect on the firm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar, Protocol, TypeVar, dataclass_transform

from sim.core.parameters import Param, param, section


@dataclass
class PartnerEffects:
    """Effects of partners on one firm in this period; neutral without any."""

    unit_cost: float = 1.0  # factor on the cost of goods
    quality: float = 0.0  # added to the quality delivered
    shared_quality: float = 0.0  # share of quality above base that an alliance adds at no cost
    failures: float = 0.0  # added to the chance of failure
    employee_effect: float = 0.0  # part of the failures that staff prevent
    convenience: float = 0.0  # utility
    brand: float = 0.0  # utility
    damping: float = 0.0  # part of an adverse event that is taken away; below 0 it grows
    undercut: float = 0.0  # share of the list price that distributors take off it among themselves
    margin: float = (
        0.0  # share of the list price that the firm gives distributors who sell to buyers, undercut included
    )
    upstream: float = 0.0  # share of the list price that distributors before those keep
    terms: float = 0.0  # money per person in the market per week: cost of the tie beside the support
    stages_most: float = inf  # distributors one after another that the law allows
    largest_margin: float = inf  # share of the price it sells at that the law lets a distributor keep

    @classmethod
    def under(cls, laws: Sequence[Any], listed: float) -> PartnerEffects:
        """Effects before any partner acts, at a list price, under the strictest of the laws of the channel."""
        return cls(
            stages_most=min((law.stages for law in laws), default=inf),
            largest_margin=min((law.largest_margin(listed) for law in laws), default=inf),
        )


@dataclass(frozen=True)
class Conduct:
    """The conduct of a firm in the last period as far as it affects its stakeholders."""

    congestion: float = 0.0  # units above capacity, per unit of capacity
    growth: float = 0.0  # of units, against the period before, -1 to 1
    shortfall: float = 0.0  # promise above the quality delivered, quality
    margin_left: float = 0.0  # share of the list price that distributors who sell to buyers keep
    ours: float = 0.0  # quality delivered


@section("stakeholders")
class Partner:
    """A stakeholder of a scenario and its tie to a firm; its kind determines its effects."""

    firm: str = param("focal", meaning="the firm it is tied to")
    promise: float = param(0.8, low=-2, high=5, unit="quality", meaning="treatment that the firm promised it")
    usual: float = param(0.8, low=-2, high=5, unit="quality", meaning="treatment without any spending on it")
    worth: float = param(
        1.0, low=0, high=5, unit="quality", meaning="largest increase of treatment by spending"
    )
    response: float = param(
        15.0,
        low=0,
        high=1e6,
        unit="per unit of money per person in the market per week",
        meaning="speed at which spending increases treatment",
    )
    desire: float = param(0.0, low=-2, high=5, unit="quality", meaning="treatment that it wants")
    loss_aversion: float = param(
        2.0, low=1, high=10, unit="", meaning="weight of a disappointment", source="F5"
    )
    trust: float = param(0.3, low=0, high=1, unit="trust", meaning="trust at the start")
    bond: float = param(0.0, low=0, high=1, unit="bond", meaning="structural bond at the start")
    negotiates: bool = param(False, meaning="whether the terms of trade follow from power")
    share_of_its_trade: float = param(
        0.3, low=0, high=1, unit="share", meaning="share of its trade that is with the firm"
    )
    share_of_our_trade: float = param(
        0.3, low=0, high=1, unit="share", meaning="share of the firm's trade that is with it"
    )
    ease_for_it: float = param(
        0.5, low=0, high=1, unit="ease", meaning="ease with which it replaces the firm by another partner"
    )
    ease_for_us: float = param(
        0.5, low=0, high=1, unit="ease", meaning="ease with which the firm replaces it by another partner"
    )
    information: float = param(
        1.0, low=0, high=100, unit="ratio", meaning="the firm's advantage in information over it"
    )
    kind: ClassVar[str] = ""
    named: ClassVar[dict[str, str]]
    declared: ClassVar[dict[str, Param]]

    def treatment(self, conduct: Conduct, gain_share: float) -> float:
        """The part of its treatment that follows from the firm's conduct and from its share of the gain from trade."""
        raise NotImplementedError

    def add_effects(
        self, tie: Tie, effects: PartnerEffects, effects_by_firm: Mapping[str, PartnerEffects]
    ) -> None:
        """Add the partner's effects to those on its own firm, and to those on other firms by name."""
        raise NotImplementedError


class Tie(Protocol):
    """A partner's tie to its firm as the partner's effects read it (`sim.firms.partner_tie`)."""

    satisfaction: float
    trust: float
    bond: float
    learned: float  # part of the firm's quality
    gain_share: float  # of the firm, in the gain from trade
    draw: float  # of this period, uniform in (0, 1)

    @property
    def of_its_kind(self) -> int:
        """Number of partners of its kind tied to the same firm, itself included."""


#: Each kind of partner, by name.
KINDS: dict[str, type[Partner]] = {}
Kind = TypeVar("Kind", bound=type[Partner])


@dataclass_transform(frozen_default=True)
def stakeholder(kind: str) -> Callable[[Kind], Kind]:
    """Register a kind of partner, which a lever of a plan pays for (`SUPPORT`)."""

    def register(cls: Kind) -> Kind:
        KINDS[kind] = section(f"stakeholders.{kind}")(cls)
        cls.kind, cls.named = kind, {"kind": kind}
        return cls

    return register
