"""A firm's records: the file holds what the columns hold, and a rank is the order that sorting gives, ties by place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.customers.columns import allocate
from sim.firms.customer_base import best, customer_file, purchase_rates, rank_score
from sim.strategies import CustomerFile
from sim.strategies.view import sealed
from sim.theory.customer_base import Records
from support.markets import lived, plan, scenario

FEW = st.lists(st.integers(-3, 3).map(float), max_size=30).map(np.array)


@given(FEW, st.integers(0, 35))
def test_the_best_are_the_first_of_all_in_order(score, count):
    assert best(score, count).tolist() == np.argsort(-score, kind="stable")[:count].tolist()


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 0.5, 1.0, 7.0, 4e4])] * 3), min_size=1, max_size=20))
def test_a_score_by_recency_frequency_and_money_adds_three_ranks(customers):
    """Whole numbers that are small go another way than the others: both give the rank that plain sorting gives."""
    recency, frequency, money = np.array(customers).T
    other = np.zeros(len(recency))
    file = CustomerFile(np.arange(len(recency)), recency, frequency, money, other, other)
    by_hand = np.zeros(len(recency))
    for column in (-recency, frequency, money):
        for rank, place in enumerate(sorted(range(len(column)), key=lambda k, c=column: (c[k], k))):
            by_hand[place] += rank
    assert rank_score(file, "rfm").tolist() == by_hand.tolist()


def test_the_file_is_what_the_columns_hold_of_all_who_ever_bought():
    market = lived(scenario({"firms": {"focal": plan(advertising=0.1)}}, customers=300), periods=12)
    c, file = market.columns, market.firms[1].customer_file()
    who = np.flatnonzero(c.purchases[:, 1] > 0)
    assert (
        0 < len(who) < 300
        and file.customer.tolist() == who.tolist() == market.purchase_records.buyers(1).tolist()
    )
    assert file.frequency.tolist() == c.purchases[who, 1].tolist()
    assert file.money.tolist() == c.money[who, 1].tolist()
    assert file.since.tolist() == (12 - c.first_purchase[who, 1]).tolist()
    assert file.recency.tolist() == (12 - c.last_purchase[who, 1]).tolist()
    late = market.purchase_records.buyers(1, 9)
    assert late.tolist() == np.flatnonzero(c.last_purchase[:, 1] > 9).tolist() and 0 < len(late) < len(who)


def test_the_lifetime_value_is_the_margin_on_what_is_expected_up_to_the_horizon():
    """The chance of being active is the BG/NBD's: 1/(1 + a/(b + x - 1) ((alpha + T)/(alpha + t_x))^(r + x))."""
    columns, p = allocate(3, 1), Records(horizon=4.0, dropout_a=0.5, dropout_b=2.0)
    columns.purchases[:, 0], columns.first_purchase[:, 0] = [1, 3, 6], [2, 0, 4]
    columns.last_purchase[:, 0] = [2, 4, 9]
    repeats, since, between = np.array([0.0, 2.0, 5.0]), np.array([8.0, 10.0, 6.0]), np.array([0.0, 4.0, 5.0])
    rates, r, alpha = purchase_rates(repeats, since)
    assert rates.tolist() == ((repeats + r) / (since + alpha)).tolist()
    active = [1.0] + [
        1.0 / (1.0 + 0.5 / (2.0 + x - 1.0) * ((alpha + t) / (alpha + tx)) ** (r + x))
        for x, t, tx in zip(repeats[1:], since[1:], between[1:], strict=True)
    ]
    file = customer_file(columns, np.arange(3), 0, period=10, periods_per_year=13.0, unit_margin=2.5, p=p)
    assert file.lifetime_value == pytest.approx(rates * active * 2.5 * 13.0 * 4.0)


def test_what_is_sealed_is_no_part_of_what_can_be_written_to():
    whole = np.arange(4.0)
    part = sealed(whole[1:])
    whole[:] = 9.0
    assert part.tolist() == [1.0, 2.0, 3.0] and not part.flags.writeable
