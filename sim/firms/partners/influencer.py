"""The influence market: media, regulators and the public, who dampen a shock or make it worse."""

from collections.abc import Mapping

from sim.core.parameters import param
from sim.firms.partners.base import Conduct, Partner, PartnerEffects, Tie, stakeholder


@stakeholder("influencer")
class Influencer(Partner):
    """Media, regulators or the public: with a good tie they support the brand and dampen adverse events; after bad conduct the reverse."""

    regard: float = param(
        0.5,
        low=0,
        high=10,
        unit="utility at a full tie",
        meaning="brand utility added by favourable statements",
    )
    damping: float = param(
        0.8, low=0, high=1, unit="share at a full tie", meaning="share of an adverse event that is taken away"
    )
    conduct: float = param(
        2.0,
        low=0,
        high=20,
        unit="quality per unit of broken promise",
        meaning="loss of treatment by broken promises",
    )

    def treatment(self, conduct: Conduct, gain_share: float) -> float:
        """The loss of treatment by broken promises to customers."""
        return -self.conduct * conduct.shortfall

    def add_effects(
        self, tie: Tie, effects: PartnerEffects, effects_by_firm: Mapping[str, PartnerEffects]
    ) -> None:
        """Brand and damping by bond and trust; both turn against the firm if the influencer is dissatisfied."""
        strength = tie.bond * tie.trust if tie.satisfaction >= 0.0 else -tie.bond
        effects.brand += self.regard * strength
        effects.damping += self.damping * strength
