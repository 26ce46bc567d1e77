"""The alliance market: rivals who develop together and learn from each other (co-opetition)."""

from collections.abc import Mapping

from sim.core.parameters import param
from sim.firms.partners.base import Conduct, Partner, PartnerEffects, Tie, stakeholder


@stakeholder("ally")
class Ally(Partner):
    """An allied competitor: the same spend on quality buys more of it, and knowledge leaks to the ally."""

    rival: str = param("rival", meaning="name of the allied firm")
    share: float = param(
        0.5,
        low=0,
        high=5,
        unit="share at a full bond",
        meaning="share of quality above base that the alliance adds",
    )
    leak: float = param(
        0.01,
        low=0,
        high=1,
        unit="share of the lead per week at a full bond",
        meaning="rate at which the firm's lead in quality leaks to the ally",
    )

    def treatment(self, conduct: Conduct, gain_share: float) -> float:
        """No effect of the firm's conduct: only spending on shared development counts."""
        return 0.0

    def add_effects(
        self, tie: Tie, effects: PartnerEffects, effects_by_firm: Mapping[str, PartnerEffects]
    ) -> None:
        """More quality for the same cost; the quality that the ally has learned is added to its own."""
        effects.shared_quality += self.share * tie.bond
        effects_by_firm[self.rival].quality += tie.learned
