"""The four Ps and no programme: the budget goes to whoever may buy next, and to the work itself."""

from sim.allocation import Spender, paid, spend, trouble
from sim.declare import param
from sim.plan import FirmView, MarketingPlan, strategy


@strategy(
    "transactional",
    source="McCarthy 1960, Basic Marketing (four Ps); Gronroos 1994, Management Decision 32(2)",
    traits=("transactional",),
)
class Transactional(Spender):
    """Splits the budget over the four Ps: promotion by how dear it looks, service by what goes wrong."""

    advertising: float = param(0.6, low=0, high=1, unit="weight", meaning="of advertising in the mix")
    promotion: float = param(
        0.2, low=0, high=1, unit="weight", meaning="of price promotion, at the rivals' mean price"
    )
    service: float = param(
        0.1, low=0, high=1, unit="weight", meaning="of staff, at 5 failures found in 100 purchases"
    )
    place: float = param(0.1, low=0, high=1, unit="weight", meaning="of convenience")
    answer: float = param(
        5.0,
        low=0,
        high=50,
        unit="a share of the price",
        meaning="promotion's weight by the distance to rivals' mean price",
    )

    def plan(self, view: FirmView) -> MarketingPlan:
        """Split the budget by weight."""
        plan = view.standing_plan
        usual = sum(map(paid, view.rivals)) / len(view.rivals) if view.rivals else plan.price
        dear = plan.price / usual - 1.0 if usual > 0 else 0.0
        return spend(
            view,
            plan,
            self.money(view),
            advertising=self.advertising,
            promotion=self.promotion * min(4.0, max(0.0, 1.0 + self.answer * dear)),
            staff=self.service * min(4.0, trouble(view) / 0.05),
            place=self.place,
        )
