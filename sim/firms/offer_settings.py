"""Settings of a firm: its product, its costs, its position at the start, its strategy, its second product."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.core.errors import InputError
from sim.core.frozen import FrozenDict
from sim.core.loading import Parsed, json_schema_of_fields, mapping, with_constant
from sim.core.parameters import param, section
from sim.strategies import (
    STRATEGIES,
    Strategy,
)
from sim.strategies.budget import FAILURES
from sim.strategies.library import make_strategy
from sim.strategies.plugins import load_installed

DEFAULT_STRATEGY = "fixed_plan"


@dataclass(frozen=True)
class StrategyChoice:
    """A strategy by name, with every declared parameter as it is set."""

    name: str
    parameters: Mapping[str, Any]

    def make(self) -> Strategy:
        """A fresh strategy: each firm of each run has its own."""
        return make_strategy(self.name, self.parameters)

    def tree(self) -> dict[str, Any]:
        """The choice as it is written in a scenario."""
        return {"name": self.name, **self.parameters}


def chosen(data: Any) -> StrategyChoice:
    """A strategy from its name, or from a mapping with a name and parameters; raises `InputError`."""
    if isinstance(data, StrategyChoice):
        return data
    entries = {"name": data} if isinstance(data, str) else mapping(data) or {"name": DEFAULT_STRATEGY}
    name = entries.pop("name", None)
    if not isinstance(name, str):
        raise InputError("name", name, "the name of a strategy (guanxi list strategies)")
    if name not in STRATEGIES:
        load_installed()
    try:
        parameters = make_strategy(name, entries).parameters()
    except InputError as problem:
        inner = problem.key.removeprefix("strategy").removeprefix(".")
        raise InputError(inner, problem.value, problem.allowed, problem.nearest) from None
    return StrategyChoice(name, FrozenDict(parameters))


def schema_of_strategies() -> dict[str, Any]:
    """The JSON schema of a strategy: a name, or a mapping with a name and the parameters of that strategy."""
    kinds = [
        with_constant(json_schema_of_fields(cls.declared), "name", name) for name, cls in STRATEGIES.items()
    ]
    return {"anyOf": [{"enum": list(STRATEGIES)}, *kinds]}


@section("firms")
class OfferSettings:
    """A firm as it starts: its offer, its costs and its standing."""

    strategy: Any = param(
        None, meaning="strategy that makes the firm's decisions: its name and its parameters",
        parsed=Parsed(chosen, schema=schema_of_strategies),
    )  # fmt: skip
    price: float = param(10.0, low=0, high=1e6, unit="money", meaning="list price")
    unit_cost: float = param(6.0, low=0, high=1e6, unit="money", meaning="cost of goods at base quality")
    quality: float = param(
        0.8,
        low=-2,
        high=5,
        unit="quality",
        meaning="quality of the offer; 0: the quality that the average customer wants",
    )
    base_quality: float = param(
        None, low=-2, high=5, unit="quality", optional=True,
        meaning="base quality, above which quality costs extra; null: the quality at the start",
    )  # fmt: skip
    cost_quality: float = param(
        None, low=0, high=1e6, unit="money per squared unit of quality", optional=True,
        meaning="extra cost above base quality; null: theory.reach.cost_quality",
    )  # fmt: skip
    promise: float = param(
        None, low=-2, high=5, unit="quality", optional=True,
        meaning="quality promised to customers; null: the quality delivered",
    )  # fmt: skip
    capacity: float = param(
        None, low=1e-9, high=1e12, unit="units per period", optional=True,
        meaning="capacity, above which failures rise or customers are turned away; null: unlimited",
    )  # fmt: skip
    when_full: str = param(
        "served_worse", choices=("served_worse", "turned_away"),
        meaning="treatment of customers beyond capacity: served with more failures, or turned away at the rate of the period before",
    )  # fmt: skip
    taste_weight: float = param(
        0.325, low=1e-6, high=1e3, unit="", source="Goodhardt, Ehrenberg & Chatfield 1984",
        meaning="Dirichlet weight of the firm in customers' tastes",
    )  # fmt: skip
    known_by: float = param(
        1.0, low=0, high=1, unit="share of customers", meaning="customers who know the firm at the start"
    )
    effort: float = param(
        0.0, low=0, high=100, unit="utility", meaning="time and energy that a purchase costs"
    )
    failure_rate: float = param(
        FAILURES, low=0, high=1, unit="chance per purchase", meaning="chance that the service fails"
    )
    budget: float = param(
        None, low=0, high=1e6, unit="money per customer at the start per week", optional=True,
        meaning="budget of the firm; null: market.budget, free: no limit", words={"free": "free"},
    )  # fmt: skip
    goodwill: float = param(
        0.0,
        low=0,
        high=1e6,
        unit="money per person in the market",
        meaning="goodwill at the start: advertising that people remember",
    )
    goods: int = param(
        1, low=1, high=1000, unit="goods", meaning="number of goods in the firm's range; 1: no range, only the product described above"
    )  # fmt: skip
    alignment: float = param(
        1.0, low=0.01, high=1, unit="share",
        meaning="alignment of the departments without coordination; 1: no conflict",
        source="1: off; interfunctional coordination is one of three parts of market orientation, Narver & Slater 1990, "
        "J. Marketing 54(4)",
    )  # fmt: skip


@section("second.firms")
class SecondOffer:
    """A firm's second product."""

    price: float = param(5.0, low=0, high=1e6, unit="money", meaning="list price")
    unit_cost: float = param(3.0, low=0, high=1e6, unit="money", meaning="cost of goods")
    quality: float = param(
        0.8, low=-2, high=5, unit="quality", meaning="quality, which is also what is promised"
    )
    failure_rate: float = param(
        0.05, low=0, high=1, unit="chance per purchase", meaning="chance that the product fails"
    )
    taste_weight: float = param(
        0.325, low=1e-6, high=1e3, unit="", source="Goodhardt, Ehrenberg & Chatfield 1984",
        meaning="Dirichlet weight of the product in customers' tastes",
    )  # fmt: skip
    known_by: float = param(
        1.0, low=0, high=1, unit="share of customers", meaning="customers who know the product at the start"
    )
    works_with: str = param(
        "own", choices=("own", "all"), source="Katz & Shapiro 1994",
        meaning="first products that it complements: the firm's own only, or every firm's",
    )  # fmt: skip
    opens: int = param(0, low=0, high=100_000, unit="period", meaning="period from which it is on sale")


def settled(offer: OfferSettings, budget: Any, cost_quality: float) -> OfferSettings:
    """The offer with its nulls settled by the market's; no limit to capacity or budget is infinity."""
    own = budget if offer.budget is None else offer.budget
    return replace(
        offer,
        promise=offer.quality if offer.promise is None else offer.promise,
        base_quality=offer.quality if offer.base_quality is None else offer.base_quality,
        cost_quality=cost_quality if offer.cost_quality is None else offer.cost_quality,
        capacity=math.inf if offer.capacity is None else offer.capacity,
        budget=math.inf if own == "free" else own,
    )
