"""The supplier market: joint planning lowers cost and raises quality; suppliers without trust deliver late."""

from collections.abc import Mapping
from typing import Any

from sim.core.parameters import param
from sim.firms.partners.base import Conduct, Partner, PartnerEffects, stakeholder


@stakeholder("supplier")
class Supplier(Partner):
    """A supplier: its bond lowers unit cost and, with trust, raises quality; without trust it delivers late."""

    saving: float = param(
        0.1,
        low=0,
        high=1,
        unit="share of unit cost at a full bond",
        meaning="share of unit cost saved by joint planning",
    )
    improvement: float = param(
        0.3,
        low=0,
        high=5,
        unit="quality at full bond and trust",
        meaning="quality added by joint design",
    )
    late: float = param(
        0.1,
        low=0,
        high=1,
        unit="chance per period without trust",
        meaning="chance of a late delivery; it falls with trust",
    )
    late_failures: float = param(
        0.1, low=0, high=1, unit="chance per purchase", meaning="chance of failure added by a late delivery"
    )
    volume: float = param(
        0.5,
        low=0,
        high=5,
        unit="quality per doubling",
        meaning="effect of a growing or shrinking volume on treatment",
    )
    spread: float = param(
        0.1,
        low=0,
        high=1,
        unit="share of unit cost",
        meaning="largest change of its price by power, in either direction",
    )
    squeeze: float = param(
        0.5, low=0, high=5, unit="quality", meaning="loss of treatment when the firm dictates the price"
    )

    def treatment(self, conduct: Conduct, part: float) -> float:
        """Growth of the volume, less the effect of a dictated price; ``part`` of the gain goes to the firm."""
        return self.volume * conduct.growth - self.squeeze * (2.0 * part - 1.0)

    def drive(self, tie: Any, drives: PartnerEffects, firms: Mapping[str, PartnerEffects]) -> None:
        """Unit cost, quality and late delivery."""
        drives.unit_cost *= (1.0 - self.saving * tie.bond) * (1.0 - self.spread * (2.0 * tie.part - 1.0))
        drives.quality += self.improvement * tie.bond * tie.trust
        drives.failures += self.late_failures * (tie.draw < self.late * (1.0 - tie.trust))
