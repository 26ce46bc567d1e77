"""The JSON schema of a scenario: what is right fits it, what is wrong does not, and it says what each key means."""

from __future__ import annotations

import json

import jsonschema
import pytest

from sim.cli import main
from sim.core.parameters import Param
from sim.core.yaml_reader import load
from sim.firms.partners.base import KINDS
from sim.scenario.events.base import EVENTS
from sim.scenario.files import compose, scenario_files
from sim.strategies import STRATEGIES
from sim.theory import THEORY


@pytest.fixture(scope="module")
def schema():
    from sim.cli.show import schema_of_scenarios

    return schema_of_scenarios()


@pytest.fixture(scope="module")
def wrong(schema):
    """The errors of a tree."""
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    return lambda tree: [error.message for error in validator.iter_errors(tree)]


def test_it_is_printed(capsys, schema):
    assert main(["show", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(schema))


@pytest.mark.parametrize("name", ["bond_ladder", "six_markets", "complements", "number_portability"])
def test_our_scenarios_fit_it_as_files_and_composed(wrong, name):
    assert wrong(load(scenario_files()[name])) == []
    assert wrong(compose(name, ["market.outside=none", "market.budget=free"]).to_dict()) == []


@pytest.mark.parametrize(
    "tree",
    [
        {"populaton": {}},
        {"firms": {"focal": {"pric": 9}}},
        {"firms": {"focal": {"price": -1}}},
        {"firms": {"focal": {"price": "9"}}},
        {"firms": {"focal": {"strategy": "clbu"}}},
        {"firms": {"focal": {"strategy": {"name": "club", "contact_rat": 1}}}},
        {"firms": {"focal": {"strategy": {"name": "club", "contact_rate": -1}}}},
        {"theory": {"choice": {"habit_keep": 2}}},
        {"theory": {"choic": {}}},
        {"market": {"rivals": "imitat"}},
        {"population": {"customers": 1.5}},
        {"population": {"segments": {"all": {"voice": {"normal": {"mean": 0, "sd": 1}}}}}},
        {"events": {"fall": {"type": "recesion"}}},
        {"events": {"fall": {"type": "recession", "demand": 99}}},
        {"stakeholders": {"dealer": {"kind": "distributor", "rival": "x"}}},
        {"experiment": {"seed": -1}},
        {"expect": [{"metric": "profti", "arm": "a", "is": "higher"}]},
    ],
)
def test_what_is_wrong_does_not_fit_it(wrong, tree):
    assert wrong(tree)


def test_every_parameter_stands_in_it_with_unit_range_and_meaning(schema):
    text = json.dumps(schema)
    for section in (*THEORY.values(), *EVENTS.values(), *KINDS.values(), *STRATEGIES.values()):
        for name, p in section.declared.items():
            assert isinstance(p, Param) and f'"{name}"' in text
            assert json.dumps(p.meaning) in text and json.dumps(p.unit) in text
    keep = schema["$defs"]["Choice"]["properties"]["habit_keep"]
    assert (keep["minimum"], keep["maximum"], keep["default"]) == (0, 0.99999, 0.85)


def test_show_schema_takes_no_name(capsys):
    assert main(["show", "schema", "extra"]) == 2
    assert "there is one schema" in capsys.readouterr().err
