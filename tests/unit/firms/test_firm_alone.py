"""A firm by itself: told a time and sales it gives a plan, an offer and costs."""

from __future__ import annotations

import numpy as np
import pytest

from sim.customers.columns import allocate
from sim.customers.offer import OFFER, PROGRAMME
from sim.firms.mechanisms.product_range import ProductRange
from sim.firms.mechanisms.record_decay import RecordDecay
from sim.firms.offer_settings import SecondOffer
from sim.firms.partner_tie import PartnerTie
from sim.firms.partners.base import KINDS, PartnerEffects
from sim.firms.purchase_records import PurchaseRecords
from sim.firms.state import Sales, SecondSales
from sim.strategies import (
    MAX_TIERS,
    MarketingPlan,
    Programme,
    Strategy,
    Tier,
)
from sim.strategies.library import make_strategy
from sim.theory.customer_base import Records
from sim.theory.product_range import Assortment
from sim.theory.record_decay import Knowledge
from support.firms import clock, firm, theory


class Spends(Strategy):
    name = "spends"

    def plan(self, view):
        share = 0.5 * view.budget / (view.heads * view.weeks_per_period)
        return view.standing_plan.replace(advertising=share, tiers=(Tier(Programme(contact_rate=0.1)),))


def posted(one):
    programmes = np.zeros((MAX_TIERS, len(PROGRAMME)))
    return one.post(programmes), programmes


def test_told_a_clock_and_sales_it_gives_a_plan_and_an_offer():
    one = firm(Spends(), clock(customers=400))
    one.account(Sales(units=50.0, revenue=500.0, active=80.0, on_file=100.0))
    one.clock = clock(1)
    seen = one.view((one.public_offer(),))
    assert (seen.units, seen.revenue, seen.active_customers, seen.rivals) == (50.0, 500.0, 80, ())
    assert seen.budget == pytest.approx(0.1 * 400)
    plan = one.decide(seen)
    one.cut_tiers(plan.tiers)
    one.adopt(plan)
    one.advance_stocks()
    assert one.plan.advertising == pytest.approx(0.05)
    offer, programmes = posted(one)
    assert offer._fields == OFFER.names and offer.price == offer.paid == 10.0 and offer.open == 1
    assert offer.ad_chance == pytest.approx(1.0 - np.exp(-theory().reach.reach * 0.05))
    assert programmes[0].tolist() == pytest.approx([0.0, 0.0, 0.1, 0.0, 0.0])


def test_it_pays_for_what_it_sold_and_owes_what_it_overspent():
    one = firm(unit_cost=6.0, budget=0.01)
    one.plan = MarketingPlan(advertising=0.1)
    spent = one.account(Sales(units=50.0, revenue=500.0))
    assert (spent["goods"], spent["advertising_cost"]) == pytest.approx((300.0, 40.0))
    assert one.overrun == pytest.approx(40.0 - 0.01 * 400) and one.allowed() == 0.0
    assert one.view(()).spend == pytest.approx(40.0)


def test_what_events_and_partners_do_is_in_its_offer():
    one = firm()
    one.shocks.price_factor, one.shocks.open = 0.9, False
    one.effects = PartnerEffects(undercut=0.1, quality=0.2, margin=0.3, failures=0.05)
    offer, _ = posted(one)
    assert (offer.price, offer.quality, offer.failure_rate, offer.open) == pytest.approx((8.1, 1.0, 0.1, 0))
    assert one.sale_cost == pytest.approx(6.0 + (0.3 - 0.1) / 0.9 * 8.1)


def test_a_forbidden_practice_is_not_in_its_offer():
    one = firm()
    one.plan = MarketingPlan(promotion=0.2, tiers=(Tier(Programme(contact_rate=0.1, discount=0.3)),))
    offer, programmes = posted(one)
    assert offer.paid == pytest.approx(8.0) and programmes[0, 1] == 0.3
    one.shocks.forbidden |= {"promotion", "discount"}
    offer, programmes = posted(one)
    assert offer.paid == offer.price == 10.0 and programmes[0].tolist() == [0.0, 0.0, 0.1, 0.0, 0.0]


def test_a_forbidden_lever_costs_nothing_and_the_others_their_price():
    one = firm(unit_cost=6.0)
    one.plan = MarketingPlan(advertising=0.1, place=0.05)
    one.shocks.forbidden.add("advertising")
    spent = one.account(Sales())
    assert (spent["advertising_cost"], spent["place_cost"], spent["budget_spend"]) == pytest.approx(
        (0.0, 20.0, 20.0)
    )
    one.shocks.forbidden.clear()
    assert one.account(Sales())["advertising_cost"] == pytest.approx(40.0)


def test_a_lever_is_available_from_the_day_its_partner_is_there():
    one = firm()
    assert not one.acts("supplier_support") and not one.acts("alliance")
    one.partner_kinds.update(("supplier",))
    assert one.acts("supplier_support") and not one.acts("alliance")


def test_a_firm_that_forgets_its_goodwill_keeps_half_in_a_half_life():
    one = firm(goodwill=2.0, at=clock(weeks=theory().reach.goodwill_half_life))
    one.advance_stocks()
    assert one.goodwill == pytest.approx(1.0)


