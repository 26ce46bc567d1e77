"""Service recovery: search for failures, and recovery up to the value of the customer at risk."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import (
    Budgeted,
    cases,
    customers,
    margin,
    money_left,
    observed_failure_rate,
    spend,
    units,
)


@strategy(
    "service_recoverer",
    source="Hart, Heskett & Sasser 1990, The profitable art of service recovery, HBR 68(4)",
    traits=("relationship", "service"),
)
class ServiceRecoverer(Budgeted):
    """Recovery up to the customer's value, a search for unreported failures, and staff when failures are frequent."""

    worth: float = param(
        0.1,
        low=0,
        high=5,
        unit="share of a customer's yearly margin",
        meaning="upper limit of spending on one case",
    )
    search: float = param(
        0.15,
        low=0,
        high=1,
        unit="share of the amount left after recovery",
        meaning="spending on the search for unreported failures",
    )
    tolerated: float = param(
        0.02,
        low=0,
        high=1,
        unit="failures per purchase",
        meaning="rate of failures found above which staff is added",
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """Recovery, then early warning, then prevention or advertising."""
        plan, money = view.standing_plan, self.money(view)
        a_week = units(view) / max(customers(view), 1.0) / view.weeks_per_period
        yearly = 52.0 * a_week * max(0.0, margin(view, plan))
        plan = spend(view, plan, min(0.6 * money, self.worth * yearly * cases(view)), recovery=1.0)
        plan = spend(view, plan, self.search * money_left(view, plan, money), feedback=1.0)
        prevention = min(1.0, max(0.0, observed_failure_rate(view) - self.tolerated) / 0.1)
        return spend(
            view, plan, money_left(view, plan, money), staff=prevention, advertising=1.0 - prevention
        )
