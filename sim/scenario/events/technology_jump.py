"""A technology jump."""

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event, which_firm


@event("technology_jump")
class TechnologyJump(Event):
    """A firm introduces a technology that the other firms lack."""

    firm: str = which_firm()
    change: float = param(1.0, low=-100, high=100, unit="utility", meaning="added to the firm's utility")

    def act(self, shocks: MarketShocks) -> None:
        """Shift the firm's utility, booked as technology."""
        shocks.firms[self.firm].technology += self.change
