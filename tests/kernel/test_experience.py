"""Experience, satisfaction and trust by hand: one customer, one purchase, all else off."""

from __future__ import annotations

import math

import numpy as np
import pytest

from support.hand import EXACT, ByHand


def near(number):
    return pytest.approx(number, rel=EXACT, abs=EXACT)


FELT = {"satisfaction": {"rate_exp": 1.0}}  # what was felt is then what is expected


def failing(severity=1.5, voice=0.0, found=0.0, recovery=0.6, weeks=1.0, satisfaction=None, **experience):
    """A purchase of quality 0.8 that goes wrong for sure: 0.8 - 1.5 = -0.7 is left."""
    m = ByHand(
        weeks=weeks, satisfaction=satisfaction or FELT["satisfaction"], experience={"severity": severity} | experience
    )  # fmt: skip
    m.offers["quality"], m.offers["failure_rate"] = 0.8, 1.0
    m.offers["found_chance"], m.offers["recovery_quality"] = found, recovery
    m.voice[:] = voice
    return m


# ---------------------------------------------------------------- what is delivered


def test_the_structural_bond_customises():
    m = ByHand(**FELT, experience={"customisation": 0.3})
    m.offers["quality"], m.structural_bond[0, 0] = 0.8, 0.5
    assert m.lives().expectation[0, 0] == near(0.8 + 0.3 * 0.5)


def test_performance_spreads_as_declared():
    m = ByHand(customers=800, **FELT, experience={"noise_sd": 0.5})
    m.offers["quality"] = 0.8
    felt = m.lives().expectation[:, 0].astype(float)
    assert abs(felt.mean() - 0.8) < 4 * 0.5 / math.sqrt(800)
    assert abs(felt.std() - 0.5) < 4 * 0.5 / math.sqrt(1600)


def test_a_failure_borne_in_silence_costs_its_severity_and_nobody_hears():
    m = failing().lives()
    assert m.expectation[0, 0] == near(-0.7)
    assert [m.book(e) for e in ("FAILURES", "COMPLAINTS", "RECOVERED")] == [1, 0, 0]


@pytest.mark.parametrize("voice, found, complaints", [(1.0, 0.0, 1), (0.0, 1.0, 0), (1.0, 1.0, 1)])
def test_a_failure_voiced_or_found_is_made_good_by_recovery_quality_times_severity(voice, found, complaints):
    m = failing(voice=voice, found=found).lives()
    assert m.expectation[0, 0] == near(-0.7 + 0.6 * 1.5)
    assert [m.book(e) for e in ("FAILURES", "COMPLAINTS", "RECOVERED")] == [1, complaints, 1]


@pytest.mark.parametrize(
    "weeks, ago, share", [(1.0, 52, 0.5), (1.0, 53, 1.0), (4.0, 13, 0.5), (4.0, 14, 1.0)]
)
def test_a_second_failure_within_52_weeks_is_made_good_by_half(weeks, ago, share):
    m = failing(voice=1.0, second_failure=0.5, weeks=weeks)
    m.period, m.last_failure[0] = 100, 100 - ago
    assert m.lives().expectation[0, 0] == near(-0.7 + share * 0.6 * 1.5)


def test_every_failure_is_remembered_found_or_not_and_no_success_is():
    m = failing(voice=0.0, second_failure=0.5).lives()
    assert m.last_failure[0] == 0
    m.voice[:] = 1.0
    assert m.lives().expectation[0, 0] == near(-0.7 + 0.5 * 0.6 * 1.5) and m.last_failure[0] == 1
    m.offers["failure_rate"] = 0.0
    assert m.lives().last_failure[0] == 1


@pytest.mark.parametrize("voice, lift", [(1.0, 0.2 * 0.6), (0.0, 0.0)])
def test_the_paradox_lifts_who_was_recovered_by_its_size_times_recovery_quality(voice, lift):
    m = failing(voice=voice, satisfaction={"rate_sat": 1.0}, paradox=0.2)
    assert m.lives().satisfaction[0, 0] == near(lift)  # no weight on any gap: tanh(0) = 0


def test_the_paradox_lifts_no_higher_than_one():
    m = failing(
        voice=1.0, recovery=1.0, paradox=0.2, satisfaction={"rate_sat": 1.0, "w_att": 100.0, "w_des": 1.0}
    )
    assert m.lives().satisfaction[0, 0] == 1.0  # felt 0.8, desire 0: tanh(80) + 0.2


@pytest.mark.parametrize(
    "rate, congestion, effect, failed", [(0.5, 1.0, 0.0, 40), (0.5, 1.0, 1.0, 0), (1.0, 0.0, 1.0, 0)]
)
def test_congestion_doubles_failures_and_employees_prevent_them(rate, congestion, effect, failed):
    m = ByHand(customers=40)
    m.offers["failure_rate"], m.offers["congestion"], m.offers["employee_effect"] = rate, congestion, effect
    assert m.lives().book("FAILURES") == failed


# ---------------------------------------------------------------- satisfaction


