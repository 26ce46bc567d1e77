"""A firm by itself, told a time and sales by hand; no market is there."""

from __future__ import annotations

from dataclasses import replace

from sim.firms.firm import Firm
from sim.firms.offer_settings import OfferSettings
from sim.firms.state import Clock, Trade
from sim.strategies import (
    Strategy,
)
from sim.strategies.library import make_strategy
from sim.theory import Theory

TRADE = Trade(reference_price=10.0, periods_per_year=52.0, taste_share=0.25, need=0.5)


def theory(**changes):
    """The sections of the theory at their defaults, with whole sections in place of some."""
    return replace(Theory(), **changes)


def clock(period=0, weeks=1.0, customers=400):
    """A time in a market of so many customers."""
    return Clock(period, weeks, 1, customers, customers)


def firm(
    strategy: Strategy | None = None, at: Clock | None = None, second=None, sections=None, **offer
) -> Firm:
    """A firm with an offer, everything else as usual."""
    usual = dict(base_quality=0.8, cost_quality=2.0, promise=0.8, capacity=1e9, budget=0.1)
    chosen = make_strategy("fixed_plan") if strategy is None else strategy
    declared = OfferSettings(**{**usual, **offer})
    return Firm("focal", 0, declared, chosen, sections or theory(), TRADE, at or clock(), second)
