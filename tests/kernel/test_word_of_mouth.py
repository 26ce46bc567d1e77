"""Word of mouth by hand: who speaks, and what it moves in who listens."""

from __future__ import annotations

import pytest

from sim.customers.columns import ABSENT, SILENT
from support.hand import EXACT, ByHand

ON = {"talk_on": 1}


def near(number):
    return pytest.approx(number, rel=EXACT, abs=EXACT)


def told(satisfied=0.5, speaks_of=1, strength=0.5, aware=0b01, **talk):
    """Customer 0 asks customer 1, who expects 0.5 of the firm it speaks of; customer 2 asks nobody."""
    m = ByHand(2, customers=3, talk=talk)
    m.expectation[:], m.trust[:], m.aware[:] = 0.25, 0.5, aware
    m.speaks_of[:], m.says_expectation[1], m.says_satisfaction[1] = (
        [SILENT, speaks_of, SILENT],
        0.5,
        satisfied,
    )
    return m.listens([(0, 1)], strength)


@pytest.mark.parametrize("satisfied, heard", [(0.5, 0.75), (-0.5, 0.25), (-0.75, 0.125)])
def test_expectation_moves_toward_what_is_heard_by_rate_and_strength(satisfied, heard):
    """Heard: 0.5 + 0.5 x satisfaction; it moves by 0.3 x 0.5 of the gap from 0.25."""
    m = told(satisfied, talk_rate=0.3, news=0.5)
    assert m.expectation[0].tolist() == [0.25, near(0.25 + 0.15 * (heard - 0.25))]
    assert m.expectation[1:].tolist() == [[0.25, 0.25]] * 2 and (m.trust == 0.5).all()


@pytest.mark.parametrize(
    "satisfied, trust", [(0.5, 0.5 + 0.05 * 0.5 * 0.5), (-1.0, 0.5 - 0.05 * 0.5), (0.0, 0.5)]
)
def test_trust_rises_by_praise_and_falls_by_complaint(satisfied, trust):
    m = told(satisfied, talk_trust=0.1)
    assert m.trust[0].tolist() == [0.5, near(trust)] and (m.expectation == 0.25).all()
    assert (m.trust[1:] == 0.5).all()


@pytest.mark.parametrize(
    "satisfied, moved", [(1.0, [0.1 * 0.25, 0.1 * 0.75]), (-1.0, [-0.1 * 0.75, -0.1 * 0.25])]
)
def test_trust_has_less_room_to_rise_the_higher_and_more_to_fall(satisfied, moved):
    m = ByHand(customers=3, talk={"talk_trust": 0.1})
    m.trust[:, 0], m.speaks_of[:], m.says_satisfaction[2] = [0.75, 0.25, 0.5], [SILENT, SILENT, 0], satisfied
    m.listens([(0, 2), (1, 2)], 1.0)
    assert m.trust[:, 0].tolist() == [near(0.75 + moved[0]), near(0.25 + moved[1]), 0.5]


def test_who_hears_of_an_unknown_firm_knows_it_and_is_a_referral():
    m = told()
    assert m.aware.tolist() == [0b11, 0b01, 0b01]
    assert m.book("REFERRALS", 1) == 1 and m.book("REFERRALS", 0) == 0
    known = told(speaks_of=0)
    assert known.aware.tolist() == [0b01] * 3 and known.book("REFERRALS", 0) == 0
    assert told(aware=0b11).book("REFERRALS", 1) == 0


@pytest.mark.parametrize("state", [SILENT, ABSENT])
def test_who_is_silent_or_absent_moves_nobody(state):
    m = told(speaks_of=state, talk_rate=0.3, talk_trust=0.1, news=0.5)
    assert (m.expectation == 0.25).all() and (m.trust == 0.5).all() and (m.aware == 0b01).all()
    assert m.book("REFERRALS", 0) == m.book("REFERRALS", 1) == 0


