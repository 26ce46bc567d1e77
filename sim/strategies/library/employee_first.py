"""Employees first: satisfied employees make satisfied customers; failures show that employees need support."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import FAILURES, observed_failure_rate, spend
from sim.strategies.marketing_mix import PartnerMarketing


@strategy(
    "employee_first",
    source="Heskett, Jones, Loveman, Sasser & Schlesinger 1994, Putting the service-profit chain to work, HBR 72(2)",
    traits=("relationship", "internal market"),
)
class EmployeeFirst(PartnerMarketing):
    """Support of employees and additional staff, more of both as service fails; no promise above the quality delivered."""

    kind = "employees"
    support: float = param(
        0.2, low=0, high=1, unit="share of the amount available", meaning="spending on support of employees"
    )
    hands: float = param(
        0.1, low=0, high=1, unit="share of the amount available", meaning="spending on additional staff"
    )
    relief: float = param(
        3.0,
        low=0,
        high=50,
        unit="increase per failure per purchase",
        meaning="relative increase of support and staff with failures above the usual rate",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Support and staff, up to the whole amount."""
        more = 1.0 + self.relief * max(0.0, observed_failure_rate(view) - FAILURES)
        asked = more * (self.support + self.hands)
        usual = view.standing_plan
        plan = usual.replace(promise=max(-2.0, min(usual.promise, view.quality)))
        return spend(view, plan, min(1.0, asked) * money, employee_support=self.support, staff=self.hands)
