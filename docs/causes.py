"""Measures how much of a planted cause of leaving is found, and writes the table of causes.md (some minutes).

python docs/causes.py [--quick]
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np

from sim.market import Market
from sim.scenario import Scenario
from sim.theory.causes import CAUSES

PAGE = Path(__file__).with_name("causes.md")
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"
SEEDS, AFTER = (1, 2, 3, 4), 52
CONTACT, INTEGRATION = (
    {"strategy": {"name": "fixed_plan", lever: 1.0}} for lever in ("contact_rate", "integration")
)
NOW_AND_THEN = {"strategy": {"name": "fixed_plan", "contact_rate": 0.3}}
SOCIAL = {"choice": {"w_soc": 3.0, "s_soc": 2.0}, "bonds": {"social_half_life": 8.0}}
STRUCTURAL = {"choice": {"w_str": 3.0, "s_str": 2.0}, "bonds": {"structural_half_life": 8.0, "g_str": 0.3}}
LAPSE = {"type": "contact_lapse"}
PRICE, QUALITY = {"type": "price_shock", "change": 2.0}, {"type": "quality_crisis", "change": -1.5}
BOTH, ONE = ("repertoire", "contractual"), ("repertoire",)
#: What is planted, as which cause, in which markets; focal firm, theory, customers, week of the shock.
ROWS = [
    ("price + 2", PRICE, "price", BOTH, {}, {}, 20_000, 104),
    ("quality - 1.5", QUALITY, "product", BOTH, {}, {}, 20_000, 104),
    ("contact lapses, strong bond", LAPSE, "service", BOTH, CONTACT, SOCIAL, 20_000, 104),
    ("contact lapses, defaults", LAPSE, "service", ONE, CONTACT, {}, 40_000, 104),
    ("0.3 contacts a week lapse, defaults", LAPSE, "service", ONE, NOW_AND_THEN, {}, 40_000, 104),
    ("0.3 contacts a week lapse, defaults", LAPSE, "service", ONE, NOW_AND_THEN, {}, 40_000, 260),
    ("integration ends, strong bond", LAPSE, "service", BOTH, INTEGRATION, STRUCTURAL, 20_000, 104),
]


def run(
    kind: str, focal: dict, theory: dict, customers: int, at: int, event: dict | None, seed: int
) -> np.ndarray:
    """Customers the focal firm loses by cause in the weeks after the shock, (causes,)."""
    rival = {"strategy": {"name": "fixed_plan"}}
    setting = Scenario.from_config(
        {
            "name": "causes",
            "market": {"type": kind, "budget": "free"},
            "population": {"customers": customers},
            "theory": theory,
            "firms": {"focal": focal or rival, "rival_1": rival, "rival_2": rival},
            "events": {"shock": {"at": at} | event} if event else {},
            "experiment": {"periods": at + AFTER, "burn_in": 0, "sample": 0, "value_every": 100_000},
        }
    )
    market = Market(setting, seed, threads=2, collect=False)
    market.run_for(at + AFTER)
    return np.array(market.books.causes)[at:, 0].sum(axis=(0, 1))


@cache
def without(row: int, kind: str, seed: int) -> np.ndarray:
    """The same run without the shock; rows of one setting share it."""
    same = next(k for k in range(row + 1) if ROWS[k][4:] == ROWS[row][4:])
    return run(kind, *ROWS[row][4:], None, seed) if same == row else without(same, kind, seed)


def lines(seeds: tuple[int, ...]) -> list[str]:
    """The table's rows: net excess a seed, the share found of it and its standard error, the other causes."""
    made = []
    for number, (what, event, cause, kinds, *setting) in enumerate(ROWS):
        for kind in kinds:
            more = np.array([run(kind, *setting, event, s) - without(number, kind, s) for s in seeds])
            total, k = more.sum(axis=1), CAUSES.index(cause)
            share, each = more[:, k].sum() / total.sum(), more[:, k] / total
            error = each.std(ddof=1) / len(seeds) ** 0.5 if len(seeds) > 1 else float("nan")
            rest = {c: more[:, j].sum() / total.sum() for j, c in enumerate(CAUSES) if j != k}
            others = ", ".join(f"{c} {100 * x:.0f} %" for c, x in rest.items() if abs(x) >= 0.005)
            made.append(
                f"| {what} | {kind} | {setting[2]:,} | {setting[3]} | {total.mean():.0f} of {without(number, kind, seeds[0]).sum():.0f} "
                f"| {cause} **{100 * share:.0f} %** ± {100 * error:.0f} | {others} |\n"
            )
            print(made[-1], end="", flush=True)
    return made


def main() -> None:
    """Measure and write."""
    made = lines(SEEDS[:1] if "--quick" in sys.argv else SEEDS)
    text = PAGE.read_text()
    head, rest = text.split(BEGIN)
    kept = [
        "| planted | market | customers | week | net excess a seed, of leavers without | found as | else |\n",
        "|---|---|--:|--:|--:|---|---|\n",
    ]
    PAGE.write_text(head + BEGIN + "".join(kept + made) + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
