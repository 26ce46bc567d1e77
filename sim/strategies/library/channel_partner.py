"""Works with its dealers: trains and helps them, never undercuts them, and is where they are."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import spend
from sim.strategies.marketing_mix import PartnerMarketing


@strategy(
    "channel_partner",
    source="Anderson & Narus 1990, A model of distributor firm and manufacturer firm working partnerships, J. Marketing 54(1)",
    traits=("relationship", "distributor market"),
)
class ChannelPartner(PartnerMarketing):
    """Supports dealers and place together and keeps to its list price: no price off that dealers would have to meet."""

    kind = "distributor"
    support: float = param(0.3, low=0, high=1, unit="share of the money", meaning="for distributors")
    presence: float = param(0.15, low=0, high=1, unit="share of the money", meaning="place, at the dealers'")

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Dealers and their shops, up to all the money."""
        whole = min(1.0, self.support + self.presence) * money
        return spend(view, view.standing_plan, whole, distributor_support=self.support, place=self.presence)

    def mix(self, view: FirmView) -> dict[str, float]:
        """Plain marketing's; where there are dealers, without price off."""
        mix = super().mix(view)
        return mix | {"promotion": 0.0} if self.kind in view.stakeholders else mix
