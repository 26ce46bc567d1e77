"""Plain marketing: the four Ps by one mix, alone or beside the programme that sets a strategy apart."""

from typing import ClassVar

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan
from sim.strategies.budget import (
    FAILURES,
    SEARCHED,
    Budgeted,
    better_quality,
    money_left,
    paid,
    spend,
    trouble,
)


class MarketingMix(Budgeted):
    """A spender with a mix of the four Ps; with its programme at nothing it is `transactional`."""

    advertising: float = param(0.4, low=0, high=1, unit="weight", meaning="of advertising", source=SEARCHED)
    promotion: float = param(
        0.0, low=0, high=1, unit="weight", meaning="of promotion, at the rivals' mean price", source=SEARCHED
    )
    product: float = param(
        0.6, low=0, high=1, unit="weight", meaning="of quality above the offer's", source=SEARCHED
    )
    service: float = param(
        0.0, low=0, high=1, unit="weight", meaning="of staff, at the usual failures", source=SEARCHED
    )
    place: float = param(0.0, low=0, high=1, unit="weight", meaning="of convenience", source=SEARCHED)
    answer: float = param(
        1.0,
        low=0,
        high=50,
        unit="weight a share of the price",
        meaning="promotion's, where rivals are cheaper",
    )
    mending: float = param(
        5.0, low=0, high=50, unit="weight a failure a purchase", meaning="service's, above the usual failures"
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """What sets the strategy apart; plain marketing with what that leaves."""
        money = self.money(view)
        plan = self.own_plan(view, money)
        return self.spend_by_mix(view, plan, money_left(view, plan, money))

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """The plan that sets the strategy apart, within an amount: the one method most strategies write."""
        raise NotImplementedError

    def mix(self, view: FirmView) -> dict[str, float]:
        """Weights of the levers but the product: promotion by how dear the firm looks, staff by what goes wrong."""
        own = paid(view.standing_plan)
        usual = sum(map(paid, view.rivals)) / len(view.rivals) if view.rivals else own
        dear = own / usual - 1.0 if usual > 0 else 0.0
        return {
            "advertising": self.advertising,
            "promotion": max(0.0, self.promotion + self.answer * dear),
            "staff": self.service + self.mending * max(0.0, trouble(view) - FAILURES),
            "place": self.place,
        }

    def spend_by_mix(self, view: FirmView, plan: MarketingPlan, money: float) -> MarketingPlan:
        """The plan with an amount more, split over the four Ps."""
        mix = self.mix(view)
        whole = sum(mix.values()) + self.product
        for_product = money * self.product / whole if whole > 0 else 0.0
        better = plan.replace(quality=better_quality(view, plan, for_product))
        return spend(view, better, money - for_product, **mix)


class PartnerMarketing(MarketingMix):
    """Plain marketing beside work with one kind of stakeholder; without one, plain marketing alone."""

    kind: ClassVar[str] = ""

    def plan(self, view: FirmView) -> MarketingPlan:
        """The work with the stakeholders, if there are any."""
        if view.stakeholders.get(self.kind, 0) < 1:
            return self.spend_by_mix(view, view.standing_plan, self.money(view))
        return super().plan(view)
