"""The traits of customers: those of a segment and the distributions they are drawn from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Annotated, Any, ClassVar, NamedTuple

from sim.core.errors import InputError
from sim.core.loading import Parsed, checked, fields, mapping, notes
from sim.core.parameters import Param, param, section

SHARE_TOLERANCE = 1e-6
MAX_SEGMENTS = 64


class Distribution(NamedTuple):
    """A distribution by name with its two numbers: normal (mean, sd), lognormal (median, sigma),
    gamma (shape, mean), beta (a, b); constant (value, 0)."""

    kind: str
    first: float
    second: float

    @property
    def mean(self) -> float:
        """Its mean.

        >>> Distribution("beta", 2.0, 6.0).mean, Distribution("gamma", 1.5, 0.5).mean
        (0.25, 0.5)
        """
        if self.kind == "lognormal":
            return self.first * math.exp(self.second**2 / 2)
        if self.kind == "gamma":
            return self.second
        return self.first / (self.first + self.second) if self.kind == "beta" else self.first

    def tree(self) -> float | dict[str, Any]:
        """The distribution in the form of a scenario file."""
        if self.kind == "constant":
            return self.first
        return {self.kind: dict(zip(KINDS[self.kind], (self.first, self.second), strict=True))}


#: The numbers of each distribution and their ranges.
KINDS: dict[str, dict[str, tuple[float, float]]] = {
    "constant": {"value": (-1e6, 1e6)},
    "normal": {"mean": (-1e6, 1e6), "sd": (0.0, 1e6)},
    "lognormal": {"median": (1e-9, 1e6), "sigma": (0.0, 5.0)},
    "gamma": {"shape": (1e-3, 1e6), "mean": (1e-9, 1e6)},
    "beta": {"a": (1e-3, 1e6), "b": (1e-3, 1e6)},
}
_SUPPORT = {
    "normal": (-math.inf, math.inf),
    "lognormal": (0.0, math.inf),
    "gamma": (0.0, math.inf),
    "beta": (0.0, 1.0),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Trait(Param):
    """A property drawn once for each customer; its default is a distribution."""

    low: float = -math.inf
    high: float = math.inf

    @property
    def hint(self) -> Any:
        """A distribution, read from a number or from ``{kind: {...}}``."""
        return Annotated[Distribution, Parsed(partial(distribution, self), schema=self.schema)]

    @property
    def lowest(self) -> float:
        """The smallest mean, and the smallest constant."""
        return max(self.low, -100.0)

    @property
    def kinds(self) -> list[str]:
        """The distributions that cannot leave the trait's range; of upper bounds only 1 counts."""
        ceiling = self.high if self.high <= 1 else math.inf
        fit = [kind for kind, (low, high) in _SUPPORT.items() if low >= self.low and high <= ceiling]
        return ["constant", *fit]

    def schema(self) -> dict[str, Any]:
        """The JSON schema of a distribution that fits."""
        number = {"type": "number", "minimum": self.lowest}
        if self.high < math.inf:
            number["maximum"] = self.high
        numbers = {kind: {"type": "object", "required": list(KINDS[kind])} for kind in self.kinds}
        numbers["constant"] = {}
        kinds = [
            {"type": "object", "properties": {kind: of}, "required": [kind], "additionalProperties": False}
            for kind, of in numbers.items()
        ]
        return {"anyOf": [number, *kinds]} | notes(self)


def trait(default: Distribution, *, low: float, high: float, unit: str, meaning: str, **more: Any) -> Any:
    """Declare a trait of a segment."""
    return Trait(default=default, low=low, high=high, unit=unit, meaning=meaning, **more)


def distribution(of: Trait, data: Any) -> Distribution:
    """A trait's distribution from a number or ``{kind: {...}}``; raises `InputError`."""
    if isinstance(data, Distribution):
        return data
    if not isinstance(data, Mapping):
        data = {"constant": data}
    if len(data) != 1:
        raise InputError("", dict(data), f"a number, or one of {', '.join(of.kinds)} with its numbers")
    ((kind, numbers),) = data.items()
    if kind not in KINDS:
        raise InputError.unknown("", kind, of.kinds)
    means = f"{of.lowest:g} to {of.high:g}"
    if kind not in of.kinds:
        raise InputError("", kind, f"one of {', '.join(of.kinds)}: the others leave {means}")
    if kind == "constant":
        number = numbers["value"] if isinstance(numbers, Mapping) and set(numbers) == {"value"} else numbers
        return Distribution("constant", checked("", number, _number(of.lowest, of.high, of.unit)), 0.0)
    declared = {name: _number(low, high) for name, (low, high) in KINDS[kind].items()}
    entries = fields(kind, mapping(numbers, kind), declared)
    if None in entries.values():
        raise InputError(kind, numbers, f"both {' and '.join(entries)}")
    result = Distribution(kind, *entries.values())
    if not of.lowest <= result.mean <= of.high:
        raise InputError(kind, entries, f"a mean in {means} ({of.unit})")
    return result


