"""Employees first: content employees make content customers; failures are read as employees in need."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import FAILURES, spend, trouble
from sim.strategies.marketing_mix import PartnerMarketing


@strategy(
    "employee_first",
    source="Heskett, Jones, Loveman, Sasser & Schlesinger 1994, Putting the service-profit chain to work, HBR 72(2)",
    traits=("relationship", "internal market"),
)
class EmployeeFirst(PartnerMarketing):
    """Supports employees before anybody else, more and with more hands as service fails; promises what they deliver."""

    kind = "employees"
    support: float = param(0.2, low=0, high=1, unit="share of the money", meaning="for employees")
    hands: float = param(0.1, low=0, high=1, unit="share of the money", meaning="staff beside them")
    relief: float = param(
        3.0,
        low=0,
        high=50,
        unit="times a failure a purchase",
        meaning="more of both, above the usual failures",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Support and hands, up to all the money."""
        more = 1.0 + self.relief * max(0.0, trouble(view) - FAILURES)
        asked = more * (self.support + self.hands)
        usual = view.standing_plan
        plan = usual.replace(promise=max(-2.0, min(usual.promise, view.quality)))
        return spend(view, plan, min(1.0, asked) * money, employee_support=self.support, staff=self.hands)
