"""A scandal or a boycott."""

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event, which_firm


@event("political_shock")
class PoliticalShock(Event):
    """A scandal or a boycott changes the utility of a firm's offer."""

    firm: str = which_firm()
    change: float = param(-1.0, low=-100, high=100, unit="utility", meaning="added to the firm's utility")

    def act(self, shocks: MarketShocks) -> None:
        """Shift the firm's utility, booked as political."""
        shocks.firms[self.firm].political += self.change
