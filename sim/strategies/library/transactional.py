"""Transaction marketing: the four Ps and no programme; the budget goes to the next sale and to the product."""

from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "transactional",
    source="McCarthy 1960, Basic Marketing (four Ps); Gronroos 1994, Management Decision 32(2)",
    traits=("transactional",),
)
class Transactional(MarketingMix):
    """Plain marketing by the four Ps: more promotion when rivals are cheaper, more service when failures are frequent."""

    def plan(self, view: FirmView) -> MarketingPlan:
        """The whole amount, split by the mix."""
        return self.spend_by_mix(view, view.standing_plan, self.money(view))
