"""The customer equity test: spends on winning and on keeping what each is worth at its best, and no more."""

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
    """Learns from what its spending brought how winning and keeping respond, and sets both by the closed form."""

    win_ceiling: float = param(
        0.6, low=0.01, high=1, unit="chance a year", meaning="of winning, however much is spent"
    )
    keep_ceiling: float = param(
        0.95, low=0.01, high=1, unit="chance a year", meaning="of keeping, however much is spent"
    )
    discount: float = param(0.12, low=0, high=1, unit="a year", meaning="at which later margin is discounted")
    start: float = param(
        0.3, low=0, high=1, unit="share of the money", meaning="each, before anything is learned"
    )

    turned: int = param(
        0,
        low=0,
        high=1,
        unit="0 or 1",
        meaning="1: each gets what the closed form finds for the other, to compare with",
    )

    def set_up(self) -> None:
        """Nothing has been seen yet."""
        super().set_up()
        self.won, self.lost = Smoothed(52.0), Smoothed(52.0)
        self.wooing, self.keeping = Smoothed(52.0), Smoothed(52.0)
        self.last, self.begun = (0.0, 0.0), False

    def plan(self, view: FirmView) -> MarketingPlan:
        """Advertise to those it has not, keep in touch with those it has; what is left betters the product."""
        weeks, money = view.weeks_per_period, self.money(view)
        wooing, keeping = self._best(view, weeks) if self.begun else (self.start * money, self.start * money)
        scale = min(1.0, money / max(wooing + keeping, 1e-9))
        self.last, self.begun = (scale * wooing, scale * keeping), True
        plan = spend(view, view.standing_plan, self.last[0], advertising=1.0)
        plan = spend(view, plan, 0.5 * self.last[1], staff=1.0)
        plan = plan.replace(tiers=(Tier(Programme(contact_rate=contact_rate(view, 0.5 * self.last[1]))),))
        return plan.replace(quality=better_quality(view, plan, money_left(view, plan, money)))

    def _best(self, view: FirmView, weeks: float) -> tuple[float, float]:
        """Money of the period for winning and for keeping, from yearly chances, spends and worth a head.

        What responds beyond its ceiling, or not at all, tells no k: what was found for it stays.
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
        found = win * others * weeks / 52.0, keep * own * weeks / 52.0
        return found[::-1] if self.turned else found

    @staticmethod
    def _chance(a_week: float) -> float:
        """Chance a year of what has a chance a week."""
        return 1.0 - exp(52.0 * log1p(-min(a_week, 0.999999)))
