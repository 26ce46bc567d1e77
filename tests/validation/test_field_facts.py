"""The facts read as outcomes: each figure is there and moves with what makes it; docs/evidence/facts.md has every declared row."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest

from sim.validation.facts import factbook, facts
from sim.validation.facts.field import bond_durability, disappointment, good_and_bad_news, prices, recovery
from sim.validation.facts.reasons import WHY
from support import DOCS

ASKED = ("F2", "F4", "F5", "F7", "F8", "F10", "F12", "F17", "F20")
SMALL = partial(facts.default_market, customers=1_500)


@cache
def page():
    spec = importlib.util.spec_from_file_location("docs_facts", DOCS / "generators/facts.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_has_every_fact_with_each_declared_figure_and_a_verdict():
    text = (DOCS / "evidence/facts.md").read_text(encoding="utf-8")
    assert tuple(page().PAGE) == ASKED
    for name in ASKED:
        section = text.split(f"\n## {name}: {page().PAGE[name].title}\n")[1].split("\n## ")[0]
        assert f"`python docs/generators/facts.py FOLDER {name}`" in section
        rows = [line for line in section.splitlines() if line.startswith("| ")]
        for fact in page().own(name):
            (row,) = [row for row in rows if row.startswith(f"| {fact.what} | {fact.found} | ")]
            said = row.strip("| ").rpartition("| ")[2]
            assert (
                said.strip("*").startswith(("yes", "no", "undecided"))
                or not np.isfinite([fact.low, fact.high]).any()
            )
            assert not said.startswith("**no") or WHY[fact.key] in section
        scenario = page().PAGE[name].scenario
        assert not scenario or f"guanxi run scenario={scenario}" in section
    assert sum(text.count(f"\n## {name}:") for name in ASKED) == len(ASKED)


def test_a_verdict_follows_mean_and_interval():
    fact = factbook.Fact(id="F", key="", what="", found="", low=0.0, high=1.0)
    said = partial(page().verdict, fact)
    assert said(np.array([0.4, 0.5, 0.6])) == "yes"
    assert said(np.array([0.0, 0.5, 1.0])) == "undecided"
    assert said(np.array([0.9, 1.1, 1.4])) == "undecided"
    assert said(np.array([1.9, 2.0, 2.1])) == "**no**"
    assert page().verdict(replace(fact, low=-np.inf, high=np.inf), np.array([1.0, 2.0])) == ""


@pytest.mark.parametrize("module", [disappointment, recovery, good_and_bad_news], ids=lambda m: m.__name__)
def test_every_fact_has_a_figure_of_its_name(module):
    assert {fact.key for fact in module.FACTS} <= set(module.measured(1, {}, SMALL))


def test_without_loss_aversion_satisfaction_falls_and_rises_more_alike():
    """A little: most of the asymmetry is there without it, as the page says."""
    usual = factbook.disappointment(1, {}, SMALL)["fall_against_rise"]
    neutral = factbook.disappointment(1, factbook.everyone(loss_aversion=1.0), SMALL)["fall_against_rise"]
    assert 1.0 < neutral < usual - 0.01


def test_a_bond_that_fades_sooner_holds_for_less_long():
    def weeks(half_life):
        tree = {"theory": {"bonds": {"structural_half_life": half_life}}}
        return bond_durability.weeks_of_half(bond_durability.hold_left(1, tree, SMALL, "structural_bond"))

    assert weeks(8.0) < weeks(52.0) < weeks(1000.0)


def test_weeks_of_half_reads_between_the_middles_of_windows():
    assert bond_durability.weeks_of_half(np.array([0.25, 0.1])) == pytest.approx(13 * 0.5 / 0.75)
    assert bond_durability.weeks_of_half(np.full(8, 0.9)) == 195.0


def test_a_copied_gain_is_less_where_the_copier_copies(monkeypatch):
    """And plain marketing gains nothing on itself."""
    monkeypatch.setattr(bond_durability, "COPIED_YEARS", 2)
    monkeypatch.setattr(bond_durability, "HEADS", 400)
    found = bond_durability.imitability(1, {}, SMALL)
    assert found["gain copied structural_bond"] != found["gain structural_bond"]
    monkeypatch.setattr(bond_durability, "STRATEGIES", {"points": "transactional"})
    assert bond_durability.imitability(1, {}, SMALL)["gain points"] == 0.0


def test_the_paradox_lifts_the_recovered_and_a_second_failure_is_made_good_at_a_share():
    found = recovery.measured(1, {}, SMALL)
    assert found["satisfaction lifted"] > found["satisfaction recovered"] > found["satisfaction borne"]
    whole = {"theory": {"experience": {"second_failure": 1.0}}}
    again = recovery.measured(1, whole, SMALL)
    assert found["second recovered"] < again["second recovered"] - 0.1


def test_talk_that_counts_for_nothing_shifts_nothing_and_more_shifts_more():
    def shift(**talk):
        return good_and_bad_news.measured(1, {"theory": {"talk": talk}}, SMALL)

    assert abs(shift(talk_rate=0.0, talk_trust=1e-6)["shift good"]) < 1e-6  # at 0 and 0 nobody is asked
    assert shift(talk_rate=0.9)["shift good"] > 2 * good_and_bad_news.measured(1, {}, SMALL)["shift good"] > 0


def test_the_chance_to_buy_is_the_markets_own():
    """Utilities reckoned from the columns against what is bought: the focal firm's share in the next weeks."""
    market = good_and_bad_news.opened(SMALL({}), 1, 1)
    market.run_for(60)
    expected = good_and_bad_news.chance(good_and_bad_news.utilities(market))
    before = market.columns.purchases.copy()
    market.run_for(2)
    bought = market.columns.purchases - before
    who = bought.sum(axis=1) > 0
    weight = bought.sum(axis=1)[who]
    error = np.sqrt((weight * expected[who] * (1 - expected[who])).sum())
    assert abs(bought[who, 0].sum() - (weight * expected[who]).sum()) < 4 * error


def test_prices_found_by_trial_are_read_at_every_lock_in(monkeypatch):
    monkeypatch.setattr(prices, "HEADS", 200)
    monkeypatch.setattr(prices, "YEARS", 2)
    monkeypatch.setattr(prices, "GRID", (0.0, 1.0, 4.0))
    monkeypatch.setattr(prices, "MODERATE", (1.0,))
    found = prices.measured(1, {}, SMALL)
    assert {fact.key for fact in prices.FACTS} <= set(found)
    assert found["contractual large"] == found["contractual 4"] / found["contractual 0"] - 1 != 0.0
