"""Write docs/evidence/mixes.md, how the amounts of the strategies were chosen: ``python docs/generators/mixes.py``; a quarter of an hour."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t as student

from sim.market.market import Market
from sim.scenario.scenario import Scenario
from sim.strategies.library import make_strategy

PAGE = Path(__file__).resolve().parents[1] / "evidence" / "mixes.md"
CUSTOMERS, PERIODS, BURN_IN = 2_000, 312, 52
SEEDS = tuple(range(10_001, 10_009))
PORTIONS = (0.0, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)  # of the budget, for each of the four Ps
FOUR_PS = ("advertising", "promotion", "product", "service", "place")
ASHARE = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
CONTACTS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
EFFORTS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0)
A_CASE = {"a_case": (0.5, 1.0, 2.0, 4.0, 8.0)}
LISTENING = (0.025, 0.05, 0.1, 0.2)
#: The amounts of each strategy that a scenario compares; an amount that defines the strategy cannot be 0.
LADDERS: dict[str, dict[str, Sequence[float]]] = {
    "frequency_programme": {"reward_rate": (0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05)},
    "club": {"contact_rate": CONTACTS, "members": (0.25, 0.5, 0.75, 1.0), "listening": (0.0, *LISTENING)},
    "partner": {"integration": EFFORTS, "acquainted": (1, 2, 3, 5, 10)},
    "basic": {"push": ASHARE},
    "reactive": A_CASE,
    "accountable": A_CASE | {"called": ASHARE, "listening": LISTENING},
    "proactive": A_CASE
    | {
        "contact_rate": CONTACTS,
        "listening": LISTENING,
        "prevention": ASHARE,
        "betterment": (0.05, 0.1, 0.2, 0.4),
    },
    "partnership": A_CASE
    | {"integration": EFFORTS, "contact_rate": CONTACTS, "partners": ASHARE, "attention": ASHARE},
}
Values = dict[str, float]
HEAD = f"""# How the amounts of the strategies were chosen

Strategies have amounts that nobody has measured. The strategies that a scenario compares have their amounts set by one rule, so that none
is better prepared than another. Each amount is set to the best step of a ladder of values, one amount after the other, until no change of a
single amount raises the firm's mean profit. Plain marketing (`transactional`) is its own best reply, because the other three firms do
the same. The other strategies are best replies to it, and the money that their programmes leave is spent as plain marketing. The market is the
default one: {CUSTOMERS:,} customers, four firms, {PERIODS} weeks (the first {BURN_IN} not counted), seeds {SEEDS[0]} to {SEEDS[-1]}, which no
scenario uses. Profit is money per customer per year; ± is half the 95 % interval over the seeds.

Every strategy spends as much as plain marketing does, half of the budget: no arm has more, and none wins by leaving money unspent. The two
strategies of `leaky_bucket`, `acquisition_only` and `retention_focused`, keep amounts set by hand. Nobody is new in the
default market, so a best reply there would say nothing about winning newcomers.

A search on so few seeds finds amounts near the best and not always the best: where a step changes less than its ±, either would do. The figures
of this page chose the amounts, so they are no evidence for a strategy; [findings.md](findings.md) is.

