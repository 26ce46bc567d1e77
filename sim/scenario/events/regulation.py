"""A practice forbidden by law."""

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event

PRACTICES = ("reward_rate", "discount", "contact_rate", "integration", "promotion", "advertising")


@event("regulation")
class Regulation(Event):
    """A practice is forbidden to every firm."""

    practice: str = param("reward_rate", choices=PRACTICES, meaning="the practice that is forbidden")

    def act(self, shocks: MarketShocks) -> None:
        """Forbid the practice."""
        for firm in shocks.firms.values():
            firm.forbidden.add(self.practice)
