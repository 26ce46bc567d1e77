"""Early warning: a search for failures that customers do not report, and their recovery."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import Smoothed, cases, known, money_left, spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "early_warning",
    source="Tax & Brown 1998, Recovering and learning from service failure, Sloan Management Review 40(1)",
    traits=("relationship", "service"),
)
class EarlyWarning(MarketingMix):
    """Recovery, and more feedback the more failures go unreported; more staff when surveyed satisfaction falls."""

    listening: float = param(
        0.1,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on feedback if customers report all failures",
    )
    silent: float = param(
        0.3,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="additional spending on feedback if customers report no failure",
    )
    a_case: float = param(
        2.0, low=0, high=1000, unit="money per case", meaning="spending on recovery per failure found"
    )
    cooling: float = param(
        0.1,
        low=0,
        high=2,
        unit="satisfaction",
        meaning="fall of satisfaction below its usual level after which staff is added",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.usual = Smoothed(26.0)

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Feedback, recovery, and staff when surveyed satisfaction falls."""
        voiced = min(1.0, view.complaints / view.failures_found) if view.failures_found > 0 else 0.5
        listening = min(1.0, self.listening + self.silent * (1.0 - voiced))
        plan = spend(view, view.standing_plan, listening * money, feedback=1.0)
        plan = spend(
            view, plan, min(0.5 * money_left(view, plan, money), self.a_case * cases(view)), recovery=1.0
        )
        weeks, mood = view.weeks_per_period, known(view.survey.satisfaction, 0.4)
        if mood < self.usual.after(mood * weeks, weeks) - self.cooling:
            plan = spend(view, plan, 0.5 * money_left(view, plan, money), staff=1.0)
        return plan
