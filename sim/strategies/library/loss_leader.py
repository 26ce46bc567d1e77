"""A loss leader: a price below cost for the lightest buyers, and margins from those who stay at the full price."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import paid, units
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "loss_leader",
    source="Hess & Gerstner 1987, Loss leader pricing and rain check policy, Marketing Science 6(4)",
    traits=("transactional", "price"),
)
class LossLeader(MarketingMix):
    """A price below cost for the lightest buyers, as many as the budget allows; the rest goes to plain marketing.

    No other strategy sells below cost on purpose.
    """

    loss: float = param(
        0.1,
        low=0,
        high=1,
        unit="share of unit cost",
        meaning="distance of the discounted price below unit cost",
    )
    leading: float = param(
        0.6,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="upper limit of spending on the discount",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """The full price for all but the lightest buyers."""
        usual = view.standing_plan
        price = paid(usual)
        off = min(0.9, max(0.0, 1.0 - view.unit_cost * (1.0 - self.loss) / price)) if price > 0 else 0.0
        if off <= 0 or money <= 0:
            return usual
        light = min(0.5, self.leading * money / (off * price * units(view)))
        tiers = (Tier(Programme(), "rfm", 1.0 - light), Tier(Programme(discount=off)))
        return usual.replace(tiers=tiers) if light > 0 else usual
