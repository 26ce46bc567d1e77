"""A recession."""

from typing import NamedTuple

from sim.core.parameters import param
from sim.scenario.events.base import MarketShocks, event


@event("recession", lasts=52)
class Recession(NamedTuple):
    """Needs fall in the whole market."""

    demand: float = param(0.7, low=0, high=10, unit="share of the usual needs", meaning="needs that are left")

    def act(self, world: MarketShocks) -> None:
        """Scale everybody's needs."""
        world.demand *= self.demand
