"""Imitation of a rival's public offer: price soon, personal contact later, joint work last."""

from collections import deque

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, PublicOffer, strategy
from sim.strategies.budget import money_left, paid, tier_cost, within
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "imitator",
    source="Berry & Parasuraman 1991, Marketing Services: how easily rivals copy a bond (F8, recalled); lags assumed",
    traits=("imitates",),
)
class Imitator(MarketingMix):
    """Copies of a rival's price, points, contacts and joint work, each after a delay; the rest goes to plain marketing.

    A lever is copied only as far as the rival still uses it. Own bonds start at 0.
    """

    whom: str = param(
        "", meaning="name of the rival to copy; empty: the rival whose programme would cost most"
    )
    financial_lag: float = param(
        4.0, low=0, high=520, unit="weeks", meaning="delay before prices and points are copied"
    )
    social_lag: float = param(26.0, low=0, high=520, unit="weeks", meaning="delay before contacts are copied")
    structural_lag: float = param(
        104.0, low=0, high=520, unit="weeks", meaning="delay before joint work is copied"
    )
    least_margin: float = param(
        0.05, low=0, high=5, unit="share of unit cost", meaning="minimum margin of the price above unit cost"
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """The rival's offer as far as it is old enough, affordable and above cost."""
        seen = self._remember(view)
        model = self._model(view)
        if model is None:
            return self.spend_by_mix(view, view.standing_plan, self.money(view))
        fin, soc, stru = (self._then(seen, view.weeks - lag, model) for lag in self._lags())
        own = view.standing_plan
        floor = min(own.price, view.unit_cost * (1.0 + self.least_margin))
        price = min(own.price, max(floor, min(fin.price, model.price))) if fin else own.price
        off = min(fin.promotion, model.promotion, max(0.0, 1.0 - floor / price)) if fin and price > 0 else 0.0
        tiers = model.tiers(
            reward_rate=min(fin.reward_rate, model.reward_rate) if fin else 0.0,
            contact_rate=min(soc.contact_rate, model.contact_rate) if soc else 0.0,
            integration=min(stru.integration, model.integration) if stru else 0.0,
        )
        plan = own.replace(price=price, promotion=off, tiers=tiers)
        plan = within(view, plan, self.money(view))
        return self.spend_by_mix(view, plan, money_left(view, plan, self.money(view)))

    def _lags(self) -> tuple[float, float, float]:
        return self.financial_lag, self.social_lag, self.structural_lag

    def _remember(self, view: FirmView) -> deque[tuple[float, tuple[PublicOffer, ...]]]:
        seen = self.__dict__.setdefault("seen", deque())
        seen.append((view.weeks, view.rivals))
        while len(seen) > 1 and seen[1][0] <= view.weeks - max(self._lags()):
            seen.popleft()
        return seen

    def _model(self, view: FirmView) -> PublicOffer | None:
        named = (
            [offer for offer in view.rivals if offer.name == self.whom] if self.whom else list(view.rivals)
        )

        def draw(offer: PublicOffer) -> tuple[float, float]:
            tiers = offer.tiers()
            cost = tier_cost(view, view.standing_plan, offer.members, tiers[0].programme) if tiers else 0.0
            return cost, -paid(offer)

        return max(named, key=draw, default=None)

    @staticmethod
    def _then(seen: deque, weeks: float, model: PublicOffer) -> PublicOffer | None:
        old = [offers for when, offers in seen if when <= weeks]
        return next((offer for offer in old[-1] if offer.name == model.name), None) if old else None
