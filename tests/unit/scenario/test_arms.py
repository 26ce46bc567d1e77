"""An experiment with some of its arms: named, or left out in Hydra's way; never merged in silence."""

import json

import pytest

from sim.cli import main
from sim.core.errors import InputError
from sim.report import run_and_report
from sim.scenario.files import compose
from sim.scenario.scenario import Scenario
from support.experiment import MARKET, scenario

ARMS = {"a": 10.0, "b": 11.0, "c": 12.0}
EXPECT = [
    {"claim": "b beats a", "metric": "profit", "arm": "b", "is": "higher"},
    {"claim": "c beats b", "metric": "profit", "arm": "c", "is": "higher", "against": "b"},
    {"claim": "c beats its twin", "metric": "profit", "arm": "c", "is": "higher", "against": "twin"},
]
LADDER = ["transactional", "level_1", "level_2", "level_3", "level_2_at_once", "level_3_at_once"]


def arms(*overrides):
    return list(compose("bond_ladder", overrides).experiment.arms)


@pytest.mark.parametrize(
    ("override", "left"),
    [
        ("experiment.only=[transactional,level_2]", ["transactional", "level_2"]),
        ("experiment.only=[level_3,level_1]", ["transactional", "level_1", "level_3"]),
        ("experiment.only=level_2", ["transactional", "level_2"]),
        ("experiment.only=[]", LADDER),  # so it stands in run folders
        ("experiment.only=null", LADDER),
        ("~experiment.arms.level_1", [arm for arm in LADDER if arm != "level_1"]),
        ("~experiment.arms", ["transactional"]),
    ],
)
def test_the_arms_that_are_left(override, left):
    assert arms(override) == left


def test_the_control_of_an_arm_stays_with_it():
    made = {
        only: scenario(ARMS | {"d": 13.0}, control="a", controls={"c": "b"}, only=[only]) for only in "cd"
    }
    assert list(made["c"].experiment.arms) == ["a", "b", "c"] and dict(made["c"].experiment.controls) == {
        "c": "b"
    }
    assert list(made["d"].experiment.arms) == ["a", "d"] and not made["d"].experiment.controls


def test_deletions_add_up_and_meet_only():
    left_out = ("~experiment.arms.level_1", "~experiment.arms.level_2_at_once")
    assert arms(*left_out) == ["transactional", "level_2", "level_3", "level_3_at_once"]
    assert arms("~experiment.arms.level_1", "experiment.only=[level_3]") == ["transactional", "level_3"]


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("experiment.only=[levl_2]", "did you mean 'level_2'"),
        ("experiment.only={a: 1}", "a list"),
        ("experiment.only=false", "a list"),
        ("experiment.only=0", "a list"),
        ("experiment.only={}", "a list"),
        ("~experiment.arms.levl_1", "did you mean 'level_1'"),
        ("~experiment.arms.transactional", "experiment.control 'transactional'"),
        ("experiment.arms={}", "experiment.only="),
        ("experiment.arms={level_2: {}}", "~experiment.arms.NAME"),
        ("experiment={arms: {}}", "experiment.only="),
        ("++experiment.arms={}", "experiment.only="),
        ("++experiment.arms={x: {}}", "+experiment.arms.NAME={...} adds one"),
        ("+experiment={arms: {x: {}}}", "~experiment.arms.NAME leaves one out"),
        ("firms={}", "~firms.NAME leaves one out"),
        ("++firms={focal: {price: 9}}", "firms.NAME={...} changes one"),
        ("+firms={x: {price: 9}}", "+firms.NAME={...} adds one"),
        ("population.segments={}", "~population.segments.NAME leaves one out"),
        ("population={segments: {x: {share: 1}}}", "~population.segments.NAME leaves one out"),
    ],
)
def test_what_is_refused_says_what_to_do(override, told, capsys):
    assert main(["run", "scenario=bond_ladder", "--dry-run", override]) == 2
    assert told in capsys.readouterr().err


def test_a_wrong_control_of_an_arm_left_out_is_still_refused():
    override = ["experiment.only=[level_1]", "+experiment.controls.level_2=nope"]
    with pytest.raises(InputError, match=r"experiment\.controls\.level_2 'nope'"):
        compose("bond_ladder", override)


def test_events_are_changed_one_by_one(tmp_path):
    file = tmp_path / "slump.yaml"
    file.write_text(
        "question: q\nsource: s\nfirms: {focal: {}}\nevents: {x: {type: recession, at: 9, demand: 0.5}}\n"
    )
    for override in ("events={}", "++events={y: {type: price_war, at: 9}}"):
        with pytest.raises(InputError, match=r"~events\.NAME leaves one out"):
            compose(file, [override])
    assert not compose(file, ["~events.x"]).events
    assert list(compose("bond_ladder", ["+events={y: {type: price_war, at: 9}}"]).events) == ["y"]


def test_expectations_about_an_arm_left_out_are_not_asked(tmp_path, capsys):
    made = scenario(ARMS, control="a", expect=EXPECT, only=["b"])
    assert list(made.experiment.arms) == ["a", "b"]
    assert [e["claim"] for e in made.expect] == ["b beats a"]
    result = run_and_report.run(made, tmp_path / "r", market=MARKET, progress=False, report="none")
    assert [e["verdict"] == "not asked" for e in result.expectations] == [False, True, True]
    assert set(result.runs["arm"]) == {"a", "b"}
    assert run_and_report.load_config(tmp_path / "r") == made
    assert main(["run", "scenario=bond_ladder", "--dry-run", "~experiment.arms.level_1"]) == 0
    told = capsys.readouterr().out
    assert "Not tested" in told and "Level 1, copied, earns within 0.5" in told
    assert "Level 3 keeps more customers" not in told


def test_a_misspelt_arm_in_an_expectation_is_still_refused():
    tree = scenario(ARMS, control="a").to_dict()
    tree["expect"] = [{"claim": "x", "metric": "profit", "arm": "bb", "is": "higher"}]
    tree["experiment"]["only"] = ["b"]
    with pytest.raises(InputError, match="expect"):
        Scenario.from_config(tree)


def test_the_hash_tells_fewer_arms_apart():
    whole = scenario(ARMS, control="a")
    assert whole.hash() != scenario(ARMS, control="a", only=["b"]).hash()
    assert json.loads(whole.text)["experiment"]["only"] is None


def test_an_arm_is_composed_once_and_is_its_own():
    made = scenario(ARMS, control="a")
    one = made.for_arm("b")
    assert made.for_arm("b") is one and one.for_arm("b") is one is one.for_arm("a")
    assert one == Scenario.from_config(one.to_dict()) and one.firms["focal"].price == 11.0
    assert one != made.for_arm("c") and one.hash() != made.hash()


def test_an_arm_of_a_changed_scenario_has_the_change():
    made = scenario(ARMS, control="a")
    assert made.for_arm("b").population.customers == made.population.customers
    more = made.replace(
        {"population": {"customers": 77}, "experiment": {"arms": {"b": {"market": {"outside": -1.0}}}}}
    )
    assert more.for_arm("b").population.customers == 77 and more.for_arm("b").market.outside == -1.0
    assert made.for_arm("b").population.customers != 77 and made.for_arm("b").market.outside != -1.0
