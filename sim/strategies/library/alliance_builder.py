"""Builds an alliance: develops with a rival as long as its lead in quality lasts, and competes on the rest."""

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
    """Puts shared development and own quality first, and stops sharing once a rival promises as much as it delivers."""

    kind = "ally"
    sharing: float = param(0.2, low=0, high=1, unit="share of the money", meaning="for shared development")
    own_work: float = param(
        0.5, low=0, high=1, unit="share of what is left", meaning="quality, which the alliance raises"
    )
    lead: float = param(
        0.1,
        low=0,
        high=2,
        unit="quality",
        meaning="a rival's promise may be above ours, before sharing stops",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Share or not, and better the product."""
        usual = view.standing_plan
        best = max((offer.promise for offer in view.rivals), default=view.quality)
        share = self.sharing if best <= view.quality + self.lead else 0.0
        plan = spend(view, usual, share * money, alliance=1.0)
        return plan.replace(quality=better_quality(view, plan, self.own_work * money_left(view, plan, money)))
