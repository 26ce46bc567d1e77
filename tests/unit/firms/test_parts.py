"""Departments, records and key accounts of a firm by themselves, each against its law by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core import rng
from sim.customers.columns import allocate
from sim.customers.offer import DISCOUNT, PROGRAMME
from sim.firms.costs import happened
from sim.firms.mechanisms.base import MechanismState
from sim.firms.mechanisms.departments import Departments
from sim.firms.mechanisms.event_marketing import STRANGER, EventData
from sim.firms.mechanisms.key_accounts import KeyAccounts, concessions
from sim.firms.mechanisms.record_decay import RecordDecay, count_records
from sim.firms.purchase_records import PurchaseRecords
from sim.firms.state import Draws, Sales, SaleTerms, SecondSales
from sim.strategies import MAX_TIERS, MarketingPlan, Programme, Tier
from sim.theory.departments import Departments as Values
from sim.theory.power import Power
from sim.theory.record_decay import Knowledge
from support.firms import clock, theory

DRAWS = Draws(rng.period_key(1, 0), 77)
COSTS = dict.fromkeys(
    ("staff_cost", "feedback_cost", "recovery_cost", "contact_cost", "integration_cost"), 10.0
)


def test_departments_at_odds_halve_what_they_bring_about_together_and_charge_it_whole():
    odds = Departments(0.5, Values(), 1.0)
    plan = MarketingPlan(staff=0.2, place=0.2, tiers=(Tier(Programme(contact_rate=0.4, reward_rate=0.1)),))
    works = odds.working(plan)
    assert (works.staff, works.place) == (0.1, 0.2)
    assert works.tiers[0].programme == Programme(contact_rate=0.2, reward_rate=0.1)
    did = happened(Sales(contacts=0.1), Sales(), SecondSales(), 400, odds.alignment)
    assert did.contacts == 0.2
    assert odds.outcomes(COSTS) == {"alignment": 0.5, "misalignment_cost": 25.0}


def test_coordination_brings_departments_together_and_without_it_they_drift_apart():
    odds, agreed = Departments(0.5, Values(), 0.9), Departments(1.0, Values(), 0.9)
    for part in (odds, agreed):
        part.advance(0.5, 4.0, DRAWS)
    met = odds.alignment
    assert 0.5 < met < 1.0 == agreed.alignment
    odds.advance(0.0, 4.0, DRAWS)
    assert odds.alignment == pytest.approx(0.5 + 0.9 * (met - 0.5))


def test_records_go_stale_at_their_rate_and_upkeep_slows_it():
    bare, kept = (RecordDecay(1, 77, Knowledge(decay=0.1, upkeep=100.0)) for _ in range(2))
    for _ in range(10):
        bare.advance(0.0, 1.0, DRAWS)
        kept.advance(0.01, 1.0, DRAWS)
    assert bare.exposure[-1] == pytest.approx(1.0) and kept.exposure[-1] == pytest.approx(np.exp(-1.0))
    customers, refreshed = np.arange(20_000), np.zeros(20_000, int)
    assert bare.current(customers, refreshed).mean() == pytest.approx(np.exp(-1.0), abs=0.02)
    assert np.isnan(bare.outcomes(COSTS)["current_records"])


def test_current_records_are_counted_among_the_customers_on_file():
    columns = allocate(4000, 2)
    columns.purchases[:2000, 0] = 1
    columns.last_purchase[:2000, 0] = 0
    columns.leaves_at[:] = 1e6
    of_firms = [RecordDecay(1, number, Knowledge(decay=0.1)) for number in (5, 6)]
    for part in of_firms:
        part.advance(0.0, 10.0, DRAWS)
    count_records(of_firms, PurchaseRecords.of(columns, 4000), clock(1))
    assert of_firms[0].share == pytest.approx(np.exp(-1.0), abs=0.05) and np.isnan(of_firms[1].share)


def test_strangers_are_prospects_until_they_buy():
    data, every = EventData(), MechanismState().current_rows
    data.grow(3)
    data.grow(5)
    data.left[:] = [0, 1, STRANGER, STRANGER, 0]
    data.since[:], data.potential[:] = 4, [0, 0, 1.5, 2.5, 0]
    data.list_strangers()
    money, purchases = np.array([9.0, 9.0, 0.0, 0.0, 9.0]), np.zeros(5, int)
    assert data.prospects(purchases, 10, every).customer.tolist() == [2, 3]
    assert data.paid_now(money) == 0.0
    money[3], purchases[3] = 7.0, 1
    assert (data.paid_now(money), data.paid_now(money)) == (7.0, 0.0)
    left = data.prospects(purchases, 10, every)
    assert (left.customer.tolist(), left.since.tolist(), left.potential.tolist()) == ([2], [6.0], [1.5])


def test_the_largest_account_negotiates_its_price_at_the_review():
    """Half of its trade is with the firm, the firm's whole trade with it; ease 0.5 each: power 0.25 against 0.5."""
    columns = allocate(3, 2)
    columns.purchases[:, 0], columns.purchases[0, 1] = [10, 5, 0], 10
    columns.money[:, 0], columns.last_purchase[:2, 0] = [100.0, 50.0, 0.0], 12
    columns.tier[:, 0] = 0
    sections = theory(power=Power(accounts=1))
    accounts, programmes = KeyAccounts(0, sections), np.zeros((MAX_TIERS + 1, len(PROGRAMME)))
    sale = SaleTerms(paid=10.0, unit_cost=6.0, alignment=1.0, may_discount=True)
    accounts.assign_programmes(PurchaseRecords.of(columns, 3), clock(13), 26, programmes, sale)
    (terms,) = accounts.terms
    assert (terms.customer, terms.share_of_our_trade, terms.share_of_its_trade) == (
        0,
        pytest.approx(2 / 3),
        0.5,
    )
    assert terms.ratio == pytest.approx(0.25 / (2 / 3 * 0.5)) and terms.part == pytest.approx(
        terms.ratio / (1 + terms.ratio)
    )
    assert terms.agreed == pytest.approx(6.0 + 4.0 * terms.part)
    assert columns.tier[:, 0].tolist() == [MAX_TIERS, 0, 0]
    assert programmes[MAX_TIERS, DISCOUNT] == pytest.approx(1.0 - terms.agreed / 10.0)
    columns.purchases[0, 0] += 2
    off = 10.0 - terms.agreed
    assert accounts.conceded(columns) == pytest.approx(2 * off)
    assert concessions([accounts, None], np.arange(3), 3)[:, 0].tolist() == pytest.approx([off, 0.0, 0.0])
    accounts.release(columns)
    assert columns.tier[:, 0].tolist() == [0, 0, 0]
