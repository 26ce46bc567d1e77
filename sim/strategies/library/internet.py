"""Internet marketing: contact and service through a medium, cheap enough for everyone, and easy to get at any time."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import contact_rate, money_left, spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "internet",
    source="Hoffman & Novak 1996, Marketing in hypermedia computer-mediated environments, J. Marketing 60(3) (recalled)",
    traits=("relationship", "internet"),
)
class Internet(MarketingMix):
    """Spends on reach at first; then on convenience and on contacts through a medium with everyone."""

    online: float = param(1.0, low=0, high=1, unit="share of contacts", meaning="made through the medium")
    launch: float = param(26.0, low=0, high=520, unit="weeks", meaning="in which reach comes first")
    reach: float = param(
        0.7, low=0, high=1, unit="share of the money", meaning="on advertising while launching"
    )
    convenience: float = param(
        0.3, low=0, high=1, unit="share of the money", meaning="on convenience after it, less while launching"
    )
    talk: float = param(
        0.2, low=0, high=1, unit="share of the money", meaning="on contacts after it, less while launching"
    )
    most: float = param(
        0.25, low=0, high=2, unit="contacts a week", meaning="with each active customer, however cheap"
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Reach first; what it leaves to convenience and contacts."""
        launching = self.reach if view.weeks < self.launch else 0.0
        plan = spend(view, view.standing_plan, launching * money, advertising=1.0)
        left = (1.0 - launching) * money
        plan = spend(view, plan, self.convenience * left, place=1.0)
        paid = min(self.talk * left, money_left(view, plan, money))
        rate = min(self.most, contact_rate(view, paid, online=self.online))
        return plan.replace(tiers=(Tier(Programme(contact_rate=rate, online=self.online)),))
