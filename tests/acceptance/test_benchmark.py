"""The benchmark's twins live the same market as ours, in distribution; a wrong one is told apart; bench prints its contract."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from sim.cli import main
from sim.customers.offer import ONLINE
from sim.market.market import Market
from sim.scenario.events.base import EVENTS
from sim.strategies.levers import SUPPORT
from sim.theory.relationship import STAGES
from sim.validation.bench import timed_markets as bench

CUSTOMERS, PERIODS = 3_000, 60
#: Standard errors within which a mean must lie: 5 firm-free figures, 4 shares and 6 stages at about 1 in 10,000 each.
LIMIT = 4.0

needs_c = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")


def figures(people, relations) -> dict[str, np.ndarray]:
    """What is compared, by customer: toward the main supplier, the stage, all units, whose main customer."""
    supplier = np.asarray(people["supplier"]).astype(int)
    main_ones = np.flatnonzero(supplier >= 0)
    own = (main_ones, supplier[main_ones])
    found = {
        name: relations[name][own]
        for name in ("satisfaction", "trust", "social_bond", "structural_bond", "points")
    }
    found |= {
        stage: (np.asarray(people["stage"]) == number).astype(float) for number, stage in enumerate(STAGES)
    }
    found["units"] = relations["purchases"].sum(axis=1).astype(float)
    for j in range(relations["purchases"].shape[1]):
        found[f"share of firm {j + 1}"] = (supplier == j).astype(float)
    return found


def ours(market):
    """Our pass, without causes and reports, period by period."""
    for _ in range(PERIODS):
        market.serve_customers()
        market.spread_word_of_mouth()
        market.period += 1
    return figures(market.columns._asdict(), market.columns._asdict())


def plain_mesa(market, theory=None):
    twin = bench.twin("mesa_twin").MesaTwin(market, seed=3)
    if theory is not None:
        twin.p = theory
    for _ in range(PERIODS):
        twin.step()
    people = {name: np.array([getattr(c, name) for c in twin.everyone]) for name in ("supplier", "stage")}
    names = ("satisfaction", "trust", "social_bond", "structural_bond", "points", "purchases")
    relations = {
        name: np.array([[getattr(t, name) for t in c.relations] for c in twin.everyone]) for name in names
    }
    return figures(people, relations)


#: The straightforward program in C and the one by columns.
C_PROGRAMS = ("CTwin", "CColumns")


def plain_c(market, program, change=None):
    twin = getattr(bench.twin("c_twin"), program)(market)
    if change is not None:
        change(twin)
    for _ in range(PERIODS):
        twin.step()
    twin.close()
    return figures(twin.people, twin.relations)


def apart(one, other) -> dict[str, float]:
    """Differences beyond the limit, in standard errors of two independent samples."""
    found = {}
    for name in one:
        a, b = one[name], other[name]
        error = np.sqrt(a.var() / len(a) + b.var() / len(b))
        z = (a.mean() - b.mean()) / error if error > 0 else 0.0
        if abs(z) > LIMIT:
            found[name] = round(float(z), 1)
    return found


@pytest.fixture(scope="module")
def lived():
    """Our pass from a market's start, and the start itself for each twin."""
    return ours(fresh())


def fresh():
    market = bench.market(CUSTOMERS)
    market.post_offers()
    return market


def test_the_market_is_alive(lived):
    """Every stage but none has somebody, points are held and bonds are built: agreement is not of zeros."""
    assert lived["points"].mean() > 0.1 and lived["social_bond"].mean() > 0.01
    assert lived["structural_bond"].mean() > 0.01 and lived["units"].mean() > 20
    assert all(0 < lived[stage].mean() < 1 for stage in ("reserve", "steady", "wandering"))


def test_plain_mesa_agrees(lived):
    assert apart(lived, plain_mesa(fresh())) == {}


@needs_c
@pytest.mark.parametrize("program", C_PROGRAMS)
def test_plain_c_agrees(lived, program):
    assert apart(lived, plain_c(fresh(), program)) == {}


def fresh_online():
    market = fresh()
    market.programmes[..., ONLINE] = 0.8
    return market


def test_plain_mesa_agrees_where_contacts_are_online(lived):
    online = ours(fresh_online())
    assert "social_bond" in apart(lived, online)
    assert apart(online, plain_mesa(fresh_online())) == {}


@needs_c
@pytest.mark.parametrize("program", C_PROGRAMS)
def test_plain_c_agrees_where_contacts_are_online(program):
    assert apart(ours(fresh_online()), plain_c(fresh_online(), program)) == {}


