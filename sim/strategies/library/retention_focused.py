"""Zero defections: spending on the causes by which customers are lost, and acquisition only to replace them."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import (
    Budgeted,
    Smoothed,
    better_quality,
    contact_rate,
    customers,
    known,
    money_left,
    observed_failure_rate,
    spend,
)


@strategy(
    "retention_focused",
    source="Reichheld & Sasser 1990, Zero defections: quality comes to services, HBR 68(5)",
    traits=("relationship", "retention"),
)
class RetentionFocused(Budgeted):
    """Recovery and staff against failures, contacts against dissatisfaction; the rest replaces losses or raises quality."""

    keeping: float = param(
        0.7, low=0, high=1, unit="share of the amount available", meaning="spending on present customers"
    )
    alarm: float = param(
        0.01,
        low=0,
        high=1,
        unit="share of customers per week",
        meaning="losses above which the whole amount goes to present customers",
    )
    warm: float = param(
        0.3,
        low=-1,
        high=1,
        unit="satisfaction",
        meaning="satisfaction below which customers are contacted more often",
    )
    contact_rate: float = param(
        0.04,
        low=0,
        high=2,
        unit="contacts per week",
        meaning="contacts with each customer of the better half",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.lost, self.won = Smoothed(), Smoothed()

    def plan(self, view: FirmView) -> MarketingPlan:
        """Spending by cause of losses, then advertising to replace lost customers, or better quality."""
        money, plan = self.money(view), view.standing_plan
        lost = self.lost.after(view.lost_customers, view.weeks_per_period)
        won = self.won.after(view.new_customers, view.weeks_per_period)
        losing = lost / max(customers(view), 1.0)
        care = money if losing > self.alarm else self.keeping * money
        failing = min(1.0, observed_failure_rate(view) / 0.1)
        plan = spend(view, plan, care * (0.3 + 0.3 * failing), recovery=1.0, staff=2.0, feedback=1.0)
        cool = known(view.survey.satisfaction, self.warm) < self.warm
        rate = min(2.0, self.contact_rate * (2.0 if cool else 1.0))
        rate = min(rate, contact_rate(view, money_left(view, plan, care), 0.5))
        plan = plan.replace(tiers=(Tier(Programme(contact_rate=rate), "rfm", 0.5),))
        replace = lost >= won or view.period == 0
        rest = money_left(view, plan, money)
        if replace:
            return spend(view, plan, rest, advertising=1.0)
        return plan.replace(quality=better_quality(view, plan, rest))
