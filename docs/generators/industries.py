"""Write docs/evidence/industries.md: ``python docs/generators/industries.py FOLDER``; some minutes.

Runs scenario retention_five_points with each industry's preset and keeps the figures in FOLDER/<preset>.csv, unless
they are there already. With --set it prints the hazards and the effort that the presets must hold.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.experiment.statistics import Estimate, estimate
from sim.experiment.summary import run_figures
from sim.market.market import Market
from sim.scenario.files import compose
from sim.scenario.scenario import Scenario
from sim.theory import lifetime_value

PAGE = Path(__file__).resolve().parents[1] / "evidence" / "industries.md"
SCENARIO, POINTS, INTEREST = "retention_five_points", 0.05, 0.10
READ = "read in the article's abstract"
LATER = "recalled; a later figure after Reichheld, read, has the same"
RECALLED = "recalled"


class Industry(NamedTuple):
    """An industry: the published rise in profit in per cent, its source, and the yearly retention assumed for it."""

    title: str
    published: float
    standing: str
    retention: float
    said: str = "assumed"


#: By preset. Reichheld & Sasser 1990, HBR 68(5), figure "Reducing defections 5 % boosts profits 25 % to 85 %".
INDUSTRIES = {
    "auto_service": Industry("auto-service chain", 30, READ, 0.75),
    "branch_deposits": Industry("branch deposits", 85, READ, 0.90),
    "credit_card": Industry("credit card", 75, LATER, 0.90, "10 % defections, as Sharp quotes them (read)"),
    "credit_insurance": Industry("credit insurance", 25, RECALLED, 0.80),
    "insurance_brokerage": Industry("insurance brokerage", 50, READ, 0.85),
    "industrial_distribution": Industry("industrial distribution", 45, LATER, 0.85),
    "industrial_laundry": Industry("industrial laundry", 45, RECALLED, 0.85),
    "office_building": Industry("office-building management", 40, RECALLED, 0.90),
    "software": Industry("software", 35, LATER, 0.80),
}
ONE_READING = (
    "One reading: the closed form treats a defector as lost, while in the model it goes to a rival and some come back, so a customer "
    "kept is worth less than one customer more. A firm that ties its customers alone also grows at its rivals' cost, which "
    "nobody can do where all do it. The published figures include effects that the model does not have: customers who buy more and cost less "
    "the longer they stay, which Reinartz & Kumar (2002, F13) did not find."
)
ARMS = ("as_is", "alone", "everyone")
FIGURES = ("retention", "value", "profit")
HEAD = """# Five points more retention, in nine industries

Reichheld & Sasser (1990) reported by how much profit rises if five customers in a hundred fewer leave per year, as net present values of the
profit of an average customer's lifetime. They published the rises, but not the retention, the margins or the markets, and nobody has measured
those for this page. Each row is the scenario `retention_five_points` with one preset: three equal firms under yearly
contracts; customers with tastes, lock-in, satisfaction and failures; defectors who go to a rival and may come back. The cost of keeping
customers is left out, as it is in the published figures.

- *arithmetic*: the closed form L6 with the first margin at once, (1+i-r)/(1+i-r-0.05) - 1 with i = 0.10.
- *customer*: the rise in the discounted margins of a customer of the firm, this year's included, which the model computes from its
  switching probabilities, where the firm **alone** ties its customers so that five more in a hundred stay.
- *profit, alone*: the rise in that firm's profit, years 11 to 30.
- *profit, everyone*: the rise where no firm ties its customers, and the customers of all firms reconsider so much less often that
  five more in a hundred stay. It is 0 by construction: nobody enters or leaves these markets, and all customers buy one contract per year at one
  price and cost, so the profit of all firms together is the same in every arm. It shows the meaning of
  "everyone" under that assumption, and is no evidence for or against the claim.
- *needed*: the retention at which the arithmetic alone gives the published figure.

