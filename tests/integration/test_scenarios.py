"""Our scenarios: each composes, names what exists, runs end to end with its books checked, twice the same."""

from __future__ import annotations

import math
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.firms.metrics import ALL
from sim.market.market import Market
from sim.report.comparison import Result, run
from sim.scenario.files import compose, scenario_files, scenarios_folder
from support import ROOT

NAMES = sorted(path.stem for path in scenarios_folder().glob("*.yaml"))
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
TINY = [
    "experiment.replications=2", "experiment.value_every=4", "execution=checked",
]  # fmt: skip
VERDICTS = {"met", "not met", "undecided"}


def tiny(name: str) -> Any:
    made = compose(name)
    begins = [event.at or 0 for arm in made.experiment.arms for event in made.for_arm(arm).events.values()]
    first = max([4, *begins])
    short = [f"experiment.periods={max(first + 8, LONGER.get(name, 0))}", f"experiment.burn_in={first}"]
    small = f"population.customers={min(300, made.population.customers)}"
    return compose(
        name, [small, *TINY, *MORE.get(name, []), *(short if made.market.periods_per_year == 52 else [])]
    )


@pytest.fixture(scope="module", params=NAMES)
def done(request: Any, tmp_path_factory: Any) -> tuple[str, Path, Result]:
    folder = tmp_path_factory.mktemp(request.param)
    return request.param, folder, run(tiny(request.param), folder / "once", progress=False, report=False)


