"""Arms of another market have a control of their own in every sentence and figure."""

from __future__ import annotations

import io
from html import escape

import pytest
from matplotlib.text import Text
from rich.console import Console

from sim.report.figures import FIGURES, plot
from sim.report.html import write_report
from sim.report.study import Contrast, contrasts, study_of, versus
from sim.report.terminal import print_result
from sim.report.verdict_sentences import headline, loyalty_sentence, verdicts
from support.results import made_up

OWN = {"high_club": "high", "high_points": "high"}


@pytest.fixture(scope="module")
def result():
    return made_up(
        {"thin": 0.0, "thin_club": 1.0, "high": 6.0, "high_club": 4.0, "high_points": 4.0}, "thin", controls=OWN, seeds=6,
        periods=120,
    )  # fmt: skip


def test_the_headline_says_for_each_market_who_wins(result):
    thin, high = verdicts(result)
    assert thin.startswith("thin_club earns") and "more per customer per year than thin (" in thin
    assert " less per customer per year than high (" in high and "no arm does better than the control" in high
    assert "corrected for 2 comparisons" in high and "corrected" not in thin
    assert "between thin_club and thin is" in loyalty_sentence(result) and "and high is" in loyalty_sentence(
        result
    )
    assert study_of(result).controls_used == ("thin", "high") and versus(result, study_of(result)) == [
        "thin",
        "thin_club",
    ]


def test_a_headline_has_as_many_clauses_as_fit():
    s = study_of(made_up({"a": 0.0, "b": 1.0}, "a", seeds=2, periods=60))
    wins = [
        Contrast(f"{k}_{'x' * 30}", 2.0, 0.0, 2.0, 1.9, 2.1, 0.01, True, f"control_{k}") for k in range(4)
    ]
    first = f"0_{'x' * 30} earns 2.00 more per customer per year than control_0"
    assert headline(wins[:2], "profit", s).startswith(first) and "below" not in headline(
        wins[:2], "profit", s
    )
    assert headline(wins, "profit", s).count("earns") == 2 and headline(wins, "profit", s).endswith(
        "; 2 more below"
    )


def test_contrasts_of_any_figure_stay_in_their_market(result):
    mine = result.outcomes[result.outcomes["firm"] == "focal"].groupby(["arm", "seed"])["profit"].mean()
    found = {gap.arm: gap for gap in contrasts(mine.reset_index(), "profit", study_of(result))}
    assert {arm: gap.against for arm, gap in found.items()} == {"thin_club": "thin"} | OWN
    assert found["high_club"].difference == pytest.approx((mine["high_club"] - mine["high"]).mean())
    assert found["high_club"].control == pytest.approx(mine["high"].mean())


@pytest.mark.slow
def test_report_terminal_and_every_figure_compare_within_markets(result, tmp_path):
    page = write_report(result, tmp_path).read_text(encoding="utf-8")
    out = io.StringIO()
    print_result(result, Console(file=out))
    for said in verdicts(result):
        assert escape(said) in page and said in " ".join(out.getvalue().split())
    assert "difference from its control" in out.getvalue()
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_control_without_an_arm_of_its_own_leaves_the_report_whole(tmp_path):
    """The control that the scenario names may be left with no arm to compare: ``experiment.only``, ``controls``."""
    alone = made_up({"a": 0.0, "b": 1.0, "b_club": 3.0}, "a", controls={"b_club": "b"}, seeds=3, periods=60)
    assert versus(alone, study_of(alone)) == ["b", "b_club"]
    assert "Two arms side by side" in write_report(alone, tmp_path).read_text()
