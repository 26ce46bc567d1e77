"""Partnership with dealers: training and help for them, presence in their shops, and no undercutting."""

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
    """Support of dealers and presence in their shops, without a price promotion that dealers would have to match."""

    kind = "distributor"
    support: float = param(
        0.3,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on support of distributors",
    )
    presence: float = param(
        0.15,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on convenience at the dealers' shops",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Support and presence, up to the whole amount."""
        whole = min(1.0, self.support + self.presence) * money
        return spend(view, view.standing_plan, whole, distributor_support=self.support, place=self.presence)

    def mix(self, view: FirmView) -> dict[str, float]:
        """Weights of plain marketing, without promotion if there are dealers."""
        mix = super().mix(view)
        return mix | {"promotion": 0.0} if self.kind in view.stakeholders else mix
