"""Kotler's fourth level: contact before anything goes wrong, and a product improved by feedback."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import SEARCHED, better_quality, cases, contact_rate, known, money_left, spend
from sim.strategies.library.basic import A_CASE, KOTLER
from sim.strategies.marketing_mix import MarketingMix


@strategy("proactive", source=KOTLER, traits=("relationship", "kotler 4"))
class Proactive(MarketingMix):
    """Contacts with everyone, quality raised toward the desires found in surveys, and staff before failures occur."""

    a_case: float = A_CASE
    contact_rate: float = param(
        0.1,
        low=0,
        high=2,
        unit="contacts per week",
        meaning="contacts with each active customer",
        source=SEARCHED,
    )
    listening: float = param(
        0.025,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on surveys",
        source=SEARCHED,
    )
    prevention: float = param(
        0.05,
        low=0,
        high=1,
        unit="share of the remaining amount",
        meaning="spending on staff before failures occur",
        source=SEARCHED,
    )
    betterment: float = param(
        0.2, low=0, high=2, unit="quality", meaning="largest increase of quality", source=SEARCHED
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Quality by the gap between desire and satisfaction, then recovery, feedback, contacts and staff."""
        usual = view.standing_plan
        wish = known(view.survey.desire, 0.0) - known(view.survey.satisfaction, 0.4)
        better = usual.quality + min(self.betterment, max(0.0, wish))
        plan = usual.replace(quality=min(better, better_quality(view, usual, 0.5 * money)))
        plan = spend(
            view, plan, min(0.3 * money_left(view, plan, money), self.a_case * cases(view)), recovery=1.0
        )
        plan = spend(view, plan, min(money_left(view, plan, money), self.listening * money), feedback=1.0)
        rate = min(self.contact_rate, contact_rate(view, money_left(view, plan, money)))
        plan = plan.replace(tiers=(Tier(Programme(contact_rate=rate)),))
        return spend(view, plan, self.prevention * money_left(view, plan, money), staff=1.0)
