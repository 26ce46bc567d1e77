"""Measure how a planted cause of leaving is identified, and write the tables of docs/evidence/causes.md (some minutes).

python docs/generators/causes.py [--quick]
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.market.market import Market
from sim.scenario.merge import merge
from sim.scenario.scenario import Scenario
from sim.theory.switching_causes import CAUSES

PAGE = Path(__file__).resolve().parents[1] / "evidence" / "causes.md"
BAR = 90  # per cent of the net excess that must be found as the planted cause
SEEDS, AFTER = (1, 2, 3, 4), 52
CONTACT, INTEGRATION, NOW_AND_THEN = (
    {"firms": {"focal": {"strategy": {"name": "fixed_plan", lever: dose}}}}
    for lever, dose in (("contact_rate", 1.0), ("integration", 1.0), ("contact_rate", 0.3))
)
SOCIAL = {"theory": {"choice": {"w_soc": 3.0, "s_soc": 2.0}, "bonds": {"social_half_life": 8.0}}}
STRUCTURAL = {
    "theory": {"choice": {"w_str": 3.0, "s_str": 2.0}, "bonds": {"structural_half_life": 8.0, "g_str": 0.3}}
}
#: A rival that would advertise much may not, until the shock allows it.
SILENCED = {
    "firms": {"rival_1": {"strategy": {"name": "fixed_plan", "advertising": 0.5}}},
    "events": {"shock": {"type": "regulation", "practice": "advertising", "at": 0}},
}
LAPSE, SPEAKS = {"type": "contact_lapse"}, {"type": "regulation", "at": 0, "lasts": 104}
PRICE, QUALITY = {"type": "price_shock", "change": 2.0}, {"type": "quality_crisis", "change": -1.5}
TECHNOLOGY = {"type": "technology_jump", "firm": "rival_1", "change": 2.0}
SCANDAL = {"type": "political_shock", "change": -1.0}
CLOSED = {"events": {"shock": {"type": "firm_enters", "firm": "rival_2", "at": 100_000}}}
BOTH, ONE = ("repertoire", "contractual"), ("repertoire",)
#: The shock, its cause, the markets, the changes to the market, customers, week of the shock.
ROWS = [
    ("price + 2", PRICE, "price", BOTH, {}, 20_000, 104),
    ("quality - 1.5", QUALITY, "product", BOTH, {}, 20_000, 104),
    ("contact lapses, strong bond", LAPSE, "service", BOTH, CONTACT | SOCIAL, 20_000, 104),
    ("a rival advertises", SPEAKS, "market", BOTH, SILENCED, 20_000, 104),
    ("a rival's technology + 2", TECHNOLOGY, "technology", BOTH, {}, 20_000, 104),
    ("scandal - 1", SCANDAL, "political", BOTH, {}, 20_000, 104),
    ("contact lapses, defaults", LAPSE, "service", ONE, CONTACT, 40_000, 104),
    ("0.3 contacts per week lapse, defaults", LAPSE, "service", ONE, NOW_AND_THEN, 40_000, 104),
    ("0.3 contacts per week lapse, defaults", LAPSE, "service", ONE, NOW_AND_THEN, 40_000, 260),
    ("a rival that all know opens", {"at": 104}, "market", BOTH, CLOSED, 20_000, 104),
    ("joint work ends, strong bond", LAPSE, "service", BOTH, INTEGRATION | STRUCTURAL, 20_000, 104),
]
MATRIX = len(CAUSES) - 1  # the first rows, one a cause, make the matrix


def run(
    kind: str, over: dict[str, Any], customers: int, at: int, event: dict | None, seed: int
) -> np.ndarray:
    """Customers the focal firm loses by cause in the weeks after the shock, (causes,)."""
    rival = {"strategy": {"name": "fixed_plan"}}
    tree = {
        "name": "causes",
        "market": {"type": kind, "budget": "free"},
        "population": {"customers": customers},
        "firms": {"focal": rival, "rival_1": rival, "rival_2": rival},
        "experiment": {"periods": at + AFTER, "burn_in": 0, "sample": 0, "value_every": 100_000},
    }
    shock = {"events": {"shock": {"at": at} | event}} if event else {}
    market = Market(Scenario.from_config(merge(merge(tree, over), shock)), seed, threads=2, collect=False)
    market.run_for(at + AFTER)
    return np.array(market.books.causes)[at:, 0].sum(axis=(0, 1))


@cache
def without(row: int, kind: str, seed: int) -> np.ndarray:
    """The same run without the shock; rows of one setting share it."""
    same = next(k for k in range(row + 1) if ROWS[k][4:] == ROWS[row][4:])
    return run(kind, *ROWS[row][4:], None, seed) if same == row else without(same, kind, seed)


def excess(row: int, kind: str, seeds: tuple[int, ...]) -> np.ndarray:
    """Additional customers lost with the shock, by seed and cause, (n_seeds, n_causes)."""
    event, setting = ROWS[row][1], ROWS[row][4:]
    return np.array([run(kind, *setting, event, s) - without(row, kind, s) for s in seeds])


def lines(found: dict[tuple[int, str], np.ndarray]) -> list[str]:
    """Rows of the table: net excess per seed, the share identified with its standard error, the other causes."""
    made = []
    for (number, kind), more in found.items():
        what, _, cause, _, _, customers, at = ROWS[number]
        total, k = more.sum(axis=1), CAUSES.index(cause)
        share, each = more[:, k].sum() / total.sum(), more[:, k] / total
        error = each.std(ddof=1) / len(more) ** 0.5 if len(more) > 1 else float("nan")
        rest = {c: more[:, j].sum() / total.sum() for j, c in enumerate(CAUSES) if j != k}
        others = ", ".join(f"{c} {100 * x:.0f} %" for c, x in rest.items() if abs(x) >= 0.005)
        made.append(
            f"| {what} | {kind} | {customers:,} | {at} | {total.mean():.0f} of {without(number, kind, SEEDS[0]).sum():.0f} "
            f"| {cause} **{100 * share:.0f} %** ± {100 * error:.0f} | {others} |\n"
        )
    return made


def matrix(found: dict[tuple[int, str], np.ndarray]) -> list[str]:
    """Planted by identified cause: shares of the net excess in per cent, the diagonal in bold, red below `BAR`."""
    head = " | ".join(CAUSES)
    made = [f"| planted | market | {head} |\n", "|---|---|" + "--:|" * len(CAUSES) + "\n"]
    for (number, kind), more in found.items():
        if number < MATRIX:
            shares = 100 * more.sum(axis=0) / more.sum()
            cause = ROWS[number][2]
            cells = [
                f"{x:.0f}" if c != cause else f"**{x:.0f}**" + " red" * bool(x < BAR)
                for c, x in zip(CAUSES, shares + 0.0, strict=True)
            ]
            made.append(f"| {cause} | {kind} | {' | '.join(cells)} |\n".replace(" -0 ", " 0 "))
    return made


def put(text: str, mark: str, rows: list[str]) -> str:
    """The page with rows between the lines ``<!-- mark -->`` and ``<!-- /mark -->``."""
    begin, end = f"<!-- {mark} -->\n", f"<!-- /{mark} -->\n"
    head, rest = text.split(begin)
    return head + begin + "".join(rows) + end + rest.split(end)[1]


def main() -> None:
    """Measure and write."""
    seeds = SEEDS[:1] if "--quick" in sys.argv else SEEDS
    found = {}
    for number, row in enumerate(ROWS):
        for kind in row[3]:
            found[number, kind] = excess(number, kind, seeds)
            print(row[0], kind, flush=True)
    kept = [
        "| planted | market | customers | week | net excess per seed, of leavers without the shock | identified as | other causes |\n",
        "|---|---|--:|--:|--:|---|---|\n",
    ]
    text = put(PAGE.read_text(), "matrix", matrix(found))
    PAGE.write_text(put(text, "measured", kept + lines(found)))


if __name__ == "__main__":
    main()
