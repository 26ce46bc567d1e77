"""Integrated marketing communication: the same promise in every channel, equal to the quality delivered."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import contact_rate, spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "integrated",
    source="Schultz, Tannenbaum & Lauterborn 1993 (recalled); Duncan & Moriarty 1998, J. Marketing 62(2)",
    traits=("relationship", "communication"),
)
class Integrated(MarketingMix):
    """A promise equal to the quality delivered, with equal amounts for advertising, place, staff, the public and contacts."""

    voice: float = param(
        0.7,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending that is spread evenly over the channels",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """The same amount for each channel; public relations is one of them if there are influencers."""
        plan = view.standing_plan.replace(promise=max(-2.0, min(5.0, view.quality)))
        channels = dict.fromkeys(("advertising", "place", "staff"), 1.0)
        if "influencer" in view.stakeholders:
            channels["public_relations"] = 1.0
        each = self.voice * money / (len(channels) + 1)
        plan = spend(view, plan, each * len(channels), **channels)
        return plan.replace(tiers=(Tier(Programme(contact_rate=contact_rate(view, each))),))
