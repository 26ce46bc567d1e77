"""The four Ps and no programme: the budget goes to whoever may buy next, and to the work itself."""

from sim.allocation import Spender, better_quality, paid, spend, trouble
from sim.declare import param
from sim.plan import FirmView, MarketingPlan, strategy


@strategy(
    "transactional",
    source="McCarthy 1960, Basic Marketing (four Ps); Gronroos 1994, Management Decision 32(2)",
    traits=("transactional",),
)
class Transactional(Spender):
    """Splits the budget over the four Ps: promotion by how dear it looks, service by what goes wrong."""

    advertising: float = param(0.5, low=0, high=1, unit="weight", meaning="of advertising in the mix")
    promotion: float = param(
        0.4, low=0, high=1, unit="weight", meaning="of promotion, at the rivals' mean price"
    )
    service: float = param(
        0.05, low=0, high=1, unit="weight", meaning="of staff, at a failure in 20 purchases"
    )
    place: float = param(0.05, low=0, high=1, unit="weight", meaning="of convenience")
    product: float = param(
        0.0,
        low=0,
        high=1,
        unit="share of the money",
        meaning="first, into quality above the offer's",
        source="assumed: 0, since the programmes it is compared with leave quality alone too",
    )
    answer: float = param(
        5.0,
        low=0,
        high=50,
        unit="a share of the price",
        meaning="promotion grows by the distance to rivals' price",
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """The product first, then the mix by weight."""
        usual_quality, money = view.standing_plan.quality, self.money(view)
        better = better_quality(view, self.product * money)
        plan = view.standing_plan.but(quality=min(5.0, usual_quality + better))
        usual = sum(map(paid, view.rivals)) / len(view.rivals) if view.rivals else plan.price
        dear = plan.price / usual - 1.0 if usual > 0 else 0.0
        return spend(
            view,
            plan,
            (1.0 - self.product) * money,
            advertising=self.advertising,
            promotion=self.promotion * min(4.0, max(0.0, 1.0 + self.answer * dear)),
            staff=self.service * min(4.0, trouble(view) / 0.05),
            place=self.place,
        )
