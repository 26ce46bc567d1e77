"""Our scenarios, without a run: each says what it asks and of whom, and its arms are what it says."""

from __future__ import annotations

import math
import re

import pytest

from golden.scenarios import names
from sim.firms.metrics import ALL
from sim.report.settings_table import arm_settings
from sim.scenario.arms import control_of_each
from sim.scenario.files import compose


@pytest.mark.parametrize("name", names())
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


@pytest.mark.parametrize("name", names())
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


@pytest.mark.parametrize("name", ["leaky_bucket", "jackson_markets", "kotler_levels"])
def test_arms_of_the_scenarios_differ_from_their_control_in_the_strategy_alone(name):
    made = compose(name)
    own = control_of_each(made.experiment)
    assert len(set(own.values())) > 1
    for arm, settings in arm_settings(made).items():
        if own[arm] != arm:
            assert [one.key for one in settings] == ["firms.focal.strategy"], arm
