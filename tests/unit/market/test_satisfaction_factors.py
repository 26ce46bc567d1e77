"""The seven factors of satisfaction: the market judges a purchase by just these; the sample of customers holds them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.customers.ledger import Entry
from sim.market.market import Market
from sim.market.measures.satisfaction_factors import FACTORS
from sim.market.measures.satisfaction_factors import factors as factors_of
from sim.theory import satisfaction
from support.markets import lived, plan, scenario

#: Nothing is left to luck in a purchase, and nobody talks.
CERTAIN = {
    "theory": {"experience": {"noise_sd": 0.0}, "talk": {"talk_base": 0.0, "talk_slope": 0.0}},
    "firms": {name: {"failure_rate": 0.0} for name in ("focal", "rival_1", "rival_2")},
}


def factors(market, rows):
    theory = market.setting.theory
    return factors_of(market.snapshot(), rows, theory.experience, theory.satisfaction)


@pytest.mark.parametrize(
    "more", [{}, {"firms": {"focal": plan(integration=1.0)}, "market": {"budget": "free"}}]
)
def test_what_the_factors_say_is_what_the_next_purchase_leaves(more):
    market = lived(scenario(CERTAIN, more, customers=400, periods=40))
    rows = np.flatnonzero(market.columns.supplier >= 0)
    own = (rows, market.columns.supplier[rows].astype(int))
    before, bought = market.columns.satisfaction[own].copy(), market.columns.purchases.copy()
    bonds = market.columns.structural_bond[own].copy()
    now = factors(market, rows)
    market.step()
    new = market.columns.purchases - bought
    once = (new.sum(axis=1)[rows] == 1) & (new[own] == 1)
    still = (
        np.abs(market.columns.structural_bond[own] - bonds) < 1e-6 if not more else once
    )  # a bond grows first
    who = once & still
    p = market.setting.theory.satisfaction
    overall = np.tanh(p.w_att * now["attribute_satisfaction"] + p.w_inf * now["information_satisfaction"])
    left = satisfaction.after(before, overall, p)
    assert who.sum() > 30
    assert market.columns.satisfaction[own][who] == pytest.approx(left[who], abs=0.01 if more else 1e-6)


def test_failures_and_their_recovery_count_at_their_chances():
    failing = {"theory": {"experience": {"noise_sd": 0.0}}, "firms": {"focal": {"failure_rate": 0.2}}}
    setting = scenario(failing, firms=1, customers=200, periods=20)
    market = lived(setting)
    rows = np.flatnonzero(market.columns.supplier >= 0)
    assert factors(market, rows)["performance"] == pytest.approx(0.8 - 0.2 * 1.5)
    mended = lived(setting.replace({"firms": {"focal": plan(recovery=1000.0)}, "market": {"budget": "free"}}))
    voice = mended.columns.voice[rows]
    assert factors(mended, rows)["performance"] == pytest.approx(0.8 - 0.2 * 1.5 * (1 - voice), abs=1e-4)


def test_failures_count_by_congestion_staff_and_what_is_found_unvoiced():
    # a failure: 0.2 (1 + congestion)(1 - staff's effect) of purchases, 1.5 of quality, found: voice + 1 - exp(-10 x 0.05)
    crowded = {"focal": {"failure_rate": 0.2, "capacity": 40.0} | plan(recovery=2.0, feedback=0.05)}
    staff = {"it": {"kind": "employees", "service": 0.0, "usual": 1.6}}
    market = lived(scenario({"market": {"budget": "free"}}, firms=1, customers=200, periods=20).replace(
        {"firms": crowded, "stakeholders": staff}))  # fmt: skip
    rows = np.flatnonzero(market.columns.supplier >= 0)
    crowding = market.books.ledgers[-2][0, Entry.UNITS] / 40.0 - 1.0
    prevented = 0.5 * market.ties[-2][0][0]
    assert crowding > 0.2 and abs(prevented) > 0.02
    voice = market.columns.voice[rows].astype("f8")
    found = voice + (1.0 - voice) * (1.0 - np.exp(-0.5))
    mended = found * (1.0 - np.exp(-0.5 * 2.0))
    law = 0.8 - 0.2 * (1.0 + crowding) * (1.0 - prevented) * 1.5 * (1.0 - mended)
    assert factors(market, rows)["performance"] == pytest.approx(law, rel=1e-6)


def test_the_sample_has_a_column_for_each_and_without_a_sample_none_is_worked_out(monkeypatch):
    size = {"experiment": {"sample": 20, "value_every": 10}}
    market = lived(scenario(size, customers=100, periods=20))
    table = market.customer_sample()
    assert set(FACTORS) <= set(table.columns)
    held = table[table["supplier"] != "none"]
    assert held[list(FACTORS)].notna().all().all() and len(held) > 10
    assert table.loc[table["supplier"] == "none", "performance"].isna().all()
    assert np.allclose(held["desire_congruency"], held["performance"] - held["desire"])
    monkeypatch.setattr("sim.market.panel.factors", None)  # would fail if it were asked for
    Market(scenario(customers=100, periods=20), 1, collect=False).run_for(20)


def test_a_sample_of_nobody_is_an_empty_table():
    found = factors(lived(scenario(customers=20, periods=2)), np.zeros(0, np.int64))
    assert list(found) == list(FACTORS) and all(len(column) == 0 for column in found.values())


def test_information_is_judged_by_the_promise():
    loud = scenario(
        CERTAIN,
        {"firms": {"focal": plan(promise=1.8), "rival_1": plan(promise=1.8)}},
        customers=50,
        periods=20,
    )
    market = lived(loud)
    rows = np.flatnonzero(market.columns.supplier == 0)
    assert (factors(market, rows)["information_satisfaction"] < -0.5).all()
