"""Every scenario of the library in small, with digests of the tables that its run leaves.

``python tests/golden/scenarios.py`` writes the stored digests anew (``make golden``).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from golden.digests import HERE, lines, of_table, our_scenarios
from sim.report.run_and_report import Result, run
from sim.scenario.files import compose
from sim.scenario.scenario import Scenario

STORED = HERE / "scenarios.json"
#: Scenarios of which nothing is expected.
CONTROLS = {"bond_ladder_controls"}
#: Weeks until arms can differ, where that is later than the last event.
LONGER = {
    "key_account_power": 100, "medicine_maker": 140, "six_markets": 120, "one_to_one": 40, "service_recovery": 160, "outsourced_logistics": 60, "alliance": 120, "bad_news_weak_ties": 120,
    "growth_matrix": 80, "entry_abroad": 80, "telecom_design": 40, "value_of_the_database": 40,
}  # fmt: skip
#: What it takes for arms to differ in so small a run: a capacity that binds, seeds in which a lock decides.
MORE = {
    "seasonal_tourism": [f"firms.{hotel}.capacity=2" for hotel in ("focal", "hotel_2", "hotel_3")],
    "key_account_power": ["experiment.replications=6"],
}
#: Long enough for every strategy to plan after its first sales, short enough for each test run.
TINY = ["experiment.replications=2", "experiment.value_every=4", "execution=checked"]


def names() -> list[str]:
    """The scenarios of which something is expected."""
    return [name for name in our_scenarios() if name not in CONTROLS]


def tiny(name: str) -> Scenario:
    """The scenario in a size that runs in seconds."""
    made = compose(name)
    begins = [event.at or 0 for arm in made.experiment.arms for event in made.for_arm(arm).events.values()]
    first = max([4, *begins])
    short = [f"experiment.periods={max(first + 8, LONGER.get(name, 0))}", f"experiment.burn_in={first}"]
    small = f"population.customers={min(300, made.population.customers)}"
    weekly = made.market.periods_per_year == 52
    return compose(name, [small, *TINY, *MORE.get(name, []), *(short if weekly else [])])


def digests_of(result: Result) -> dict[str, Any]:
    """Digests of every table of a run folder, by column, and the verdict on each expectation."""
    tables = {path.stem: of_table(pq.read_table(path)) for path in sorted(result.where.glob("*.parquet"))}
    return tables | {"verdicts": [judged["verdict"] for judged in result.expectations]}


def write(chosen: list[str]) -> None:
    """Write the stored digests anew."""
    stored = {}
    for name in chosen or names():
        with tempfile.TemporaryDirectory() as folder:
            made = run(tiny(name), Path(folder) / "run", progress=False, report="none")
            assert not made.failed, name
            stored[name] = digests_of(made)
            print(name, flush=True)
    STORED.write_text(lines(stored), encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1:])
