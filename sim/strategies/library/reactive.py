"""Kotler's second level: the firm sells and asks customers to call if anything is wrong."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import SEARCHED, cases, spend
from sim.strategies.library.basic import KOTLER
from sim.strategies.marketing_mix import MarketingMix


@strategy("reactive", source=KOTLER, traits=("relationship", "kotler 2"))
class Reactive(MarketingMix):
    """Recovery of the failures that customers report, and no search for others; the rest goes to plain marketing."""

    a_case: float = param(
        2.0,
        low=0,
        high=1000,
        unit="money per case",
        meaning="spending on recovery per complaint",
        source=SEARCHED,
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Recovery for customers who complain; no amount is set aside after a period without complaints."""
        calls = self.a_case * cases(view) if view.complaints > 0 or view.period == 0 else 0.0
        return spend(view, view.standing_plan, min(money, calls), recovery=1.0)
