"""The values of a scenario that a page can move, by theme, from the parameters' own declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.parameters import Param

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

#: Values of the offer of every firm that may be moved for the focal firm.
OFFER = ("price", "unit_cost", "quality", "promise", "failure_rate", "known_by", "effort", "budget")
MARKET = ("outside", "outside_taste_weight", "discount_rate")


class Slider(NamedTuple):
    """A value that can be moved: its key in a scenario, its name in the texts, and its declaration."""

    key: str
    theme: str
    text: str  # its name in the texts of the library
    declared: Param
    value: float  # in the control arm
    low: float
    high: float
    step: float


def sliders_of(scenario: Scenario) -> dict[str, Slider]:
    """Every value that can be moved in a scenario, by key: theory, market, population, offer of the focal firm."""
    return {slider.key: slider for slider in _found(scenario)}


def _found(scenario: Scenario) -> Iterator[Slider]:
    from sim.firms.offer_settings import OfferSettings
    from sim.scenario.settings import MarketSettings, Population
    from sim.theory import THEORY

    sections: tuple[Any, ...] = (OfferSettings, MarketSettings, Population)
    offer, market, population = (section.declared for section in sections)
    tree = scenario.for_arm(scenario.experiment.control).to_dict()
    focal = scenario.experiment.focal
    yield from _of(offer, tree["firms"][focal], f"firms.{focal}", "offer", OFFER)
    for section, kind in THEORY.items():
        yield from _of(kind.declared, tree["theory"][section], f"theory.{section}", section)
    yield from _of(market, tree["market"], "market", "market", MARKET)
    yield from _of(population, tree["population"], "population", "population", ("entry_rate",))


def _of(
    declared: Mapping[str, Param],
    values: Mapping[str, Any],
    key: str,
    theme: str,
    names: tuple[str, ...] = (),
) -> Iterator[Slider]:
    for name, p in declared.items():
        value = values.get(name)
        if (names and name not in names) or p.type is bool or isinstance(value, bool):
            continue
        if isinstance(value, int | float) and p.low is not None and p.high is not None:
            low, high = span(p, float(value))
            yield Slider(f"{key}.{name}", theme, f"{theme}.{name}", p, value, low, high, _step(low, high, p))


def span(p: Param, value: float) -> tuple[float, float]:
    """The ends of a slider: the declared range, cut to three times the value where it is wider than ten times."""
    low, high = float(p.low or 0.0), float(p.high or 0.0)
    size = abs(value) or 1.0
    if high > 10 * size:
        high = 3 * size
    if low < -10 * size:
        low = -3 * size
    return round(low, 9), round(max(high, value), 9)


def _step(low: float, high: float, p: Param) -> float:
    """A step of a hundredth of the span, as a round number; whole for whole numbers."""
    from math import floor, log10

    if p.type is int:
        return 1.0
    return float(10.0 ** floor(log10((high - low) / 50)))
