"""A list price moved from outside."""

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event, which_firm


@event("price_shock")
class PriceShock(Event):
    """A firm's list price rises or falls by an amount that is added to its plan."""

    firm: str = which_firm()
    change: float = param(1.0, low=-1e6, high=1e6, unit="money", meaning="added to the list price")

    def act(self, shocks: MarketShocks) -> None:
        """Change the firm's price."""
        shocks.firms[self.firm].price_change += self.change
