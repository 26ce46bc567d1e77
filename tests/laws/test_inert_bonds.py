"""L12 and L13: what cannot act changes nothing, customer by customer; what can act does.

Exact laws: one seed and 600 customers over 60 weeks are enough, since a single customer who differs is a failure.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.firms.metrics import COSTS
from sim.scenario.files import compose
from support.markets import columns, differing, lived

BASE = """
question: Does what cannot act change anything?
source: laws L12 and L13
population: {customers: 600, segments: {everyone: {share: 1.0, exit_rate: 0.002}}}
firms:
  focal: {strategy: {name: fixed_plan}}
  rival: {strategy: {name: fixed_plan}}
  small: {strategy: {name: fixed_plan}, taste_weight: 0.1, known_by: 0.5}
experiment: {periods: 60, burn_in: 0, sample: 0}
"""
PROGRAMMES = {
    "reward_rate": {"reward_rate": 0.05},
    "contact_rate": {"contact_rate": 0.5},
    "integration": {"integration": 0.5},
    "all three": {"reward_rate": 0.05, "contact_rate": 0.5, "integration": 0.5},
}
COST = {"reward_rate": "points_paid", "contact_rate": "contact_cost", "integration": "integration_cost"}
#: What a bond is, and what only reads it: the programme's tier, the bond itself, its best level, the stage.
THE_BOND = ("tier", "points", "social_bond", "structural_bond", "best_social", "best_structural", "stage")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenarios")
    (path / "identity.yaml").write_text(BASE)
    return path


def composed(folder, *overrides):
    return compose("identity", overrides, [folder])


# ---------------------------------------------------------------- L12: an inert bond


def with_programme(setting, programme):
    return setting.replace({"firms": {"focal": {"strategy": {"name": "fixed_plan"} | programme}}})


@pytest.fixture(scope="module")
def inert(folder):
    return {
        kind: composed(folder, "preset=inert_bond", f"market={kind}")
        for kind in ("repertoire", "contractual")
    }


@pytest.fixture(scope="module")
def without(inert):
    return {kind: lived(setting) for kind, setting in inert.items()}


def focal(market, names):
    books = market.books.outcomes()
    return books.loc[books.firm == "focal", list(names)].to_numpy().T


@pytest.mark.parametrize("kind", ["repertoire", "contractual"])
@pytest.mark.parametrize("bond", PROGRAMMES)
def test_law_12_an_inert_bond_changes_no_behaviour_and_costs_what_it_costs(inert, without, kind, bond):
    market = lived(with_programme(inert[kind], PROGRAMMES[bond]))
    assert differing(columns(market), columns(without[kind]), but=THE_BOND) == []
    columns_of_cost = [COST[level] for level in PROGRAMMES[bond]]
    profit, *costs = focal(market, ["profit", *columns_of_cost])
    plain, *other = focal(without[kind], ["profit", *(c for c in COSTS if c not in columns_of_cost)])
    assert all(cost.sum() > 0 for cost in costs)  # it was given
    np.testing.assert_allclose(profit, plain - np.sum(costs, axis=0), rtol=0, atol=1e-9)
    same = focal(market, [c for c in COSTS if c not in columns_of_cost])
    assert np.array_equal(same, np.array(other))


@pytest.mark.parametrize(
    ("kind", "bond", "change", "moved"),
    [
        ("repertoire", "contact_rate", {"choice": {"w_soc": 1.0}}, "purchases"),
        ("repertoire", "contact_rate", {"choice": {"s_soc": 1.0}}, "purchases"),
        ("repertoire", "contact_rate", {"bonds": {"irritation": 0.02}}, "satisfaction"),
        ("repertoire", "integration", {"choice": {"w_str": 1.0}}, "purchases"),
        ("repertoire", "integration", {"choice": {"s_str": 1.0}}, "purchases"),
        ("repertoire", "integration", {"experience": {"customisation": 0.3}}, "satisfaction"),
        ("repertoire", "reward_rate", {"choice": {"w_fin": 1.0}}, "purchases"),
        ("repertoire", "reward_rate", {"choice": {"s_fin": 1.0}}, "purchases"),
        ("contractual", "contact_rate", {"contract": {"h2": 0.5}}, "supplier"),
        ("contractual", "integration", {"choice": {"w_str": 3.0}}, "supplier"),
    ],
)
def test_law_12_each_weight_that_the_preset_sets_to_0_would_make_the_bond_act(
    inert, kind, bond, change, moved
):
    setting = inert[kind].replace({"theory": change})
    acting, plain = lived(with_programme(setting, PROGRAMMES[bond])), lived(setting)
    assert moved in differing(columns(acting), columns(plain), but=THE_BOND)


# ---------------------------------------------------------------- L13: an idle firm

ENTRY = {"population": {"entry_rate": 0.005}}
FULL_BUDGETS = {
    "market": {"budget": 0.02},
    "firms": {"focal": {"strategy": {"name": "fixed_plan", "promotion": 0.1, "contact_rate": 0.3}}},
}


@pytest.mark.parametrize("kind", ["repertoire", "contractual"])
@pytest.mark.parametrize("changes", [{}, ENTRY, FULL_BUDGETS], ids=["as it is", "entry", "budgets that bind"])
def test_law_13_an_idle_firm_changes_nothing(folder, kind, changes):
    alone = composed(folder, f"market={kind}").replace(changes)
    with_idle = composed(folder, f"market={kind}", "preset=idle_firm").replace(changes)
    assert [n for n in with_idle.firms if n not in alone.firms] == ["idle"]
    one, other = lived(alone), lived(with_idle)
    assert differing(columns(one), columns(other, firms=list(alone.firms))) == []
    books = [market.books.outcomes() for market in (one, other)]
    assert not books[1][books[1].firm == "idle"].units.any()
    others = books[1][books[1].firm != "idle"].reset_index(drop=True)
    for name in set(books[0]) - {"period", "firm", "customer_equity"}:
        assert np.array_equal(books[0][name], others[name], equal_nan=True), name
    # a larger matrix is solved for the equity: equal to rounding
    np.testing.assert_allclose(others.customer_equity, books[0].customer_equity, rtol=1e-9)


@pytest.mark.parametrize("kind", ["repertoire", "contractual"])
def test_law_13_a_firm_that_some_know_is_not_idle(folder, kind):
    alone = composed(folder, f"market={kind}")
    known = composed(folder, f"market={kind}", "preset=idle_firm", "firms.idle.known_by=0.2")
    one, other = lived(alone), lived(known)
    assert "purchases" in differing(columns(one), columns(other, firms=list(alone.firms)))
