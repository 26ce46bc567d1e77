"""The traits of customers: those of a segment and the distributions they are drawn from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Annotated, Any, ClassVar, NamedTuple

from sim.core.errors import InputError
from sim.core.loading import Parsed, checked, joined, mapping, refuse_unknown
from sim.core.parameters import ASSUMED, Param, param, section

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


@dataclass(frozen=True, kw_only=True)
class Trait(Param):
    """A property drawn once for each customer; its default is a distribution."""

    low: float = -math.inf
    high: float = math.inf

    @property
    def hint(self) -> Any:
        """A distribution, read from a number or from ``{kind: {...}}``."""
        return Annotated[Distribution, Parsed(partial(distribution, self), self.schema, self._completed)]

    def schema(self) -> dict[str, Any]:
        """The JSON schema of a distribution that fits."""
        kinds = [
            {
                "type": "object",
                "properties": {
                    kind: {"type": "object", "required": list(KINDS[kind])} if kind != "constant" else {}
                },
                "required": [kind],
                "additionalProperties": False,
            }
            for kind in self.kinds
        ]
        number: dict[str, Any] = {"type": "number", "minimum": max(self.low, -100.0)}
        if self.high < math.inf:
            number["maximum"] = self.high
        notes = {"description": self.meaning, "unit": self.unit, "source": self.source}
        return {"anyOf": [number, *kinds]} | {name: text for name, text in notes.items() if text}

    def _completed(self, given: Any) -> Any:
        """A distribution of the default's kind with the numbers that are not given."""
        usual = self.default.tree()
        if isinstance(usual, dict) and isinstance(given, Mapping) and list(given) == list(usual):
            ((kind, numbers),) = given.items()
            return {kind: usual[kind] | dict(numbers)} if isinstance(numbers, Mapping) else given
        return given

    @property
    def kinds(self) -> list[str]:
        """The distributions that cannot leave the trait's range; of upper bounds only 1 counts."""
        ceiling = self.high if self.high <= 1 else math.inf
        return ["constant"] + [
            k for k, (low, high) in _SUPPORT.items() if low >= self.low and high <= ceiling
        ]


def trait(
    default: Distribution, *, low: float, high: float, unit: str, meaning: str, source: str = ASSUMED
) -> Any:
    """Declare a trait of a segment."""
    return Trait(default=default, low=low, high=high, unit=unit, meaning=meaning, source=source)


def distribution(of: Trait, given: Any) -> Distribution:
    """A trait's distribution from a number or ``{kind: {...}}``; raises `InputError`."""
    if isinstance(given, Distribution):
        return given
    if not isinstance(given, Mapping):
        given = {"constant": given}
    if len(given) != 1:
        raise InputError("", dict(given), f"a number, or one of {', '.join(of.kinds)} with its numbers")
    ((kind, numbers),) = given.items()
    if kind not in KINDS:
        raise InputError.unknown("", kind, of.kinds)
    if kind not in of.kinds:
        raise InputError("", kind, f"one of {', '.join(of.kinds)}: the others leave {_range(of)}")
    if kind == "constant":
        plain = isinstance(numbers, Mapping) and set(numbers) == {"value"}
        number = numbers["value"] if plain else numbers
        return Distribution(
            "constant", checked("", number, _number(max(of.low, -100.0), of.high, of.unit)), 0.0
        )
    entries = mapping(numbers, kind)
    refuse_unknown(entries, KINDS[kind], kind)
    if len(entries) < len(KINDS[kind]):
        raise InputError(kind, entries, f"both {' and '.join(KINDS[kind])}")
    first, second = (
        checked(joined(kind, name), entries[name], _number(low, high))
        for name, (low, high) in KINDS[kind].items()
    )
    made = Distribution(kind, first, second)
    if not max(of.low, -100.0) <= made.mean <= of.high:
        raise InputError(kind, entries, f"a mean in {_range(of)} ({of.unit})")
    return made


@cache
def _number(low: float, high: float, unit: str = "") -> Param:
    return Param(low=low, high=high, unit=unit, type=float)


def _range(of: Trait) -> str:
    return f"{max(of.low, -100):g} to {of.high:g}"


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


def check_shares(key: str, segments: Mapping[str, Segment]) -> None:
    """Shares of the segments sum to 1; raises `InputError`."""
    total = math.fsum(s.share for s in segments.values())
    if abs(total - 1.0) > SHARE_TOLERANCE:
        shown = listed({name: s.share for name, s in segments.items()})
        raise InputError(f"{key}: shares", round(total, 9), f"shares that sum to 1 ({shown})")


def listed(shares: Mapping[str, float]) -> str:
    """Shares in words."""
    return ", ".join(f"{name} {share:g}" for name, share in shares.items())
