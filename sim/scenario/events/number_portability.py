"""Number portability, or another rule that takes a switching cost away."""

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event


@event("number_portability")
class NumberPortability(Event):
    """The procedural cost of leaving a supplier falls for everybody."""

    removed: float = param(
        1.0, low=0, high=1, unit="share of lock_in", meaning="procedural switching cost taken away"
    )

    def act(self, shocks: MarketShocks) -> None:
        """Scale the procedural switching cost."""
        shocks.procedural *= 1.0 - self.removed
