"""Law L8 on the market of preset `logit`: three firms, one type of customer, a switching cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.validation.laws import logit
from sim.validation.laws.checks import Row, counts, exact, of_preset, opened, share

PRICES = (10.0, 9.0, 12.0)
QUALITIES = (0.8, 0.5, 1.4)
OUTSIDE, SWITCHING_COST, OUTSIDE_PAYS, PACE = -4.0, 1.2, 0.5, 1.5
CUSTOMERS, SEED, PERIODS = 100_000, 1, 4
SENSITIVITY, UNIT_COST = 0.45, 6.0
FIRMS = tuple(f"firm_{k + 1}" for k in range(len(PRICES)))
UTILITIES = tuple(q - SENSITIVITY * p for q, p in zip(QUALITIES, PRICES, strict=True))


def setting(
    kind: str, switching_cost: float, outside_pays: float, customers: int, habit_keep: float = 0.0
) -> Any:
    """Three firms at three prices and qualities; in a repertoire the supplier is the firm of the last purchase."""
    contract = {"h0": 0, "contract_term": 1} if kind == "contractual" else {}
    people = {
        "need_rate": PACE,
        "price_sensitivity": SENSITIVITY,
        "quality_weight": 1,
        "lock_in": switching_cost,
    }
    return of_preset(
        "logit",
        {
            "market": {"type": kind, "outside": OUTSIDE, "budget": "free"},
            "population": {"customers": customers, "segments": {"everyone": people}},
            "theory": {
                "contract": contract,
                "choice": {"outside_pays": outside_pays, "habit_keep": habit_keep},
            },
            "firms": {
                name: {"price": price, "quality": quality, "unit_cost": UNIT_COST}
                for name, price, quality in zip(FIRMS, PRICES, QUALITIES, strict=True)
            },
            "experiment": {"focal": FIRMS[0], "periods": PERIODS, "burn_in": 0},
        },
    )


def market_of(kind: str, customers: int = CUSTOMERS, seed: int = SEED, threads: int = 1, *,
              switching_cost: float = SWITCHING_COST, outside_pays: float = OUTSIDE_PAYS) -> Any:  # fmt: skip
    """A market of that kind before its first period."""
    return opened(setting(kind, switching_cost, outside_pays, customers), seed, threads)


def first_choices(market: Any) -> list[Row]:
    """Under contract, the first period: multinomial logit, for none pays before having a supplier."""
    market.step()
    chosen, n = market.customers.supplier, market.n_customers
    law = logit.shares(UTILITIES, OUTSIDE)
    return [
        share("L8", f"first choice of {name}", law[k], (chosen == k).sum(), n) for k, name in enumerate(FIRMS)
    ] + [share("L8", "first choice of none", law[-1], (chosen < 0).sum(), n)]


def renewals(market: Any) -> list[Row]:
    """Under contract, the later periods: the Markov chain, absorbed outside."""
    moved = np.zeros((len(FIRMS), len(FIRMS) + 1))
    for _ in range(PERIODS - 1):
        before = market.customers.supplier.copy()
        market.step()
        np.add.at(moved, (before[before >= 0], market.customers.supplier[before >= 0]), 1)
    return _against_chain(moved, "under contract")


def _against_chain(moved: np.ndarray, how: str) -> list[Row]:
    law = logit.transitions(UTILITIES, OUTSIDE, SWITCHING_COST, OUTSIDE_PAYS)
    names = (*FIRMS, "none")
    return [
        share("L8", f"{FIRMS[j]} to {names[k]}, {how}", law[j, k], moved[j, k], moved[j].sum())
        for j in range(len(FIRMS))
        for k in range(len(names))
    ]


def purchases(market: Any) -> list[Row]:
    """In a repertoire: purchases by the firm of the last purchase, Poisson with need_rate times the chance."""
    law = logit.transitions(UTILITIES, OUTSIDE, SWITCHING_COST, OUTSIDE_PAYS)
    never = logit.shares(UTILITIES, OUTSIDE)
    customers, bought = np.zeros(len(FIRMS) + 1), np.zeros((len(FIRMS) + 1, len(FIRMS)))
    for _ in range(PERIODS):
        before, so_far = market.customers.supplier.copy(), market.customers.purchases.copy()
        market.step()
        now = market.customers.purchases - so_far
        for supplier in range(-1, len(FIRMS)):
            customers[supplier] += (before == supplier).sum()
            bought[supplier] += now[before == supplier].sum(axis=0)
    rows = []
    for supplier, name in enumerate((*FIRMS, "none")):
        chances = never if name == "none" else law[supplier]
        for k, firm in enumerate(FIRMS):
            expected = PACE * chances[k] * customers[supplier]
            rows.append(
                counts("L8", f"purchases of {firm} by customers of {name}", expected, bought[supplier, k])
            )
    return rows


def equity(market: Any) -> list[Row]:
    """Customer equity against the chain's closed form, from the suppliers customers have now."""
    contractual = market.setting.market.type == "contractual"
    yearly, pace = market.setting.market.discount_rate, 1.0 if contractual else PACE
    to_come = logit.discounted_choices(
        UTILITIES,
        OUTSIDE,
        SWITCHING_COST,
        OUTSIDE_PAYS,
        pace / (pace + (1.0 + yearly) ** (1.0 / 52.0) - 1.0),
        contractual,
    )
    held = np.array([(market.customers.supplier == s).sum() for s in (*range(len(FIRMS)), -1)])
    if contractual:
        held[-1] = 0  # lost for good
    found = market.customer_equity(CUSTOMERS)
    return [
        exact("L8", f"equity of {name}, {market.setting.market.type}", held @ to_come[:, k] * (PRICES[k] - UNIT_COST),
              found[k])
        for k, name in enumerate(FIRMS)
    ]  # fmt: skip


def rows(threads: int = 1) -> list[Row]:
    """L8 at full size."""
    contractual = market_of("contractual", threads=threads)
    found = first_choices(contractual) + renewals(contractual) + equity(contractual)
    repertoire = market_of("repertoire", threads=threads)
    return found + purchases(repertoire) + equity(repertoire)