def test_all_of_them_are_there() -> None:
    assert len(NAMES) >= 36
    assert {n for n, path in scenario_files().items() if path.parent == scenarios_folder()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_says_what_it_asks_and_whom_it_trusts(name: str) -> None:
    made = compose(name)
    assert made.question.endswith("?") or "?" in made.question
    assert re.search(r"\b(19|20)\d\d\b", made.source), "a source with its year"
    assert made.concepts and made.expect
    for entry in made.expect:
        assert entry["claim"] and entry["literature"], entry
        assert entry["metric"] in ALL and entry["arm"] in made.experiment.arms
    assert made.experiment.replications >= 30, "its own size is for citing"
    for arm in made.experiment.arms:
        assert "focal" in made.for_arm(arm).firms


@pytest.mark.parametrize("name", NAMES)
def test_no_expectation_is_said_twice_or_of_an_arm_against_itself(name: str) -> None:
    said = [(e["metric"], e["arm"], e["against"], e.get("is")) for e in compose(name).expect]
    assert len(said) == len(set(said))
    assert all(arm != against for _, arm, against, _ in said)


@pytest.mark.parametrize("name", ["bond_ladder", "leaky_bucket", "jackson_markets"])
def test_budgets_are_equal_in_every_arm(name: str) -> None:
    made = compose(name)
    for arm in made.experiment.arms:
        setting = made.for_arm(arm)
        assert {offer.budget for offer in setting.firms.values()} == {0.10}


def test_few_customers_have_the_budget_and_the_trade_of_many() -> None:
    """Kotler's corners: 500 customers of ten times the size, or 5,000."""
    made = compose("kotler_levels")
    totals = set()
    for arm in made.experiment.arms:
        setting = made.for_arm(arm)
        heads = setting.population.customers
        need = setting.population.segments["everyone"].need_rate.mean
        totals.add((round(heads * need, 6), round(heads * setting.market.budget, 6)))
    assert totals == {(2500.0, 500.0)}


def test_the_imitating_rival_is_in_every_arm_of_the_ladder() -> None:
    made = compose("bond_ladder")
    for arm in made.experiment.arms:
        chosen = made.for_arm(arm).firms["copier"].strategy
        assert chosen.name == "imitator" and chosen.parameters["whom"] == "focal"


def test_the_toothpaste_market_holds_the_published_shares() -> None:
    """Taste weights are S x share, S 1.298; every arm keeps S."""
    published = {
        "focal": 0.25, "macleans": 0.19, "close_up": 0.10, "signal": 0.10, "ultrabrite": 0.09,
        "gibbs_sr": 0.08, "boots": 0.03, "sainsbury": 0.02, "other": 0.14,
    }  # fmt: skip
    made = compose("toothpaste_1973")
    for name, share in published.items():
        assert made.firms[name].taste_weight == pytest.approx(1.298 * share)
    for arm in made.experiment.arms:
        weights = [offer.taste_weight for offer in made.for_arm(arm).firms.values()]
        assert math.fsum(weights) == pytest.approx(1.298)
    need = made.population.segments["everyone"].need_rate
    assert (need.first, 13 * need.mean) == (0.779, pytest.approx(1.456))


def test_one_rate_leaves_as_many_in_the_first_year_as_the_fitted_spread() -> None:
    made = compose("subscription_high_end").for_arm("one_rate")
    assert 1 / (1 + math.exp(made.market.outside)) == pytest.approx(3.806 / (0.668 + 3.806), abs=1e-6)


def test_it_runs_and_says_what_became_of_each_expectation(done: tuple[str, Path, Result]) -> None:
    name, _, result = done
    assert result.failed == []  # the books are checked each period: an identity that fails fails the run
    assert set(result.summary["arm"]) == set(result.scenario.experiment.arms)
    assert len(result.expectations) == len(compose(name).expect)
    for judged in result.expectations:
        assert judged["verdict"] in VERDICTS
        assert judged["estimate"] is not None and math.isfinite(judged["estimate"]), judged["claim"]


def test_again_it_gives_the_same_bytes(done: tuple[str, Path, Result]) -> None:
    name, folder, first = done
    again = run(tiny(name), folder / "again", progress=False, report=False)
    for table in ("outcomes.parquet", "runs.parquet", "switches.parquet", "summary.csv", "expectations.json"):
        assert (again.where / table).read_bytes() == (first.where / table).read_bytes(), table


def test_arms_differ(done: tuple[str, Path, Result]) -> None:
    """No arm repeats another: an override that does nothing is a mistake in the file."""
    _, _, result = done
    by_arm = result.outcomes.groupby("arm", sort=True)
    seen = {arm: hash(tuple(rows.sort_values(["seed", "period", "firm"])["profit"])) for arm, rows in by_arm}
    assert len(set(seen.values())) == len(seen)


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    return [block for kind, block in found if kind == language]


def carried_out(command: list[str], folder: Path) -> str:
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    surroundings = os.environ | {"PYTHONPATH": paths, "MPLBACKEND": "Agg"}
    ended = subprocess.run(
        [sys.executable, *command], cwd=folder, env=surroundings, capture_output=True, text=True, timeout=600
    )
    assert ended.returncode == 0, (command, ended.stderr[-2000:])
    return ended.stdout


def test_the_pages_on_scenarios_and_run_folders_can_be_followed(tmp_path: Path) -> None:
    """Every command and piece of Python on these pages, in their order; runs are short, variants only composed."""
    names = ("your-own-scenario", "overrides-and-grids", "from-python", "reading-a-run-folder")
    pages = [f"how-to/{name}.md" for name in names]
    (tmp_path / "corner_shop.yaml").write_text(blocks(pages[0], "yaml")[0], encoding="utf-8")
    short = ["experiment.replications=2", "experiment.periods=40"]
    for line in "".join(block for page in pages for block in blocks(page, "")).splitlines():
        _, command, *words = shlex.split(line)
        kept = any(word.startswith("out=") for word in words)
        more = [] if command != "run" or "scenario=config" in words else short if kept else ["--dry-run"]
        told = carried_out(["-m", "sim", command, *words, *more], tmp_path)
        assert "corner_shop" in told or "Expected beforehand" in told, line
    for piece in (block for page in pages for block in blocks(page, "python")):
        assert carried_out(["-c", piece], tmp_path), piece
    first, again = (tmp_path / folder / "outcomes.parquet" for folder in ("shop", "shop_again"))
    assert first.read_bytes() == again.read_bytes()


def test_the_files_of_a_run_folder_are_all_described(done: tuple[str, Path, Result]) -> None:
    page = (ROOT / "docs" / "reference/tables.md").read_text(encoding="utf-8")
    _, _, result = done
    for path in result.where.iterdir():
        assert f"`{path.name}" in page, path.name


@pytest.mark.parametrize("arm", ["keeping_inflow", "acquisition_inflow"])
def test_what_an_archetype_does_does_not_hang_on_how_many_customers_are_simulated(arm):
    """Weekly counts of a small market must not decide: weeks advertised, and the mean promotion, at two sizes."""
    done = []
    for customers in (400, 4000):
        market = Market("leaky_bucket", 1, arm=arm, customers=customers, collect=False)
        market.run_for(208)
        plans = [plans[0] for plans in market.plans]
        done.append(
            (np.mean([plan.advertising > 0 for plan in plans]), np.mean([plan.promotion for plan in plans]))
        )
    np.testing.assert_allclose(*done, atol=0.05)
