"""A buyer's market: substitutes abound."""

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event


@event("buyers_market", lasts=52)
class BuyersMarket(Event):
    """Buyers find substitutes outside the firms' offers more easily."""

    outside: float = param(
        1.0, low=-100, high=100, unit="utility", meaning="added to the value of the outside option"
    )

    def act(self, world: MarketShocks) -> None:
        """Raise what the outside option is worth; nothing where there is none."""
        world.outside += self.outside
