"""Alliance with a competitor: shared development while own quality is not overtaken, competition otherwise."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import better_quality, money_left, spend
from sim.strategies.marketing_mix import PartnerMarketing


@strategy(
    "alliance_builder",
    source="Bucklin & Sengupta 1993, Organizing successful co-marketing alliances, J. Marketing 57(2); Brandenburger & Nalebuff 1996",
    traits=("relationship", "competitor market"),
)
class AllianceBuilder(PartnerMarketing):
    """Development shared with an allied competitor, and own quality; sharing stops once a rival promises clearly more."""

    kind = "ally"
    sharing: float = param(
        0.2, low=0, high=1, unit="share of the amount available", meaning="spending on shared development"
    )
    own_work: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of the remaining amount",
        meaning="spending on own quality, which the alliance raises further",
    )
    lead: float = param(
        0.1,
        low=0,
        high=2,
        unit="quality",
        meaning="margin by which a rival's promise may exceed own quality before sharing stops",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Shared development, unless a rival promises too much, and own quality."""
        usual = view.standing_plan
        best = max((offer.promise for offer in view.rivals), default=view.quality)
        share = self.sharing if best <= view.quality + self.lead else 0.0
        plan = spend(view, usual, share * money, alliance=1.0)
        return plan.replace(quality=better_quality(view, plan, self.own_work * money_left(view, plan, money)))
