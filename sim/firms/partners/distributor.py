"""The referral and distribution market: dealers with a protected margin make an effort, others undercut each other.

Dealers make the effort that pays: with a quadratic cost, effort is best in proportion to the margin left (Telser 1960; Mathewson &
Winter 1984). The loss by undercutting is a loss of both sides and divided as power divides a gain, so that the firm's
net price falls too (Deneckere, Marvel & Peck 1997: lower wholesale prices without price maintenance). In a chain of
dealers each takes the margin on its own selling price; the tie is with the last, who serves and undercuts.
"""

from collections.abc import Mapping

from sim.core.parameters import param
from sim.firms.partners.base import Conduct, Partner, PartnerEffects, Tie, stakeholder


@stakeholder("distributor")
class Distributor(Partner):
    """Dealers: satisfied and committed dealers make the firm's goods easy to get; dissatisfied dealers promote its rivals."""

    effort: float = param(
        1.0,
        low=0,
        high=10,
        unit="utility at full bond and trust",
        meaning="convenience added by the dealers' effort",
    )
    push: float = param(
        0.5,
        low=0,
        high=10,
        unit="utility at full discontent",
        meaning="convenience that the rivals gain from dissatisfied dealers",
    )
    margin: float = param(
        0.1, low=0, high=0.9, unit="share of the list price", meaning="dealers' margin, paid by the firm"
    )
    stages: int = param(
        1,
        low=1,
        high=10,
        unit="dealers",
        meaning="number of dealers in a chain between maker and buyer, each with the margin on its own selling price",
    )
    undercut: float = param(
        0.05,
        low=0,
        high=0.9,
        unit="share of the list price",
        meaning="discount by which dealers undercut each other without price discipline",
    )
    discipline: float = param(
        0.0,
        low=0,
        high=1,
        unit="share",
        meaning="share of the undercutting that the firm's supervision prevents",
    )
    greed: float = param(
        5.0,
        low=0,
        high=100,
        unit="quality per share of the list price",
        meaning="effect of the remaining margin on treatment",
    )
    segment: str = param(None, optional=True, meaning="customer segment in the dealers' region; null: none")
    introduces: float = param(
        0.0,
        low=0,
        high=1,
        unit="chance per week at full bond and trust",
        meaning="chance that a customer of the segment who does not know the firm gets to know it",
    )
    spread: float = param(
        0.05,
        low=0,
        high=0.9,
        unit="share of the list price",
        meaning="largest change of the margin by power, in either direction",
    )
    serving: float = param(
        1.0,
        low=0,
        high=1,
        unit="share of the effort",
        meaning="share of the effort that depends on the remaining margin; 0: effort does not depend on it",
        source="assumed; in proportion at a quadratic cost of effort: Telser 1960; Mathewson & Winter 1984",
    )
    claims: float = param(
        1.0,
        low=0,
        high=1,
        unit="share of the loss by undercutting",
        meaning="share of the loss that both sides divide by power, equally where they do not negotiate; 0: the dealers bear it all",
        source="assumed; Deneckere, Marvel & Peck 1997 for the maker's loss",
    )

    def treatment(self, conduct: Conduct, gain_share: float) -> float:
        """The margin left to the dealer who sells to buyers, above or below the agreed one."""
        return self.greed * (conduct.margin_left - self.margin)

    def add_effects(
        self, tie: Tie, effects: PartnerEffects, effects_by_firm: Mapping[str, PartnerEffects]
    ) -> None:
        """Margin, undercutting and the part of it that is recovered, convenience, and the gain of rivals from dissatisfied dealers.

        Dealers of one firm have equal parts of its trade. No dealer agrees on more, or recovers more, than the law lets it
        keep, and together they keep no more than the price.
        """
        trade = 1.0 / tie.of_its_kind
        most = min(1.0, effects.largest_margin)
        margin = min(max(0.0, self.margin - self.spread * (2.0 * tie.gain_share - 1.0)), most)
        undercut = min(margin, self.undercut * (1.0 - self.discipline))
        paid = 1.0 - margin  # of the price a dealer sells at
        upstream = paid - paid ** min(self.stages, effects.stages_most)
        room = min(most * (1.0 - undercut) - (margin - undercut), paid - upstream)
        claimed = min(self.claims * (1.0 - tie.gain_share) * undercut, room)
        effects.upstream += trade * upstream
        effects.margin += trade * (margin + claimed)
        effects.undercut += trade * undercut
        left = (margin - undercut + claimed) / self.margin if self.margin > 0.0 else 1.0
        serves = 1.0 - self.serving + self.serving * left
        effects.convenience += trade * self.effort * tie.bond * tie.trust * serves
        for rival in effects_by_firm.values():
            if rival is not effects:
                rival.convenience += trade * self.push * max(0.0, -tie.satisfaction)
