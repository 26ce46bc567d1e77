"""What begins after the end of a run is told before it starts, once, with the arms in which it does."""

from __future__ import annotations

import re

import pytest

from sim.cli import main
from sim.firms.mechanisms import MECHANISMS
from sim.scenario.files import compose
from sim.scenario.warnings import notices
from sim.strategies import ALL_LEVERS
from support.markets import plan, scenario

LATE = {
    "opens": ({"second": {"firms": {"focal": {"opens": 40}}}}, "second.firms.focal.opens 40: never on sale"),
    "then": (
        {"firms": {"rival_1": plan(then={"at": 39.5, "price": 9})}},
        "firms.rival_1.strategy.then.at 39.5: never played, because the last period begins in week 39",
    ),
    "event": ({"events": {"fall": {"type": "recession", "at": 40}}}, "events.fall.at 40: never happens"),
}
IN_TIME = (
    {"second": {"firms": {"focal": {"opens": 39}}}},
    {"firms": {"rival_1": plan(then={"at": 39, "price": 9})}},
    {"events": {"fall": {"type": "recession", "at": 39}}},
    {"events": {"fall": {"type": "recession", "hazard": 1}}},
    {},
)


@pytest.mark.parametrize("name", LATE)
def test_too_late_is_told(name):
    changes, told = LATE[name]
    (line,) = notices(scenario(changes, periods=40))
    assert line.startswith(told)


@pytest.mark.parametrize("changes", IN_TIME)
def test_the_last_period_is_not_too_late(changes):
    assert notices(scenario(changes, periods=40)) == []


@pytest.mark.parametrize("lever", [name for name, p in ALL_LEVERS.items() if p.needs])
def test_a_lever_with_nothing_to_act_on_is_told(lever):
    firms = {"firms": {"focal": plan(**{lever: 0.1})}}
    (line,) = notices(scenario(firms, periods=40))
    assert line.startswith(f"firms.focal.strategy.{lever}: no cost and no effect without")
    there = MECHANISMS[ALL_LEVERS[lever].needs].switched_on("focal")
    assert notices(scenario(firms, there, periods=40)) == []


def test_weeks_are_weeks_whatever_a_period_is():
    quarters = {"market": {"periods_per_year": 4}, "firms": {"focal": plan(then={"at": 117, "price": 9})}}
    assert notices(scenario(quarters, periods=10)) == [] != notices(scenario(quarters, periods=9))


def test_the_arms_are_named_where_not_all_are_too_late():
    (line,) = notices(
        compose(
            "growth_matrix", ["experiment.periods=52", "experiment.burn_in=0", "experiment.only=[nothing]"]
        )
    )
    assert line.startswith("second.firms.focal.opens 52") and "arm" not in line
    told = notices(compose("growth_matrix", ["experiment.periods=53", "experiment.burn_in=0"]))
    assert told == []
    short = notices(compose("entry_abroad", ["experiment.periods=52", "experiment.burn_in=0"]))
    assert len(short) == 1 and short[0].endswith("(arm alone, partners, idle, traders_only, alone_unheard)")


def test_a_dry_run_tells_them_on_standard_error(capsys):
    overrides = [
        "scenario=growth_matrix",
        "experiment.periods=52",
        "experiment.burn_in=0",
        "experiment.only=[nothing]",
    ]
    assert main(["run", *overrides, "--dry-run"]) == 0
    said = capsys.readouterr()
    assert "guanxi: note: growth_matrix: second.firms.focal.opens 52: never on sale" in said.err
    assert "note" not in said.out


FULL = {"when_full": "turned_away"}
LOCKS = {"theory": {"power": {"account_locked": 0.5, "firm_locked": 1.0}}}
LAW = {"events": {"law": {"type": "channel_law", "at": 3}}}
IDLE = {
    "no capacity": ({"firms": {"focal": FULL}}, ["firms.focal.when_full turned_away: .*without a capacity"]),
    "contract": (
        {"firms": {"rival_1": FULL | {"capacity": 5}}, "market": {"type": "contractual"}},
        ["firms.rival_1.when_full turned_away: .*under contract"],
    ),
    "no account": (LOCKS, [r"theory\.power\.account_locked 0\.5: no effect", r"theory\.power\.firm_locked 1: no effect"]),
    "no dealer": (LAW | {"stakeholders": {"mill": {"kind": "supplier"}}}, [r"events\.law: .*no firm has dealers"]),
}  # fmt: skip
ACTS = (
    {"firms": {"focal": FULL | {"capacity": 5}}},
    {"theory": {"power": LOCKS["theory"]["power"] | {"accounts": 3}}},
    LAW | {"stakeholders": {"shop": {"kind": "distributor"}}},
)


@pytest.mark.parametrize("name", IDLE)
def test_what_has_nothing_to_act_on_is_told(name):
    changes, told = IDLE[name]
    found = notices(scenario(changes, periods=40))
    assert len(found) == len(told) and all(map(re.match, told, found))


@pytest.mark.parametrize("changes", ACTS)
def test_what_acts_is_not_told(changes):
    assert notices(scenario(changes, periods=40)) == []
