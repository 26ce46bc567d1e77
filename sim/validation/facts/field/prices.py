"""F17: prices that firms find by trial, over procedural switching costs."""

from __future__ import annotations

import numpy as np

from sim.scenario.merge import merge
from sim.validation.facts.factbook import Changes, Fact, SettingOf, everyone
from sim.validation.facts.facts import FIRMS, YEAR
from sim.validation.laws.checks import opened

DUBE = "Dube, Hitsch & Rossi 2009, read"
FACTS: tuple[Fact, ...] = tuple(
    fact
    for kind in ("repertoire", "contractual")
    for fact in (
        Fact(
            id="F17",
            key=f"{kind} moderate",
            what=f"{kind}: price at lock-in 0.25 to 1 less price without, share of it",
            found=f"moderate costs can lower prices, up to 18 % ({DUBE})",
            low=-0.18,
            high=0.0,
        ),
        Fact(
            id="F17",
            key=f"{kind} large",
            what=f"{kind}: the same at lock-in 4",
            found="above 0, but only if costs are large",
            low=0.0,
            high=np.inf,
        ),
    )
)
GRID = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
MODERATE = (0.25, 0.5, 0.75, 1.0)
YEARS, HEADS, BUDGET = 5, 1_000, 0.1


def measured(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """Mean price paid in the last year at each lock-in, and every figure of F17."""
    figures: dict[str, float] = {}
    for kind in ("repertoire", "contractual"):
        paid = {lock_in: price(seed, base, setting_of, kind, lock_in) for lock_in in GRID}
        figures |= {f"{kind} {lock_in:g}": money for lock_in, money in paid.items()}
        moderate = float(np.mean([paid[lock_in] for lock_in in MODERATE]))
        figures[f"{kind} moderate"] = moderate / paid[0.0] - 1.0
        figures[f"{kind} large"] = paid[GRID[-1]] / paid[0.0] - 1.0
    return figures


def price(seed: int, base: Changes, setting_of: SettingOf, kind: str, lock_in: float) -> float:
    """Mean price paid in the last year of a market in which every firm seeks its best reply by trial."""
    seeking = {name: {"strategy": {"name": "best_responder"}} for name in FIRMS}
    tree = {"market": {"type": kind, "budget": BUDGET}, "population": {"customers": HEADS}, "firms": seeking}
    market = opened(setting_of(merge(merge(dict(base), tree), everyone(lock_in=lock_in))), seed, 1)
    revenue = units = 0.0
    for week in range(YEARS * YEAR):
        market.step()
        if week >= (YEARS - 1) * YEAR:
            for j in range(len(FIRMS)):
                units += market.books.last("units", j)
                revenue += market.books.last("revenue", j) - market.books.last("promotion_cost", j)
    return revenue / units
