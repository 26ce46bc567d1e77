"""Mesa's data collector of a market: one row per period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mesa

from sim.core.functions import total
from sim.customers.ledger import Entry
from sim.market.agents import FirmAgent


def data_collector(firms: Sequence[FirmAgent]) -> mesa.DataCollector:
    """The collector of period, customers in the market, units, profit, and each firm's market share."""
    reporters: dict[str, Any] = {
        "period": lambda market: market.period,
        "heads": lambda market: market.heads,
        "units": lambda market: _units(market),
        "profit": lambda market: float(total(firm.profit for firm in market.firms)),
    }
    for firm in firms:
        reporters[f"share_{firm.name}"] = lambda market, j=firm.index: market.firms[j].share
    return mesa.DataCollector(model_reporters=reporters)


def _units(market: Any) -> float:
    """Units of all firms in the last period."""
    ledgers = market.books.ledgers
    return float(ledgers[-1][:, Entry.UNITS].sum()) if ledgers else 0.0
