"""A firm as a scenario declares it: its offer, its costs, its standing, and its second product."""

from sim.core.parameters import param, section
from sim.strategies.budget import FAILURES


@section("firms")
class OfferSettings:
    """A firm as it starts: its offer, its costs and its standing."""

    strategy: object = param(None, meaning="who decides: the name of a strategy and its parameters")
    price: float = param(10.0, low=0, high=1e6, unit="money", meaning="list price")
    unit_cost: float = param(6.0, low=0, high=1e6, unit="money", meaning="cost of goods at base quality")
    quality: float = param(0.8, low=-2, high=5, unit="quality", meaning="0: what the average customer wants")
    base_quality: float = param(
        None, low=-2, high=5, unit="quality", optional=True,
        meaning="quality above it costs extra; null: the quality at the start",
    )  # fmt: skip
    cost_quality: float = param(
        None, low=0, high=1e6, unit="money a squared unit of quality", optional=True,
        meaning="extra cost above base quality; null: theory.reach.cost_quality",
    )  # fmt: skip
    promise: float = param(
        None, low=-2, high=5, unit="quality", optional=True,
        meaning="what is promised; null: what is delivered",
    )  # fmt: skip
    capacity: float = param(
        None, low=1e-9, high=1e12, unit="units a period", optional=True,
        meaning="beyond it failures rise, or customers are turned away; null: unlimited",
    )  # fmt: skip
    when_full: str = param(
        "served_worse", choices=("served_worse", "turned_away"),
        meaning="customers beyond capacity are served with more failures, or turned away at the rate of the period before",
    )  # fmt: skip
    taste_weight: float = param(
        0.325, low=1e-6, high=1e3, unit="", source="Goodhardt, Ehrenberg & Chatfield 1984",
        meaning="Dirichlet weight of the firm: its pull on tastes",
    )  # fmt: skip
    known_by: float = param(
        1.0, low=0, high=1, unit="share of customers", meaning="aware of the firm at the start"
    )
    effort: float = param(0.0, low=0, high=100, unit="utility", meaning="time and energy a purchase costs")
    failure_rate: float = param(FAILURES, low=0, high=1, unit="chance a purchase", meaning="service fails")
    budget: float = param(
        None, low=0, high=1e6, unit="money a head of the market and week", optional=True,
        meaning="a budget of its own; null: market.budget, free: no limit",
    )  # fmt: skip
    goodwill: float = param(
        0.0, low=0, high=1e6, unit="money a head", meaning="advertising remembered at the start"
    )
    goods: int = param(
        1, low=1, high=1000, unit="goods", meaning="in its range; 1: no range, the one product whose quality is above"
    )  # fmt: skip
    alignment: float = param(
        1.0, low=0.01, high=1, unit="share",
        meaning="how far departments work toward the same without coordination; 1: no conflict",
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
    failure_rate: float = param(0.05, low=0, high=1, unit="chance a purchase", meaning="it fails")
    taste_weight: float = param(
        0.325, low=1e-6, high=1e3, unit="", source="Goodhardt, Ehrenberg & Chatfield 1984",
        meaning="Dirichlet weight of the product: its pull on tastes",
    )  # fmt: skip
    known_by: float = param(
        1.0, low=0, high=1, unit="share of customers", meaning="aware of the product at the start"
    )
    works_with: str = param(
        "own", choices=("own", "all"), source="Katz & Shapiro 1994",
        meaning="whose first product it complements: the firm's own only, or everybody's",
    )  # fmt: skip
    opens: int = param(0, low=0, high=100_000, unit="period", meaning="on sale from then on")