def test_a_wrong_mesa_twin_is_told_apart(lived):
    """Trust that grows twice as fast is seen."""
    market = fresh()
    theory = market.setting.theory
    wrong = replace(theory, trust=replace(theory.trust, up=2 * theory.trust.up))
    assert "trust" in apart(lived, plain_mesa(market, wrong))


@needs_c
@pytest.mark.parametrize("program", C_PROGRAMS)
def test_a_wrong_c_twin_is_told_apart(lived, program):
    def change(twin):
        twin.market.parameters["bonds"]["g_soc"] *= 1.5

    assert "social_bond" in apart(lived, plain_c(fresh(), program, change))


@needs_c
@pytest.mark.parametrize("program", C_PROGRAMS)
def test_c_threads_do_not_change_the_customers(program):
    made = getattr(bench.twin("c_twin"), program)
    one, two = made(fresh(), 1), made(fresh(), 2)
    for _ in range(5):
        one.step()
        two.step()
    for rows, of_two in zip(one.rows, two.rows, strict=True):
        for name in rows.dtype.names:
            assert np.array_equal(rows[name], of_two[name]), name
    np.testing.assert_allclose(one.ledger, two.ledger, rtol=1e-12)


def test_bench_prints_its_contract(capsys):
    assert main(["bench", "--json", "--sizes", "500", "--threads", "1", "--repeats", "1"]) == 0
    (case,) = json.loads(capsys.readouterr().out)
    assert (case["customers"], case["firms"], case["threads"]) == (500, 4, 1)
    assert case["rate"] > 0 and 0 < case["bytes_per_customer"] <= 400
    assert case["ratio_mesa"] > 1
    for key in ("ratio_c", "ratio_c_columns"):
        assert case[key] is not None or f"{key}: " in case["reason"]
        assert (case[key] is None) == (case[key.replace("ratio", "rate")] is None)
    assert 0 < case["ratio_all_on"] < 2 and 0 < case["ratio_second"] < 2


def test_all_mechanisms_are_on_in_the_market_that_is_called_so():
    """Five kinds of stakeholder with every firm, paid and some of them negotiating; every event but an entry; tiers."""
    every, core = bench.setting(600, everything=True), bench.setting(600)
    assert not core.stakeholders and not core.events
    tied = {(partner.firm, partner.kind) for partner in every.stakeholders.values()}
    assert tied == {(firm, kind) for firm in every.firms for kind in SUPPORT}
    assert any(partner.negotiates for partner in every.stakeholders.values())
    assert {*EVENTS} - {"firm_enters"} == {*every.events}
    assert all(event.hazard > 0 and event.at is None for event in every.events.values())
    market = Market(bench.setting(600, everything=True, second=True), 1, collect=False)
    market.run_for(60)
    made = market.books.outcomes().groupby("firm")[
        ["contact_cost", "coordination_cost", "upkeep_cost", "range_cost", "event_cost"]
    ]
    assert (made.sum().loc[["firm_2", "firm_4"]] > 0).all().all()
    assert (
        len(market.account_terms())
        and market.books.outcomes()["second_units"].sum() > 0
        and every.second is None
    )
    assert (
        market.plans[-1][2].tiers[0].rule == "key_accounts"
        and market.plans[-1][1].tiers[0].programme.online == 0.5
    )
    spent = market.books.outcomes().groupby("firm")["stakeholder_cost"].sum()
    assert (spent[["firm_2", "firm_4"]] > 0).all()
    assert len(market.plans[-1][0].tiers) >= 2 and market.heads != 600
    assert market.books.switches()["customers"].sum() > 0


def test_without_a_checkout_the_ratios_are_empty_and_say_why(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "BENCHMARKS", tmp_path)
    assert main(["bench", "--json", "--sizes", "500", "--threads", "1", "--repeats", "1"]) == 0
    (case,) = json.loads(capsys.readouterr().out)
    for key in ("mesa", "c", "c_columns"):
        assert case[f"ratio_{key}"] is None and case[f"rate_{key}"] is None
        assert f"ratio_{key}: no checkout" in case["reason"]


def test_without_a_compiler_its_ratio_is_empty_and_says_why(capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert main(["bench", "--json", "--sizes", "500", "--threads", "1", "--repeats", "1"]) == 0
    (case,) = json.loads(capsys.readouterr().out)
    assert case["ratio_c"] is None and case["ratio_c_columns"] is None and case["ratio_mesa"] is not None
    assert case["reason"] == "ratio_c: no C compiler here; ratio_c_columns: no C compiler here"


@pytest.mark.parametrize(
    "option", (["--sizes", "0"], ["--sizes", "ten"], ["--threads", "-1"], ["--write", "nowhere.md"])
)
def test_a_wrong_option_is_told(option, capsys):
    assert main(["bench", *option]) == 2
    assert option[0] in capsys.readouterr().err
