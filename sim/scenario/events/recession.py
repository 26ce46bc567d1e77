"""A recession."""

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event


@event("recession", lasts=52)
class Recession(Event):
    """Needs fall in the whole market."""

    demand: float = param(
        0.7, low=0, high=10, unit="share of the usual needs", meaning="share of the usual needs that remains"
    )

    def act(self, shocks: MarketShocks) -> None:
        """Scale everybody's needs."""
        shocks.demand *= self.demand
