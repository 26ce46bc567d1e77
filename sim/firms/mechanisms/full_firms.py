"""Customers turned away by a full firm: a setting of its offer, without a state of its own."""

from __future__ import annotations

from sim.core.metric import Metric
from sim.customers.ledger import Entry
from sim.firms.mechanisms.base import Mechanism

MECHANISM = Mechanism(
    name="full",
    needs="a firm that turns customers away: when_full",
    present=lambda offer, theory, second: offer.when_full == "turned_away",
    metrics=(
        Metric(
            "turned_away",
            unit="occasions",
            meaning="occasions at which a customer chose the firm and found it full",
            over_time="flow",
            better="lower",
            of=Entry.TURNED_AWAY,
        ),
    ),
    example={"offer": {"when_full": "turned_away"}},
)
