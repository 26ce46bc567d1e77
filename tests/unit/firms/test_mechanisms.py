"""Mechanisms of firms: each is declared once, and what it says of a firm is what the firm's view says."""

from __future__ import annotations

import pytest

from sim.core.metric import Cost
from sim.firms.mechanisms import MECHANISMS, mechanisms_of
from sim.firms.metrics import ALL_COSTS, GROUPS, METRICS, OPTIONAL
from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.strategies import LEVERS, SPENDING
from sim.strategies.budget import unit_costs
from sim.strategies.checks.courses import available
from sim.strategies.levers import ALL_LEVERS, COST_COLUMNS, EVERYWHERE, SUPPORT
from sim.theory import THEORY, Theory
from sim.theory.record_decay import Knowledge
from support.firms import clock, firm, theory

WITH = {
    "second": {"second": SecondOffer()},
    "range": {"goods": 5},
    "conflict": {"alignment": 0.5},
    "decay": {"sections": theory(knowledge=Knowledge(decay=0.01))},
}


def test_what_levers_need_is_a_mechanism():
    needs = {p.needs for p in ALL_LEVERS.values() if p.needs}
    assert needs == set(WITH) <= set(MECHANISMS) and set(GROUPS) <= set(MECHANISMS)


@pytest.mark.parametrize("kinds", [(), ("supplier",), tuple(SUPPORT)])
@pytest.mark.parametrize("name", ["", *WITH])
def test_a_firm_has_the_levers_that_its_view_lets_one_expect(name, kinds):
    one = firm(at=clock(3), **WITH.get(name, {}))
    one.partner_kinds.update(kinds)
    view = one.view(())
    assert view.available == available(**vars(view)) == one.available
    more = {lever for lever in LEVERS if name and ALL_LEVERS[lever].needs == name}
    assert view.available == EVERYWHERE | more | {SUPPORT[kind] for kind in kinds}
    costs = unit_costs(view, view.standing_plan)
    assert {lever for lever in SPENDING if lever not in view.available} <= {
        n for n, c in costs.items() if c == 0.0
    }


@pytest.mark.parametrize("name", MECHANISMS)
def test_the_example_of_a_mechanism_switches_it_on(name):
    example = MECHANISMS[name].example
    assert set(example) <= {"offer", "theory", "levers"} and set(example.get("levers", {})) <= set(LEVERS)
    sections = {key: THEORY[key](**values) for key, values in example.get("theory", {}).items()}
    second = SecondOffer() if name == "second" else None
    assert name in mechanisms_of(OfferSettings(**example.get("offer", {})), theory(**sections), second)
    assert name == "event" or name not in mechanisms_of(OfferSettings(), Theory(), None)


def test_a_cost_column_is_declared_once_and_has_its_place():
    columns = [name for name, metric in (METRICS | OPTIONAL).items() if isinstance(metric, Cost)]
    assert tuple(columns) == ALL_COSTS and set(COST_COLUMNS) <= set(columns)
    assert all(ALL_LEVERS[lever].cost in ALL_COSTS for lever in SPENDING)
