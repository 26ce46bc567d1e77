"""Write docs/evidence/facts.md, nine facts beside their sources: ``python docs/generators/facts.py FOLDER`` (some minutes on two free cores).

FOLDER holds run folders as docs/generators/findings.py fills them; a scenario that is not there is left out and named. With
ids behind FOLDER only those facts are printed: ``python docs/generators/facts.py FOLDER F8 F17``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.core.errors import InputError
from sim.experiment.statistics import Estimate, estimate
from sim.report.run_and_report import Result
from sim.validation.facts import factbook, facts
from sim.validation.facts.factbook import ELSEWHERE, Fact
from sim.validation.facts.field import bond_durability, disappointment, good_and_bad_news, prices, recovery
from sim.validation.facts.reasons import WHY

PAGE_FILE = Path(__file__).resolve().parents[1] / "evidence" / "facts.md"
SEEDS, CUSTOMERS = range(1, 11), 8_000
Found = list[dict[str, float]]
Also = Callable[[Found], list[str]]


class Entry(NamedTuple):
    """A fact of the page: title, measurements, the scenario whose expectations belong to it, a further table."""

    title: str
    parts: tuple[Any, ...] = ()
    scenario: str = ""
    only: str = ""  # text in the source of the expectations that are about the fact
    also: Any = None  # figures by seed -> lines, or for a fact without parts a `Result` -> lines
    note: str = ""  # a remark below the table


def own(name: str) -> tuple[Fact, ...]:
    """Every figure declared for a fact."""
    declared = (*factbook.FACTS, *ELSEWHERE, *(f for m in FIELD for f in m.FACTS))
    return tuple(fact for fact in declared if fact.id == name)


FIELD = (disappointment, bond_durability, recovery, good_and_bad_news, prices)
HEAD = """# Nine facts beside their sources

Published figures, the figures of the market, and whether they agree. Measured rows come from a market of {customers:,} customers and four equal
firms with the standing offer, no budget, and defaults for everything that a row does not name. They are means over seeds {first} to {last}, with
the 95 % interval over seeds in brackets. *Yes*: the whole interval is in the range that the declaration gives (in `sim/validation/`,
written before the figure was first measured). *Undecided*: the interval crosses a bound. Rows of a scenario are its expectations, read from a run
folder, with the interval over its replications. Sources marked *recalled* are from memory. Other facts are in
[calibration.md](calibration.md). Nothing was tuned for this page.

