"""Plays the standing offer, with whatever levers and one programme its parameters set."""

from sim.allocation import lever
from sim.plan import FirmView, MarketingPlan, Programme, Strategy, Tier, strategy


@strategy("fixed_plan", source="none: the control of an experiment, and any plan one wants to plant")
class FixedPlan(Strategy):
    """The same decision every period, whatever happens; a lever that is not set stands as offered."""

    price: float = lever("price")
    promotion: float = lever("promotion")
    advertising: float = lever("advertising")
    promise: float = lever("promise")
    quality: float = lever("quality")
    staff: float = lever("staff")
    place: float = lever("place")
    feedback: float = lever("feedback")
    recovery: float = lever("recovery")
    supplier_support: float = lever("supplier_support")
    employee_support: float = lever("employee_support")
    distributor_support: float = lever("distributor_support")
    alliance: float = lever("alliance")
    public_relations: float = lever("public_relations")
    event: float = lever("event")
    reward_rate: float = lever("reward_rate")
    discount: float = lever("discount")
    contact_rate: float = lever("contact_rate")
    integration: float = lever("integration")

    def plan(self, view: FirmView) -> MarketingPlan:
        """The offer with every lever that is set, and the programme for everyone if there is one."""
        asked = {name: value for name, value in self.parameters().items() if value is not None}
        programme = Programme(**{name: asked.pop(name) for name in Programme._fields if name in asked})
        tiers = (Tier(programme),) if any(programme) else view.standing_plan.tiers
        return view.standing_plan.but(**asked, tiers=tiers)
