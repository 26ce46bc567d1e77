"""A law of the channel: the largest number of dealers in a chain, and the largest mark-up of each."""

from math import inf

from sim.core.parameters import param
from sim.scenario.events.base import Event, MarketShocks, event

POLICY = "case C64: policy of 2017"
LIMITS = "case C64: mark-ups of 15 to 40 % by price band"
A_COST = "share of the price that the dealer pays"


@event("channel_law")
class ChannelLaw(Event):
    """A law limits the number of invoices and the mark-ups of dealers, by price band; no effect without dealers."""

    invoices: int = param(
        2, low=2, high=100, unit="invoices", optional=True, source=POLICY,
        meaning="largest number from maker to buyer, one more than the dealers between them; null: no limit",
    )  # fmt: skip
    markup: float = param(
        0.4, low=0, high=100, unit=A_COST, optional=True, source=LIMITS,
        meaning="largest mark-up of a dealer; null: no limit",
    )  # fmt: skip
    markup_dear: float = param(
        0.15,
        low=0,
        high=100,
        unit=A_COST,
        optional=True,
        source=LIMITS,
        meaning="largest mark-up on expensive goods; null: no limit",
    )
    dear_from: float = param(
        None, low=0, high=1e6, unit="money", optional=True, meaning="list price from which goods count as expensive; null: none do"
    )  # fmt: skip

    def act(self, shocks: MarketShocks) -> None:
        """Apply the law to every firm; of several laws the strictest holds."""
        for firm in shocks.firms.values():
            firm.channel.append(self)

    @property
    def stages(self) -> float:
        """The largest number of dealers in a chain."""
        return inf if self.invoices is None else self.invoices - 1

    def largest_margin(self, listed: float) -> float:
        """Largest margin of a dealer at a list price, share of its selling price: m/(1 + m) for a mark-up m."""
        dear = self.dear_from is not None and listed >= self.dear_from
        markup = self.markup_dear if dear else self.markup
        return inf if markup is None else markup / (1.0 + markup)
