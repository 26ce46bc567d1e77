"""The arithmetic of money: amounts that a sum buys, the cost of a plan."""

import pytest

import sim.strategies.library  # noqa: F401
from sim.strategies import Programme, Tier
from sim.strategies.budget import cost, money_left, spend, within
from sim.strategies.checks.view_sequences import view

# The arithmetic of money.


def test_spend_buys_what_it_costs():
    seen = view()
    plan = spend(seen, seen.standing_plan, 300.0, advertising=2.0, staff=1.0)
    assert plan.advertising == pytest.approx(200 / 10_000) and plan.staff == pytest.approx(100 / 5000)
    assert cost(seen, plan) == pytest.approx(300.0)
    assert money_left(seen, plan, 1000.0) == pytest.approx(700.0)


def test_cost_of_programmes_by_hand():
    seen = view()
    plan = seen.standing_plan.replace(
        tiers=(Tier(Programme(integration=0.1), "rfm", 0.2), Tier(Programme(contact_rate=0.1)))
    )
    assert cost(seen, plan) == pytest.approx(1000 * 0.1 * 1.0 + 4000 * 0.1 * 0.5)
    assert cost(
        seen, seen.standing_plan.replace(tiers=(Tier(Programme(reward_rate=0.02)),))
    ) == pytest.approx(250.0)
    assert cost(seen, seen.standing_plan.replace(price=9.5, promotion=0.1)) == pytest.approx(
        1250 * (0.5 + 0.95)
    )


def test_no_unit_is_promoted_below_its_cost():
    assert spend(view(unit_cost=9.0), view().standing_plan, 1e9, promotion=1.0).promotion == pytest.approx(
        0.1
    )


def test_within_scales_a_plan_to_the_money():
    plan = view().standing_plan.replace(advertising=0.2, tiers=(Tier(Programme(contact_rate=0.4)),))
    scaled = within(view(), plan, 1000.0)
    assert cost(view(), scaled) == pytest.approx(1000.0)
    assert scaled.advertising / 0.2 == pytest.approx(scaled.tiers[0].programme.contact_rate / 0.4)
