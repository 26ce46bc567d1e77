"""The optional mechanisms of firms: when a firm has one, its metrics, and an example; its state is in `parts`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.core.metric import Metric, cost_column
from sim.customers.ledger import Entry
from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.strategies.levers import COST_COLUMNS


@dataclass(frozen=True)
class Mechanism:
    """A mechanism that only some firms have: levers, metrics, warnings and the benchmark read its one declaration.

    ``present(offer, theory, second)`` says whether a firm with an offer, in a market with the sections of a theory, with
    a second product or None, has it. ``example`` switches it on: keys of an ``offer`` and of the ``theory``, and
    ``levers`` that work on it; ``sections`` are keys of a scenario that act only where it is present.
    """

    name: str  # the name that levers use (`Lever.needs`)
    needs: str  # the setting that switches it on, in words
    present: Callable[[OfferSettings, Any, SecondOffer | None], bool]
    metrics: tuple[Metric, ...] = ()
    example: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sections: tuple[str, ...] = ()


#: Cells of the growth matrix (Ansoff 1957): product by customer; in the order of its rows.
CELLS = ("penetration", "market_development", "product_development", "diversification")
_EVERY = (
    Mechanism(
        "second",
        "a second product: second.firms",
        lambda offer, theory, second: second is not None,
        metrics=(
            Metric("second_units", "units", "units sold of the second product", "flow", "higher"),
            Metric("second_revenue", "money", "revenue from the second product, at list prices", "flow", "higher"),
            Metric("second_share", "share of units", "share of the second category's units", "mean", "higher"),
            Metric(
                "second_surplus", "money", "expected surplus of the second category's purchase occasions (the same for every firm)", "flow", "higher"
            ),
            Metric("second_buyers", "customers", "customers who bought the second product in the period", "stock"),
            Metric("second_owners", "customers", "customers who ever bought the second product", "stock"),
            cost_column("second_goods", "cost of the second product sold", budgeted=False),
            COST_COLUMNS["second_promotion_cost"],
            COST_COLUMNS["second_advertising_cost"],
            COST_COLUMNS["cross_selling_cost"],
            Metric("penetration", "money", "revenue from the first product and existing customers", "flow", "higher"),
            Metric("market_development", "money", "revenue from the first product and new customers", "flow", "higher"),
            Metric("product_development", "money", "revenue from the second product and existing customers", "flow", "higher"),
            Metric("diversification", "money", "revenue from the second product and new customers", "flow", "higher"),
        ),
        example={"levers": {"second_advertising": 0.01, "cross_selling": 0.01, "bundle_discount": 0.05}},
        sections=("second", "theory.second"),
    ),
    Mechanism(
        "range",
        "a range: goods above 1",
        lambda offer, theory, second: offer.goods > 1,
        metrics=(
            COST_COLUMNS["range_cost"],
            Metric("range_appeal", "quality", "quality added by the firm's range: its inclusive value", "mean", "higher"),
            Metric("goods_dropped", "goods per period", "slow sellers replaced by goods on trial", "mean"),
        ),
        example={"offer": {"goods": 20}, "levers": {"range_review": 0.01}},
        sections=("assortment", "theory.assortment"),
    ),
    Mechanism(
        "conflict",
        "a conflict: alignment below 1",
        lambda offer, theory, second: offer.alignment < 1.0,
        metrics=(
            Metric("alignment", "0 to 1", "alignment of the work of the firm's departments", "mean", "higher"),
            Metric("misalignment_cost", "money", "the part of staff, feedback, recovery, contact and integration costs that had no effect", "flow", "lower"),
            COST_COLUMNS["coordination_cost"],
        ),
        example={"offer": {"alignment": 0.8}, "levers": {"coordination": 0.01}},
    ),
    Mechanism(
        "decay",
        "records that go stale: theory.knowledge.decay",
        lambda offer, theory, second: theory.knowledge.decay > 0.0,
        metrics=(
            Metric("current_records", "share of the file", "share of customer records that are current as the period begins", "mean", "higher"),
            COST_COLUMNS["upkeep_cost"],
        ),
        example={"theory": {"knowledge": {"decay": 0.005}}, "levers": {"data_upkeep": 0.01}},
    ),
    Mechanism(
        "full",
        "a firm that turns customers away: when_full",
        lambda offer, theory, second: offer.when_full == "turned_away",
        metrics=(
            Metric("turned_away", "occasions", "customers who chose the firm and found it full", "flow", "lower", Entry.TURNED_AWAY),
        ),
        example={"offer": {"when_full": "turned_away"}},
    ),
    Mechanism(
        "accounts",
        "key accounts that negotiate: theory.power.accounts",
        lambda offer, theory, second: theory.power.accounts > 0,
        example={"theory": {"power": {"accounts": 20}}},
    ),
    Mechanism(
        "event",
        "an event of its own: the lever event",
        lambda offer, theory, second: True,
        example={"levers": {"event": 0.01}},
    ),
)  # fmt: skip
#: Every mechanism by name; the columns of their metrics come in this order, after those that every market has.
MECHANISMS = {mechanism.name: mechanism for mechanism in _EVERY}


def mechanisms_of(offer: OfferSettings, theory: Any, second: SecondOffer | None) -> frozenset[str]:
    """Names of the mechanisms that a firm has."""
    return frozenset(name for name, m in MECHANISMS.items() if m.present(offer, theory, second))


def metrics_of_mechanisms() -> dict[str, Mapping[str, Metric]]:
    """Metrics that only markets with a mechanism have, by mechanism."""
    return {
        name: {metric.name: metric for metric in m.metrics} for name, m in MECHANISMS.items() if m.metrics
    }
