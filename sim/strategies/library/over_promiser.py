"""A promise above the quality delivered and above any rival's, with advertising for it."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import Budgeted, spend


@strategy(
    "over_promiser",
    source="Parasuraman, Zeithaml & Berry 1985, J. Marketing 49(4): gap 4, promise and delivery",
    traits=("transactional",),
)
class OverPromiser(Budgeted):
    """An advertised promise above every rival's, raised further, in place of quality, when customers are lost."""

    exaggeration: float = param(
        0.7, low=0, high=4, unit="quality", meaning="promise above the quality delivered"
    )
    escalation: float = param(
        0.3,
        low=0,
        high=4,
        unit="quality",
        meaning="increase of the promise when more customers are lost than won",
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """The highest promise in the market, and advertising for it."""
        plan = view.standing_plan
        promise = view.quality + self.exaggeration
        if view.lost_customers > view.new_customers:
            promise += self.escalation
        loudest = max((offer.promise for offer in view.rivals), default=promise)
        if loudest >= promise and self.exaggeration > 0:
            promise = loudest + 0.1
        return spend(view, plan.replace(promise=min(5.0, promise)), self.money(view), advertising=1.0)