Made by `python docs/generators/mixes.py`.
"""


def mix(portions: Values) -> Values:
    """Parameters of plain marketing that spend these portions of the budget."""
    whole = sum(portions.values())
    return {"budget_share": whole} | {lever: portions[lever] / max(whole, 1e-9) for lever in FOUR_PS}


def profit(job: tuple[str, Values, Values, int]) -> float:
    """Profit of the focal firm, money per customer per year, against three firms with plain marketing."""
    name, own, rivals, seed = job
    tree: dict[str, Any] = {
        "name": "mixes", "question": "?", "source": "none", "population": {"customers": CUSTOMERS},
        "firms": {
            "focal": {"strategy": {"name": name, **own}},
            **{f"plain_{k}": {"strategy": {"name": "transactional", **rivals}} for k in (1, 2, 3)},
        },
        "experiment": {"focal": "focal", "periods": PERIODS, "burn_in": BURN_IN, "sample": 0, "twin": False},
    }  # fmt: skip
    market = Market(Scenario.from_config(tree), seed, collect=False, reports=False)
    market.run_for(PERIODS)
    table = market.books.outcomes()
    table = table[(table["firm"] == "focal") & (table["period"] >= BURN_IN)]
    return float(table["profit"].sum() * 52 / (PERIODS - BURN_IN) / CUSTOMERS)


class Search:
    """Coordinate search on ladders of values, by mean profit over the seeds."""

    def __init__(
        self, pool: ProcessPoolExecutor, name: str, made: Callable[[Values], Values], rivals: Values
    ) -> None:
        self.pool, self.name, self.made, self.rivals = pool, name, made, rivals
        self.seen: dict[tuple, np.ndarray] = {}

    def profits(self, values: Values) -> np.ndarray:
        """Profit by seed, (n_seeds,)."""
        key = tuple(values.values())
        if key not in self.seen:
            jobs = [(self.name, self.made(values), self.rivals, seed) for seed in SEEDS]
            self.seen[key] = np.array(list(self.pool.map(profit, jobs)))
        return self.seen[key]

    def best(self, start: Values, ladders: dict[str, Sequence[float]]) -> Values:
        """Values at which no change of a single one, however large, earns more."""
        now, before = dict(start), None
        while now != before:
            before = dict(now)
            for key, ladder in ladders.items():
                trials = [trial for value in ladder if self.allowed(trial := now | {key: value})]
                now = max([now, *trials], key=lambda trial: float(self.profits(trial).mean()))
        return now

    def allowed(self, values: Values) -> bool:
        """True if the portions fit into the budget."""
        return self.made is not mix or sum(values.values()) <= 1.0 + 1e-9


def plain(pool: ProcessPoolExecutor) -> tuple[Values, Search]:
    """Portions of the budget at which plain marketing is its own best reply, on the ladders."""
    now = dict.fromkeys(FOUR_PS, 0.0) | {"advertising": 0.2, "product": 0.3}
    for _ in range(6):
        search = Search(pool, "transactional", mix, mix(now))
        better = search.best(now, dict.fromkeys(FOUR_PS, PORTIONS))
        say(f"plain marketing: {better}")
        if better == now:
            break
        now = better
    return now, search


def say(text: str) -> None:
    """Report progress."""
    print(text, file=sys.stderr, flush=True)


def against(mine: np.ndarray, other: np.ndarray) -> str:
    """A paired difference of profits with half its 95 % interval."""
    difference = mine - other
    half = float(student.ppf(0.975, len(difference) - 1) * difference.std(ddof=1) / np.sqrt(len(difference)))
    return f"{difference.mean():+.2f} ± {half:.2f}"


def steps(search: Search, best: Values, ladders: dict[str, Sequence[float]]) -> Iterator[str]:
    """A table row per amount: its value, and the change in profit one step down and up."""
    here = search.profits(best)
    yield "| amount | chosen | one step down | one step up |"
    yield "|---|---:|---:|---:|"
    for key, ladder in ladders.items():
        cells = []
        for step in (-1, 1):
            to = ladder.index(best[key]) + step
            trial = best | {key: ladder[to]} if to in range(len(ladder)) else None
            there = search.profits(trial) if trial and search.allowed(trial) else None
            cells.append("end of the ladder" if there is None else f"{trial[key]:g}: {against(there, here)}")
        yield f"| `{key}` | {best[key]:g} | {cells[0]} | {cells[1]} |"


def page(pool: ProcessPoolExecutor) -> Iterator[str]:
    """The page, line by line."""
    yield HEAD
    portions, search = plain(pool)
    own = mix(portions)
    idle = search.profits(dict.fromkeys(FOUR_PS, 0.0))
    yield "## transactional: portions of the budget\n"
    yield from steps(search, portions, dict.fromkeys(FOUR_PS, PORTIONS))
    yield f"\nDifference from a firm that spends nothing: {against(search.profits(portions), idle)} per customer per year.\n"
    for name, ladders in LADDERS.items():
        mixed = {key: value for key, value in own.items() if key in make_strategy(name).parameters()}
        level = Search(pool, name, lambda values, mixed=mixed: mixed | values, own)
        usual = make_strategy(name).parameters()
        start = {
            key: min(ladder, key=lambda x, key=key: abs(x - usual[key])) for key, ladder in ladders.items()
        }
        best = level.best(start, ladders)
        say(f"{name}: {best}")
        yield f"## {name}\n"
        yield from steps(level, best, ladders)
        plainly = search.profits(portions)
        yield f"\nDifference from `transactional` at its best: {against(level.profits(best), plainly)} per customer per year.\n"


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as workers:
        PAGE.write_text("\n".join(page(workers)) + "\n", encoding="utf-8")
    print("docs/evidence/mixes.md")
