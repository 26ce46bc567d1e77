"""Personal service: a contact person for everyone, who serves and keeps in touch."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import Smoothed, contact_rate, spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "personal_service",
    source="Crosby, Evans & Cowles 1990, Relationship quality in services selling, J. Marketing 54(3)",
    traits=("relationship", "level 2", "service"),
)
class PersonalService(MarketingMix):
    """Contact persons who serve and contact every customer, with more contact while more customers leave than come."""

    people: float = param(
        0.6, low=0, high=1, unit="share of the amount available", meaning="spending on contact persons"
    )
    serving: float = param(
        0.4,
        low=0,
        high=1,
        unit="share of the contact persons' time",
        meaning="time for service while customers do not leave",
    )
    shift: float = param(
        0.2,
        low=0,
        high=1,
        unit="share of the contact persons' time",
        meaning="time moved to contact while more customers leave than come",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.lost, self.won = Smoothed(), Smoothed()

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Service and contacts."""
        lost = self.lost.after(view.lost_customers, view.weeks_per_period)
        won = self.won.after(view.new_customers, view.weeks_per_period)
        serving = max(0.0, self.serving - (self.shift if lost > won else 0.0))
        plan = spend(view, view.standing_plan, serving * self.people * money, staff=1.0)
        rate = contact_rate(view, (1.0 - serving) * self.people * money)
        return plan.replace(tiers=(Tier(Programme(contact_rate=rate)),))
