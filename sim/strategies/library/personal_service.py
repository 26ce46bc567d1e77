"""Personal service: everyone has a person to turn to, who serves and keeps in touch."""

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
    """The same people serve and contact everyone: more work on the service when it fails, more talk when customers go."""

    people: float = param(0.6, low=0, high=1, unit="share of the money", meaning="spent on contact persons")
    serving: float = param(
        0.4, low=0, high=1, unit="share of their time", meaning="on service while all is well"
    )
    shift: float = param(
        0.2, low=0, high=1, unit="share of their time", meaning="moved to contact while more leave than come"
    )

    def set_up(self) -> None:
        """Nothing has been seen yet."""
        super().set_up()
        self.lost, self.won = Smoothed(), Smoothed()

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Serve and talk."""
        lost = self.lost.after(view.lost_customers, view.weeks_per_period)
        won = self.won.after(view.new_customers, view.weeks_per_period)
        serving = max(0.0, self.serving - (self.shift if lost > won else 0.0))
        plan = spend(view, view.standing_plan, serving * self.people * money, staff=1.0)
        rate = contact_rate(view, (1.0 - serving) * self.people * money)
        return plan.replace(tiers=(Tier(Programme(contact_rate=rate)),))
