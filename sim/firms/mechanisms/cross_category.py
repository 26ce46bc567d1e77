"""A second product of a firm, in a category of its own; its state is the second category of the market."""

from __future__ import annotations

from sim.core.metric import Metric, cost_column
from sim.firms.mechanisms.base import Mechanism
from sim.strategies.levers import COST_COLUMNS

#: Cells of the growth matrix (Ansoff 1957): product by customer; in the order of its rows.
CELLS = ("penetration", "market_development", "product_development", "diversification")
#: Revenue of the second product, which is the firm's too.
REVENUE = "second_revenue"

MECHANISM = Mechanism(
    name="second",
    needs="a second product: second.firms",
    present=lambda offer, theory, second: second is not None,
    metrics=(
        Metric(
            "second_units",
            unit="units",
            meaning="units sold of the second product",
            over_time="flow",
            better="higher",
        ),
        Metric(
            REVENUE,
            unit="money",
            meaning="revenue from the second product, at list prices",
            over_time="flow",
            better="higher",
        ),
        Metric(
            "second_share",
            unit="share of units",
            meaning="share of the second category's units",
            over_time="mean",
            better="higher",
        ),
        Metric(
            "second_surplus",
            unit="money",
            meaning="expected surplus of the second category's purchase occasions (the same for every firm)",
            over_time="flow",
            better="higher",
        ),
        Metric(
            "second_buyers",
            unit="customers",
            meaning="customers who bought the second product in the period",
            over_time="stock",
        ),
        Metric(
            "second_owners",
            unit="customers",
            meaning="customers who ever bought the second product",
            over_time="stock",
        ),
        cost_column("second_goods", "cost of goods of the second product", budgeted=False),
        COST_COLUMNS["second_promotion_cost"],
        COST_COLUMNS["second_advertising_cost"],
        COST_COLUMNS["cross_selling_cost"],
        Metric(
            "penetration",
            unit="money",
            meaning="revenue from the first product and existing customers",
            over_time="flow",
            better="higher",
        ),
        Metric(
            "market_development",
            unit="money",
            meaning="revenue from the first product and new customers",
            over_time="flow",
            better="higher",
        ),
        Metric(
            "product_development",
            unit="money",
            meaning="revenue from the second product and existing customers",
            over_time="flow",
            better="higher",
        ),
        Metric(
            "diversification",
            unit="money",
            meaning="revenue from the second product and new customers",
            over_time="flow",
            better="higher",
        ),
    ),
    example={
        "second": {},
        "levers": {"second_advertising": 0.01, "cross_selling": 0.01, "bundle_discount": 0.05},
    },
    sections=("second", "theory.second"),
    trait="second product",
    begins=lambda second: 0 if second is None else second.opens,
)
