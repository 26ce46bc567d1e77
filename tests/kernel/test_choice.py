"""Utility, inertia and surplus by hand. Without luck the surplus of an occasion is the best utility, so it is read there."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.customers.offer import DISCOUNT
from support.hand import EXACT, ByHand

ALWAYS = {"h0": 1e9}  # under contract everyone reconsiders


def near(number):
    return pytest.approx(number, rel=EXACT, abs=EXACT)


def market(firms=1, supplier=0, conditions=None, **theory):
    """Everyone chooses anew; price sensitivity 1 and a price of 0, so that surplus is in utility."""
    m = ByHand(firms, supplier=supplier, conditions=conditions, contract=ALWAYS, **theory)
    m.price_sensitivity[:] = 1.0
    return m


def utility(m):
    return m.lives().whole("SURPLUS")


# ---------------------------------------------------------------- the terms of utility, one at a time


@pytest.mark.parametrize(
    "columns, weights, value",
    [
        ({"taste": 0.5}, {}, 0.5),
        ({"quality_weight": 2.0, "expectation": 0.25}, {}, 0.5),
        ({"satisfaction": -0.5}, {"w_sat": 0.3}, -0.15),
        ({"trust": 0.25}, {"risk": 0.8}, -0.6),
        ({"satisfaction": 0.5, "social_bond": 0.25}, {"w_soc": 2.0}, 0.25),
        ({"satisfaction": -0.5, "social_bond": 0.25}, {"w_soc": 2.0}, 0.0),
        ({"satisfaction": 0.5, "structural_bond": 0.25}, {"w_str": 2.0}, 0.5),
        ({"satisfaction": -0.5, "structural_bond": 0.25}, {"w_str": 2.0}, 0.5),
        ({"habit": 0.25}, {"w_hab": 2.0}, 0.5),
    ],
    ids=["taste", "expectation", "satisfaction", "risk", "social", "social-discontent", "structural",
         "structural-discontent", "habit"],
)  # fmt: skip
def test_a_term_of_the_customers_utility(columns, weights, value):
    m = market(choice=weights)
    for name, given in columns.items():
        getattr(m.columns, name)[:] = given
    assert utility(m) == near(value)


@pytest.mark.parametrize(
    "given, value",
    [
        ("brand", 0.5),
        ("technology", 0.5),
        ("political", 0.5),
        ("convenience", 0.5),
        ("effort", -0.5),
        ("paid", -0.5),
    ],
)
def test_a_term_of_the_firms_offer(given, value):
    m = market()
    m.offers[given] = 0.5
    assert utility(m) == near(value)


@pytest.mark.parametrize("tier, value", [(-1, -8.0), (0, -8.0), (1, -6.0)])
def test_the_discount_of_a_tier_lowers_the_price_for_its_members_alone(tier, value):
    m = market()
    m.offers["paid"], m.programmes[0, 1, DISCOUNT], m.tier[:] = 8.0, 0.25, tier
    assert utility(m) == near(value) and m.money[0, 0] == near(-value)


def test_the_stake_in_points_binds_the_content():
    """20 points over a threshold of 20: stake 1 - 1/e."""
    for satisfied, value in ((0.5, 2.0 * 0.5 * (1 - math.exp(-1))), (-0.5, 0.0)):
        m = market(choice={"w_fin": 2.0}, bonds={"threshold": 20.0})
        m.satisfaction[:], m.points[:] = satisfied, 20.0
        assert utility(m) == near(value)


def test_only_the_points_left_after_expiry_bind():
    """Half-life a week: 40 points count as 20."""
    m = market(choice={"w_fin": 2.0}, bonds={"threshold": 20.0, "points_half_life": 1.0})
    m.satisfaction[:], m.points[:] = 0.5, 40.0
    assert utility(m) == near(1 - math.exp(-1))


def test_points_earned_bind_at_the_next_occasion_of_the_same_period():
    """A price of 10, half of it in points, threshold 1000: before the k-th purchase 5(k-1) points are held."""
    m = market(
        supplier=-1, conditions={"contractual": 0}, choice={"w_fin": 1000.0}, bonds={"threshold": 1000.0}
    )
    m.need_rate[:], m.satisfaction[:], m.tier[:] = 6.0, 0.5, 0
    m.programmes[0, 0, 0], m.offers["paid"] = 0.5, 10.0
    found = utility(m)
    bought = int(m.book("UNITS"))
    assert bought >= 3 and m.points[0, 0] == near(5 * bought)
    assert found == near(sum(-10 + 500 * (1 - math.exp(-5 * k / 1000)) for k in range(bought)))


def test_what_was_felt_counts_at_the_next_occasion_of_the_same_period():
    """Expectation learns at once: the first purchase expects 0, those after it 0.5."""
    m = market(supplier=-1, conditions={"contractual": 0}, satisfaction={"rate_exp": 1.0})
    m.need_rate[:], m.quality_weight[:], m.offers["quality"] = 6.0, 1.0, 0.5
    found = utility(m)
    assert m.book("UNITS") >= 3 and found == near(0.5 * (m.book("UNITS") - 1))


# ---------------------------------------------------------------- what leaving costs


def leaving(satisfied=0.5, **theory):
    """A customer of firm 0 with everything that binds, who finds 100 more at firm 1."""
    m = market(firms=2, choice=theory, bonds={"threshold": 20.0})
    m.satisfaction[0, 0], m.points[0, 0] = satisfied, 20.0
    m.social_bond[0, 0], m.structural_bond[0, 0], m.lock_in[:] = 0.25, 0.75, 0.5
    m.social_bond[0, 1] = m.structural_bond[0, 1] = m.points[0, 1] = (
        0.875  # the rival's bonds cost nothing to leave
    )
    m.satisfaction[0, 1], m.offers["brand"] = 0.625, [0.0, 100.0]
    return m


@pytest.mark.parametrize(
    "weights, satisfied, cost",
    [
        ({}, 0.5, 0.5),
        ({"s_fin": 0.3}, 0.5, 0.5 + 0.3 * 0.5 * (1 - math.exp(-1))),
        ({"s_soc": 0.4}, 0.5, 0.5 + 0.4 * 0.5 * 0.25),
        ({"s_str": 0.8}, 0.5, 0.5 + 0.8 * 0.75),
        ({"s_fin": 0.3, "s_soc": 0.4, "s_str": 0.8}, -0.5, 0.5 + 0.8 * 0.75),
    ],
    ids=["lock_in", "points", "social", "structural", "discontent"],
)
def test_a_rival_is_worth_less_by_the_cost_of_leaving_the_supplier(weights, satisfied, cost):
    m = leaving(satisfied, **weights)
    assert utility(m) == near(100 - cost) and m.supplier[0] == 1


def test_who_has_no_supplier_pays_nothing_for_going_anywhere():
    m = leaving(s_fin=0.3, s_soc=0.4, s_str=0.8)
    m.supplier[:] = -1
    assert utility(m) == near(100)


def test_staying_costs_nothing():
    m = leaving(s_fin=0.3, s_soc=0.4, s_str=0.8)
    m.offers["brand"] = [100.0, 0.0]
    assert utility(m) == near(100) and m.supplier[0] == 0


def test_the_outside_costs_the_declared_part_of_leaving():
    m = leaving(outside_pays=0.25)
    m.conditions["has_outside"], m.conditions["outside"], m.taste_outside[:] = 1, 200.0, 0.5
    assert utility(m) == near(200 + 0.5 - 0.25 * 0.5) and m.supplier[0] == -1
    assert m.whole("OUTSIDE") == 1 and m.book("UNITS", 0) == m.book("UNITS", 1) == 0


# ---------------------------------------------------------------- who is considered, habit, surplus


def test_unknown_and_closed_firms_are_not_considered():
    m = market(firms=3, supplier=-1)
    m.offers["brand"] = [0.0, 50.0, 100.0]
    m.aware[:], m.offers["open"] = 0b011, 1
    assert utility(m) == near(50)
    m.supplier[:], m.offers["open"] = -1, [1, 0, 1]
    assert utility(m) == near(0)
    m.aware[:] = 0
    m.supplier[:] = -1
    assert utility(m) == 0 and m.whole("OCCASIONS") == 1 and m.book("UNITS") == 0


def test_habit_moves_toward_the_firm_bought_from_and_away_from_the_others():
    m = ByHand(firms=2, choice={"habit_keep": 0.75})
    m.habit[:] = 0.5
    m.lives()
    assert m.habit[0].tolist() == [0.75 * 0.5 + 0.25, 0.75 * 0.5]


def test_habit_stays_as_it_is_where_nothing_is_bought():
    m = market(firms=2, choice={"habit_keep": 0.75}, conditions={"has_outside": 1, "outside": 50.0})
    m.habit[:] = 0.5
    assert m.lives().habit[0].tolist() == [0.5, 0.5]


def test_surplus_is_the_log_sum_in_money():
    """Utilities -1, -2 and -1 of the outside, scale 2, price sensitivity 0.5."""
    m = market(
        firms=2, supplier=-1, conditions={"has_outside": 1, "outside": -1.0}, choice={"noise_scale": 2.0}
    )
    m.price_sensitivity[:], m.offers["paid"] = 0.5, [2.0, 4.0]
    assert utility(m) == near(2 * math.log(2 * math.exp(-0.5) + math.exp(-1)) / 0.5)


def test_who_does_not_mind_the_price_has_no_surplus_in_money():
    m = market(choice={"noise_scale": 2.0})
    m.price_sensitivity[:], m.offers["brand"] = 0.0, 5.0
    assert m.lives().whole("SURPLUS") == 0


def test_choice_is_multinomial_logit_at_its_scale():
    """Utilities 0 and ln 9 at scale 2: odds of 3 to 1."""
    m = ByHand(2, customers=2000, supplier=-1, choice={"noise_scale": 2.0})
    m.offers["brand"] = [math.log(9), 0.0]
    share = m.lives().book("UNITS") / 2000
    assert abs(share - 0.75) < 4 * math.sqrt(0.75 * 0.25 / 2000)
    assert np.array_equal(m.supplier, np.where(m.purchases[:, 0] == 1, 0, 1))


@pytest.mark.parametrize("supplier, chosen", [(0, 0), (1, 1), (2, 2), (-1, 0)])
def test_without_noise_a_tie_goes_to_the_supplier_else_to_the_first_firm(supplier, chosen):
    m = market(firms=3, supplier=supplier, conditions={"has_outside": 1}).lives()
    assert [m.book("UNITS", j) for j in range(3)] == [float(j == chosen) for j in range(3)]
    assert m.whole("OUTSIDE") == 0
