"""What a run folder keeps of stakeholders and of key accounts' terms; nothing where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market.market import Market
from sim.report import run_and_report
from support.markets import plan, scenario

KEPT = {
    "stakeholders": {"dealers": {"kind": "distributor", "negotiates": True, "firm": "focal"}, "staff": {"kind": "employees"}},
    "theory": {"power": {"accounts": 3}},
}  # fmt: skip


def ran(where, *changes, **execution):
    arms = {"paid": {}, "more": {"firms": {"focal": plan(distributor_support=0.02, employee_support=0.05)}}}
    made = scenario(
        {"experiment": {"arms": arms, "control": "paid", "replications": 2, "twin": False}, "execution": execution},
        *changes, customers=200, periods=30,
    )  # fmt: skip
    return run_and_report.run(made, where, progress=False, report="none")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return ran(tmp_path_factory.mktemp("runs") / "kept", KEPT, backend="serial")


def test_stakeholders_of_a_folder_are_those_of_the_market_in_every_period(kept):
    found = kept.stakeholders
    assert len(found) == 2 * 2 * 30 * 2 and set(found["arm"]) == {"paid", "more"}
    market = Market(kept.scenario.for_arm("more"), 1, collect=False)
    market.run_for(30)
    mine = found[(found["arm"] == "more") & (found["seed"] == 1)]
    for it in market.stakeholders:
        rows = mine[mine["stakeholder"] == it.name]
        assert set(rows["kind"]) == {it.kind} and set(rows["firm"]) == {"focal"}
        states = np.array([states[market.stakeholders.index(it)][:3] for states in market.ties])
        np.testing.assert_array_equal(rows[["satisfaction", "trust", "bond"]], states)
        assert np.ptp(states, axis=0).all()
        assert (rows["part"] == it.gain_share).all() if it.name == "dealers" else rows["part"].isna().all()


def test_terms_of_a_folder_are_those_of_the_market_at_its_last_review(kept):
    found = kept.account_terms
    market = Market(kept.scenario.for_arm("paid"), 2, collect=False)
    market.run_for(30)
    mine = found[(found["arm"] == "paid") & (found["seed"] == 2)].set_index(["firm", "customer"])
    terms = market.account_terms().set_index(["firm", "customer"]).sort_index()
    assert len(terms) == 9
    np.testing.assert_array_equal(mine[list(terms)].to_numpy(), terms.to_numpy())
    dealt = mine["asked"] > mine["least"]
    assert dealt.any()
    by_hand = mine["least"] + mine["part"] * (mine["asked"] - mine["least"])
    np.testing.assert_allclose(mine["agreed"][dealt], by_hand[dealt], rtol=1e-12)


def test_the_same_bytes_by_processes_and_no_file_without(kept, tmp_path):
    again = ran(tmp_path / "again", KEPT, backend="local", workers=2)
    for name in ("stakeholders", "account_terms"):
        one, other = (made.folder / f"{name}.parquet" for made in (kept, again))
        assert one.read_bytes() == other.read_bytes()
    bare = ran(tmp_path / "bare", backend="serial")
    names = {path.name for path in bare.folder.iterdir()}
    assert {path.name for path in kept.folder.iterdir()} - names == {
        "stakeholders.parquet",
        "account_terms.parquet",
    }
    assert bare.stakeholders.empty and bare.account_terms.empty
