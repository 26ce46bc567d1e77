"""Laws L1 to L3 on the market of preset `dirichlet`: toothpaste, UK 1973 Q1."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from sim.validation.laws import dirichlet
from sim.validation.laws.checks import Row, estimate, of_preset, opened, product, ratio_row, sampled, share

MEAN, SHAPE, TOTAL = 1.456, 0.779, 1.298  # M and K of the category in a quarter; S of the brands
SHARES = (0.25, 0.19, 0.10, 0.09, 0.08, 0.03, 0.02)
NAMES = tuple(f".{100 * share:02.0f}" for share in SHARES)
CUSTOMERS, SEEDS, WEEKS = 300_000, (1, 2), 13


class Purchases(NamedTuple):
    """A quarter's purchases: of each customer by brand, (n, 7), of any brand, (n,), and the brand bought last."""

    by_brand: np.ndarray
    all: np.ndarray
    last: np.ndarray


def setting(customers: int, mean: float, shape: float, total: float, taste: bool = True):
    """The toothpaste market by the week: seven brands with tastes S x share, one more fills up to 1."""
    shares = {f"brand_{name[1:]}": share for name, share in zip(NAMES, SHARES, strict=True)}
    shares["other"] = 1.0 - sum(SHARES)
    need = {"gamma": {"shape": shape, "mean": mean / WEEKS}}
    return of_preset(
        "dirichlet",
        {
            "market": {"periods_per_year": 52, "taste": taste},
            "population": {"customers": customers, "segments": {"everyone": {"need_rate": need}}},
            "firms": {name: {"taste_weight": total * share} for name, share in shares.items()},
            "experiment": {"focal": "brand_25", "periods": WEEKS, "burn_in": 0},
        },
    )


def quarter(customers: int = CUSTOMERS, seeds: tuple[int, ...] = SEEDS, threads: int = 1, *, mean: float = MEAN,
            shape: float = SHAPE, total: float = TOTAL, taste: bool = True) -> Purchases:  # fmt: skip
    """Live a quarter; customers of all seeds together."""
    lived = []
    for seed in seeds:
        market = opened(setting(customers, mean, shape, total, taste), seed, threads)
        market.run_for(WEEKS)
        bought = market.customers.purchases
        lived.append((bought[:, : len(SHARES)], bought.sum(axis=1), market.customers.last_bought.copy()))
    return Purchases(*(np.concatenate(parts) for parts in zip(*lived, strict=True)))


def buying(purchases: Purchases) -> list[Row]:
    """L1: purchases of each brand, against the closed form at the published M, K and S."""
    rows = [product("L1", "category purchases", MEAN, (purchases.all, 1))]
    for brand, market_share in enumerate(SHARES):
        x, n = purchases.by_brand[:, brand], purchases.all
        buys, law = x > 0, dirichlet.buying(market_share, TOTAL, MEAN, SHAPE)
        rows += [
            share("L1", f"penetration of {NAMES[brand]}", law.penetration, buys.sum(), len(x)),
            ratio_row("L1", f"purchases per buyer of {NAMES[brand]}", law.purchases_per_buyer, x, buys),
            ratio_row("L1", f"category purchases per buyer of {NAMES[brand]}", law.category_per_buyer,
                  n * buys, buys),
            ratio_row("L1", f"share of requirements of {NAMES[brand]}", law.requirements, x, n * buys),
            share("L1", f"sole buyers of {NAMES[brand]}", law.sole_buyers, (buys & (n == x)).sum(),
                  buys.sum()),
        ]  # fmt: skip
    return rows


def double_jeopardy(purchases: Purchases) -> list[Row]:
    """L2: few buyers who buy a little less often; w(1-b) near constant; duplication D the same for all pairs."""
    law = [dirichlet.buying(market_share, TOTAL, MEAN, SHAPE) for market_share in SHARES]
    x, buys = purchases.by_brand, purchases.by_brand > 0
    large, small = (x[:, 0], buys[:, 0]), (x[:, -1], buys[:, -1])
    rows = [
        ratio_row("L2", "penetrations, .25 to .02", law[0].penetration / law[-1].penetration, large[1], small[1]),
        product("L2", "purchases per buyer, .25 to .02", law[0].purchases_per_buyer / law[-1].purchases_per_buyer,
                (large[0], 1), (large[1], -1), (small[0], -1), (small[1], 1)),
    ]  # fmt: skip
    for brand, known in enumerate(law):
        constant = known.purchases_per_buyer * (1.0 - known.penetration)
        rows.append(
            product("L2", f"w(1-b) of {NAMES[brand]}", constant,
                    (x[:, brand], 1), (buys[:, brand], -1), (~buys[:, brand], 1))
        )  # fmt: skip
    laws, found = [], []
    for i, j in combinations(range(len(SHARES)), 2):
        laws.append(dirichlet.duplication(SHARES[i], SHARES[j], TOTAL, MEAN, SHAPE))
        found.append(estimate((buys[:, i] & buys[:, j], 1), (buys[:, i], -1), (buys[:, j], -1)))
        what = f"duplication of {NAMES[i]} and {NAMES[j]}"
        rows.append(sampled("L2", what, laws[-1], found[-1][0], found[-1][1].std() / len(x) ** 0.5))
    got, influence = (sum(part) / len(found) for part in zip(*found, strict=True))
    rows.append(
        sampled("L2", "duplication D, mean of pairs", np.mean(laws), got, np.std(influence) / len(x) ** 0.5)
    )
    return rows


def repeats(purchases: Purchases) -> list[Row]:
    """L3: repeat rate of each brand's first buyers, among customers with exactly two purchases.

    Their number of purchases does not depend on their tastes, so they are a fair sample; the brand bought
    last and the counts tell which came first.
    """
    two = purchases.all == 2
    x, last = purchases.by_brand[two], purchases.last[two]
    rows = []
    for brand, market_share in enumerate(SHARES):
        again = x[:, brand] == 2
        first = again | ((x[:, brand] == 1) & (last != brand))
        rows += [
            share("L3", f"first purchases of {NAMES[brand]}", market_share, first.sum(), len(first)),
            share("L3", f"repeat rate of {NAMES[brand]}", dirichlet.repeat_rate(market_share, TOTAL), again.sum(), first.sum()),
        ]  # fmt: skip
    return rows


def rows(threads: int = 1) -> list[Row]:
    """L1 to L3 at full size."""
    purchases = quarter(threads=threads)
    return buying(purchases) + double_jeopardy(purchases) + repeats(purchases)
