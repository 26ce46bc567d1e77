"""A price war."""

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event


@event("price_war", lasts=26)
class PriceWar(Event):
    """Every firm's list price is cut by a share."""

    cut: float = param(
        0.2, low=0, high=1, unit="share of the list price", meaning="reduction of every list price"
    )

    def act(self, shocks: MarketShocks) -> None:
        """Cut every price."""
        for firm in shocks.firms.values():
            firm.price_factor *= 1.0 - self.cut
