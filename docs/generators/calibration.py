"""Write docs/evidence/calibration.md: ``python docs/generators/calibration.py``; under ten minutes on two free cores."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiment.statistics import estimate
from sim.validation import screening
from sim.validation.facts import factbook, facts
from sim.validation.facts.factbook import ELSEWHERE, FACTS, NEIGHBOURS, Fact
from sim.validation.facts.reasons import WHY
from sim.validation.screening import Value

PAGE = Path(__file__).resolve().parents[1] / "evidence" / "calibration.md"
SEEDS, CUSTOMERS = range(1, 11), 8_000
FEW, FEWER_CUSTOMERS = range(1, 5), 2_000
HEAD = """# Calibration

The published fact behind each default that has one, the facts that came out without being set, the facts that did not come out, and the effect of
every assumed value.

Made by `python docs/generators/calibration.py` (under ten minutes on two free cores) from `sim/validation/facts/` and
`sim/validation/screening.py`. The market of the facts has {customers} customers, four equal firms with the standing offer and no marketing, no
budget, and defaults for everything else. Figures are means over seeds {first} to {last}, with the 95 % interval over seeds in brackets. The interval shows the variation by random numbers,
and not the certainty of the model. `tests/validation/test_facts.py` compares each fact that set a
default with a market in which that or another default is wrong.
"""
AFTER_LOOKING = """## Chosen after seeing results

- The amounts of the strategies that scenarios compare are set by one rule, the best replies of [mixes.md](mixes.md). They are fitted to the
  default market; in another market these strategies may spend too much or too little. The amounts of the other strategies,
  `goodwill_ratio` 1.0 of `advertiser` among them, were set by hand after seeing profits there.
- `marginal_cost_quality` was added after seeing results. With a cost that grew from 0 by the square of the quality above base, the
  first increment of quality was free at the margin, and any strategy with a product lever beat every other. It is set to the amount that the median customer pays for quality, so
  that a firm with the right price gains little by slightly more quality.
- `price_sensitivity` had been raised from 0.30 to 0.45 in a rough trial of the equations, for F1. No other value of the
  theory and the population was moved for a fact, except `c_sat`.
"""
SCREENED = """## The effect of every assumed value

