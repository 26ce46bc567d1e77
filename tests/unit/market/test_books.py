"""The accounts of a period, to the last digit."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.functions import total
from sim.customers.ledger import ENTRIES, MARKET_ENTRIES, Entry
from sim.customers.offer import OFFER
from sim.firms.costs import NO_COSTS
from sim.firms.mechanisms.cross_category import REVENUE
from sim.firms.metrics import ALL_COSTS
from sim.market.accounts import MONEY, Books


@pytest.mark.parametrize("firms", [1, 2, 5])
def test_profit_is_revenue_less_the_costs_added_in_their_order(firms):
    random = np.random.default_rng(firms)
    books = Books([f"firm_{j}" for j in range(firms)], 0, 52.0, 0.1, 13)
    for period in range(3):
        ledger = random.normal(size=(firms, ENTRIES)) * 1e4
        costs = [
            NO_COSTS
            | {name: float(random.normal() * 10.0 ** random.integers(-3, 4)) for name in ALL_COSTS[::2]}
            for _ in range(firms)
        ]
        spent = [of_firm | {"budget_spend": 7.0 + j} for j, of_firm in enumerate(costs)]
        second = {REVENUE: np.arange(firms) / 3.0} if period == 2 else {}
        books.close(ledger, np.zeros(MARKET_ENTRIES), spent, np.zeros(firms, OFFER), second)
        money = dict(zip(MONEY, books.moneys[-1], strict=True))
        for j, of_firm in enumerate(costs):
            revenue = ledger[j, Entry.REVENUE] + (second[REVENUE][j] if second else 0.0)
            profit = revenue - total(of_firm[name] for name in ALL_COSTS)
            assert [money[name][j] for name in ALL_COSTS] == [of_firm[name] for name in ALL_COSTS]
            assert (money["revenue"][j], money["profit"][j], money["budget_spend"][j]) == (
                revenue,
                profit,
                7.0 + j,
            )
            assert money["discounted_profit"][j] == profit * 1.1 ** (-(period + 1) / 52.0)
        assert books.profits == [books.last("profit", j) for j in range(firms)]
