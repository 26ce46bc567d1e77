"""Market orientation: listens, makes good what it hears, and brings departments that are at odds together."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import contact_rate, spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "market_oriented",
    source="Narver & Slater 1990, J. Marketing 54(4); Kohli & Jaworski 1990, J. Marketing 54(2)",
    traits=("relationship", "organisation"),
)
class MarketOriented(MarketingMix):
    """Spends on coordination by how far departments are at odds; on hearing, making good and contacts by how far they agree."""

    joint: float = param(
        0.5, low=0, high=1, unit="share of the money at alignment 0", meaning="coordination of departments"
    )
    hearing: float = param(0.05, low=0, high=1, unit="share of the money at alignment 1", meaning="feedback")
    making_good: float = param(
        0.15, low=0, high=1, unit="share of the money at alignment 1", meaning="recovery of what is heard of"
    )
    calling: float = param(
        0.3, low=0, high=1, unit="share of the money at alignment 1", meaning="contacts with everyone"
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Coordination, and as far as departments agree what they do together."""
        agreed = view.alignment
        plan = spend(view, view.standing_plan, self.joint * (1.0 - agreed) * money, coordination=1.0)
        heard, mended = self.hearing * agreed * money, self.making_good * agreed * money
        plan = spend(view, spend(view, plan, heard, feedback=1.0), mended, recovery=1.0)
        rate = contact_rate(view, self.calling * agreed * money)
        return plan.replace(tiers=(Tier(Programme(contact_rate=rate)),))