Each value is moved by itself, to half and to one and a half times its default, or to the levels shown where these have no meaning. The
table gives the change in the focal firm's **profit** (% of the unchanged market's), **share** of units, yearly **retention** of main customers
(both in percentage points) and **satisfaction** (hundredths). The market has {customers} customers and {weeks} weeks, of which the last year is read. The focal
firm uses every lever a little within the default budget, its rivals use none; a value of `firms` or `segments` changes for every firm or
customer. Contract values are moved in a contractual market. Figures are means of {seeds} seeds, each paired with the unchanged market of the
same random numbers; ± is half the 95 % interval. `0` means that nothing changed at all, because nothing reads the value in this market
(reports, surveys, tiers); it may matter in another one. This is a screening: it shows no interactions, and the true value may lie further
away than half or one and a half times the default.
"""


def interval(values: Iterable[float], digits: int = 3) -> str:
    """Mean and 95 % interval over seeds."""
    e = estimate(np.array(list(values)))
    return f"{e.mean:.{digits}f} [{e.low:.{digits}f}, {e.high:.{digits}f}]"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """A Markdown table."""
    names = list(head)
    body = ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names), *body, ""]


# ------------------------------------------------------------------ the runs


def _neighbour(task: tuple[int, float, int]) -> float:
    number, level, seed = task
    near = NEIGHBOURS[number]
    found = near.part(seed, near.tree(level), partial(facts.default_market, customers=CUSTOMERS))
    return float(found[near.key])


def _outcomes(task: tuple[str, Any]) -> dict[int, tuple[float, ...]]:
    return {seed: screening.outcome(*task, seed, FEWER_CUSTOMERS) for seed in FEW}


def runs() -> tuple[list[dict[str, float]], dict[Any, float], dict[Any, dict[int, tuple[float, ...]]]]:
    """Every figure by seed; each neighbour's; the screening's by key and level."""
    near = [(n, level, s) for n, x in enumerate(NEIGHBOURS) for level in x.levels for s in FEW]
    values = [*screening.assumed(), *screening.of_strategies()]
    moved = [(base, None) for base in dict.fromkeys(screening.base_of(v.key) for v in values)]
    moved += [(v.key, level) for v in values for level in v.moved]
    measured = partial(factbook.measured, customers=CUSTOMERS)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(_reported("facts", pool.map(measured, SEEDS), len(SEEDS)))
        beside = dict(zip(near, _reported("neighbours", pool.map(_neighbour, near), len(near)), strict=True))
        effects = pool.map(_outcomes, moved, chunksize=2)
        return found, beside, dict(zip(moved, _reported("screening", effects, len(moved)), strict=True))


def _reported(what: str, results: Iterator[Any], many: int) -> Iterator[Any]:
    for done, result in enumerate(results, start=1):
        print(f"\r{what} {done}/{many} ", end="" if done < many else "\n", file=sys.stderr, flush=True)
        yield result


# ------------------------------------------------------------------ the page


def page(found: list[dict[str, float]], beside: dict[Any, float], effects: dict[Any, Any]) -> str:
    """The whole page as Markdown."""
    parts = [
        HEAD.format(customers=f"{CUSTOMERS:,}", first=SEEDS[0], last=SEEDS[-1]),
        "## Facts that set a default, or against which a default was checked",
        "",
    ]
    parts += _facts(FACTS, found, default=True) + _bonds(found) + _switching(found)
    parts += ["The same facts at other values of the default:", "", *_neighbours(beside)]
    parts += ["## Facts that came out without being set", "", *_facts(ELSEWHERE, found), *_curve(found)]
    parts += ["## Facts that did not come out", "", *_not_met(found), "", AFTER_LOOKING]
    parts += [SCREENED.format(customers=f"{FEWER_CUSTOMERS:,}", weeks=screening.PERIODS, seeds=len(FEW))]
    own, strategies = screening.assumed(), screening.of_strategies()
    parts += ["The ten values that move profit most:", "", *_largest(own, effects), ""]
    parts += ["### The market, the firms, the customers, the theory", "", *_effects(own, effects)]
    parts += ["### The strategies", "", "The focal firm plays the strategy; its rivals do nothing.", ""]
    parts += _effects(strategies, effects)
    return "\n".join(parts).rstrip() + "\n"


def _of(found: list[dict[str, float]], key: str) -> np.ndarray:
    return np.array([one[key] for one in found])


def _facts(which: Iterable[Fact], found: list[dict[str, float]], default: bool = False) -> list[str]:
    head = ["fact", "figure", "published", "in the model", "agrees"] + ["default"] * default
    rows = []
    for fact in which:
        values = _of(found, fact.key)
        met = "" if fact.low == -np.inf else "yes" if fact.met(values) else "**no**"
        rows.append([fact.id, fact.what, fact.found, interval(values), met] + [fact.sets] * default)
    return table(head, rows)


def _bonds(found: list[dict[str, float]]) -> list[str]:
    states = ("stayers", "dissatisfied", "satisfied switchers")
    rows = ([bond, *(interval(_of(found, f"{bond} {s}")) for s in states)] for bond in facts.BONDS)
    caption = "F7, increase in the firm's share of its main customers' purchases in the half year after, by a full bond:"
    return [caption, "", *table(("full bond", *states), rows)]


def _switching(found: list[dict[str, float]]) -> list[str]:
    cases = {
        "as it is": "switching",
        "lock-in 0": "switching_freed",
        "rivals 10 % cheaper": "switching_rivals_cheaper",
    }
    caption = "F6, share of a firm's main customers who leave it in a year:"
    return [caption, "", *table(cases, [[interval(_of(found, key)) for key in cases.values()]])]


def _curve(found: list[dict[str, float]]) -> list[str]:
    names = ("below -.6", "to -.2", "to .2", "to .6", "above .6")
    caption = "F4, share of customers with the same main supplier a year later, by satisfaction with it (few customers are in the lowest class):"
    return [caption, "", *table(names, [[interval(_of(found, f"stays_{k}")) for k in range(1, 6)]])]


def _neighbours(beside: dict[Any, float]) -> list[str]:
    every = {fact.key: fact for fact in FACTS}
    rows = [
        [near.default, f"{level:g}", every[near.key].what, interval(beside[n, level, s] for s in FEW)]
        for n, near in enumerate(NEIGHBOURS)
        for level in near.levels
    ]
    return table(("default", "value", "fact", "figure in the model"), rows)


def _not_met(found: list[dict[str, float]]) -> list[str]:
    missed = [fact for fact in (*FACTS, *ELSEWHERE) if not fact.met(_of(found, fact.key))]
    return [
        f"- **{x.id}, {x.what}**: {interval(_of(found, x.key))}; published: {x.found}. {WHY.get(x.key, '')}"
        for x in missed
    ]


def _gaps(value: Value, effects: dict[Any, Any]) -> list[np.ndarray]:
    base = effects[screening.base_of(value.key), None]
    return [screening.differences(effects[value.key, level], base) for level in value.moved]


def _effect(gaps: list[np.ndarray], column: int) -> str:
    cells = []
    for gap in gaps:
        e = estimate(gap[:, column])
        cells.append(f"{e.mean:+.1f} ± {(e.high - e.low) / 2:.1f}" if gap[:, column].any() else "0")
    return "; ".join(cells) if set(cells) != {"0"} else "0"


def _effects(values: Iterable[Value], effects: dict[Any, Any]) -> list[str]:
    head = ("value", "default", "range", "unit", "meaning", "source", "moved to", *screening.OUTCOMES)
    rows = []
    for v in values:
        gaps = _gaps(v, effects)
        shown: list[object] = [
            f"`{v.key}`",
            f"{v.default:g}",
            f"{v.low:g} to {v.high:g}",
            v.unit,
            v.meaning,
            v.source,
        ]
        moved = "; ".join(f"{level:g}" for level in v.moved)
        rows.append([*shown, moved, *(_effect(gaps, k) for k in range(len(screening.OUTCOMES)))])
    return table(head, rows)


def _largest(values: Iterable[Value], effects: dict[Any, Any]) -> list[str]:
    most: Callable[[Value], float] = lambda v: max(abs(gap[:, 0].mean()) for gap in _gaps(v, effects))  # noqa: E731
    first = sorted(values, key=most, reverse=True)[:10]
    rows = (
        (f"`{v.key}`", f"{v.default:g}", "; ".join(f"{x:g}" for x in v.moved), _effect(_gaps(v, effects), 0))
        for v in first
    )
    return table(("value", "default", "moved to", "profit, %"), rows)


if __name__ == "__main__":
    made = page(*runs())
    PAGE.write_text(made, encoding="utf-8")
    print("docs/evidence/calibration.md")
