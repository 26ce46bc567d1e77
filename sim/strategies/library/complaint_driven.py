"""Defensive marketing: every complaint is paid for as a customer kept, and advertising waits while they mount."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import Smoothed, cases, customers, margin, spend, trouble, units
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "complaint_driven",
    source="Fornell & Wernerfelt 1987, Defensive marketing strategy by complaint management, J. Marketing Research 24(4)",
    traits=("relationship", "service"),
)
class ComplaintDriven(MarketingMix):
    """Works on what causes complaints all the time, and moves advertising's money there while they are above usual."""

    worth: float = param(
        0.02, low=0, high=5, unit="share of a customer's yearly margin", meaning="paid to who complains"
    )
    causes: float = param(0.1, low=0, high=1, unit="share of the money", meaning="staff, against the causes")
    usual_times: float = param(
        1.1, low=1, high=10, unit="times the usual complaints", meaning="above which advertising waits"
    )

    def set_up(self) -> None:
        """Nothing has been seen yet."""
        super().set_up()
        self.usual, self.mounting = Smoothed(26.0), False

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Pay those who complain, then staff."""
        rate, weeks = trouble(view), view.weeks_per_period
        usual = self.usual.after(rate * weeks, weeks)
        self.mounting = rate > self.usual_times * usual or rate > 0.1
        yearly = (
            52.0
            * units(view)
            / max(customers(view), 1.0)
            / weeks
            * max(0.0, margin(view, view.standing_plan))
        )
        plan = spend(
            view, view.standing_plan, min(0.6 * money, self.worth * yearly * cases(view)), recovery=1.0
        )
        return spend(view, plan, self.causes * money, staff=1.0)

    def mix(self, view: FirmView) -> dict[str, float]:
        """Plain marketing's; advertising's weight goes to staff while complaints mount."""
        mix = super().mix(view)
        if not self.mounting:
            return mix
        return mix | {"advertising": 0.0, "staff": mix["staff"] + mix["advertising"]}
