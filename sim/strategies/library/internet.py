"""Internet marketing: contacts and service online, cheap enough for everyone and available at any time."""

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
    """Advertising at the launch, then convenience and online contacts with everyone; the rest goes to plain marketing."""

    online: float = param(
        1.0, low=0, high=1, unit="share of contacts", meaning="contacts that are made online"
    )
    launch: float = param(
        26.0, low=0, high=520, unit="weeks", meaning="length of the launch, in which advertising comes first"
    )
    reach: float = param(
        0.7,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on advertising during the launch",
    )
    convenience: float = param(
        0.3,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on convenience after the launch, and less during it",
    )
    talk: float = param(
        0.2,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on contacts after the launch, and less during it",
    )
    most: float = param(
        0.25,
        low=0,
        high=2,
        unit="contacts per week",
        meaning="upper limit of contacts with each active customer",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Advertising during the launch; convenience and contacts with the remaining amount."""
        launching = self.reach if view.weeks < self.launch else 0.0
        plan = spend(view, view.standing_plan, launching * money, advertising=1.0)
        rest = (1.0 - launching) * money
        plan = spend(view, plan, self.convenience * rest, place=1.0)
        paid = min(self.talk * rest, money_left(view, plan, money))
        rate = min(self.most, contact_rate(view, paid, online=self.online))
        return plan.replace(tiers=(Tier(Programme(contact_rate=rate, online=self.online)),))
