"""Exit of a firm."""

from sim.scenario.events.base import Event, MarketShocks, event, which_firm


@event("firm_leaves")
class FirmLeaves(Event):
    """A firm leaves the market."""

    firm: str = which_firm("rival")

    def act(self, shocks: MarketShocks) -> None:
        """Close the firm."""
        shocks.firms[self.firm].open = False
