"""Strategies that work with partners, in one look each."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from sim.strategies.budget import cost, spend
from sim.strategies.checks.view_sequences import TIED, rival, situations, view
from sim.strategies.library import make_strategy
from support.strategies import plan_of, plans_of

# The other markets.

WORKERS = {
    "employee_first": "employee_support", "supplier_partnership": "supplier_support",
    "channel_partner": "distributor_support", "alliance_builder": "alliance",
}  # fmt: skip


@pytest.mark.parametrize(("name", "lever"), WORKERS.items())
def test_without_its_stakeholders_it_is_plain_marketing(name, lever):
    kind = type(make_strategy(name)).kind
    others = MappingProxyType({other: 1 for other in TIED if other != kind})
    for seen in situations().values():
        usual = replace(seen, stakeholders=others)
        assert plan_of(name, usual) == plan_of("transactional", usual)
    tied = plan_of(name, view(stakeholders=TIED))
    assert getattr(tied, lever) > 0 and cost(view(stakeholders=TIED), tied) == pytest.approx(500)
    assert all(getattr(tied, other) == 0 for other in WORKERS.values() if other != lever)


def test_employees_get_more_as_service_fails():
    calm, failing = view(stakeholders=TIED), view(stakeholders=TIED, failures_found=250.0)
    supports = [plan_of("employee_first", seen).employee_support for seen in (calm, failing)]
    more = 1 + 3 * (250 / 1250 - 0.05)
    assert supports[1] == pytest.approx(0.2 * 500 / 1e4 * more) and supports[0] == pytest.approx(0.01)
    assert plan_of("employee_first", view(stakeholders=TIED, quality=0.5)).promise == 0.5


def test_suppliers_savings_are_shared_with_customers():
    first, later = plans_of(
        "supplier_partnership", [view(stakeholders=TIED, unit_cost=c) for c in (6.0, 5.8)]
    )
    assert first.promotion == 0 and later.promotion == pytest.approx(0.5 * 0.2 / 10)


def test_a_channel_partner_gives_no_price_off():
    beside = view(stakeholders=TIED, rivals=(rival(price=8.0),))
    assert plan_of("channel_partner", beside).promotion == 0 < plan_of("transactional", beside).promotion
    assert plan_of("channel_partner", beside).place > 0


def test_an_alliance_ends_sharing_once_a_rival_has_caught_up():
    behind, level = (view(stakeholders=TIED, rivals=(rival(promise=p),)) for p in (0.8, 1.0))
    assert plan_of("alliance_builder", behind).alliance > 0 == plan_of("alliance_builder", level).alliance


def test_support_of_nobody_buys_nothing():
    plan = spend(view(), view().standing_plan, 100.0, alliance=1.0, advertising=1.0)
    assert plan.alliance == 0 and cost(view(), plan) == pytest.approx(50.0)
