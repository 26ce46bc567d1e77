"""Exit of a firm."""

from sim.scenario.events.base import Event, MarketShocks, event, which_firm


@event("firm_leaves")
class FirmLeaves(Event):
    """A firm leaves the market."""

    firm: str = which_firm("rival")

    def act(self, world: MarketShocks) -> None:
        """Close the firm."""
        world.firms[self.firm].open = False