Made by `python docs/generators/facts.py FOLDER`; each section by the command below its title.
"""
TABLE = ["| figure | published | in the model | agrees |", "|---|---|---|---|"]


# ------------------------------------------------------------------ a figure and its verdict


def interval(e: Estimate, digits: int = 3) -> str:
    """Mean and interval."""
    return f"{e.mean:.{digits}f} [{e.low:.{digits}f}, {e.high:.{digits}f}]"


def verdict(fact: Fact, values: np.ndarray) -> str:
    """The verdict: "yes" if the range holds the whole interval over seeds, "no" if none of it; "" without a range.

    >>> verdict(Fact(id="F", key="", what="", found="", low=0.0, high=1.0), np.array([0.4, 0.5, 0.6]))
    'yes'
    """
    if not np.isfinite([fact.low, fact.high]).any():
        return ""
    e, met = estimate(values), fact.met(values)
    sure = fact.low <= e.low and e.high <= fact.high if met else e.high < fact.low or e.low > fact.high
    return ("yes" if met else "**no**") if sure else "undecided"


def measured(found: Found, name: str) -> list[str]:
    """A row per figure of a fact, and below the table the reasons for those that do not agree."""
    rows, why = [], []
    for fact in own(name):
        values = np.array([one[fact.key] for one in found])
        said = verdict(fact, values)
        rows.append(f"| {fact.what} | {fact.found} | {interval(estimate(values))} | {said} |")
        if said.startswith("**no"):
            why.append(f"- *{fact.what}*: {WHY[fact.key]}")
    return [*rows, "", *(["Figures that do not agree, and the reason:", "", *why, ""] if why else [])]


def expected(result: Result, only: str) -> list[str]:
    """A row per expectation of a scenario whose source names the fact."""
    rows = []
    for e in result.expectations:
        if only in e["literature"]:
            asked = f"{e['claim']} (`{e['metric']}`, `{e['arm']}` against `{e['against']}`)"
            found = f"{e['estimate']:.4g} [{e['low']:.4g}, {e['high']:.4g}]"
            rows.append(f"| {asked} | {e['literature']} | {found} | {WORDS[e['verdict']]} |")
    return rows


WORDS = {"met": "yes", "not met": "**no**", "undecided": "undecided"}


# ------------------------------------------------------------------ tables besides


def across(title: str, names: Iterable[str], rows: dict[str, list[str]], digits: int = 3) -> Also:
    """A table whose cells are means over seeds of figures, by key."""

    def lines(found: Found) -> list[str]:
        body = [
            f"| {row} | "
            + " | ".join(f"{np.mean([one[k] for one in found]):.{digits}f}" for k in keys)
            + " |"
            for row, keys in rows.items()
        ]
        head = list(names)
        return [title, "", f"| {' | '.join(head)} |", "|" + "---|" * len(head), *body, ""]

    return lines


def corners(result: Result) -> list[str]:
    """F20: difference in profit of each level from basic, by corner of the grid."""
    rows = result.summary[result.summary["metric"] == "profit"].set_index("arm")["mean"]
    levels = list(dict.fromkeys(arm.rsplit("_", 1)[1] for arm in rows.index))
    places = list(dict.fromkeys(arm.rsplit("_", 1)[0] for arm in rows.index))
    lines = ["Difference in profit from basic, money per customer per year (idle: nothing spent):", ""]
    lines += [f"| corner | {' | '.join(levels)} | best |", "|---|" + "---|" * (len(levels) + 1)]
    for place in places:
        less = {level: float(rows[f"{place}_{level}"] - rows[f"{place}_basic"]) for level in levels}
        cells = " | ".join(f"{x:+.3g}" for x in less.values())
        lines.append(f"| {place.replace('_', ' and ')} | {cells} | {max(less, key=lambda k: less[k])} |")
    return [*lines, ""]


HALVES = [f"half year {k + 1}" for k in range(bond_durability.HALVES)]


def both_tables(found: Found) -> list[str]:
    """F8: the share left by half year, and the gains."""
    left = {bond: [f"{bond} {half}" for half in HALVES] + [f"lasts {bond}"] for bond in facts.BONDS}
    gains = {bond: [f"gain {bond}", f"gain copied {bond}", f"left {bond}"] for bond in facts.BONDS}
    one = across(
        "Share of the hold on customers that is left in each half year after the programme stopped, and weeks until half is left "
        f"({(bond_durability.HALVES - 1) * bond_durability.HALF + bond_durability.HALF // 2} at most):",
        ("bond", *HALVES, "weeks"), left, 2,
    )  # fmt: skip
    other = across(
        "Gain in profit over plain marketing, money per customer per year, with the usual budget:",
        ("bond", "rivals do nothing", "all rivals copy", "share left"), gains, 2,
    )  # fmt: skip
    return [*one(found), *other(found)]


PAGE: dict[str, Entry] = {
    "F2": Entry("Spend of the top fifth", (factbook.satisfaction,)),
    "F4": Entry("Satisfaction and staying", (factbook.path,), also=across(
        "Share of customers with the same main supplier a year later, by satisfaction with it:", ("", "below -.6", "to -.2", "to .2", "to .6", "above .6"),
        {"stay": [f"stays_{k}" for k in range(1, 6)]})),
    "F5": Entry("Disappointment against delight", (factbook.disappointment, disappointment.measured), note=(
        "The asymmetry owes little to `loss_aversion` (2, set by this fact): with every customer at 1 nearly all of it is left. One reading: "
        "judgement saturates, a high share can fall further than it can rise, and trust falls faster than it grows. These rows "
        "therefore agree with the source without being evidence for its reason.")),
    "F7": Entry("Bonds by state of the customer", (factbook.bonds,), also=across(
        "Increase in the firm's share of its main customers' purchases in the half year after, by a full bond:",
        ("bond", "stayers", "dissatisfied", "satisfied switchers"),
        {bond: [f"{bond} {state}" for state in ("stayers", "dissatisfied", "satisfied switchers")] for bond in facts.BONDS})),
    "F8": Entry("Bonds: durability and imitability", (bond_durability.measured,), "bond_ladder", "F8", both_tables),
    "F10": Entry("The recovery paradox", (recovery.measured,), "service_recovery", "F10", across(
        "Effect of a failure at a purchase, on satisfaction at once and on the share of purchases (the half year after less the half year before); effect of "
        "a second failure within a year less that of a first:",
        ("failures are", "satisfaction", "rebuying", "second, satisfaction", "second, rebuying"),
        {case: [f"{what} {case}" for what in ("satisfaction", "rebuying", "second", "second rebuying")]
         for case in recovery.CASES})),
    "F12": Entry("Word of mouth", (good_and_bad_news.measured,), "bad_news_weak_ties", "F12", across(
        "Further figures:", ("", "good over bad, failure rate 2 %", "good shift at .8 to .95", "bad shift at .8 to .95"),
        {"here": ["good over bad at 2 %", "shift good high", "shift bad high"]})),
    "F17": Entry("Prices and switching costs", (prices.measured,), "bargains_then_ripoffs", "F17", across(
        "Mean price paid in the fifth year at a unit cost of 6, by lock-in:", ("market", *(f"{x:g}" for x in prices.GRID)),
        {kind: [f"{kind} {x:g}" for x in prices.GRID] for kind in ("repertoire", "contractual")}, 2)),
    "F20": Entry("Kotler's grid of levels", (), "kotler_levels", "", corners),
}  # fmt: skip


# ------------------------------------------------------------------ the page


def _one(part: Any, customers: int, seed: int) -> dict[str, float]:
    return dict(part(seed, {}, partial(facts.default_market, customers=customers)))


def runs(name: str, seeds: Iterable[int], customers: int, pool: Any) -> Found:
    """Every figure of a fact, one dict per seed."""
    by_part = [list(pool.map(partial(_one, part, customers), seeds)) for part in PAGE[name].parts]
    return [{k: x for one in seed for k, x in one.items()} for seed in zip(*by_part, strict=True)]


def section(name: str, folder: Path, seeds: Iterable[int], customers: int, pool: Any) -> list[str]:
    """One fact: its command, table, reasons and further table."""
    entry = PAGE[name]
    found = runs(name, list(seeds), customers, pool)
    rows = measured(found, name) if found else []
    lines = [f"## {name}: {entry.title}", "", f"`python docs/generators/facts.py FOLDER {name}`", ""]
    result = Result(folder / entry.scenario) if _there(folder, entry.scenario) else None
    asked = expected(result, entry.only) if result else []
    first = next(
        (k for k, row in enumerate(rows) if not row), len(rows)
    )  # the table ends at the first empty line
    lines += [*TABLE, *rows[:first], *asked, "", *rows[first + 1 :]]
    if result:
        size = f"{result.scenario.population.customers:,} customers, {result.manifest['replications']} replications"
        lines += [f"Rows that name arms: `guanxi run scenario={entry.scenario}`, {size}.", ""]
    elif entry.scenario:
        lines += [f"`guanxi run scenario={entry.scenario}`: not in the folder.", ""]
    lines += [entry.note, ""] if entry.note else []
    shown = found or result
    return [*lines, *(entry.also(shown) if entry.also and shown else [])]


def _there(folder: Path, scenario: str) -> bool:
    return bool(scenario) and (folder / scenario / "manifest.json").is_file()


def page(folder: Path, names: Iterable[str], seeds: range = SEEDS, customers: int = CUSTOMERS) -> str:
    """The page, or the sections named."""
    lines = [HEAD.format(customers=customers, first=seeds[0], last=seeds[-1])]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name in names:
            print(name, end=" ", flush=True, file=sys.stderr)
            lines += section(name, folder, seeds, customers, pool)
    return "\n".join(lines).rstrip() + "\n"


def main(given: list[str]) -> None:
    """Write the page, or print the sections of the facts named; raises `InputError` for an unknown fact."""
    for name in given[1:]:
        if name not in PAGE:
            raise InputError.unknown("fact", name, PAGE)
    text = page(Path(given[0]), given[1:] or PAGE)
    if given[1:]:
        print(text, end="")
    else:
        PAGE_FILE.write_text(text, encoding="utf-8")
        print("docs/evidence/facts.md")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("python docs/generators/facts.py FOLDER [F2 ...]")
    try:
        main(sys.argv[1:])
    except InputError as problem:
        sys.exit(f"facts: {problem}")
