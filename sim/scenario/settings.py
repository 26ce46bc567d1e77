"""The sections of a scenario that are not theory: each key's type, range, unit, meaning and source."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sim.core.checking import allowed, checked
from sim.core.errors import InputError
from sim.core.parameters import Param, param, section

MAX_CUSTOMERS = 10_000_000
MAX_FIRMS = 32
MAX_ARMS = 64
MAX_SEED = 2**62 - 1
#: Words that stand for a number: ``outside: none`` there is no outside option, ``budget: free`` no limit.
WORDS: dict[str, dict[str, Any]] = {"outside": {"none": None}, "budget": {"free": "free"}}
_TRUE, _FALSE = ("true", "on", "yes"), ("false", "off", "no")


@section("market")
class MarketSettings:
    """What kind of market it is, and the rules that hold for every firm in it."""

    type: str = param(
        "repertoire", choices=("repertoire", "contractual"), source="Jackson 1985",
        meaning="a choice at every occasion, or one supplier until the customer reconsiders",
    )  # fmt: skip
    periods_per_year: float = param(
        52.0, low=1, high=366, unit="periods a year", meaning="52: a period is a week"
    )
    outside: float = param(
        -6.0, low=-100, high=100, unit="utility", optional=True,
        meaning="utility of not buying at an occasion; none removes the choice",
    )  # fmt: skip
    outside_taste_weight: float = param(
        0.0, low=0, high=1e3, source="Goodhardt, Ehrenberg & Chatfield 1984",
        meaning="Dirichlet weight of not buying; 0: no taste for it",
    )  # fmt: skip
    budget: float = param(
        0.10, low=0, high=1e6, unit="money a head of the market and week",
        meaning="what each firm may spend beside goods; free lifts it",
    )  # fmt: skip
    rivals: str = param(
        "as_given", choices=("as_given", "fixed", "imitate", "best_respond"),
        meaning="what every firm but the focal one does",
    )  # fmt: skip
    loyalty: bool = param(True, meaning="false: the null twin, no loyalty mechanism acts")
    taste: bool = param(True, meaning="false: nobody likes one firm better than another by nature")
    reference_price: float = param(
        10.0, low=0, high=1e6, unit="money",
        meaning="a list price below it, and below the firm's own price as configured, counts as promotion",
    )  # fmt: skip
    discount_rate: float = param(0.10, low=0, high=10, unit="a year", meaning="discounts profit and equity")


@section("population")
class Population:
    """How many customers there are and how new ones come; who they are stands in the segments."""

    customers: int = param(
        20_000, low=1, high=MAX_CUSTOMERS, unit="customers", meaning="customers at the start"
    )
    entry_rate: float = param(
        0.0, low=0, high=1, unit="share of the starting population a week",
        meaning="customers who enter the market",
    )  # fmt: skip
    entry_by_purchase: bool = param(False, meaning="an entrant buys in the period it enters")


@section("second")
class SecondCategory:
    """A second category of goods, for the same customers; the firms that offer in it stand beside these."""

    outside: float = param(
        -2.0, low=-100, high=100, unit="utility", meaning="utility of not buying at an occasion of the second category"
    )  # fmt: skip


@section("experiment")
class Experiment:
    """What is compared, over how long, how often and with which luck; the arms stand beside it."""

    focal: str = param("focal", meaning="the firm whose outcomes the summary compares")
    periods: int = param(260, low=1, high=100_000, unit="periods", meaning="length of a run")
    burn_in: int = param(
        52, low=0, high=99_999, unit="periods", meaning="periods at the start that no statistic reads"
    )
    replications: int = param(
        30, low=1, high=100_000, unit="runs an arm", meaning="seeds: seed, seed + 1, ..."
    )
    seed: int = param(1, low=0, high=MAX_SEED, meaning="seed of the first replication")
    confidence: float = param(0.95, low=0.5, high=0.9999, unit="chance", meaning="level of the intervals")
    half_width: float = param(
        None, low=1e-12, high=1e12, unit="of the first metric", optional=True,
        meaning="replicate until the difference's interval is this narrow",
    )  # fmt: skip
    value_every: int = param(
        13, low=1, high=100_000, unit="periods", meaning="between reports of customer values"
    )
    control: str = param("control", meaning="the arm that the others are compared with")
    controls: object = param(
        None, meaning="arms with another control, each with its own: {arm: control}, one control a market"
    )
    twin: bool = param(True, meaning="run each arm also with market.loyalty off")
    sample: int = param(
        200, low=0, high=100_000, unit="customers", meaning="kept over time in customers.parquet"
    )


@section("execution")
class Execution:
    """How the runs are carried out; the results do not depend on it."""

    backend: str = param(
        "local", choices=("local", "serial", "dask"), meaning="processes, one process, a cluster"
    )
    workers: int = param(0, low=0, high=1024, unit="processes", meaning="0: as many as there are cores")
    threads: int = param(1, low=1, high=256, unit="threads a process", meaning="threads of the compiled pass")
    check: bool = param(False, meaning="check the accounting identities each period")


class FrozenDict(Mapping[str, Any]):
    """Entries that never change: ``firms["focal"]``, and ``firms.focal`` unless a method has the name."""

    _entries: dict[str, Any]
    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, entries: Mapping[str, Any]) -> None:
        for name, value in entries.items():
            if not hasattr(type(self), name):
                self.__dict__[name] = value
        self.__dict__["_entries"] = dict(entries)

    def __getitem__(self, name: str) -> Any:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name}: a scenario is frozen")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name}: a scenario is frozen")

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self._entries,))

    def __repr__(self) -> str:
        return f"Named({self._entries!r})"


def value(key: str, given: Any, p: Param) -> Any:
    """A declared key's value, of the right type, finite and in range; raises `InputError`."""
    words = WORDS.get(p.name, {})
    if isinstance(given, str) and given in words:
        return words[given]
    if p.type is bool and isinstance(given, str) and given.lower() in _TRUE + _FALSE:
        return given.lower() in _TRUE
    what = allowed(p) + "".join(f", or {word}" for word in words)
    if p.optional and "none" not in words:
        what += ", or null"
    if not finite(given):
        raise InputError(key, given, what)
    try:
        return checked(key, given, p)
    except InputError as problem:
        if p.choices is not None and isinstance(given, str):
            raise
        if p.type is int and isinstance(given, float) and given == int(given):
            what += f", written as {int(given)}"
        raise InputError(key, given, what, problem.nearest) from None


def finite(given: Any) -> bool:
    """Whether a value is no NaN, no infinity and no number too large for a float."""
    if isinstance(given, bool) or not hasattr(given, "__float__"):
        return True
    try:
        return math.isfinite(float(given))
    except (OverflowError, ValueError, TypeError):
        return False


def mapping(key: str, given: Any) -> dict[str, Any]:
    """A mapping of texts to values (null counts as empty); raises `InputError`."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InputError(key, given, "a mapping of keys to values")
    for name in given:
        if not isinstance(name, str):
            raise InputError(key, name, "keys that are texts")
    return dict(given)


def fields(
    key: str, given: Any, declared: Mapping[str, Param], *, beside: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Every declared key with its checked value, or its default where nothing is given; raises `InputError`."""
    entries = mapping(key, given)
    known = dict.fromkeys((*declared, *beside))
    for name in entries:
        if name not in known:
            raise InputError.unknown(f"{key}.{name}", name, known)
    return {
        name: value(f"{key}.{name}", entries[name], p) if name in entries else p.default
        for name, p in declared.items()
        if name not in beside
    }
