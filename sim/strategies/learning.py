"""Learning by trial and error: hold a plan, read its profit, go on; the common part of strategies that learn."""

from sim.core.functions import total
from sim.core.parameters import param
from sim.strategies import FirmView
from sim.strategies.budget import Budgeted


class TrialAndError(Budgeted):
    """A strategy with a budget that holds each plan for some weeks before judging it."""

    hold: float = param(
        8.0, low=1, high=26, unit="weeks", meaning="time for which a plan is held before it is judged"
    )

    def result(self, view: FirmView) -> float | None:
        """Mean weekly profit of the last three quarters of a completed hold; None while it lasts."""
        earned = self.__dict__.get("earned")
        if earned is None:
            self.__dict__["earned"] = []
            return None
        earned.append(view.profit / view.weeks_per_period)
        if len(earned) * view.weeks_per_period < self.hold:
            return None
        late = earned[len(earned) // 4 :]
        earned.clear()
        return float(total(late) / len(late))
