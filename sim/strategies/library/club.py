"""Level 2, the social bond: personal contact with members, and recovery when they are dissatisfied."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import SEARCHED, contact_rate, known, money_left, observed_failure_rate, spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "club",
    source="Berry & Parasuraman 1991, Marketing Services, level 2; McAlexander et al. 2002, J. Mark. 66(1)",
    traits=("relationship", "level 2"),
)
class Club(MarketingMix):
    """Personal contact with members (level 2), and service recovery when they are dissatisfied; the rest is plain marketing."""

    contact_rate: float = param(
        0.1, low=0, high=2, unit="contacts per week", meaning="contacts with each member", source=SEARCHED
    )
    members: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of active customers",
        meaning="members of the club, best buyers first",
        source=SEARCHED,
    )
    listening: float = param(
        0.0,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on feedback and recovery, in equal parts",
        source=SEARCHED,
    )
    patience: float = param(
        0.08,
        low=0,
        high=1,
        unit="failures per purchase",
        meaning="rate of failures found above which recovery comes first",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Feedback and recovery, then contacts with members."""
        plan = spend(view, view.standing_plan, self.listening * money, feedback=1.0, recovery=1.0)
        unhappy = known(view.survey.satisfaction, 0.0) < 0 or observed_failure_rate(view) > self.patience
        if unhappy:
            plan = spend(view, plan, 0.5 * money, recovery=2.0, staff=1.0)
        rate = self.contact_rate * (0.5 if unhappy else 1.0)
        rate = min(rate, contact_rate(view, money_left(view, plan, money), self.members))
        return plan.replace(tiers=(Tier(Programme(contact_rate=rate), "rfm", self.members),))