@cache
def _number(low: float, high: float, unit: str = "") -> Param:
    return Param(low=low, high=high, unit=unit, type=float)


_ANY = -math.inf


@section("population.segments")
class Segment:
    """A part of the population: its size, and the distribution of each trait of its customers."""

    share: float = param(1.0, low=0.0, high=1.0, unit="share of customers", meaning="size of the segment")
    known_by: float = param(
        1.0,
        low=0.0,
        high=1.0,
        unit="times",
        meaning="factor on each firm's known_by at the start in this segment",
    )
    season: float = param(
        None, low=0.0, high=1.0, unit="share of the mean rate", optional=True,
        meaning="amplitude of its own yearly season; null: theory.needs.season",
    )  # fmt: skip
    season_peak: float = param(
        None, low=0.0, high=52.0, unit="weeks", optional=True,
        meaning="week of the year of its own peak; null: theory.needs.season_peak",
    )  # fmt: skip
    need_rate: Distribution = trait(
        Distribution("gamma", 1.5, 0.5), low=0, high=100, unit="occasions per week", meaning="rate of purchase occasions",
        source="NBD, Ehrenberg 1959; spread checked by F2: top fifth of spend 67 to 68 %, CDNOW; mean assumed",
    )  # fmt: skip
    price_sensitivity: Distribution = trait(
        Distribution("lognormal", 0.45, 0.5), low=0, high=1e3, unit="utility per unit of money", meaning="weight of the price",
        source="set by F1: own-price elasticity -2.62, Bijmolt, van Heerde & Pieters 2005",
    )  # fmt: skip
    quality_weight: Distribution = trait(
        Distribution("lognormal", 1.0, 0.3), low=0, high=1e3, unit="utility per unit of quality", meaning="weight of expected quality",
    )  # fmt: skip
    desire: Distribution = trait(
        Distribution("normal", 0.0, 0.5), low=_ANY, high=100, unit="quality", meaning="desired (not expected) performance",
        source="assumed; Spreng, MacKenzie & Olshavsky 1996 for the concept",
    )  # fmt: skip
    relational_orientation: Distribution = trait(
        Distribution("beta", 2.0, 2.0), low=0, high=1, unit="", meaning="wish for a relationship with a supplier",
        source="assumed; Garbarino & Johnson 1999 for the concept",
    )  # fmt: skip
    loss_aversion: Distribution = trait(
        Distribution("lognormal", 2.0, 0.2), low=0, high=100, unit="times", meaning="weight of a disappointment relative to an equal positive surprise",
        source="set by F5: 2, range 1 to 3",
    )  # fmt: skip
    voice: Distribution = trait(
        Distribution("beta", 2.0, 4.0), low=0, high=1, unit="chance", meaning="chance that a failure leads to a complaint",
        source="assumed; Hirschman 1970 for the concept",
    )  # fmt: skip
    exit_rate: Distribution = trait(
        Distribution("constant", 0.0, 0.0), low=0, high=100, unit="per week", meaning="rate at which customers leave the market: exponential lifetime",
        source="Pareto/NBD, Schmittlein, Morrison & Colombo 1987",
    )  # fmt: skip
    dropout: Distribution = trait(
        Distribution("constant", 0.0, 0.0), low=0, high=1, unit="chance per purchase", meaning="chance that a customer leaves the market after a purchase",
        source="BG/NBD, Fader, Hardie & Lee 2005",
    )  # fmt: skip
    lock_in: Distribution = trait(
        Distribution("constant", 0.5, 0.0), low=0, high=100, unit="utility", meaning="procedural switching cost",
        source="Burnham, Frels & Mahajan 2003; size assumed, checked by F6",
    )  # fmt: skip
    declared: ClassVar[dict[str, Param]]


#: The traits of a segment, and its entries that are not drawn.
TRAITS: dict[str, Trait] = {name: p for name, p in Segment.declared.items() if isinstance(p, Trait)}
SEGMENT: dict[str, Param] = {name: p for name, p in Segment.declared.items() if name not in TRAITS}
