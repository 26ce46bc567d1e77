"""Entry of a firm."""

from sim.scenario.events.base import Event, MarketShocks, event, which_firm


@event("firm_enters")
class FirmEnters(Event):
    """A firm of the scenario is closed until it enters."""

    firm: str = which_firm("rival")

    def act(self, world: MarketShocks) -> None:
        """No effect after entry."""

    def until_then(self, world: MarketShocks) -> None:
        """Keep the firm closed."""
        world.firms[self.firm].open = False
