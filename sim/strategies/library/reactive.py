"""Kotler's second level: sells, and asks the customer to call if anything is wrong."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import SEARCHED, cases, spend
from sim.strategies.library.basic import KOTLER
from sim.strategies.marketing_mix import MarketingMix


@strategy("reactive", source=KOTLER, traits=("relationship", "kotler 2"))
class Reactive(MarketingMix):
    """Acts on what is voiced and looks for nothing: money a case as complaints come, the rest is plain marketing."""

    a_case: float = param(
        2.0, low=0, high=1000, unit="money a case", meaning="for who calls", source=SEARCHED
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Who complained gets an answer; a period without complaints needs no money for it."""
        calls = self.a_case * cases(view) if view.complaints > 0 or view.period == 0 else 0.0
        return spend(view, view.standing_plan, min(money, calls), recovery=1.0)
