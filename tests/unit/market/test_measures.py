"""Measures from a made snapshot: no market is needed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.market.measures import customer_equity, samples
from sim.market.measures.snapshot import Snapshot, UnitEconomics, even_sample, present
from sim.market.panel import Panel
from sim.market.surveys import mean_answers
from sim.theory.bonds import Bonds
from support.hand import EXACT, ByHand
from support.markets import scenario

NEED, EXIT, DISCOUNT = 0.5, 0.02, 0.01


def snapshot(made, periods=10, alignment=1.0, concessions=None, discount=DISCOUNT):
    """The state of customers by hand; a unit costs 4."""
    firms = len(made.offers)
    economics = UnitEconomics(np.full(firms, 4.0), np.full(firms, alignment), discount, concessions)
    names = [f"firm_{number}" for number in range(firms)]
    return Snapshot(
        names, made.columns, len(made.columns.supplier), made.offers, made.programmes, made.parameters, made.conditions,
        periods, economics,
    )  # fmt: skip


def customers(count=3, **theory):
    """Customers of one firm outside a contract, each with the same need and rate of exit; a unit costs 10."""
    made = ByHand(customers=count, conditions={"contractual": 0}, choice={"noise_scale": 1.0}, **theory)
    made.need_rate[:], made.exit_rate[:], made.leaves_at[:] = NEED, EXIT, np.inf
    made.offers["price"] = made.offers["paid"] = 10.0
    return made


def purchases(exit_rate=EXIT, dropout=0.0):
    """Expected purchases ahead, discounted: q / (1 - q (1 - p)) with q = n / (n + e^(d + mu) - 1)."""
    q = NEED / (NEED + np.expm1(DISCOUNT + exit_rate))
    return q / (1.0 - q * (1.0 - dropout))


@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_lifetime_value_is_the_closed_form_and_sums_to_the_equity(dropout):
    made = customers()
    made.dropout[:] = dropout
    state = snapshot(made)
    values = customer_equity.lifetime_values(state)
    assert values == pytest.approx(np.full((3, 1), 6.0 * purchases(dropout=dropout)), rel=EXACT)
    assert customer_equity.customer_equity(state) == pytest.approx(values.sum(axis=0))
    assert customer_equity.customer_equity(state, most=1) == pytest.approx(3 * values[0])


def test_customers_who_have_left_or_not_entered_are_worth_nothing():
    made = customers()
    made.leaves_at[0], made.entered_at[1] = 9.5, 10.5
    state = snapshot(made)
    assert present(state.columns, 10).tolist() == [False, False, True]
    assert (customer_equity.lifetime_values(state)[:, 0] > 0).tolist() == [False, False, True]


def test_a_concession_comes_off_every_unit_of_its_customer():
    made, off = customers(), np.array([[0.0], [1.5], [0.0]])
    plain, dealt = (customer_equity.lifetime_values(snapshot(made, concessions=c))[:, 0] for c in (None, off))
    assert dealt == pytest.approx(plain * [1.0, 4.5 / 6.0, 1.0])
    assert customer_equity.customer_equity(snapshot(made, concessions=off))[0] == pytest.approx(dealt.sum())


def test_net_value_is_less_the_cost_of_the_programme_while_the_customer_is_there():
    made, bonds = customers(), Bonds()
    made.tier[:] = -1
    made.tier[1, 0] = 0
    made.programmes[0, 0] = 0.0
    made.programmes[0, 0, 2] = 0.3  # contacts per week
    gross = customer_equity.lifetime_values(snapshot(made))[:, 0]
    for alignment in (1.0, 0.5):
        net = customer_equity.net_values(snapshot(made, alignment=alignment), bonds)[:, 0]
        served = 1.0 / np.expm1(DISCOUNT + EXIT)  # periods ahead, discounted
        cost = 0.3 * bonds.contact_cost * served / alignment
        assert net == pytest.approx(gross - [0.0, cost, 0.0], rel=1e-5)


def test_the_parts_of_a_split_sum_to_the_equity_of_a_made_state():
    made = customers(40)
    made.expectation[:], made.quality_weight[:], made.price_sensitivity[:] = 0.5, 1.0, 0.3
    made.conditions["has_outside"], made.conditions["outside"] = 1, -1.0
    table = customer_equity.every_split(snapshot(made))
    whole = customer_equity.customer_equity(snapshot(made))[0]
    assert table.groupby("split")["value"].sum().to_numpy() == pytest.approx([whole, whole])
    assert set(table["firm"]) == {"firm_0"}


def test_commitment_and_parts_of_value_are_of_main_customers():
    made = ByHand(firms=2, customers=3, commitment={"c_sat": 1.0})
    made.supplier[:] = [0, 1, -1]
    made.satisfaction[0, 0] = 0.8
    state = snapshot(made)
    found = samples.commitment(state)
    assert np.isnan(found[2]) and found[0] > found[1]
    assert samples.commitment(state, 0) == pytest.approx(found[:1])
    made.taste[0, 0], made.taste[1, 1] = 2.0, 3.0
    parts = samples.value_parts(state).query("part == 'taste'").set_index("firm")["value"]
    assert parts.to_dict() == {"firm_0": 2.0, "firm_1": 3.0}


def test_a_sample_shows_relations_to_the_main_supplier_alone():
    made = ByHand(firms=2, customers=3)
    made.supplier[:], made.trust[:] = [1, -1, 0], [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]
    factors = {"desire": np.zeros(2), "trust": np.ones(2)}  # a column that is there already stays
    table = samples.sample_table(
        snapshot(made), 7, np.array([0, 1]), {"loyalty": np.array(["a", "b"])}, factors
    )
    assert table["supplier"].tolist() == ["firm_1", "none"] and table["period"].tolist() == [7, 7]
    assert table["trust"].iloc[0] == pytest.approx(0.2) and np.isnan(table["trust"].iloc[1])
    assert list(table.columns)[-1] == "desire" and table["loyalty"].tolist() == ["a", "b"]


def test_an_even_sample_is_never_larger_than_asked():
    for n in (1, 7, 1000, 1001):
        for most in (1, 10, 1000):
            rows, step = even_sample(n, most)
            assert len(rows) <= most and rows[0] == 0 and rows[-1] < n and len(rows) * step >= n


def test_a_survey_asks_active_customers_with_noise():
    satisfaction, desire, active = np.array([0.1, 0.9, 0.5]), np.array([1.0, 2.0, 3.0]), np.array([1, 2])
    answers = np.array([[0.0, 1.0, 0.0], [0.6, -0.5, 2.0]])  # the first and the second of the active
    assert mean_answers(satisfaction, desire, active, answers, 0.0) == pytest.approx((0.7, 2.5))
    assert mean_answers(satisfaction, desire, active, answers, 0.1) == pytest.approx((0.725, 2.6))
    assert np.isnan(mean_answers(satisfaction, desire, active[:0], answers, 0.1)).all()


def test_a_panel_reports_when_due_and_leaves_the_burn_in_out():
    made = customers(4)
    panel = Panel(scenario(periods=10, experiment={"burn_in": 2, "value_every": 4, "sample": 0}))
    made.money[:] = 5.0
    state = snapshot(made)
    reports = [panel.report(period, lambda: state, None) for period in range(3)]
    assert reports == [{}, {}, {}] and (panel.spending(made.money) == 0.0).all()
    made.money[:2] += 3.0
    due = panel.report(3, lambda: state, None)
    assert list(due) == [3] and list(due[3]) == ["customer_equity", "gini", "top_fifth_share"]
    assert panel.spending(made.money)[:, 0].tolist() == [3.0, 3.0, 0.0, 0.0]
    assert list(panel.report(9, lambda: state, None)) == [9]  # the last period
    assert panel.table().equals(pd.DataFrame())
