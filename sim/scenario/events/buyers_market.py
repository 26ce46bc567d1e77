"""A buyer's market: substitutes abound."""

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event


@event("buyers_market", lasts=52)
class BuyersMarket(Event):
    """Buyers find substitutes outside the firms' offers more easily."""

    outside: float = param(
        1.0, low=-100, high=100, unit="utility", meaning="added to the value of the outside option"
    )

    def act(self, shocks: MarketShocks) -> None:
        """Raise the utility of the outside option, if there is one."""
        shocks.outside += self.outside
