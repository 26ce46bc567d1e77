"""Entry of a firm."""

from sim.scenario.events.base import Event, MarketShocks, event, which_firm


@event("firm_enters")
class FirmEnters(Event):
    """A firm of the scenario is closed until it enters."""

    firm: str = which_firm("rival")

    def act(self, shocks: MarketShocks) -> None:
        """No effect after entry."""

    def until_then(self, shocks: MarketShocks) -> None:
        """Keep the firm closed."""
        shocks.firms[self.firm].open = False
