"""What follows from a lever's declaration: its column, its charge, what a budget scales, a plan's field, a parameter."""

from __future__ import annotations

from dataclasses import fields

import pytest

from sim.firms import costs
from sim.firms.mechanisms import MECHANISMS
from sim.firms.metrics import ALL_COSTS
from sim.firms.partners.base import KINDS
from sim.strategies import (
    ALL_LEVERS,
    LEVERS,
    SPENDING,
    MarketingPlan,
    Programme,
    Strategy,
    strategy,
)
from sim.strategies.budget import unit_costs
from sim.strategies.levers import OF_MECHANISM
from sim.strategies.library import make_strategy
from support.markets import lived, plan, scenario

NUMBERS = {
    "money per person in the market per week": 400.0,
    "money per customer per week": 150.0,
    "money per case": 20.0,
}
NUMBERS |= {"money per customer on file per week": 200.0}
DID = costs.Activity(400.0, 150.0, *[0.0] * 7, 20.0, 0.0, 0.0, on_file=200.0)
TIED = {kind: {"kind": kind} | ({"rival": "rival_1"} if kind == "ally" else {}) for kind in KINDS}


@pytest.fixture(scope="module")
def firm():
    """A firm with every mechanism that a lever needs and a stakeholder of every kind, in periods of four weeks."""
    parts = [{"market": {"budget": "free", "periods_per_year": 13}, "firms": {"focal": plan()}}]
    parts += [MECHANISMS[name].switched_on("focal") for name in OF_MECHANISM]
    market = lived(scenario(*parts, stakeholders=TIED, customers=60, periods=2), periods=2)
    return market.firms[0]


def test_a_lever_is_a_field_of_a_plan_and_a_parameter_of_the_fixed_plan():
    assert [f.name for f in fields(MarketingPlan)] == [*LEVERS, "tiers"]
    for name, p in ALL_LEVERS.items():
        if name in LEVERS:
            assert getattr(MarketingPlan(), name) == p.default
        asked = make_strategy("fixed_plan").declared[name]
        assert asked.default is None and asked.optional and (asked.low, asked.high) == (p.low, p.high)
    assert set(make_strategy("fixed_plan").declared) == {*ALL_LEVERS, "accounts", "case_load", "then"}


def test_every_lever_but_price_and_promise_has_a_cost_and_is_scaled_with_the_budget():
    assert set(LEVERS) - set(SPENDING) == {"price", "promise", "quality"}
    costly = {name: p.cost for name, p in ALL_LEVERS.items() if name not in ("price", "promise")}
    assert set(costly.values()) <= set(ALL_COSTS)
    assert set(ALL_COSTS) - set(costly.values()) == {"goods", "second_goods", "terms_cost"}


@pytest.mark.parametrize("lever", [name for name in SPENDING if ALL_LEVERS[name].unit in NUMBERS])
def test_a_lever_costs_its_amount_by_its_unit_in_its_column_alone(firm, lever):
    p, basis = ALL_LEVERS[lever], firm.cost_basis()
    of = [costs.costs(basis, MarketingPlan(**more), DID, 4.0) for more in ({}, {lever: 0.5})]
    moved = {column: of[1][column] - of[0][column] for column in of[0] if of[1][column] != of[0][column]}
    weeks = 1.0 if p.unit == "money per case" else 4.0
    assert moved == {p.cost: pytest.approx(0.5 * NUMBERS[p.unit] * weeks)}
    assert firm.amount(MarketingPlan(**{lever: 0.5}), lever) == 0.5


@pytest.mark.parametrize("lever", SPENDING)
def test_a_share_of_a_plan_is_that_share_of_every_lever(firm, lever):
    half = costs.scaled(firm.cost_basis(), MarketingPlan(**{lever: 0.5}), 0.5)
    assert getattr(half, lever) == 0.25 and unit_costs(firm.view(()), half)[lever] > 0


def test_a_strategy_made_from_the_fixed_plan_has_its_levers():
    cls = type(make_strategy("fixed_plan"))
    mine = strategy("of_this_test", source="none")(type("Mine", (cls,), {}))
    try:
        assert issubclass(mine, Strategy) and set(mine.declared) == set(cls.declared)
        assert mine(price=9.0, contact_rate=0.2).contact_rate == 0.2
    finally:
        from sim.strategies import STRATEGIES

        del STRATEGIES["of_this_test"]


def test_the_levers_of_a_programme_are_its_fields_in_order():
    assert tuple(ALL_LEVERS)[len(LEVERS) :] == tuple(Programme.declared)