def judged(felt, desire=0.0, expectation=0.0, promise=0.0, aversion=1.0, **weights):
    """Satisfaction after a first purchase that alone counts; expectations learn at once, which must not matter."""
    m = ByHand(satisfaction={"rate_sat": 1.0, "rate_exp": 1.0} | weights)
    m.offers["quality"], m.offers["promise"] = felt, promise
    m.desire[:], m.expectation[:], m.loss_aversion[:] = desire, expectation, aversion
    return m.lives().satisfaction[0, 0]


def test_desire_alone():
    assert judged(0.8, desire=0.3, w_att=0.8, w_des=0.5) == near(math.tanh(0.8 * 0.5 * 0.5))


def test_expectation_alone_as_it_stood_before_the_purchase():
    assert judged(0.8, expectation=0.3, w_att=0.8, w_exp=0.25) == near(math.tanh(0.8 * 0.25 * 0.5))


def test_the_promise_alone():
    assert judged(0.8, promise=0.3, w_inf=0.3) == near(math.tanh(0.3 * 0.5))


def test_the_three_standards_add_up():
    found = judged(0.8, 0.3, 0.2, 0.4, w_att=0.8, w_des=0.5, w_exp=0.25, w_inf=0.3)
    assert found == near(math.tanh(0.8 * (0.5 * 0.5 + 0.25 * 0.6) + 0.3 * 0.4))


@pytest.mark.parametrize(
    "standard, weight", [("expectation", {"w_att": 1.0, "w_exp": 1.0}), ("promise", {"w_inf": 1.0})]
)
def test_a_shortfall_beyond_the_zone_of_tolerance_weighs_loss_aversion_times(standard, weight):
    """Zone 0.25, aversion 3: half a unit short counts -0.5 + 2 x -0.25 = -1, half a unit above 0.5."""
    assert judged(0.0, **{standard: 0.5}, aversion=3.0, tolerance=0.25, **weight) == near(math.tanh(-1.0))
    assert judged(0.5, aversion=3.0, tolerance=0.25, **weight) == near(math.tanh(0.5))
    assert judged(0.0, **{standard: 0.25}, aversion=3.0, tolerance=0.25, **weight) == near(math.tanh(-0.25))


def test_desire_knows_no_loss_aversion():
    assert judged(0.0, desire=0.5, aversion=3.0, w_att=1.0, w_des=1.0) == near(math.tanh(-0.5))


def test_satisfaction_and_expectation_move_by_their_rates():
    m = ByHand(satisfaction={"rate_sat": 0.3, "rate_exp": 0.2, "w_att": 1.0, "w_des": 1.0})
    m.offers["quality"], m.satisfaction[:], m.expectation[:] = 0.5, 0.2, 0.3
    m.lives()
    assert m.satisfaction[0, 0] == near(0.2 + 0.3 * (math.tanh(0.5) - 0.2))
    assert m.expectation[0, 0] == near(0.3 + 0.2 * (0.5 - 0.3))


# ---------------------------------------------------------------- trust


@pytest.mark.parametrize(
    "felt, promise, trust",
    [
        (0.75, 0.5, 0.5 + 0.05 * 0.5 * 0.5),  # margin 0.75 - (0.5 - 0.25) = 0.5
        (0.0, 0.75, 0.5 - 0.15 * 0.5 * 0.5),  # margin 0 - (0.75 - 0.25) = -0.5
        (9.0, 0.5, 0.5 + 0.05 * 0.5),  # never more than 1
        (-9.0, 0.5, 0.5 - 0.15 * 0.5),
        (0.25, 0.5, 0.5),  # just within what is tolerated
    ],
)
def test_trust_moves_by_the_margin_over_the_promise(felt, promise, trust):
    m = ByHand(trust={"up": 0.05, "down": 0.15, "tolerance": 0.25})
    m.offers["quality"], m.offers["promise"], m.trust[:] = felt, promise, 0.5
    assert m.lives().trust[0, 0] == near(trust)


def test_trust_judges_what_was_felt_with_the_recovery():
    """Felt -0.7 + 0.6 x 1.5 = 0.2, promised 0.75, 0.25 tolerated: 0.3 short."""
    m = ByHand(experience={"severity": 1.5}, trust={"up": 0.05, "down": 0.15, "tolerance": 0.25})
    m.offers["quality"], m.offers["failure_rate"], m.offers["recovery_quality"] = 0.8, 1.0, 0.6
    m.offers["promise"], m.voice[:], m.trust[:] = 0.75, 1.0, 0.5
    assert m.lives().trust[0, 0] == near(0.5 - 0.15 * 0.5 * 0.3)


def test_only_the_firm_bought_from_is_judged():
    m = ByHand(firms=2, satisfaction={"rate_sat": 1.0, "rate_exp": 1.0, "w_inf": 1.0}, trust={"up": 0.5})
    m.offers["quality"], m.trust[:] = 0.5, 0.25
    m.lives()
    assert m.satisfaction[0, 0] > 0 and m.expectation[0, 0] == 0.5 and m.trust[0, 0] > 0.25
    assert np.array_equal([m.satisfaction[0, 1], m.expectation[0, 1], m.trust[0, 1]], [0, 0, 0.25])
