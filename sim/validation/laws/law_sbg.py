"""Law L5 on the market of preset `sbg`: the high-end customers of Fader & Hardie (2007), by the year."""

from __future__ import annotations

import math

import numpy as np

from sim.validation.laws import sbg
from sim.validation.laws.checks import Row, of_preset, opened, share

ALPHA, BETA, YEARS = 0.668, 3.806, 12
CUSTOMERS, SEED = 100_000, 1


def contracts(customers: int = CUSTOMERS, seed: int = SEED, threads: int = 1, *, alpha: float = ALPHA,
              beta: float = BETA, alike: bool = False) -> np.ndarray:  # fmt: skip
    """Customers under contract after 0, 1, ..., 12 renewals, (13,); alike: all leave at the mean rate."""
    market_of = {"periods_per_year": 1, "outside_taste_weight": alpha}
    if alike:
        market_of |= {"taste": False, "outside": math.log(alpha / beta)}
    setting = of_preset(
        "sbg",
        {
            "market": market_of,
            "population": {"customers": customers},
            "firms": {"provider": {"taste_weight": beta}},
            "experiment": {"focal": "provider", "periods": YEARS + 1, "burn_in": 0},
        },
    )
    market = opened(setting, seed, threads)
    market.run_for(YEARS + 1)
    return market.books.outcomes()["units"].to_numpy()


def survival(stayed: np.ndarray) -> list[Row]:
    """Share still a customer, and retention, which rises by sorting alone, by year."""
    left = sbg.survival(ALPHA, BETA, YEARS)
    kept = sbg.retention(ALPHA, BETA, YEARS)
    rows = [share("L5", f"survival to year {t}", left[t], stayed[t], stayed[0]) for t in range(1, YEARS + 1)]
    return rows + [
        share("L5", f"retention in year {t}", kept[t - 1], stayed[t], stayed[t - 1])
        for t in range(1, YEARS + 1)
    ]


def flat(stayed: np.ndarray) -> list[Row]:
    """With one rate of leaving for all, retention is the same every year."""
    expected = BETA / (ALPHA + BETA)
    return [
        share("L5", f"retention in year {t}, all alike", expected, stayed[t], stayed[t - 1])
        for t in range(1, YEARS + 1)
    ]


def rows(threads: int = 1) -> list[Row]:
    """L5 at full size, with and without differences between customers."""
    return survival(contracts(threads=threads)) + flat(contracts(threads=threads, alike=True))
