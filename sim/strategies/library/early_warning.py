"""Early warning: looks for failures nobody voices, harder the more of them it finds, and mends them."""

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
    """Sets what it spends on listening by the share of failures that were silent, and heeds a cooling survey."""

    listening: float = param(0.1, low=0, high=1, unit="share of the money", meaning="when none were silent")
    silent: float = param(
        0.3, low=0, high=1, unit="share of the money", meaning="more, if all failures were silent"
    )
    a_case: float = param(2.0, low=0, high=1000, unit="money a case", meaning="for what is found")
    cooling: float = param(0.1, low=0, high=2, unit="satisfaction", meaning="below its own usual that counts")

    def set_up(self) -> None:
        """Nothing has been seen yet."""
        super().set_up()
        self.usual = Smoothed(26.0)

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Listen, mend, and act on the work itself where the survey cools."""
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
