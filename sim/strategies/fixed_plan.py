"""Plays the standing offer, with whatever levers and one programme its parameters set."""

from sim.allocation import lever
from sim.declare import param
from sim.plan import LEVERS, FirmView, MarketingPlan, Programme, Strategy, Tier, strategy


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
    reward_rate: float = lever("reward_rate")
    discount: float = lever("discount")
    contact_rate: float = lever("contact_rate")
    integration: float = lever("integration")
    accounts: int = param(
        0, low=0, high=1_000_000, unit="customers",
        meaning="largest, to whom alone the programme goes; 0: it is for everyone",
    )  # fmt: skip
    case_load: int = param(25, low=1, high=1_000_000, unit="accounts", meaning="a manager looks after")

    def plan(self, view: FirmView) -> MarketingPlan:
        """The offer with every lever that is set, and the programme for everyone if there is one."""
        asked = {name: value for name in LEVERS if (value := getattr(self, name)) is not None}
        given = ((name, getattr(self, name)) for name in Programme._fields)
        programme = Programme(**{name: value for name, value in given if value is not None})
        tier = Tier(programme)
        if self.accounts:
            managers = -(-self.accounts // self.case_load)
            tier = Tier(programme, "key_accounts", 1.0, self.accounts, managers, self.case_load)
        tiers = (tier,) if any(programme) else view.standing_plan.tiers
        return view.standing_plan.but(**asked, tiers=tiers)
