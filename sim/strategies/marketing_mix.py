"""Plain marketing: the four Ps by one mix, alone or beside the programme that distinguishes a strategy."""

from typing import ClassVar

from sim.core.functions import total
from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan
from sim.strategies.budget import (
    FAILURES,
    SEARCHED,
    Budgeted,
    better_quality,
    money_left,
    observed_failure_rate,
    paid,
    spend,
)


class MarketingMix(Budgeted):
    """Plain marketing by a mix of the four Ps; a strategy whose own plan is empty equals `transactional`."""

    advertising: float = param(
        0.4, low=0, high=1, unit="weight", meaning="weight of advertising in the mix", source=SEARCHED
    )
    promotion: float = param(
        0.0,
        low=0,
        high=1,
        unit="weight",
        meaning="weight of promotion in the mix at the rivals' mean price",
        source=SEARCHED,
    )
    product: float = param(
        0.6,
        low=0,
        high=1,
        unit="weight",
        meaning="weight of quality above the standing offer in the mix",
        source=SEARCHED,
    )
    service: float = param(
        0.0,
        low=0,
        high=1,
        unit="weight",
        meaning="weight of staff in the mix at the usual rate of failures",
        source=SEARCHED,
    )
    place: float = param(
        0.0, low=0, high=1, unit="weight", meaning="weight of convenience in the mix", source=SEARCHED
    )
    answer: float = param(
        1.0,
        low=0,
        high=50,
        unit="weight per share of the price",
        meaning="additional weight of promotion in the mix, where rivals are cheaper",
    )
    mending: float = param(
        5.0,
        low=0,
        high=50,
        unit="weight per failure per purchase",
        meaning="additional weight of staff in the mix, where failures exceed the usual rate",
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """The plan that distinguishes the strategy, and plain marketing with the remaining amount."""
        money = self.money(view)
        plan = self.own_plan(view, money)
        return self.spend_by_mix(view, plan, money_left(view, plan, money))

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """The plan that distinguishes the strategy, within an amount; most strategies write this method alone."""
        raise NotImplementedError

    def mix(self, view: FirmView) -> dict[str, float]:
        """Weights of all levers except quality: promotion by the price relative to rivals, staff by the rate of failures."""
        own = paid(view.standing_plan)
        usual = total(map(paid, view.rivals)) / len(view.rivals) if view.rivals else own
        dear = own / usual - 1.0 if usual > 0 else 0.0
        return {
            "advertising": self.advertising,
            "promotion": max(0.0, self.promotion + self.answer * dear),
            "staff": self.service + self.mending * max(0.0, observed_failure_rate(view) - FAILURES),
            "place": self.place,
        }

    def spend_by_mix(self, view: FirmView, plan: MarketingPlan, money: float) -> MarketingPlan:
        """The plan with an additional amount, split over the four Ps."""
        mix = self.mix(view)
        whole = total(mix.values()) + self.product
        for_product = money * self.product / whole if whole > 0 else 0.0
        better = plan.replace(quality=better_quality(view, plan, for_product))
        return spend(view, better, money - for_product, **mix)


class PartnerMarketing(MarketingMix):
    """Plain marketing beside work with one kind of stakeholder; plain marketing alone if the firm has none."""

    kind: ClassVar[str] = ""

    def plan(self, view: FirmView) -> MarketingPlan:
        """The work with the stakeholders if there are any, else plain marketing alone."""
        if view.stakeholders.get(self.kind, 0) < 1:
            return self.spend_by_mix(view, view.standing_plan, self.money(view))
        return super().plan(view)