Rises are in per cent, with the 95 % interval over {n} paired seeds. The command sets hazards and effort (`--set`) on other seeds, so the
retention that comes out agrees with the intended one only within sampling error.

Made by `python docs/generators/industries.py FOLDER`.

| industry (preset) | published | retention | in the model, with five points more | arithmetic | customer | profit, alone | profit, everyone | needed |
|---|--:|--:|--:|--:|--:|--:|--:|--:|"""


def setting(name: str, arm: str, changes: Mapping[str, Any] | None = None) -> Scenario:
    """An arm of the scenario in an industry."""
    made: Scenario = compose(SCENARIO, [f"preset={name}"])
    return made.for_arm(arm).replace(changes or {})


def lived(made: Scenario, seed: int) -> Market:
    """A market at the end of its years."""
    market = Market(made, seed, collect=False)
    market.run_for(made.experiment.periods)
    return market


def figures(market: Market) -> dict[str, float]:
    """Retention a year, value of a main customer (money, this year's margin at once), profit per customer per year."""
    of_firm = run_figures(market.books.outcomes(), market.setting).set_index("firm").loc["focal"]
    offer = market.setting.firms["focal"]
    own = market.columns.supplier[: market.n_customers] == 0
    value = offer.price - offer.unit_cost + market.lifetime_values()[own, 0].mean()
    return {
        "retention": float(of_firm["retention"]),
        "value": float(value),
        "profit": float(of_firm["profit"]),
    }


def measured(name: str, folder: Path) -> pd.DataFrame:
    """The figures of an industry by arm and seed, run unless they are on file."""
    file = folder / f"{name}.csv"
    if not file.is_file():
        rows = []
        for arm in ARMS:
            made = setting(name, arm)
            seeds = range(made.experiment.seed, made.experiment.seed + made.experiment.replications)
            rows += [{"arm": arm, "seed": seed, **figures(lived(made, seed))} for seed in seeds]
        folder.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(rows).to_csv(file, index=False)
    return pd.read_csv(file)


def arithmetic(retention: float) -> float:
    """Rise in the value of a customer in closed form (L6), first margin at once, per cent.

    >>> round(arithmetic(0.70)), round(arithmetic(0.95))
    (14, 50)
    """
    more, now = (
        lifetime_value.value(1.0, r, INTEREST, first_at_once=True) for r in (retention + POINTS, retention)
    )
    return 100.0 * (more / now - 1.0)


def needed(published: float) -> float:
    """The retention at which the arithmetic gives a published rise in per cent: its inverse.

    >>> round(arithmetic(needed(75.0)))
    75
    """
    return 1.0 + INTEREST - POINTS - POINTS / (published / 100.0)


def rise(table: pd.DataFrame, figure: str, arm: str) -> Estimate:
    """Rise of a figure against `as_is` by paired seeds, per cent."""
    wide = table.pivot_table(index="seed", columns="arm", values=figure)
    return estimate(100.0 * (wide[arm] / wide["as_is"] - 1.0).to_numpy())


def row(name: str, table: pd.DataFrame) -> str:
    """An industry's row."""
    of = INDUSTRIES[name]
    stay = table.groupby("arm")["retention"].mean()
    found = [rise(table, *what) for what in (("value", "alone"), ("profit", "alone"), ("profit", "everyone"))]
    cells = " | ".join(f"{e.mean:+.1f} ({e.low:.1f} to {e.high:.1f})" for e in found)
    return (
        f"| {of.title} (`{name}`) | +{of.published:g} | {of.retention:.2f} | {stay['as_is']:.3f}, {stay['alone']:.3f} "
        f"| +{arithmetic(of.retention):.1f} | {cells} | {needed(of.published):.3f} |"
    )


def page(folder: Path) -> str:
    """The whole page as Markdown."""
    tables = {name: measured(name, folder) for name in INDUSTRIES}
    rows = [row(name, table) for name, table in tables.items()]
    n = tables["credit_card"]["seed"].nunique()
    return "\n".join([HEAD.format(n=n), *rows, "", standing(), "", reading(tables), ""])


def standing() -> str:
    """Sources of the published figures and of the retention, in a sentence."""
    figures_by = {
        s: [i.title for i in INDUSTRIES.values() if i.standing == s] for s in (READ, LATER, RECALLED)
    }
    sources = [f"{', '.join(titles)} ({standing})" for standing, titles in figures_by.items()]
    retention = [f"{i.title} ({i.said})" for i in INDUSTRIES.values() if i.said != "assumed"]
    return f"Sources of the published figures: {'; '.join(sources)}. Sources of the retention: {'; '.join(retention)}; all others assumed."


def reading(tables: Mapping[str, pd.DataFrame]) -> str:
    """The numbers of industries that reach 25 % and their own figure, and one reading of them."""
    counts = [reached("the arithmetic", {name: arithmetic(i.retention) for name, i in INDUSTRIES.items()})]
    for what, figure, arm in (
        ("the value of a customer", "value", "alone"),
        ("the profit of a firm that does it alone", "profit", "alone"),
    ):
        counts.append(reached(what, {name: rise(table, figure, arm).low for name, table in tables.items()}))
    return f"Of {len(tables)} industries: {'; '.join(counts)}. {ONE_READING}"


def reached(what: str, at_least: Mapping[str, float]) -> str:
    """The numbers of industries whose rise, or its lower limit, is at least 25 % and at least the published one."""
    claimed = sum(rise >= 25.0 for rise in at_least.values())
    own = sum(rise >= INDUSTRIES[name].published for name, rise in at_least.items())
    return f"{what} rises by 25 % or more in {claimed}, by the published figure or more in {own}"


# What the presets hold, set on seeds of its own.


def stays(name: str, arm: str, changes: Mapping[str, Any]) -> float:
    """Retention a year in the setting's seeds."""
    made = setting(name, arm, {"experiment": {"sample": 0, "value_every": 100}, **changes})
    return float(np.mean([figures(lived(made, seed))["retention"] for seed in range(1001, 1005)]))


def set_to(wanted: float, least: float, most: float, found: Callable[[float], float]) -> float:
    """The value between two bounds at which a monotone figure is the wanted one, by halving; three digits."""
    rises = found(most) > found(least)
    for _ in range(10):
        middle = (least * most) ** 0.5
        if (found(middle) < wanted) == rises:
            least = middle
        else:
            most = middle
    return float(f"{(least * most) ** 0.5:.3g}")


def hazard(h0: float) -> dict[str, Any]:
    """All customers reconsider at this hazard, a week."""
    return {"theory": {"contract": {"h0": h0}}}


def tied(effort: float) -> dict[str, Any]:
    """The focal firm works at a structural bond with this effort."""
    return {"firms": {"focal": {"strategy": {"name": "fixed_plan", "integration": effort}}}}


def set_preset(name: str) -> tuple[float, float, float]:
    """Hazard as it is, hazard where everyone does it, effort of the firm alone."""
    wanted = INDUSTRIES[name].retention
    now = set_to(wanted, 1e-5, 1.0, lambda h: stays(name, "as_is", hazard(h)))
    fewer = set_to(wanted + POINTS, 1e-5, 1.0, lambda h: stays(name, "as_is", hazard(h)))
    effort = set_to(wanted + POINTS, 1e-3, 1.0, lambda x: stays(name, "as_is", hazard(now) | tied(x)))
    return now, fewer, effort


if __name__ == "__main__":
    if sys.argv[1:] == ["--set"]:
        for preset in INDUSTRIES:
            print(preset, *set_preset(preset), flush=True)
    elif len(sys.argv) == 2:
        PAGE.write_text(page(Path(sys.argv[1])), encoding="utf-8")
        print("docs/evidence/industries.md")
    else:
        sys.exit(
            "python docs/generators/industries.py FOLDER   or   python docs/generators/industries.py --set"
        )
