"""Arrivals of customers in a market: their number in each period, and their traits in each category of goods."""

from __future__ import annotations

from collections.abc import Sequence

from sim.core import rng
from sim.customers.sampling import share_traits
from sim.market.category import Category
from sim.market.population import first_category, second_category
from sim.scenario.scenario import Scenario


class CustomerArrivals:
    """The customers of one run as they enter: those at the start, then ``entry_rate`` of them per week."""

    def __init__(self, scenario: Scenario, seed: int, weeks: float) -> None:
        self.scenario, self.seed, self.weeks = scenario, seed, weeks
        self.samplers = [first_category(scenario)]
        if scenario.second is not None:
            self.samplers.append(second_category(scenario))

    @property
    def rows_needed(self) -> int:
        """Rows for the customers at the start and for all who enter by the last period."""
        population, periods = self.scenario.population, self.scenario.experiment.periods
        entering = population.customers * population.entry_rate * self.weeks * periods
        return int(population.customers) + int(entering)

    def number(self, period: int) -> int:
        """Customers who enter in a period after the start."""
        population = self.scenario.population
        rate = population.customers * population.entry_rate * self.weeks
        return int(rate * period) - int(rate * (period - 1)) if period > 0 else 0

    def admit(self, categories: Sequence[Category], period: int) -> bool:
        """Draw the customers who enter in a period into every category, with room for them; True if there are any."""
        entering, blocks = self.number(period), categories[0].blocks
        if not entering:
            return False
        start, rows = blocks.customers, len(categories[0].columns.supplier)
        blocks.customers += entering
        if blocks.customers > rows:
            for category in categories:
                category.grow(max(entering, rows // 4))
        self.draw(categories, start, blocks.customers, period)
        return True

    def draw(self, categories: Sequence[Category], start: int, stop: int, period: int) -> None:
        """Draw customers ``start`` to ``stop``, who enter in a period, into the columns of each category."""
        key, columns = rng.period_key(self.seed, -1), [category.columns for category in categories]
        keys = key, rng.of_second(key)
        for sampler, key, into in zip(self.samplers, keys, columns, strict=False):
            sampler.draw(key, into, start, stop, period, self.weeks)
        for second in columns[1:]:
            share_traits(columns[0], second, start, stop)
