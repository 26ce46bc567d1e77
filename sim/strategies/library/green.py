"""Green marketing: a better product first, then a promise that claims no more, then information of the public."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import better_quality, money_left, spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "green",
    source="Menon & Menon 1997, Enviropreneurial marketing strategy, J. Marketing 61(1); Peattie 1995 (recalled)",
    traits=("relationship", "quality"),
)
class Green(MarketingMix):
    """Better quality, a promise that claims part of the gain only once it is delivered, and public relations about it."""

    betterment: float = param(
        0.6, low=0, high=1, unit="share of the amount available", meaning="spending on quality"
    )
    credit: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of the gain delivered",
        meaning="gain in quality that the promise claims",
    )
    informing: float = param(
        0.15,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on public relations, if there are influencers",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Quality, then a promise within it, then public relations."""
        usual = view.standing_plan
        plan = usual.replace(quality=better_quality(view, usual, self.betterment * money))
        gained = max(0.0, view.quality - usual.quality)
        promise = min(view.quality, usual.promise + self.credit * gained) if gained > 0 else usual.promise
        plan = plan.replace(promise=max(-2.0, min(5.0, promise, max(view.quality, -2.0))))
        return spend(
            view, plan, min(self.informing * money, money_left(view, plan, money)), public_relations=1.0
        )
