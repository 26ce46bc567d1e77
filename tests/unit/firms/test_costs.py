"""Costs of a plan from the prices a firm pays, by hand: no firm and no market is needed."""

from __future__ import annotations

import pytest

from sim.firms import costs
from sim.firms.costs import CHARGED, Activity, CostBasis, Outlook
from sim.firms.state import Sales, SecondSales
from sim.strategies import MarketingPlan, Programme, Tier
from sim.theory.marketing_response import Reach

BASIS = CostBasis(
    unit_cost=6.0, quality_cost=0.5, dealer_share=0.1, partner_terms=0.02, second_unit_cost=3.0, contact=0.5, online=0.1,
    integration=1.0, wage=5.0, reference_price=10.0, base_quality=0.8, response=Reach(), acting=frozenset(CHARGED),
    partner_kinds=("supplier", "ally"),
)  # fmt: skip
DID = Activity(
    customers=100.0, active=40.0, units=20.0, revenue=200.0, promotion=7.0, issued=3.0, paid_out=2.0, contacts=10.0,
    integration=4.0, recovered=2.0, second_units=5.0, second_off=1.5, conceded=1.0, online=5.0, on_file=60.0,
)  # fmt: skip


def test_a_cost_basis_and_a_plan_give_every_column():
    plan = MarketingPlan(
        advertising=0.1, staff=0.2, recovery=3.0, data_upkeep=0.01, supplier_support=0.05, alliance=0.01,
        employee_support=9.0, tiers=(Tier(Programme(), "key_accounts", managers=2),),
    )  # fmt: skip
    spent = {column: amount for column, amount in costs.costs(BASIS, plan, DID, 4.0).items() if amount}
    assert spent == pytest.approx(
        {
            "goods": 120.0,
            "quality_cost": 10.0,
            "promotion_cost": 7.0,
            "points_paid": 2.0,
            "contact_cost": 0.5 * (5.0 + 0.1 * 5.0) + 2 * 5.0 * 4.0,
            "integration_cost": 4.0,
            "advertising_cost": 0.1 * 100.0 * 4.0,
            "staff_cost": 0.2 * 40.0 * 4.0,
            "recovery_cost": 3.0 * 2.0,
            "upkeep_cost": 0.01 * 60.0 * 4.0,
            "stakeholder_cost": 0.06 * 100.0 * 4.0,
            "terms_cost": 0.02 * 100.0 * 4.0 + 0.1 * 200.0,
            "second_goods": 15.0,
            "second_promotion_cost": 1.5,
        }
    )


def test_a_lever_that_does_not_act_costs_nothing():
    plan = MarketingPlan(advertising=0.1, range_review=0.1)
    without = BASIS._replace(acting=BASIS.acting - {"advertising", "range_review"})
    assert costs.costs(without, plan, DID, 4.0) == costs.costs(BASIS, MarketingPlan(), DID, 4.0)


def test_the_budget_covers_points_as_issued_and_a_price_cut_but_no_goods_and_no_concessions():
    plan = MarketingPlan(price=9.5)
    spent = costs.costs(BASIS, plan, DID, 1.0)
    covered = 10.0 + 7.0 - 1.0 + 3.0 + spent["contact_cost"] + 4.0 + 1.5 + 0.5 * 20.0
    assert costs.budget_spend(BASIS, plan, DID, spent) == pytest.approx(covered)


def outlook(**changes):
    return Outlook(20.0, Sales(active=40.0, on_file=60.0), SecondSales(), (40.0,), 100, 1.0)._replace(
        **changes
    )


def test_a_plan_over_the_budget_is_scaled_down_whole():
    basis = BASIS._replace(quality_cost=0.0)
    plan = MarketingPlan(advertising=0.4, place=0.2, tiers=(Tier(Programme(contact_rate=0.5)),))
    assert costs.within_budget(basis, plan, outlook(), 70.0) == plan  # 40 + 20 + 40 * 0.5 * 0.5
    half = costs.within_budget(basis, plan, outlook(), 35.0)
    assert (half.advertising, half.place) == pytest.approx((0.2, 0.1))
    assert half.tiers[0].programme.contact_rate == pytest.approx(0.25)


def test_managers_are_paid_before_all_else():
    basis = BASIS._replace(quality_cost=0.0)
    tiers = (Tier(Programme(), "key_accounts", accounts=40, managers=4, case_load=10),)
    plan = MarketingPlan(advertising=0.2, tiers=tiers)  # 20 for advertising, 20 for managers
    kept = costs.within_budget(basis, plan, outlook(), 30.0)
    assert kept.managers == 4 and kept.advertising == pytest.approx(0.1)
    assert costs.within_budget(basis, plan, outlook(), 12.0).managers == 2


def test_before_the_first_sale_a_firm_expects_its_share_of_tastes():
    from support.firms import TRADE

    assert costs.expected_units(TRADE, 400) == 0.25 * 400 * 0.5
