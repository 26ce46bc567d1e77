"""A run gives the same values, to rounding, on another Python with another Mesa.

Each Python leaves its outcomes under ``build/``, by a hash of the code; the next one compares.
"""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version

import numpy as np
import pytest

from sim.firms.metrics import METRICS
from sim.market.market import Market
from support import ROOT

pytestmark = pytest.mark.core

HERE = f"Python {platform.python_version()}, Mesa {version('mesa')}"


def code_hash() -> str:
    """A hash of everything that decides the outcomes but the versions."""
    digest = hashlib.sha256()
    for folder, kind in (
        ("sim", "*.py"),
        ("conf", "*.yaml"),
        ("scenarios", "*.yaml"),
        ("tests", "test_two_pythons.py"),
    ):
        for path in sorted((ROOT / folder).rglob(kind)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def run(arm: str, threads: int = 1) -> dict[str, list[float]]:
    """Every outcome of a small market in which a strategy, tiers, points, contacts and talk all act."""
    market = Market.from_scenario("bond_ladder", arm=arm, customers=600, seed=11, threads=threads)
    market.run_for(60)
    outcomes = market.books.outcomes()
    return {name: outcomes[name].astype("f8").tolist() for name in METRICS}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, list[float]]]:
    return {arm: run(arm) for arm in ("level_1", "level_2", "level_3")}


def test_the_same_values_on_another_python(outcomes):
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    kept = {
        path: json.loads(path.read_text()) for path in sorted(folder.glob(f"outcomes-{code_hash()}-*.json"))
    }
    mine = folder / f"outcomes-{code_hash()}-{platform.python_version()}-{version('mesa')}.json"
    mine.write_text(json.dumps({"with": HERE, "outcomes": outcomes}))
    others = {made["with"]: made["outcomes"] for made in kept.values() if made["with"] != HERE}
    if not others:
        pytest.skip(f"{HERE} is the first here: the next Python compares with what it has left in build/")
    for where, theirs in others.items():
        for arm, columns in outcomes.items():
            for name, values in columns.items():
                np.testing.assert_allclose(
                    values,
                    theirs[arm][name],
                    rtol=1e-9,
                    atol=1e-12,
                    err_msg=f"{name}, {arm}: {HERE} and {where}",
                )


def test_the_comparison_would_see_another_seed(outcomes):
    market = Market.from_scenario("bond_ladder", arm="level_1", customers=600, seed=12)
    market.run_for(60)
    units = market.books.outcomes()["units"].to_numpy()
    assert not np.allclose(units, outcomes["level_1"]["units"], rtol=1e-9)
