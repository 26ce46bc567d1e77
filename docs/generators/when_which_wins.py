"""Write docs/evidence/when-which-wins.md and its maps: ``python docs/generators/when_which_wins.py [--quick]``; some minutes.

``--draw`` draws the maps and writes their texts anew from the numbers on the page, without a run.

Each cell is a market of its own, in which the relationship arm and its control use the same random numbers.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.experiment.statistics import paired
from sim.market.accounts import MONEY
from sim.market.market import Market
from sim.report import phase, style
from sim.report.phase import Cell
from sim.scenario.files import compose

EVIDENCE = Path(__file__).resolve().parents[1] / "evidence"
PAGE = EVIDENCE / "when-which-wins.md"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"
SEEDS, PERIODS, BURN_IN = range(1, 11), 208, 52
TRADE, BUDGET = 500.0, 50.0  # purchases and money for marketing a week, of the whole market
FIRMS = ("focal", "rival_1", "rival_2", "rival_3")
SETTING = [
    "experiment.only=[share_transactional,share_partner]", f"experiment.periods={PERIODS}", "experiment.twin=false",
    f"experiment.burn_in={BURN_IN}",
]  # fmt: skip


def customers_and_margin(customers: float, margin: float) -> list[str]:
    """A market of fixed trade and budget, with few large or many small customers; margin in % of the price."""
    return [
        f"population.customers={customers:.0f}",
        f"market.budget={BUDGET / customers}",
        f"population.segments.everyone.need_rate.gamma.mean={TRADE / customers}",
        *(f"firms.{firm}.unit_cost={10 - margin / 10}" for firm in FIRMS),
    ]


def against_idle(customers: float, margin: float) -> list[str]:
    """A market as in `customers_and_margin` whose control spends nothing."""
    return [*customers_and_margin(customers, margin), "firms.focal.strategy={name: fixed_plan}"]


def bonds_and_lock_in(lock_in: float, weight: float) -> list[str]:
    """Procedural switching cost, and the weight of social and structural bonds in utility."""
    return [
        *customers_and_margin(500, 40), f"population.segments.everyone.lock_in={lock_in}",
        f"theory.choice.w_soc={weight}", f"theory.choice.w_str={weight}",
    ]  # fmt: skip


ARMS = ("share_partner", "share_transactional")
CUSTOMERS = ("number of customers who share the same trade", "margin, % of the price")
SPLIT, MARGINS = (125, 500, 2000, 4000, 8000), (10, 20, 40, 60, 80)
PLAIN, IDLE = "plain marketing", "spending nothing"


class Map(NamedTuple):
    """A map: the control, the axes and their values, and the settings of a cell's market."""

    control: str
    axes: tuple[str, str]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    made: Callable[..., list[str]]


#: Each map by its file.
MAPS = {
    "phase-customers-margin": Map(PLAIN, CUSTOMERS, SPLIT, MARGINS, customers_and_margin),
    "phase-customers-margin-idle": Map(IDLE, CUSTOMERS, SPLIT, MARGINS, against_idle),
    "phase-lock-in-bonds": Map(
        PLAIN, ("procedural switching cost (utility)", "weight of social and structural bonds (utility)"),
        (0, 0.5, 1, 2, 4), (0, 0.5, 1, 2, 4), bonds_and_lock_in,
    ),
}  # fmt: skip


def earned(setting: Any, arm: str, seed: int) -> float:
    """Profit of the focal firm after the burn-in, % of its budget over that time."""
    market = Market(setting, seed, arm=arm, collect=False, reports=False)
    market.run_for(PERIODS)
    profit = np.array(market.books.moneys)[BURN_IN:, MONEY.index("profit"), 0].sum()
    return 100.0 * float(profit) / (BUDGET * (PERIODS - BURN_IN))


def cell(x: float, y: float, made: Callable[..., list[str]], seeds: range) -> Cell:
    """Difference in profit between the relationship arm and the control in one market."""
    setting = compose("jackson_markets", [*SETTING, *made(x, y)])
    arms = [[earned(setting, arm, seed) for seed in seeds] for arm in ARMS]
    found = paired(np.array(arms[0]), np.array(arms[1]))
    return Cell(x, y, found.mean, found.low, found.high)


def measured(name: str, seeds: range) -> list[Cell]:
    """The cells of a map, by runs."""
    of, cells = MAPS[name], []
    for y in of.ys:
        for x in of.xs:
            cells.append(cell(x, y, of.made, seeds))
            print(name, cells[-1], flush=True)
    return cells


def on_page(name: str, text: str) -> list[Cell]:
    """The cells of a map, read from its table on the page."""
    of = MAPS[name]
    after = text.split(f"({name}.png)")[1]
    rows = [line for line in after.splitlines() if line.startswith("| ")][1 : 1 + len(of.ys)]
    numbers = [re.findall(r"[+-][\d.]+", row) for row in rows]
    return [
        Cell(x, y, *(float(number) for number in row[3 * k : 3 * k + 3]))
        for y, row in zip(of.ys, numbers, strict=True)
        for k, x in enumerate(of.xs)
    ]


def mapped(name: str, cells: list[Cell], seeds: int) -> str:
    """Write the picture of a map, and return its finding and table."""
    control, axes, xs, ys, _ = MAPS[name]
    counts = {v: sum(c.verdict == v for c in cells) for v in phase.LOOK}
    finding = (
        f"Bonds earn more than {control} in {counts[phase.MORE]} of {len(cells)} markets, "
        f"less in {counts[phase.LESS]}; {counts[phase.UNDECIDED]} undecided"
    )
    reading = (
        f"Difference in profit between partner and {control}, % of the budget; {seeds} seeds per cell, "
        "verdicts by 95 % intervals of the paired difference"
    )
    drawn = phase.draw(cells, axes, finding, reading, "{:+.0f}")
    (EVIDENCE / f"{name}.png").write_bytes(style.as_png(drawn))
    rows = [
        f"| {axes[1]} \\ {axes[0]} | " + " | ".join(f"{x:g}" for x in xs) + " |",
        "|---" * (len(xs) + 1) + "|",
    ]
    for y in ys:
        line = [f"{c.difference:+.1f} ({c.low:+.1f} to {c.high:+.1f})" for c in cells if c.y == y]
        rows.append(f"| {y:g} | " + " | ".join(line) + " |")
    return f"![{finding}]({name}.png)\n\n{finding}.\n\n" + "\n".join(rows) + "\n"


def main() -> None:
    """Run the maps, or read them, and write the page between its marks."""
    seeds = SEEDS[:2] if "--quick" in sys.argv else SEEDS
    text = PAGE.read_text(encoding="utf-8")
    cells = {name: on_page(name, text) if "--draw" in sys.argv else measured(name, seeds) for name in MAPS}
    head, rest = text.split(BEGIN)
    maps = "\n".join(mapped(name, cells[name], len(seeds)) for name in MAPS)
    PAGE.write_text(head + BEGIN + maps + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
