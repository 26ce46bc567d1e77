"""Mechanisms of firms: each is declared once, and what it says of a firm is what the firm's view says."""

from __future__ import annotations

import pytest

from sim.core.metric import Cost
from sim.firms.mechanisms import MECHANISMS, mechanisms_of
from sim.firms.metrics import ALL_COSTS, GROUPS, METRICS, OPTIONAL
from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.strategies import LEVERS, SPENDING
from sim.strategies.budget import unit_costs
from sim.strategies.checks.view_sequences import view as view_of_a_sequence
from sim.strategies.checks.view_sequences import view_sequences
from sim.strategies.levers import ALL_LEVERS, COST_COLUMNS, EVERYWHERE, OF_MECHANISM, SUPPORT
from sim.theory import THEORY, Theory
from support.firms import clock, firm, theory


def with_mechanism(name):
    """The settings of a firm that has a mechanism, by the mechanism's example."""
    example = MECHANISMS[name].example if name else {}
    sections = {key: THEORY[key](**values) for key, values in example.get("theory", {}).items()}
    second = SecondOffer(**example["second"]) if "second" in example else None
    return example.get("offer", {}) | {"sections": theory(**sections), "second": second}


def test_what_levers_need_is_a_mechanism():
    assert set(OF_MECHANISM) <= set(MECHANISMS) and set(GROUPS) <= set(MECHANISMS)


@pytest.mark.parametrize("kinds", [(), ("supplier",), tuple(SUPPORT)])
@pytest.mark.parametrize("name", ["", *OF_MECHANISM])
def test_a_firm_has_the_levers_that_its_view_lets_one_expect(name, kinds):
    one = firm(at=clock(3), **with_mechanism(name))
    one.partner_kinds.update(kinds)
    view = one.view(())
    mechanisms = [name] if name else []
    expected = view_of_a_sequence(mechanisms, stakeholders=dict.fromkeys(kinds, 1))
    assert view.available == one.available == expected.available
    more = {lever for lever in LEVERS if name and ALL_LEVERS[lever].needs == name}
    assert view.available == EVERYWHERE | more | {SUPPORT[kind] for kind in kinds}
    costs = unit_costs(view, view.standing_plan)
    assert {lever for lever in SPENDING if lever not in view.available} <= {
        n for n, c in costs.items() if c == 0.0
    }


@pytest.mark.parametrize("name", MECHANISMS)
def test_the_example_of_a_mechanism_switches_it_on(name):
    example = MECHANISMS[name].example
    assert set(example) <= {"offer", "theory", "second", "levers"} and set(example.get("levers", {})) <= set(
        LEVERS
    )
    settings = with_mechanism(name)
    sections, second = settings.pop("sections"), settings.pop("second")
    assert name in mechanisms_of(OfferSettings(**settings), sections, second)
    assert name == "event" or name not in mechanisms_of(OfferSettings(), Theory(), None)


def shown_by(name):
    """Fields of a firm's view in which a mechanism shows."""
    with_it, without = (firm(at=clock(3), **with_mechanism(n)).view(()) for n in (name, ""))
    fields = ("second", "range_sales", "alignment", "current_records", "setting")
    return [field for field in fields if repr(getattr(with_it, field)) != repr(getattr(without, field))]


@pytest.mark.parametrize("name", OF_MECHANISM)
def test_the_views_of_the_checks_show_a_mechanism_where_its_levers_act(name):
    usual, fields = view_of_a_sequence(), shown_by(name)
    seen = [view for sequence in view_sequences().values() for view in sequence]
    acting = [OF_MECHANISM[name] <= view.available for view in seen]
    differing = [any(getattr(view, field) != getattr(usual, field) for field in fields) for view in seen]
    assert any(acting) and (acting == differing if fields else True)


def test_a_cost_column_is_declared_once_and_has_its_place():
    columns = [name for name, metric in (METRICS | OPTIONAL).items() if isinstance(metric, Cost)]
    assert tuple(columns) == ALL_COSTS and set(COST_COLUMNS) <= set(columns)
    assert all(ALL_LEVERS[lever].cost in ALL_COSTS for lever in SPENDING)


def test_a_firm_wants_low_what_it_pays_and_whom_it_loses_fails_or_turns_away():
    low = {name for name, metric in (METRICS | OPTIONAL).items() if metric.better == "lower"}
    spent = {"budget_spend", "acquisition_cost", "keeping_cost", "misalignment_cost"}
    assert low == {*ALL_COSTS} | spent | {"lost", "failures", "turned_away"}
