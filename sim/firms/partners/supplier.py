"""The supplier market: joint planning lowers cost and raises quality; suppliers without trust deliver late."""

from collections.abc import Mapping

from sim.core.parameters import param
from sim.firms.partners.base import Conduct, Partner, PartnerEffects, Tie, stakeholder


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

    def treatment(self, conduct: Conduct, gain_share: float) -> float:
        """Growth of the volume, less the effect of a dictated price; ``gain_share`` is the firm's."""
        return self.volume * conduct.growth - self.squeeze * (2.0 * gain_share - 1.0)

    def add_effects(
        self, tie: Tie, effects: PartnerEffects, effects_by_firm: Mapping[str, PartnerEffects]
    ) -> None:
        """Unit cost, quality and late delivery."""
        effects.unit_cost *= (1.0 - self.saving * tie.bond) * (
            1.0 - self.spread * (2.0 * tie.gain_share - 1.0)
        )
        effects.quality += self.improvement * tie.bond * tie.trust
        effects.failures += self.late_failures * (tie.draw < self.late * (1.0 - tie.trust))
