"""Exit of a firm."""

from typing import NamedTuple

from sim.scenario.events.base import MarketShocks, event, which_firm


@event("firm_leaves")
class FirmLeaves(NamedTuple):
    """A firm closes."""

    firm: str = which_firm("rival")

    def act(self, world: MarketShocks) -> None:
        """Close the firm."""
        world.firms[self.firm].open = False
