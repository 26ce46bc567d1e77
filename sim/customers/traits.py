"""Who the customers are: the traits of a segment and the distributions they are drawn from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.core.errors import InputError
from sim.core.parameters import Parameter
from sim.scenario.settings import mapping, value

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
        """As it is written in a scenario."""
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


@dataclass(frozen=True)
class Trait:
    """A property drawn once for each customer: default distribution, range, unit, meaning, source."""

    name: str
    default: Distribution
    low: float
    high: float
    unit: str
    meaning: str
    source: str = "assumed"

    @property
    def kinds(self) -> list[str]:
        """The distributions that cannot leave the trait's range; of upper bounds only 1 counts."""
        ceiling = self.high if self.high <= 1 else math.inf
        return ["constant"] + [
            k for k, (low, high) in _SUPPORT.items() if low >= self.low and high <= ceiling
        ]


def _traits(*traits: Trait) -> dict[str, Trait]:
    return {t.name: t for t in traits}


_ANY = -math.inf
TRAITS: dict[str, Trait] = _traits(
    Trait("need_rate", Distribution("gamma", 1.5, 0.5), 0, 100, "occasions a week", "purchase occasions",
          "NBD, Ehrenberg 1959; spread checked by F2: top fifth of spend 67 to 68 %, CDNOW; mean assumed"),
    Trait("price_sensitivity", Distribution("lognormal", 0.45, 0.5), 0, 1e3, "utility a unit of money",
          "weight of the price", "set by F1: own-price elasticity -2.62, Bijmolt, van Heerde & Pieters 2005"),
    Trait("quality_weight", Distribution("lognormal", 1.0, 0.3), 0, 1e3, "utility a unit of quality",
          "weight of expected quality"),
    Trait("desire", Distribution("normal", 0.0, 0.5), _ANY, 100, "quality",
          "performance wanted, not expected", "assumed; Spreng, MacKenzie & Olshavsky 1996 for the concept"),
    Trait("relational_orientation", Distribution("beta", 2.0, 2.0), 0, 1, "", "wants a relationship at all",
          "assumed; Garbarino & Johnson 1999 for the concept"),
    Trait("loss_aversion", Distribution("lognormal", 2.0, 0.2), 0, 100, "times",
          "weight of a disappointment against an equal delight", "set by F5: 2, range 1 to 3"),
    Trait("voice", Distribution("beta", 2.0, 4.0), 0, 1, "chance", "a failure is complained of",
          "assumed; Hirschman 1970 for the concept"),
    Trait("exit_rate", Distribution("constant", 0.0, 0.0), 0, 100, "a week",
          "leaves the market: exponential lifetime", "Pareto/NBD, Schmittlein, Morrison & Colombo 1987"),
    Trait("dropout", Distribution("constant", 0.0, 0.0), 0, 1, "chance a purchase",
          "leaves the market after a purchase", "BG/NBD, Fader, Hardie & Lee 2005"),
    Trait("lock_in", Distribution("constant", 0.5, 0.0), 0, 100, "utility", "procedural switching cost",
          "Burnham, Frels & Mahajan 2003; size assumed, checked by F6"),
)  # fmt: skip
#: What a segment has beside its traits; nothing of it is drawn.
SEGMENT: dict[str, Parameter] = {
    p.name: p
    for p in (
        Parameter("share", 1.0, float, 0.0, 1.0, "share of customers", "size of the segment", "assumed"),
        Parameter("known_by", 1.0, float, 0.0, 1.0, "times", "of a firm's known_by at the start, here", "assumed"),
        Parameter("season", None, float, 0.0, 1.0, "share of the mean rate",
                  "amplitude of its own yearly season; null: theory.needs.season", "assumed", None, True),
        Parameter("season_peak", None, float, 0.0, 52.0, "weeks",
                  "week of the year of its own peak; null: theory.needs.season_peak", "assumed", None, True),
    )
}  # fmt: skip


def distribution(key: str, given: Any, trait: Trait) -> Distribution:
    """A trait's distribution from a number or ``{kind: {...}}``; raises `InputError`."""
    if not isinstance(given, Mapping):
        given = {"constant": given}
    if len(given) != 1:
        raise InputError(key, dict(given), f"a number, or one of {', '.join(trait.kinds)} with its numbers")
    ((kind, numbers),) = given.items()
    if kind not in KINDS:
        raise InputError.unknown(key, kind, trait.kinds)
    if kind not in trait.kinds:
        raise InputError(key, kind, f"one of {', '.join(trait.kinds)}: the others leave {_range(trait)}")
    if kind == "constant":
        p = Parameter("value", 0.0, float, max(trait.low, -100.0), trait.high, trait.unit, trait.meaning, "")
        number = (
            numbers.get("value") if isinstance(numbers, Mapping) and set(numbers) == {"value"} else numbers
        )
        return Distribution("constant", value(key, number, p), 0.0)
    entries = mapping(f"{key}.{kind}", numbers)
    for name in entries:
        if name not in KINDS[kind]:
            raise InputError.unknown(f"{key}.{kind}.{name}", name, KINDS[kind])
    found = []
    for name, (low, high) in KINDS[kind].items():
        if name not in entries:
            raise InputError(f"{key}.{kind}", entries, f"both {' and '.join(KINDS[kind])}")
        p = Parameter(name, 0.0, float, low, high, "", "", "")
        found.append(value(f"{key}.{kind}.{name}", entries[name], p))
    made = Distribution(kind, found[0], found[1])
    if not max(trait.low, -100.0) <= made.mean <= trait.high:
        raise InputError(f"{key}.{kind}", entries, f"a mean in {_range(trait)} ({trait.unit})")
    return made


def _range(trait: Trait) -> str:
    return f"{max(trait.low, -100):g} to {trait.high:g}"


def segment(key: str, given: Any) -> dict[str, Any]:
    """What a segment has, and the distribution of every trait; raises `InputError`."""
    entries = mapping(key, given)
    known = (*SEGMENT, *TRAITS)
    for name in entries:
        if name not in known:
            raise InputError.unknown(f"{key}.{name}", name, known)
    made: dict[str, Any] = {
        name: value(f"{key}.{name}", entries.get(name, p.default), p) for name, p in SEGMENT.items()
    }
    for name, trait in TRAITS.items():
        made[name] = distribution(f"{key}.{name}", entries[name], trait) if name in entries else trait.default
    return made


class Segment(NamedTuple):
    """A part of the population: what `SEGMENT` declares and the `Distribution` of each trait."""

    share: float
    need_rate: Distribution
    price_sensitivity: Distribution
    quality_weight: Distribution
    desire: Distribution
    relational_orientation: Distribution
    loss_aversion: Distribution
    voice: Distribution
    exit_rate: Distribution
    dropout: Distribution
    lock_in: Distribution
    known_by: float = 1.0
    season: float | None = None
    season_peak: float | None = None

    def tree(self) -> dict[str, Any]:
        """As it is written in a scenario."""
        own = {name: getattr(self, name) for name in SEGMENT}
        return own | {name: getattr(self, name).tree() for name in TRAITS}


def check_shares(key: str, segments: Mapping[str, Segment]) -> None:
    """Shares of the segments sum to 1; raises `InputError`."""
    total = math.fsum(s.share for s in segments.values())
    if abs(total - 1.0) > SHARE_TOLERANCE:
        shown = listed({name: s.share for name, s in segments.items()})
        raise InputError(f"{key}: shares", round(total, 9), f"shares that sum to 1 ({shown})")


def listed(shares: Mapping[str, float]) -> str:
    """Shares in words."""
    return ", ".join(f"{name} {share:g}" for name, share in shares.items())
