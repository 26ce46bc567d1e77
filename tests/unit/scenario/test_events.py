"""When events act, and the two that change the market as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from sim.firms.shocks import FirmShocks
from sim.market.calendar import Calendar
from sim.scenario.events.base import EVENTS
from support.markets import lived, scenario

FIRMS = ("focal", "rival_1")


def calendar(seed=1, weeks=1.0, **given):
    return Calendar({name: event(**values) for name, values in given.items()}, FIRMS, weeks, seed)


def event(kind, **values):
    return EVENTS[kind](**values)


def acting(calendar, periods):
    """In which periods demand is touched."""
    return [period for period in range(periods) if calendar.shocks(period).demand != 1.0]


def test_an_event_acts_from_its_time_as_long_as_it_lasts():
    slump = {"kind": "recession", "at": 5, "lasts": 3}
    assert acting(calendar(slump=slump), 20) == [5, 6, 7]
    assert acting(calendar(slump=slump | {"lasts": 0}), 20) == list(range(5, 20))
    assert acting(calendar(slump=slump | {"at": None}), 20) == []


@pytest.mark.parametrize("weeks", [1.0, 52.0 / 12.0])
def test_an_event_by_hazard_begins_as_often_as_its_rate_says(weeks):
    hazard, years = 0.5, 2000
    began = 0
    for seed in range(20):
        periods = round(years / 20 * 52 / weeks)
        began += len(
            acting(calendar(seed, weeks, slump={"kind": "recession", "hazard": hazard, "lasts": 1}), periods)
        )
    # a period has it with chance 1 - exp(-hazard weeks/52): as many periods of `lasts` 1, binomial
    n = 20 * round(years / 20 * 52 / weeks)
    chance = 1 - np.exp(-hazard * weeks / 52)
    assert abs(began - n * chance) < 4 * np.sqrt(n * chance)


def test_the_luck_of_an_event_is_its_own():
    slump = {"kind": "recession", "hazard": 2.0, "lasts": 1}
    alone = acting(calendar(slump=slump), 300)
    other = {"kind": "price_war", "hazard": 3.0}
    assert alone == acting(calendar(war=other, slump=slump), 300) and alone
    assert alone != acting(calendar(slump_2=slump), 300)
    assert alone != acting(calendar(2, slump=slump), 300)


def test_an_event_of_every_type_touches_the_world_and_only_when_it_acts():
    neutral = Calendar({}, FIRMS, 1.0, 1).shocks(0)
    for kind in EVENTS:
        values = {"kind": kind, "at": 1, "lasts": 1}
        if hasattr(EVENTS[kind], "firm"):
            values["firm"] = "rival_1"
        one = calendar(it=values)
        before, during, after = (one.shocks(period) for period in range(3))
        assert after == neutral, kind
        touched = before if kind == "firm_enters" else during
        assert touched != neutral, kind


@pytest.mark.parametrize(("kind", "key", "given", "field", "together"), [
    ("price_shock", "change", (-1.0, 0.5), "price_change", -0.5),
    ("quality_crisis", "change", (-1.0, 0.4), "quality_change", -0.6),
    ("political_shock", "change", (-2.0, 0.5), "political", -1.5),
    ("technology_jump", "change", (0.5, 0.25), "technology", 0.75),
    ("price_war", "cut", (0.5, 0.2), "price_factor", 0.4),
    ("recession", "demand", (0.5, 0.8), "demand", 0.4),
    ("number_portability", "removed", (0.5, 0.2), "procedural", 0.4),
    ("buyers_market", "outside", (0.5, 0.25), "outside", 0.75),
])  # fmt: skip
def test_two_events_of_a_type_add_up_or_multiply_and_hit_whom_they_name(kind, key, given, field, together):
    of = {"firm": "rival_1"} if hasattr(EVENTS[kind], "firm") else {}
    shocks = calendar(
        **{f"it_{k}": {"kind": kind, "at": 0, key: v} | of for k, v in enumerate(given)}
    ).shocks(0)
    if hasattr(shocks, field):
        assert getattr(shocks, field) == pytest.approx(together)
    else:
        assert getattr(shocks.firms["rival_1"], field) == pytest.approx(together)
        untouched = getattr(FirmShocks(), field) if of else together
        assert getattr(shocks.firms["focal"], field) == pytest.approx(untouched)


def test_a_lapse_stops_what_one_firm_gives_and_a_law_forbids_a_practice_to_all():
    lapse = {"kind": "contact_lapse", "at": 0, "firm": "rival_1"}
    world = calendar(lapse=lapse, law={"kind": "regulation", "at": 1, "practice": "discount"})
    stopped = {"contact_rate", "integration"}
    told = [{name: of.forbidden for name, of in world.shocks(period).firms.items()} for period in (0, 1)]
    assert told[0] == {"focal": set(), "rival_1": stopped}
    assert told[1] == {"focal": {"discount"}, "rival_1": {"discount"} | stopped}


def portability(removed, **more):
    market = {"type": "contractual", "budget": "free", "outside": "none"}
    traits = {"population": {"segments": {"everyone": {"lock_in": 3.0}}}}
    freed = (
        {"events": {"law": {"type": "number_portability", "at": 20, "removed": removed}}} if removed else {}
    )
    return lived(scenario({"market": market}, traits, freed, customers=2000, **more), 40)


def test_number_portability_lets_hostages_go():
    held, freed = (portability(removed).books.outcomes() for removed in (0.0, 1.0))
    before, after = held.period < 20, held.period >= 20
    columns = ["units", "lost", "profit"]
    assert np.array_equal(held[before][columns], freed[before][columns])
    assert freed[after].lost.sum() > 1.5 * held[after].lost.sum()


def test_number_portability_in_part_is_a_lower_lock_in():
    # from the first period on, half of the cost removed is half of the cost
    half = {"population": {"segments": {"everyone": {"lock_in": 1.5}}}}
    law = {"events": {"law": {"type": "number_portability", "at": 0, "removed": 0.5}}}
    whole = {"population": {"segments": {"everyone": {"lock_in": 3.0}}}}
    a = lived(scenario(half), 30).books.outcomes()
    b = lived(scenario(whole, law), 30).books.outcomes()
    assert np.array_equal(a.drop(columns="firm"), b.drop(columns="firm"), equal_nan=True)


def test_a_buyers_market_sells_less_and_leaves_the_shares_in_a_logit():
    parts = {"market": {"outside": 0.0, "budget": "free"}}
    glut = {"events": {"glut": {"type": "buyers_market", "at": 10, "outside": 2.0, "lasts": 10}}}
    usual, met = (lived(scenario(parts, more), 30).books.outcomes() for more in ({}, glut))
    during = (usual.period >= 10) & (usual.period < 20)
    assert met[during].units.sum() < 0.8 * usual[during].units.sum()
    early = usual.period < 10
    assert np.array_equal(usual[early].units, met[early].units)
