"""A law of the channel: how many dealers may stand one after another, and how much each may keep."""

from math import inf

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event

POLICY = "case C64: policy of 2017"
LIMITS = "case C64: mark-ups of 15 to 40 % by price band"
A_COST = "share of what the dealer pays"


@event("channel_law")
class ChannelLaw(Event):
    """Every firm's dealers are held to a number of invoices and to a mark-up by price band; nothing where there are none."""

    invoices: int = param(
        2, low=2, high=100, unit="invoices", optional=True, source=POLICY,
        meaning="most from maker to buyer, one more than there are dealers between; null: no limit",
    )  # fmt: skip
    markup: float = param(
        0.4, low=0, high=100, unit=A_COST, optional=True, source=LIMITS,
        meaning="most that a dealer may add to it; null: no limit",
    )  # fmt: skip
    markup_dear: float = param(
        0.15, low=0, high=100, unit=A_COST, optional=True, source=LIMITS, meaning="the same for dear goods"
    )
    dear_from: float = param(
        None, low=0, high=1e6, unit="money", optional=True, meaning="list price from which goods are dear; null: none are"
    )  # fmt: skip

    def act(self, world: MarketShocks) -> None:
        """Put the law over every firm; of several the strictest holds."""
        for shocks in world.firms.values():
            shocks.channel.append(self)

    @property
    def stages(self) -> float:
        """Most dealers one after another."""
        return inf if self.invoices is None else self.invoices - 1

    def kept(self, listed: float) -> float:
        """Most that a dealer may keep at a list price, share of the price it sells at: m/(1 + m) of a mark-up m."""
        dear = self.dear_from is not None and listed >= self.dear_from
        markup = self.markup_dear if dear else self.markup
        return inf if markup is None else markup / (1.0 + markup)
