"""The periods in which the events of one run act."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sim.core import rng
from sim.firms.shocks import FirmShocks
from sim.scenario.events.base import Event, MarketShocks


class Calendar:
    """The events that act in each period; the same in every arm, as random numbers depend only on seed, period and the event's name."""

    def __init__(self, events: Mapping[str, Event], firms: Sequence[str], weeks: float, seed: int) -> None:
        self.events, self.firms, self.weeks, self.seed = events, tuple(firms), weeks, seed
        self.began: dict[str, int] = {}

    def shocks(self, period: int) -> MarketShocks:
        """Effects of the events in this period; to be called period by period."""
        shocks = MarketShocks({name: FirmShocks() for name in self.firms})
        for name, event in self.events.items():
            if self._acts(name, event, period):
                event.act(shocks)
            elif name not in self.began:
                event.until_then(shocks)
        return shocks

    def _acts(self, name: str, event: Event, period: int) -> bool:
        began = self.began.get(name)
        if began is not None and (event.lasts == 0 or period < began + event.lasts):
            return True
        if period == event.at or self._by_luck(name, event, period):
            self.began[name] = period
            return True
        return False

    def _by_luck(self, name: str, event: Event, period: int) -> bool:
        if event.hazard <= 0:
            return False
        chance = 1.0 - math.exp(-event.hazard * self.weeks / 52.0)
        return rng.of_event(rng.period_key(self.seed, period), rng.id_of_name(name)) < chance
