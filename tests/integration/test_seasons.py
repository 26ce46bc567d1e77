"""Seasons by segment, who knows a firm where, and partners who introduce it: each can be off, and then nothing is there."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.customers.columns import allocate
from sim.market.kernel.attendance import introduce
from sim.market.market import Market
from sim.scenario.scenario import Scenario

SEGMENTS = {"near": {"share": 0.6}, "far": {"share": 0.4}}


def setting(near=None, far=None, **changes):
    tree = {
        "name": "seasons", "market": {"outside": "none"}, "firms": {"focal": {}, "rival": {}},
        "population": {"customers": 2000, "segments": {
            "near": {"share": 0.6, "need_rate": 0.5} | (near or {}), "far": {"share": 0.4, "need_rate": 0.5} | (far or {}),
        }},
        "experiment": {"periods": 52, "burn_in": 0, "sample": 0, "value_every": 1000},
    } | changes  # fmt: skip
    return Scenario.from_config(tree)


def lived(made, weeks=52, **options):
    market = Market(made, 1, collect=False, **options)
    market.run_for(weeks)
    return market


def bought(made, weeks):
    """Purchases so far by segment and week, (weeks, 2)."""
    market, told = Market(made, 1, collect=False), []
    for _ in range(weeks):
        before = market.columns.purchases.sum(axis=1)
        market.step()
        now = market.columns.purchases.sum(axis=1) - before
        told.append([now[market.columns.segment == s].sum() for s in (0, 1)])
    return np.array(told)


def test_each_segment_buys_by_its_own_season():
    """Poisson with mean 0.5 (1 + 0.9 cos(2 pi (t - peak)/52)) per customer: within 4 standard errors week by week in sum."""
    market = bought(setting({"season": 0.9, "season_peak": 26}, {"season": 0.9, "season_peak": 0}), 52)
    heads = [(Market(setting(), 1).columns.segment == s).sum() for s in (0, 1)]
    weeks = np.arange(52) + 0.5
    for s, peak in ((0, 26.0), (1, 0.0)):
        law = heads[s] * 0.5 * (1.0 + 0.9 * np.cos(2.0 * np.pi * (weeks - peak) / 52.0))
        chi_square = ((market[:, s] - law) ** 2 / law).sum()
        assert chi_square < 52 + 4 * np.sqrt(2 * 52)
        assert abs(market[:, s].sum() - law.sum()) < 4 * np.sqrt(law.sum())
    assert np.corrcoef(market[:, 0], market[:, 1])[0, 1] < -0.8


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one.columns.stored, other.columns.stored, strict=True))


def test_a_segments_season_is_the_markets_where_it_has_none_of_its_own():
    needs = {"theory": {"needs": {"season": 0.5, "season_peak": 10}}}
    own = {"season": 0.5, "season_peak": 10}
    assert same(lived(setting(**needs)), lived(setting(own, own)))
    assert same(lived(setting(**needs)), lived(setting({"season_peak": 10}, own, **needs)))
    assert not same(lived(setting(**needs)), lived(setting({"season": 0}, **needs)))


def test_a_firm_is_known_in_a_segment_by_its_share():
    half = {"focal": {"known_by": 0.5}, "rival": {}}
    market = Market(setting({}, {"known_by": 0.2}, firms=half), 1)
    knows = (market.columns.aware & 1).astype(bool)
    for s, law in ((0, 0.5), (1, 0.1)):
        here = market.columns.segment == s
        assert knows[here].mean() == pytest.approx(law, abs=4 * np.sqrt(law * (1 - law) / here.sum()))


QUIET = {name: {"share": 0} for name in ("kin", "neighbourhood", "profession", "culture", "chance")}
UNKNOWN = {"far": {"known_by": 0.0}, "network": QUIET}


def agencies(**keys):
    return {
        "agencies": {"kind": "distributor", "bond": 1.0, "trust": 1.0, "margin": 0, "undercut": 0, **keys}
    }


def test_partners_make_the_firm_known_in_their_segment_at_their_rate():
    """Bond and trust 1 at the start: 1 - 0.9 of those far away after one week; nobody learns of the rival."""
    made = setting(**UNKNOWN, stakeholders=agencies(segment="far", introduces=0.1))
    market = lived(made, 1, check=True)
    far = market.columns.segment == 1
    error = np.sqrt(0.09 / far.sum())
    assert (market.columns.aware[far] & 1).mean() == pytest.approx(0.1, abs=4 * error)
    assert not (market.columns.aware[far] & 2).any()
    later = lived(made, 30, check=True)  # the identity of awareness is checked each period
    assert (later.columns.aware[far] & 1).mean() > 0.5


def test_in_two_weeks_partners_introduce_by_bond_and_trust_unless_the_firm_is_closed():
    """Bond 1, trust 0.5, 0.4 a week: 1 - 0.8 x 0.8 after a period of two weeks; nobody where the firm has closed."""
    two_weeks = {"market": {"outside": "none", "periods_per_year": 26}}
    made = setting(**UNKNOWN, **two_weeks, stakeholders=agencies(segment="far", introduces=0.4, trust=0.5))
    market = lived(made, 1)
    far = market.columns.segment == 1
    error = np.sqrt(0.36 * 0.64 / far.sum())
    assert (market.columns.aware[far] & 1).mean() == pytest.approx(0.36, abs=4 * error)
    closed = lived(made.replace({"events": {"end": {"type": "firm_leaves", "firm": "focal", "at": 0}}}), 1)
    assert not closed.columns.aware[far].any()


def test_without_a_rate_partners_make_nobody_aware():
    without = lived(setting(**UNKNOWN, stakeholders=agencies()), 10)
    placed = agencies(introduces=0.0, segment="far")
    assert same(without, lived(setting(**UNKNOWN, stakeholders=placed), 10))
    far = without.columns.segment == 1
    assert not without.columns.aware[far].any() and not without.columns.purchases[far].any()


def test_who_is_introduced_is_of_the_segment_there_and_a_stranger():
    """At chance 1: one of the segment, not the one who knows the firm, is elsewhere, has left or is still to come."""
    made = allocate(5, 2)
    made.segment[:], made.aware[:] = (1, 1, 0, 1, 1), (2, 3, 0, 0, 0)
    made.leaves_at[3], made.entered_at[4] = 9.0, 20.0
    one = np.ones(1, "i8")
    told = np.zeros(1, "i8")
    with np.errstate(all="ignore"):
        introduce(0, 5, 10, np.uint64(7), one, one - 1, one, np.ones(1), made.stored, told)
    assert told.tolist() == [1] and made.aware.tolist() == [3, 3, 0, 0, 0]


def test_each_partner_has_a_luck_of_its_own():
    """Two of one firm at 0.4 leave 0.36 strangers; those of two firms introduce 0.16 to both."""
    made = allocate(4000, 3)
    firms, told, chances = np.array([0, 0, 1]), np.zeros(3, "i8"), np.full(3, 0.4)
    with np.errstate(all="ignore"):
        introduce(0, 4000, 3, np.uint64(7), np.zeros(3, "i8"), firms, np.arange(1, 4), chances, made.stored, told)  # fmt: skip
    first, second = made.aware & 1, (made.aware & 2) // 2
    error = 4 * np.sqrt(0.25 * 4000)
    assert first.sum() == pytest.approx(0.64 * 4000, abs=error) and first.sum() == told[:2].sum()
    assert (first & second).sum() == pytest.approx(0.64 * 0.4 * 4000, abs=error)


def test_partners_of_one_firm_introduce_a_stranger_once_and_those_of_another_beside_them():
    made = allocate(2, 2)
    made.segment[:] = (1, 0)
    segments, firms, told = np.array([1, 1, 0, 1]), np.array([0, 0, 1, 1]), np.zeros(4, "i8")
    with np.errstate(all="ignore"):
        introduce(
            0,
            2,
            10,
            np.uint64(7),
            segments,
            firms,
            np.arange(4),
            np.ones(4),
            made.stored,
            told,
        )
    assert told.tolist() == [1, 0, 1, 1] and made.aware.tolist() == [3, 2]


def test_a_segment_that_is_not_there_is_told():
    with pytest.raises(InputError, match=r"agencies\.segment.*'fra'.*did you mean 'far'"):
        setting(stakeholders=agencies(segment="fra", introduces=0.1))
    with pytest.raises(InputError, match=r"agencies\.segment None\n.*near, far; or introduces 0"):
        setting(stakeholders=agencies(introduces=0.5))
    with pytest.raises(InputError, match=r"segments\.near\.season 1\.5"):
        setting({"season": 1.5})
