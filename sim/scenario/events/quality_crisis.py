"""A quality crisis."""

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event, which_firm


@event("quality_crisis")
class QualityCrisis(Event):
    """The quality that a firm delivers falls below the quality it aims at."""

    firm: str = which_firm()
    change: float = param(-1.0, low=-10, high=10, unit="quality", meaning="added to the quality delivered")

    def act(self, shocks: MarketShocks) -> None:
        """Change the delivered quality."""
        shocks.firms[self.firm].quality_change += self.change
