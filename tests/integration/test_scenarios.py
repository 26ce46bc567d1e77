"""Our scenarios in small: each runs with its books checked, says what became of its expectations, gives stored values."""

from __future__ import annotations

import json
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

from golden.scenarios import STORED, digests_of, names, tiny
from sim.cli import main as guanxi
from sim.market.market import Market
from sim.report.run_and_report import Result, run
from sim.scenario.files import compose
from support import DOCS, ROOT

STORED_DIGESTS = json.loads(STORED.read_text(encoding="utf-8"))
#: Run twice: firms beside five kinds of partner, a ladder of programmes with an imitator, a tournament of strategies.
TWICE = ("six_markets", "bond_ladder", "tournament_web_site")
VERDICTS = {"met", "not met", "undecided"}


@pytest.fixture(scope="module", params=names())
def done(request: Any, tmp_path_factory: Any) -> tuple[str, Result]:
    folder = tmp_path_factory.mktemp(request.param)
    return request.param, run(tiny(request.param), folder / "once", progress=False, report="none")


def test_it_runs_and_says_what_became_of_each_expectation(done: tuple[str, Result]) -> None:
    name, result = done
    assert result.failed == []  # the books are checked each period: an identity that fails fails the run
    assert set(result.summary["arm"]) == set(result.scenario.experiment.arms)
    assert len(result.expectations) == len(compose(name).expect)
    for judged in result.expectations:
        assert judged["verdict"] in VERDICTS
        assert judged["estimate"] is not None and math.isfinite(judged["estimate"]), judged["claim"]


def test_it_gives_the_stored_values(done: tuple[str, Result]) -> None:
    name, result = done
    assert digests_of(result) == STORED_DIGESTS[name]


def test_nothing_stored_is_left_untested() -> None:
    assert set(STORED_DIGESTS) == set(names())


@pytest.mark.parametrize("name", TWICE)
def test_again_it_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    once, again = (run(tiny(name), tmp_path / n, progress=False, report="none") for n in ("once", "again"))
    for table in ("outcomes.parquet", "runs.parquet", "switches.parquet", "summary.csv", "expectations.json"):
        assert (again.where / table).read_bytes() == (once.where / table).read_bytes(), table


def test_arms_differ(done: tuple[str, Result]) -> None:
    """No arm repeats another: an override that does nothing is a mistake in the file."""
    _, result = done
    by_arm = result.outcomes.groupby("arm", sort=True)
    seen = {arm: hash(tuple(rows.sort_values(["seed", "period", "firm"])["profit"])) for arm, rows in by_arm}
    assert len(set(seen.values())) == len(seen)


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
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


def test_the_pages_on_scenarios_and_run_folders_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command and piece of Python on these pages, in their order; runs are short, variants only composed."""
    monkeypatch.chdir(tmp_path)
    followed = ("your-own-scenario", "overrides-and-grids", "from-python", "reading-a-run-folder")
    pages = [f"how-to/{page}.md" for page in followed]
    (tmp_path / "corner_shop.yaml").write_text(blocks(pages[0], "yaml")[0], encoding="utf-8")
    short = ["experiment.replications=2", "experiment.periods=40"]
    for line in "".join(block for page in pages for block in blocks(page, "")).splitlines():
        _, command, *words = shlex.split(line)
        kept = any(word.startswith("out=") for word in words)
        more = [] if command != "run" or "scenario=config" in words else short if kept else ["--dry-run"]
        status = guanxi([command, *words, *more])
        printed = capsys.readouterr()
        assert status == 0, (line, printed.err)
        assert "corner_shop" in printed.out or "Expected beforehand" in printed.out, line
    for piece in (block for page in pages for block in blocks(page, "python")):
        assert carried_out(["-c", piece], tmp_path), piece
    first, again = (tmp_path / folder / "outcomes.parquet" for folder in ("shop", "shop_again"))
    assert first.read_bytes() == again.read_bytes()


def test_the_files_of_a_run_folder_are_all_described(done: tuple[str, Result]) -> None:
    page = (DOCS / "reference/tables.md").read_text(encoding="utf-8")
    _, result = done
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
