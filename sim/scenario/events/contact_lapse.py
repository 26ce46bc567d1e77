"""A lapse of contact."""

from sim.scenario.events.base import Event, MarketShocks, event, which_firm


@event("contact_lapse")
class ContactLapse(Event):
    """A firm stops its contacts and its joint work with customers."""

    firm: str = which_firm()

    def act(self, shocks: MarketShocks) -> None:
        """Forbid contacts and joint work to the firm."""
        shocks.firms[self.firm].forbidden |= {"contact_rate", "integration"}
