"""Arms of another market are compared with a control of their own."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from sim.core.errors import InputError
from sim.experiment.statistics import holm, paired
from sim.report.run_and_report import compare
from sim.report.terminal import print_result
from sim.scenario.arms import control_of_each
from sim.scenario.files import compose
from sim.scenario.scenario import Scenario
from support.experiment import MARKET, scenario

ARMS = {"thin": 10, "thin_club": 11, "high": 20, "high_club": 22, "high_points": 20}


OWN = {"high_club": "high", "high_points": "high"}


def markets(**more):
    """Two markets of made-up profits, each with its control."""
    return scenario(ARMS, control="thin", controls=OWN, **more)


@pytest.mark.parametrize(("controls", "words"), [
    ({"high_clb": "high"}, ("experiment.controls.high_clb", "did you mean 'high_club'")),
    ({"high_club": "hihg"}, ("experiment.controls.high_club 'hihg'", "did you mean 'high'")),
    ({"high_club": ["high"]}, ("experiment.controls.high_club", "thin")),
    ({"high_club": "high_club"}, ("experiment.controls.high_club", "another arm")),
    ({"high_club": "high", "high": "high_points"}, ("experiment.controls.high ", "a control itself")),
    ({"thin": "high"}, ("experiment.controls.thin ", "a control itself")),
    ("high", ("experiment.controls", "a mapping")),
])  # fmt: skip
def test_a_wrong_control_is_refused(controls, words):
    with pytest.raises(InputError) as caught:
        scenario(ARMS, control="thin", controls=controls)
    for word in words:
        assert word in str(caught.value)


def test_every_arm_has_a_control_and_a_control_itself():
    made = markets()
    assert control_of_each(made.experiment) == {
        "thin": "thin", "thin_club": "thin", "high": "high", "high_club": "high", "high_points": "high",
    }  # fmt: skip
    assert Scenario.from_config(made.to_dict()) == made
    assert set(control_of_each(scenario(ARMS, control="thin").experiment).values()) == {"thin"}


def test_a_control_is_set_from_the_command_line():
    made = compose("bond_ladder", ["+experiment.controls.level_2_at_once=level_2"])
    assert control_of_each(made.experiment)["level_2_at_once"] == "level_2"
    with pytest.raises(InputError, match=r"\+experiment.controls.level_2_at_once=level_2 adds one"):
        compose("bond_ladder", ["experiment.controls.level_2_at_once=level_2"])


def do(made, **more):
    return compare(made, workers=1, market=MARKET, **more)


def test_differences_and_holm_families_stay_in_their_market():
    result = do(markets(replications=5))
    runs = result.runs[(result.runs["firm"] == "focal") & ~result.runs["twin"]]
    value = runs.pivot(index="seed", columns="arm", values="profit")
    rows = result.summary[result.summary["metric"] == "profit"].set_index("arm")
    for arm, own in {"thin_club": "thin", "high_club": "high", "high_points": "high"}.items():
        wanted = paired(value[arm].to_numpy(), value[own].to_numpy())
        found = rows.loc[arm, ["difference", "difference_low", "difference_high"]].to_numpy(dtype=float)
        assert found == pytest.approx(wanted[:3]) and rows.loc[arm, "control"] == own
    assert rows.loc[["thin", "high"], "difference"].isna().all()
    assert (rows.loc[["thin", "high"], "control"] == "").all()
    assert rows.loc["thin_club", "p_holm"] == rows.loc["thin_club", "p"]  # alone in its market
    assert rows.loc["high_club", "p_holm"] == pytest.approx(holm([rows.loc["high_club", "p"], 1.0][:1])[0])
    assert result.difference("profit")["control"].tolist() == ["thin", "high", "high"]
    assert result.manifest["controls"]["high_club"] == "high"


def test_arms_that_never_differ_have_no_p_and_are_called_identical():
    result = do(markets(replications=3))
    row = result.summary.query("metric == 'profit' and arm == 'high_points'").iloc[0]
    assert row["difference"] == 0 and np.isnan(row["p"]) and np.isnan(row["p_holm"])
    out = io.StringIO()
    print_result(result, Console(file=out))
    line = next(line for line in out.getvalue().splitlines() if line.strip().startswith("high_points"))
    assert "identical" in line.split() and "difference from its control" in " ".join(out.getvalue().split())


def test_what_is_expected_is_held_against_the_arms_own_control():
    expect = [{"metric": "profit", "arm": "high_club", "is": "lower"}]
    assert do(markets(expect=expect)).expectations[0]["against"] == "high"
    with pytest.raises(InputError, match="another arm, or twin"):
        do(markets(expect=[{"metric": "profit", "arm": "high", "is": "higher"}]))


def test_picked_arms_keep_their_controls():
    expect = [{"metric": "profit", "arm": arm, "is": "higher"} for arm in ("thin_club", "high_club")]
    made = do(markets(expect=expect), arms=["high_club", "high"]).scenario
    assert made.experiment.control == "high" and dict(made.experiment.controls) == {"high_club": "high"}
    assert [(e["arm"], e["against"]) for e in made.expect] == [("high_club", "high")]
    alone = do(markets(expect=expect), arms=["thin", "high_club"]).scenario
    assert not alone.experiment.controls and not alone.expect
