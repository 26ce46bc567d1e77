"""The customer equity test: spending on acquisition and on retention, each at its optimum and no more."""

from math import exp, isfinite, log1p

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import (
    Budgeted,
    Smoothed,
    better_quality,
    contact_rate,
    customers,
    margin,
    money_left,
    spend,
    units,
)
from sim.strategies.optimal_spend import best_spend, learned_k


@strategy(
    "blattberg_deighton",
    source="Blattberg & Deighton 1996, Manage marketing by the customer equity test, HBR 74(4)",
    traits=("relationship", "equity"),
)
class BlattbergDeighton(Budgeted):
    """Optimal spending on acquisition and retention in closed form, from responses that the firm estimates itself."""

    win_ceiling: float = param(
        0.6,
        low=0.01,
        high=1,
        unit="probability per year",
        meaning="probability of winning a customer at unlimited spending",
    )
    keep_ceiling: float = param(
        0.95,
        low=0.01,
        high=1,
        unit="probability per year",
        meaning="probability of keeping a customer at unlimited spending",
    )
    discount: float = param(
        0.12, low=0, high=1, unit="share per year", meaning="rate at which later margins are discounted"
    )
    start: float = param(
        0.3,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on acquisition, and the same on retention, before a response is observed",
    )

    turned: int = param(
        0,
        low=0,
        high=1,
        unit="0 or 1",
        meaning="exchange of the two optima, as a comparison; 1: acquisition gets the optimum of retention, and the reverse",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.won, self.lost = Smoothed(52.0), Smoothed(52.0)
        self.wooing, self.keeping = Smoothed(52.0), Smoothed(52.0)
        self.last, self.begun = (0.0, 0.0), False

    def plan(self, view: FirmView) -> MarketingPlan:
        """Advertising for acquisition, staff and contacts for retention; the remaining amount goes to quality."""
        weeks, money = view.weeks_per_period, self.money(view)
        wooing, keeping = self._best(view, weeks) if self.begun else (self.start * money, self.start * money)
        scale = min(1.0, money / max(wooing + keeping, 1e-9))
        self.last, self.begun = (scale * wooing, scale * keeping), True
        plan = spend(view, view.standing_plan, self.last[0], advertising=1.0)
        plan = spend(view, plan, 0.5 * self.last[1], staff=1.0)
        plan = plan.replace(tiers=(Tier(Programme(contact_rate=contact_rate(view, 0.5 * self.last[1]))),))
        return plan.replace(quality=better_quality(view, plan, money_left(view, plan, money)))

    def _best(self, view: FirmView, weeks: float) -> tuple[float, float]:
        """Amounts of the period for acquisition and retention, from yearly probabilities, spending and customer value.

        Without a response, or with one above its ceiling, k cannot be estimated; spending then stays at its recent mean.
        """
        own = max(customers(view), 1.0)
        others = max(view.heads - own, 1.0)
        won = self._chance(self.won.after(view.new_customers / others, weeks))
        lost = self._chance(self.lost.after(view.lost_customers / own, weeks))
        spent = self.wooing.after(self.last[0] / others, weeks), self.keeping.after(self.last[1] / own, weeks)
        yearly = 52.0 * max(0.0, margin(view, view.standing_plan)) * units(view) / own / weeks
        kept = min(1.0 - lost, self.keep_ceiling)
        worth = yearly * (1.0 + self.discount) / max(1.0 + self.discount - kept, 1e-3)
        k = (
            learned_k(52.0 * spent[0], won, self.win_ceiling),
            learned_k(52.0 * spent[1], kept, self.keep_ceiling),
        )
        stays = (spent[1] * own / others, spent[0] * others / own) if self.turned else spent
        win, keep = (
            best_spend(worth, ceiling, rate) if rate > 0.0 and isfinite(rate) else 52.0 * now
            for ceiling, rate, now in zip((self.win_ceiling, self.keep_ceiling), k, stays, strict=True)
        )
        amounts = win * others * weeks / 52.0, keep * own * weeks / 52.0
        return amounts[::-1] if self.turned else amounts

    @staticmethod
    def _chance(a_week: float) -> float:
        """Probability per year that follows from a probability per week."""
        return 1.0 - exp(52.0 * log1p(-min(a_week, 0.999999)))
