"""Defensive marketing: compensation of every complaint, and no advertising while complaints are frequent."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import Smoothed, cases, customers, margin, observed_failure_rate, spend, units
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "complaint_driven",
    source="Fornell & Wernerfelt 1987, Defensive marketing strategy by complaint management, J. Marketing Research 24(4)",
    traits=("relationship", "service"),
)
class ComplaintDriven(MarketingMix):
    """Compensation of complaints, and staff against their causes, in place of advertising while complaints are frequent."""

    worth: float = param(
        0.02, low=0, high=5, unit="share of a customer's yearly margin", meaning="compensation per complaint"
    )
    causes: float = param(
        0.1,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on staff against the causes of failures",
    )
    usual_times: float = param(
        1.1,
        low=1,
        high=10,
        unit="multiple of the usual complaints",
        meaning="rate of complaints above which advertising stops",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.usual, self.mounting = Smoothed(26.0), False

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Compensation of complaints, then staff."""
        rate, weeks = observed_failure_rate(view), view.weeks_per_period
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
        """Weights of plain marketing; that of advertising goes to staff while complaints are frequent."""
        mix = super().mix(view)
        if not self.mounting:
            return mix
        return mix | {"advertising": 0.0, "staff": mix["staff"] + mix["advertising"]}
