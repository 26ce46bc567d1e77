"""Arms of another market have a control of their own, in every number and sentence."""

from __future__ import annotations

import io
from html import escape

import numpy as np
import pytest
from experiment_market import MARKET, scenario
from made_up import made_up
from matplotlib.text import Text
from rich.console import Console

from sim.core.errors import InputError
from sim.experiment.statistics import holm, paired
from sim.report.comparison import compare
from sim.report.figures import FIGURES, plot
from sim.report.html import write_report
from sim.report.settings_table import arm_settings
from sim.report.study import Contrast, contrasts, story, versus
from sim.report.terminal import print_result
from sim.report.verdict import headline, loyalty_sentence, verdict, verdicts
from sim.scenario.entries import control_of_each
from sim.scenario.files import compose
from sim.scenario.scenario import Scenario

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
    assert line.split()[-1] == "identical" and "less its control" in " ".join(out.getvalue().split())


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


@pytest.fixture(scope="module")
def result():
    return made_up(
        {"thin": 0.0, "thin_club": 1.0, "high": 6.0, "high_club": 4.0, "high_points": 4.0}, "thin", controls=OWN, seeds=6,
        periods=120,
    )  # fmt: skip


def test_the_headline_says_for_each_market_who_wins(result):
    thin, high = verdicts(result)
    assert thin.startswith("thin_club earns") and "more a head and year than thin (" in thin
    assert " less a head and year than high (" in high and "no arm does better than the control" in high
    assert "corrected for 2 comparisons" in high and "corrected" not in thin
    assert "between thin_club and thin is" in loyalty_sentence(result) and "and high is" in loyalty_sentence(
        result
    )
    assert story(result).kept == ("thin", "high") and versus(result, story(result)) == ["thin", "thin_club"]


def test_a_headline_has_as_many_clauses_as_fit():
    s = story(made_up({"a": 0.0, "b": 1.0}, "a", seeds=2, periods=60))
    wins = [
        Contrast(f"{k}_{'x' * 30}", 2.0, 0.0, 2.0, 1.9, 2.1, 0.01, True, f"control_{k}") for k in range(4)
    ]
    first = f"0_{'x' * 30} earns 2.00 more a head and year than control_0"
    assert headline(wins[:2], "profit", s).startswith(first) and "below" not in headline(
        wins[:2], "profit", s
    )
    assert headline(wins, "profit", s).count("earns") == 2 and headline(wins, "profit", s).endswith(
        "; 2 more below"
    )


def test_contrasts_of_any_figure_stay_in_their_market(result):
    mine = result.outcomes[result.outcomes["firm"] == "focal"].groupby(["arm", "seed"])["profit"].mean()
    found = {gap.arm: gap for gap in contrasts(mine.reset_index(), "profit", story(result))}
    assert {arm: gap.against for arm, gap in found.items()} == {"thin_club": "thin"} | OWN
    assert found["high_club"].difference == pytest.approx((mine["high_club"] - mine["high"]).mean())
    assert found["high_club"].control == pytest.approx(mine["high"].mean())


def test_report_terminal_and_every_figure_compare_within_markets(result, tmp_path):
    page = write_report(result, tmp_path).read_text(encoding="utf-8")
    out = io.StringIO()
    print_result(result, Console(file=out))
    for said in verdicts(result):
        assert escape(said) in page and said in " ".join(out.getvalue().split())
    assert (
        "less its control" in page
        and "<b>high</b> (control)" in page
        and "high_club</b>, against high" in page
    )
    for name in FIGURES:
        assert not plot(result, name).empty
    assert (
        "thin_club earns" in plot(result, "differences").finding
        and "than high" in plot(result, "differences").finding
    )
    assert verdict(result) == " ".join(verdicts(result))


def test_the_arms_that_a_title_names_are_drawn(result):
    many = {f"m{m}_{k}": (m + 1) * (k > 0) * (1.0 + (k == 4)) for m in range(4) for k in range(5)}
    own = {arm: arm[:3] + "0" for arm in many if arm[:2] != "m0" and arm[3] != "0"}
    several = made_up(many, "m0_0", controls=own, seeds=4, periods=60)
    for name in ("profit", "share", "funnel", "loyalty", "bonds", "wallet"):
        figure = plot(several, name)
        head = figure.finding.split(" the ")[0].split(" true ")[0]
        drawn = {str(text.get_text()).strip() for text in figure.findobj(Text)}
        for arm in many:
            assert arm not in head or arm in drawn, (name, arm, figure.finding)


@pytest.mark.parametrize("name", ["leaky_bucket", "jackson_markets", "kotler_levels"])
def test_arms_of_the_scenarios_differ_from_their_control_in_the_strategy_alone(name):
    made = compose(name)
    own = control_of_each(made.experiment)
    assert len(set(own.values())) > 1
    for arm, settings in arm_settings(made).items():
        if own[arm] != arm:
            assert [one.key for one in settings] == ["firms.focal.strategy"], arm
