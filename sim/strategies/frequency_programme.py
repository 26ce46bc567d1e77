"""Level 1, the financial bond: points for every purchase, never fewer than a rival gives."""

from sim.allocation import Spender, money_left, reward_rate, spend
from sim.declare import param
from sim.plan import FirmView, MarketingPlan, Programme, Tier, strategy


@strategy(
    "frequency_programme",
    source="Berry & Parasuraman 1991, Marketing Services, level 1; Dowling & Uncles 1997, Sloan M. R. 38(4)",
    traits=("relationship", "level 1"),
)
class FrequencyProgramme(Spender):
    """Points for every purchase in place of promotions, never fewer than a rival gives."""

    reward_rate: float = param(0.02, low=0, high=0.5, unit="share of what is paid", meaning="points issued")
    answer: float = param(
        0.005,
        low=0,
        high=0.5,
        unit="share of what is paid",
        meaning="points above a rival that gives as many",
    )
    programme_share: float = param(
        0.6, low=0, high=1, unit="share of the money", meaning="the most that goes into points"
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """Points up to what the programme's share of the money covers, then advertising and place."""
        plan, money = view.standing_plan, self.money(view)
        rate, best = self.reward_rate, max((offer.reward_rate for offer in view.rivals), default=0.0)
        if 0 < rate <= best:
            rate = best + self.answer
        rate = min(rate, reward_rate(view, plan, self.programme_share * money))
        plan = plan.but(tiers=(Tier(Programme(reward_rate=rate)),))
        return spend(view, plan, money_left(view, plan, money), advertising=9.0, place=1.0)