def test_a_second_product_is_seen_from_the_day_it_opens():
    one = firm(second=SecondOffer(opens=3))
    one.second_sales = SecondSales(units=4.0, revenue=20.0, promotion=0.0, owners=7.0)
    assert one.view(()).second is None and not one.acts("cross_selling")
    one.clock = clock(3)
    assert one.view(()).second.owners == 7.0 and one.acts("cross_selling")


def test_its_parts_are_those_its_offer_and_the_theory_have():
    plain, full = firm(), firm(goods=5, alignment=0.5, sections=theory(knowledge=Knowledge(decay=0.01)))
    assert [type(state).__name__ for state in plain.mechanism_states] == ["Departments", "EventData"]
    assert [type(state).__name__ for state in full.mechanism_states] == [
        "ProductRange",
        "Departments",
        "RecordDecay",
        "EventData",
    ]
    levers = [state.lever for state in full.mechanism_states if state.lever]
    assert len(levers) == 3 and not any(map(plain.acts, levers)) and all(map(full.acts, levers))
    full.plan = MarketingPlan(range_review=0.1, coordination=0.2, data_upkeep=0.03)
    full.advance_stocks()
    assert full.alignment > 0.5 and len(full.state_of(RecordDecay).exposure) == 2


def test_a_range_adds_its_value_to_the_quality_delivered():
    one = firm(goods=5, sections=theory(assortment=Assortment(variety=1.0)))
    assert one.delivered == pytest.approx(0.8 + one.state_of(ProductRange).quality)
    assert len(one.view(()).range_sales) == 5


def test_its_records_are_the_customers_it_is_told_of():
    one, columns = firm(), allocate(6, 1)
    columns.purchases[:, 0], columns.last_purchase[:3, 0] = [2, 1, 1, 0, 0, 0], 9
    columns.money[:, 0] = 10.0 * columns.purchases[:, 0]
    one.records, one.clock = PurchaseRecords.of(columns, 6), clock(10)
    posted(one)
    assert one.customer_file().customer.tolist() == [0, 1, 2]
    one.cut_tiers((Tier(Programme(), "rfm", 0.34),))
    assert columns.tier[:, 0].tolist() == [0, -1, -1, -1, -1, -1] and one.members == [1.0]
    one.cut_tiers((Tier(Programme()),))
    assert columns.tier[:, 0].tolist() == [0, 0, 0, -1, -1, -1] and one.members == [3.0]


@pytest.mark.parametrize(
    ("rule", "other", "members"),
    [
        ({"rule": "rfm", "share": 0.25}, {"share": 0.5}, (2, 4)),
        ({"rule": "rfm", "share": 0.25}, {"rule": "everyone"}, (2, 8)),
        ({"rule": "key_accounts", "accounts": 3, "managers": 5, "case_load": 5}, {"accounts": 6}, (3, 6)),
        ({"rule": "key_accounts", "accounts": 8, "managers": 1, "case_load": 2}, {"managers": 2}, (2, 4)),
        ({"rule": "key_accounts", "accounts": 8, "managers": 1, "case_load": 2}, {"case_load": 5}, (2, 5)),
    ],
)
def test_tiers_are_cut_anew_as_soon_as_one_number_of_their_rule_is_another(rule, other, members):
    """Period 10 is between two reviews. Eight buyers, all active."""
    one, columns = firm(sections=theory(records=Records(review_weeks=13.0))), allocate(8, 1)
    columns.purchases[:, 0], columns.last_purchase[:, 0], columns.money[:, 0] = 1, 9, 10.0
    one.records, one.clock = PurchaseRecords.of(columns, 8), clock(10)
    for number, changed in zip(members, ({}, other), strict=True):
        one.cut_tiers((Tier(Programme(), **rule | changed),))
        assert np.count_nonzero(columns.tier[:, 0] == 0) == number and one.members == [number]


def test_a_partner_is_treated_by_what_its_firm_spends_on_it():
    one = firm(make_strategy("fixed_plan"))
    first, second = (PartnerTie(name, KINDS["supplier"](), one) for name in ("steel", "glass"))
    one.plan = MarketingPlan(supplier_support=0.2)
    assert first.of_its_kind == 2 and first.support == second.support == 0.1
    effects = {"focal": PartnerEffects()}
    first.add_effects(effects)
    first.update(one.conduct(0.0), ally_quality=0.0)
    assert 0.0 < first.draw < 1.0 and first.bond > 0.0 == second.bond
    assert repr(first).startswith("PartnerTie(steel: supplier of focal")


@pytest.mark.parametrize(("lever", "kinds"), [("supplier_support", ("supplier",)), ("alliance", ())])
def test_support_is_paid_for_partners_that_are_there(lever, kinds):
    one = firm()
    one.partner_kinds.update(kinds)
    one.plan = MarketingPlan(**{lever: 0.1})
    assert one.account(Sales())["stakeholder_cost"] == pytest.approx(40.0 if kinds else 0.0)
