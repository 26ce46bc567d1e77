"""The sections of a scenario beside theory and firms: each key's type, range, unit, meaning and source."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Any, Literal

from sim.core.errors import check_known
from sim.core.frozen import FrozenDict
from sim.core.loading import Entries, Parsed, texts
from sim.core.parameters import param, section
from sim.customers.traits import MAX_SEGMENTS, TRAITS, Distribution, Segment
from sim.firms.metrics import ALL
from sim.firms.offer_settings import SecondOffer
from sim.scenario.arms import arms, controls
from sim.strategies.budget import FREE

MAX_CUSTOMERS = 10_000_000
MAX_SEED = 2**62 - 1
SHOWN_FIRST = ("profit", "customer_equity", "retention", "share", "satisfaction", "budget_spend")
#: Need rate of the second category unless a scenario sets one: occasions per week, assumed.
SECOND_NEED = Distribution("gamma", 1.5, 0.25)


@section("market")
class MarketSettings:
    """The type of market, and the rules that hold for every firm in it."""

    type: str = param(
        "repertoire", choices=("repertoire", "contractual"), source="Jackson 1985",
        meaning="type of market: a choice at every occasion, or one supplier until the customer reconsiders",
    )  # fmt: skip
    periods_per_year: float = param(
        52.0,
        low=1,
        high=366,
        unit="periods per year",
        meaning="number of periods in a year; 52: a period is a week",
    )
    outside: float = param(
        -6.0, low=-100, high=100, unit="utility", optional=True,
        meaning="utility of not buying at an occasion; none removes the choice", words={"none": None},
    )  # fmt: skip
    outside_taste_weight: float = param(
        0.0, low=0, high=1e3, source="Goodhardt, Ehrenberg & Chatfield 1984",
        meaning="Dirichlet weight of not buying in customers' tastes; 0: none",
    )  # fmt: skip
    budget: float = param(
        FREE, low=0, high=1e6, unit="money per customer at the start per week",
        meaning="budget of each firm beside the cost of goods; free: no limit", words={"free": "free"},
    )  # fmt: skip
    rivals: str = param(
        "as_given", choices=("as_given", "fixed", "imitate", "best_respond"),
        meaning="behaviour of every firm but the focal one",
    )  # fmt: skip
    loyalty: bool = param(True, meaning="mechanisms of loyalty; false: none acts")
    taste: bool = param(True, meaning="individual tastes for firms; false: none")
    reference_price: float = param(
        10.0, low=0, high=1e6, unit="money",
        meaning="reference price: a list price below it, and below the firm's own price as configured, counts as promotion",
    )  # fmt: skip
    discount_rate: float = param(
        0.10, low=0, high=10, unit="per year", meaning="discount rate of profit and customer equity"
    )


@section("population")
class Population:
    """The number of customers and the arrival of new ones; their traits are set in the segments."""

    customers: int = param(
        20_000, low=1, high=MAX_CUSTOMERS, unit="customers", meaning="customers at the start"
    )
    entry_rate: float = param(
        0.0, low=0, high=1, unit="share of the starting population per week",
        meaning="rate at which customers enter the market",
    )  # fmt: skip
    entry_by_purchase: bool = param(
        False, meaning="true: a new customer buys in the period in which it enters"
    )
    segments: Annotated[FrozenDict, Entries(Segment, 0, MAX_SEGMENTS, f"at most {MAX_SEGMENTS} segments")] = (
        field(default_factory=lambda: FrozenDict({"everyone": Segment()}))
    )


@section("second")
class SecondCategory:
    """A second category of goods, for the same customers; the firms that offer in it are its further entries."""

    outside: float = param(
        -2.0, low=-100, high=100, unit="utility", meaning="utility of not buying at an occasion of the second category"
    )  # fmt: skip
    need_rate: Annotated[Distribution, *TRAITS["need_rate"].hint.__metadata__] = SECOND_NEED
    firms: Annotated[
        FrozenDict, Entries(SecondOffer, 1, allowed="at least one firm with a second product")
    ] = field(default_factory=FrozenDict)


def metrics(data: Any) -> tuple[str, ...]:
    """The metrics that the summary shows first; raises `InputError`."""
    names = texts(data) or SHOWN_FIRST
    for metric in names:
        check_known("", metric, ALL)
    return tuple(names)


_CHANGES = dict[str, dict[str, Any] | None]
_ARMS = Parsed(arms, _CHANGES, meaning="arms by name, each with its changes of the scenario, and a label")
_OWN = "arms with another control, each with its own: {arm: control}, one control per market"
_METRIC: Any = Literal[tuple(ALL)]
_METRICS = Parsed(metrics, list[_METRIC] | _METRIC | None, meaning="metrics that the summary shows first")
_ONLY = Parsed(
    lambda data: tuple(texts(data)) or None, list[str] | str | None,
    meaning="the arms to run, beside their controls",
)  # fmt: skip


@section("experiment")
class ExperimentSettings:
    """The comparison: its metrics, length, replications and seeds; the arms are its further entries."""

    focal: str = param("focal", meaning="the firm whose outcomes the summary compares")
    periods: int = param(260, low=1, high=100_000, unit="periods", meaning="length of a run")
    burn_in: int = param(
        52, low=0, high=99_999, unit="periods", meaning="burn-in: periods at the start that no statistic uses"
    )
    replications: int = param(
        30,
        low=1,
        high=100_000,
        unit="runs per arm",
        meaning="number of replications, with the seeds seed, seed + 1, ...",
    )
    seed: int = param(1, low=0, high=MAX_SEED, meaning="seed of the first replication")
    confidence: float = param(
        0.95, low=0.5, high=0.9999, unit="chance", meaning="confidence level of the intervals"
    )
    half_width: float = param(
        None, low=1e-12, high=1e12, unit="of the first metric", optional=True,
        meaning="replications are added until half the width of the interval of the difference is at most this; null: none are added",
    )  # fmt: skip
    value_every: int = param(
        13, low=1, high=100_000, unit="periods", meaning="periods between reports of customer values"
    )
    control: str = param("control", meaning="the arm that the others are compared with")
    twin: bool = param(True, meaning="true: each arm is also run without loyalty")
    sample: int = param(
        200,
        low=0,
        high=100_000,
        unit="customers",
        meaning="size of the customer sample that is recorded over time in customers.parquet",
    )
    arms: Annotated[FrozenDict, _ARMS] = field(default_factory=FrozenDict)
    controls: Any = param(
        None, parsed=Parsed(controls, dict[str, str | None] | None, meaning=_OWN), meaning=_OWN
    )
    metrics: Annotated[tuple, _METRICS] = SHOWN_FIRST
    only: Annotated[tuple | None, _ONLY] = None


@section("execution")
class Execution:
    """Execution of the runs; the results do not depend on it."""

    backend: str = param(
        "local",
        choices=("local", "serial", "dask"),
        meaning="way of running: several processes, one process, or a cluster",
    )
    workers: int = param(
        0, low=0, high=1024, unit="processes", meaning="number of processes; 0: one per core"
    )
    threads: int = param(
        1, low=1, high=256, unit="threads per process", meaning="threads of the compiled kernel"
    )
    check: bool = param(False, meaning="true: the accounting identities are checked in each period")
