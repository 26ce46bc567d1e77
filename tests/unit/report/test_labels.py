"""An arm's label stands in the printed answer, the page and the figures; files, options and outcomes keep its name."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from sim.core.errors import InputError
from sim.report.figures import plot
from sim.report.html import page
from sim.report.labels import label_of, labelled
from sim.report.run_and_report import compare
from sim.report.scorecard import card
from sim.report.study import study_of
from sim.report.style import short
from sim.report.terminal import print_result
from sim.scenario.arms import labels_of
from sim.scenario.files import compose, scenario_files
from support.results import made_up

LABEL = "Points & <b>cards</b> [for] all"
SMALL = [
    "experiment.periods=30",
    "experiment.burn_in=4",
    "experiment.replications=2",
    "population.customers=150",
]


def ladder(*labels):
    """The scenario without its own labels but those given."""
    own = [f"experiment.arms.{arm}.label" for arm in ("transactional", "level_1", "level_2")]
    without = [f"~{key}" for key in own if not any(label.startswith(key) for label in labels)]
    over = [*SMALL, "experiment.only=[level_1,level_2]", "experiment.twin=false", *without, *labels]
    return compose("bond_ladder", over)


@pytest.fixture(scope="module")
def results():
    """The same run without and with a label."""
    over = f"experiment.arms.level_1.label='{LABEL}'"
    return tuple(compare(made, workers=1) for made in (ladder(), ladder(over)))


def printed(result):
    out = io.StringIO()
    print_result(result, Console(file=out))
    return " ".join(out.getvalue().split())


@pytest.mark.slow
def test_the_answer_the_page_and_the_pictures_show_the_label_and_not_the_name(results, tmp_path):
    plain, result = results
    assert "level_1" in printed(plain) and LABEL in printed(result) and "level_1" not in printed(result)
    whole = page(result, tmp_path)
    told, _, config = whole.partition("The market (ODD)")
    assert "Points &amp; &lt;b&gt;cards&lt;/b&gt; [for] all" in told and "<b>cards" not in whole
    assert "level_1" not in told and "level_1" in config  # how to repeat it: the configuration as it is
    words = {
        text.get_text() for text in plot(result, "differences").findobj(lambda a: hasattr(a, "get_text"))
    }
    assert any("Points" in text for text in words) and not any("level_1" in text for text in words)


def test_outcomes_and_files_are_the_same_to_the_byte_but_for_the_configuration(results):
    plain, result = results
    for name in ("outcomes.parquet", "summary.csv"):
        assert (plain.where / name).read_bytes() == (result.where / name).read_bytes()
    assert result.scenario.hash() != plain.scenario.hash()
    assert (
        result.scenario.for_arm("level_1").to_dict()["firms"]
        == plain.scenario.for_arm("level_1").to_dict()["firms"]
    )


def test_an_option_may_name_the_arm_or_its_label(results):
    shown = labelled(results[1])
    assert label_of(shown, "level_1") == label_of(shown, LABEL) == LABEL and label_of(shown, "") == ""
    assert card(shown, LABEL).title == f"Scorecard under {LABEL}"
    assert study_of(shown).arms == tuple(LABEL if a == "level_1" else a for a in study_of(results[0]).arms)


def test_without_labels_a_result_is_shown_as_it_is(results):
    assert labelled(results[0]) is results[0] and labelled(labelled(results[1])).labels == {"level_1": LABEL}
    made = made_up({"a": 0.0, "b": 1.0}, control="a")
    assert labelled(made) is made


def test_arms_are_compared_with_the_label_of_their_control():
    arms = {"a": 0.0, "b": 1.0, "c": 2.0, "d": 0.5}
    made = made_up(arms, control="a", controls={"c": "b"}, seeds=2, periods=60)
    labels = {"a": {"label": "As before"}, "b": {"label": "Points"}}
    made.scenario = made.scenario.replace({"experiment": {"arms": labels}})
    own = {"As before": "As before", "Points": "Points", "c": "Points", "d": "As before"}
    assert dict(study_of(labelled(made)).controls) == own


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("''", "one line of 1 to 40 signs"), ("3", "one line"), ("'\"a\\nb\"'", "one line"), (f"'{'x' * 41}'", "one line"),
        ("'costs $5'", "one line"), ("level_2", "an arm's name"),
    ],
)  # fmt: skip
def test_a_wrong_label_is_refused(label, says):
    with pytest.raises(InputError, match=says) as refused:
        ladder(f"experiment.arms.level_1.label={label}")
    assert "experiment.arms.level_1.label" in str(refused.value)


def test_two_arms_cannot_go_by_one_label():
    with pytest.raises(InputError, match="another arm's label"):
        ladder("experiment.arms.level_1.label=Points", "experiment.arms.level_2.label=Points")


def test_labels_of_our_scenarios_can_be_listed_in_a_sentence_and_fit_beside_a_line():
    """Names with an underscore have a label; no label has a comma or is cut in a figure."""
    for name in scenario_files(()):
        arms = compose(name).experiment.arms
        labels = labels_of(arms)
        assert [arm for arm in arms if "_" in arm and arm not in labels] == [], name
        assert [text for text in labels.values() if "," in text or short(text) != text] == [], name