def test_who_is_absent_hears_nothing():
    m = ByHand(2, customers=2, talk={"talk_rate": 0.3, "talk_trust": 0.1})
    m.speaks_of[:], m.says_satisfaction[:], m.aware[:] = [ABSENT, 1], 1.0, 0b01
    m.listens([(0, 1)], 1.0)
    assert (
        not m.expectation.any()
        and not m.trust.any()
        and (m.aware == 0b01).all()
        and not m.book("REFERRALS", 1)
    )


# ---------------------------------------------------------------- who speaks, and of what


def spoken(satisfied, customers=1, conditions=ON, **talk):
    m = ByHand(2, customers=customers, supplier=1, conditions=conditions, talk=talk)
    m.satisfaction[:, 1], m.expectation[:, 1] = satisfied, 0.25
    return m.lives()


def test_who_bought_speaks_of_that_firm_and_says_what_it_now_expects_and_feels():
    m = ByHand(2, supplier=1, conditions=ON, talk={"talk_base": 1.0},
               satisfaction={"rate_sat": 0.5, "rate_exp": 0.5, "w_att": 100.0, "w_des": 1.0})  # fmt: skip
    m.offers["quality"] = [0.0, 1.0]
    m.lives()
    assert [m.speaks_of[0], m.says_expectation[0], m.says_satisfaction[0]] == [1, 0.5, 0.5]  # tanh(100) = 1


def test_a_message_is_of_the_firm_last_bought_from_and_not_of_the_supplier():
    """Firm 1 stays the main supplier; those content with it alone would not speak."""
    conditions = ON | {"contractual": 0, "entry_by_purchase": 1}
    m = ByHand(
        2, supplier=1, conditions=conditions, relationship={"switch_margin": 1.0}, talk={"talk_slope": 2.0}
    )
    m.offers["brand"], m.habit[0] = [100.0, 0.0], [0.25, 0.5]
    m.satisfaction[0], m.expectation[0] = [0.5, 0.0], [0.25, 0.75]
    m.lives()
    assert m.supplier[0] == 1 and m.speaks_of[0] == m.last_bought[0] == 0
    assert [m.says_expectation[0], m.says_satisfaction[0]] == [0.25, 0.5]
    m = ByHand(
        2, supplier=1, conditions=conditions, relationship={"switch_margin": 1.0}, talk={"talk_slope": 2.0}
    )
    m.offers["brand"], m.habit[0], m.satisfaction[0] = [100.0, 0.0], [0.25, 0.5], [0.0, 0.5]
    assert m.lives().supplier[0] == 1 and m.speaks_of[0] == SILENT


@pytest.mark.parametrize(
    "satisfied, talk, chance",
    [
        (0.5, {"talk_base": 0.25, "talk_slope": 0.5}, 0.5),
        (-0.5, {"talk_base": 0.25, "talk_slope": 0.5, "dissatisfied_factor": 1.5}, 0.75),
        (0.5, {"talk_base": 0.25, "talk_slope": 0.0, "dissatisfied_factor": 3.0}, 0.25),
    ],
)
def test_readiness_to_speak_grows_with_the_strength_of_the_experience(satisfied, talk, chance):
    speak = (spoken(satisfied, customers=1500, **talk).speaks_of == 1).mean()
    assert abs(speak - chance) < 4 * (chance * (1 - chance) / 1500) ** 0.5


def test_nobody_speaks_without_a_purchase_or_where_talk_is_off():
    assert spoken(0.5, conditions={}, talk_base=1.0).speaks_of[0] == SILENT
    m = ByHand(2, conditions=ON | {"contractual": 0}, talk={"talk_base": 1.0})
    m.last_bought[:] = 1
    assert m.lives().speaks_of[0] == SILENT


def test_who_leaves_the_market_is_absent():
    m = ByHand(2, conditions=ON, talk={"talk_base": 1.0})
    m.leaves_at[:] = 0.5
    assert m.lives().speaks_of[0] == ABSENT
