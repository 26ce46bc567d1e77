"""Price, points and what a sale enters into the books, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from support.hand import EXACT, ByHand

REWARD, DISCOUNT = 0, 1


def near(number):
    return pytest.approx(number, rel=EXACT, abs=EXACT)


def programme(tier=0, points=0.0, **bonds):
    """Price 10, 9 after promotion; tier 0: discount 0.2 and reward 0.25, tier 1: discount 0.5 and reward 0.5."""
    m = ByHand(bonds=bonds)
    m.offers["price"], m.offers["paid"] = 10.0, 9.0
    m.programmes[0, :, REWARD], m.programmes[0, :, DISCOUNT] = [0.25, 0.5], [0.2, 0.5]
    m.tier[:], m.points[:] = tier, points
    return m


def test_the_books_of_points_agree():
    m = programme(points=3.0, threshold=4.0, points_half_life=2.0)
    for _ in range(8):
        before = float(m.points[0, 0])
        m.lives()
        moved = m.book("POINTS_ISSUED") - m.book("POINTS_PAID") - m.book("POINTS_EXPIRED")
        assert m.book("POINTS_HELD") == near(before + moved) and m.book("POINTS_HELD") == m.points[0, 0]


@pytest.mark.parametrize(
    "tier, price, points", [(-1, 9.0, 0.0), (0, 9 * 0.8, 9 * 0.8 * 0.25), (1, 4.5, 2.25)]
)
def test_a_tier_gets_its_own_discount_and_reward_on_what_is_paid(tier, price, points):
    m = programme(tier).lives()
    assert m.money[0, 0] == near(price) and m.book("REVENUE") == 10
    assert m.book("PROMOTION") == near(10 - price)
    assert m.points[0, 0] == near(points) and m.book("POINTS_ISSUED") == near(points)


def test_money_adds_up_over_purchases():
    m = programme()
    assert m.lives().lives().lives().money[0, 0] == near(3 * 7.2)


@pytest.mark.parametrize("weeks, kept", [(1.0, 0.5), (2.0, 0.25)])
def test_points_expire_by_their_half_life_in_weeks(weeks, kept):
    m = ByHand(weeks=weeks, bonds={"points_half_life": 1.0})
    m.points[:] = 8.0
    m.lives()
    assert m.points[0, 0] == 8 * kept and m.book("POINTS_EXPIRED") == 8 * (1 - kept)


@pytest.mark.parametrize("held, paid, left", [(2.25, 4.5, 0.0), (2.0, 0.0, 4.25), (3.0, 5.25, 0.0)])
def test_all_points_are_paid_out_once_they_reach_the_threshold(held, paid, left):
    """Tier 1 earns 2.25 per purchase; the threshold is 4.5."""
    m = programme(1, held, threshold=4.5).lives()
    assert m.book("POINTS_PAID") == paid and m.points[0, 0] == left == m.book("POINTS_HELD")


def test_points_wait_for_a_purchase_that_earns_some():
    m = programme(-1, 50.0, threshold=4.5).lives()
    assert m.book("POINTS_PAID") == 0 and m.points[0, 0] == 50


def test_who_leaves_the_market_lets_all_points_expire():
    m = programme(0, 3.0)
    m.dropout[:] = 1.0
    m.lives()
    assert m.points[0, 0] == 0 and m.book("POINTS_HELD") == 0
    assert m.book("POINTS_ISSUED") == near(1.8) and m.book("POINTS_EXPIRED") == near(4.8)


def test_buyers_are_counted_once_and_new_ones_at_their_first_purchase():
    m = ByHand(supplier=-1, conditions={"contractual": 0})
    m.need_rate[:], m.period = 6.0, 5
    m.lives()
    first = int(m.book("UNITS"))
    assert first >= 2 and m.book("BUYERS") == m.book("NEW_BUYERS") == 1
    assert m.purchases[0, 0] == first and m.first_purchase[0, 0] == m.last_purchase[0, 0] == 5
    m.lives()
    assert m.book("BUYERS") == 1 and m.book("NEW_BUYERS") == 0
    assert m.purchases[0, 0] == first + m.book("UNITS")
    assert m.first_purchase[0, 0] == 5 and m.last_purchase[0, 0] == 6


def test_the_file_counts_who_tried_repeated_and_lapsed():
    m = ByHand(conditions={"active_periods": 3, "contractual": 0})
    m.period = 10
    for last, tried, active, lapsed in ((8, 1, 1, 0), (7, 1, 0, 1), (6, 1, 0, 0)):
        m.purchases[:], m.last_purchase[:], m.period = 1, last, 10
        m.lives()
        assert [m.book(e) for e in ("TRIED", "REPEATED", "ON_FILE_ACTIVE", "LAPSED")] == [
            tried,
            0,
            active,
            lapsed,
        ]
    m.purchases[:] = 2
    assert m.lives().book("REPEATED") == 1


def test_the_wallet_of_a_main_customer_holds_what_it_bought_anywhere():
    m = ByHand(2, supplier=-1, conditions={"contractual": 0}, choice={"noise_scale": 1.0})
    m.need_rate[:], m.habit[:] = 12.0, [0.5, 0.25]
    m.lives()
    units = np.array([m.book("UNITS", 0), m.book("UNITS", 1)])
    assert units.min() >= 1 and m.supplier[0] == 0
    assert m.book("WALLET_OWN") == units[0] and m.book("WALLET_ALL") == units.sum()
    assert m.book("WALLET_ALL", 1) == 0
