"""The four Ps and no programme: the budget goes to whoever may buy next, and to the work itself."""

from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "transactional",
    source="McCarthy 1960, Basic Marketing (four Ps); Gronroos 1994, Management Decision 32(2)",
    traits=("transactional",),
)
class Transactional(MarketingMix):
    """Splits the budget over the four Ps: promotion by how dear it looks, service by what goes wrong."""

    def plan(self, view: FirmView) -> MarketingPlan:
        """The whole amount by the mix."""
        return self.spend_by_mix(view, view.standing_plan, self.money(view))
