"""Every figure renders, is readable when projected, says what it found, and is the same each time."""

from __future__ import annotations

import itertools
import math
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from sim.core.errors import InputError
from sim.experiment.statistics import estimate
from sim.report import style
from sim.report.figures import FIGURES, plot, registry, write_figures
from sim.report.figures.customers import _rate, retention_by_tenure
from sim.report.figures.parts import spread
from sim.report.figures.stages_and_causes import losses
from sim.report.study import Contrast, _built_on, arms_to_show, span, study_of
from sim.report.wording import finding
from support import ROOT
from support.results import made_up, yearly

LONG = {
    "control": 0.0,
    "_an_arm_with_a_name_as_long_as_a_name_may_ever_become_64_letters": 1.0,
    "-": -0.5,
} | {f"arm_{k}": k / 3 for k in range(12)}

LEVELS = ("basic", "accountable", "partnership")
GRID = {
    f"{c}_{level}": k / 2
    for c in ("few_thin", "few_high", "many_thin", "many_high")
    for k, level in enumerate(LEVELS)
}
OWN = {arm: arm.rpartition("_")[0] + "_basic" for arm in GRID if "few_thin" not in arm and "basic" not in arm}


def with_gaps():
    """A result in which half of the values and every switch are missing, and nobody leaves."""
    made, rng = made_up(seeds=3, periods=60), np.random.default_rng(1)
    gaps = made.outcomes
    gaps.loc[rng.random(len(gaps)) < 0.5, gaps.columns.difference(["arm", "seed", "period", "firm"])] = np.nan
    made.switches["customers"] = np.nan
    made.tenure.loc[:, "lost"] = 0.0
    return made


SHAPES = {
    "usual": lambda: made_up(seeds=5),
    "one seed": lambda: made_up(seeds=1, periods=3),
    "one arm": lambda: made_up({"only": 0.0}, "only", ["alone"], seeds=4, periods=60),
    "many arms": lambda: made_up(LONG, control="control", seeds=2, periods=80),
    "many firms": lambda: made_up(
        {"a": 0.0, "b": 1.0}, "a", [f"firm_{k}" for k in range(32)], seeds=2, periods=60
    ),
    "gaps": with_gaps,
    "markets": lambda: made_up(GRID, "few_thin_basic", controls=OWN, seeds=2, periods=60),
}


class MadeWhenAsked(dict):
    """Made-up results of many shapes, each made once a process and only if a test asks for it."""

    def __missing__(self, case):
        self[case] = SHAPES[case]()
        return self[case]


RESULTS = MadeWhenAsked()


@pytest.fixture
def results():
    return RESULTS


def drawn_texts(figure, monkeypatch):
    """The texts that are drawn, with their boxes in pixels."""
    seen, draw = {}, Text.draw

    def spy(self, renderer, *args, **kwargs):
        if self.get_visible() and self.get_text().strip():
            seen[id(self)] = (self, self.get_window_extent(renderer))
        return draw(self, renderer, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Text, "draw", spy)
        style.as_png(figure)
    return list(seen.values())


def test_figures_stand_in_the_order_they_declare(monkeypatch):
    assert list(FIGURES)[:3] == ["differences", "profit", "share"]
    added = {
        n: registry.Figure(n, "", after, None) for n, after in (("zoo", ""), ("b", "profit"), ("a", "b"))
    }
    monkeypatch.setattr(registry, "FIGURES", added | FIGURES)
    order = registry.in_order()
    assert (
        order[:4] == ["differences", "profit", "b", "a"]
        and order[-1] == "zoo"
        and len(order) == len(FIGURES) + 3
    )


@pytest.mark.slow
@pytest.mark.parametrize("case", SHAPES)
@pytest.mark.parametrize("name", FIGURES)
def test_text_is_large_inside_and_clear_of_other_text(results, name, case, monkeypatch):
    figure = plot(results[case], name)
    texts = drawn_texts(figure, monkeypatch)
    assert texts
    for text, box in texts:
        assert text.get_fontsize() >= 14, text
        assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= 1281 and box.y1 <= 721, (text, box)
    for (one, a), (two, b) in itertools.combinations(texts, 2):
        wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert not (wide > 1.5 and high > 3), (one, two)


@pytest.mark.parametrize("name", FIGURES)
def test_axes_have_units_and_the_title_a_finding(results, name):
    figure = plot(results["usual"], name)
    assert not figure.empty
    assert any(c.isdigit() for c in figure.finding) and len(figure.finding.split()) > 4
    named = any(arm in figure.finding for arm in results["usual"].scenario.experiment.arms)
    assert named or "every arm alike" in figure.finding
    assert figure.get_size_inches().tolist() == [12.8, 7.2]
    free = {"utility", "to stage", "from stage"}
    for ax in figure.axes:
        sides = [(ax.xaxis, ax.get_xlabel()), (ax.yaxis, ax.get_ylabel())]
        for axis, label in sides:
            ticks = [t.get_text() for t in axis.get_ticklabels() if t.get_text()]
            names = bool(ticks) and not any(t.lstrip("−-").replace(".", "", 1).isdigit() for t in ticks)
            hidden = not axis.get_tick_params().get("labelbottom", True) or not axis.get_tick_params().get(
                "labelleft", True
            )
            assert names or hidden or label in free or "(" in label, (name, label, ticks)


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_two_renderings_have_equal_bytes(results, name):
    one, two = plot(results["usual"], name), plot(results["usual"], name)
    png = style.as_png(one)
    assert png == style.as_png(two)
    drawn = style.as_svg(one)
    assert drawn == style.as_svg(two) and b"<dc:date>" not in drawn
    assert png[16:24] == (1280).to_bytes(4, "big") + (720).to_bytes(4, "big")


@pytest.mark.parametrize("name", FIGURES)
def test_missing_tables_are_said_not_crashed_on(results, name):
    whole = results["usual"]
    bare = SimpleNamespace(
        scenario=whole.scenario, outcomes=pd.DataFrame(), summary=pd.DataFrame(), folder=None
    )
    figure = plot(bare, name)
    assert figure.empty and figure.finding.lower() == figure.empty.lower()
    no_rows = SimpleNamespace(
        **{
            **vars(whole),
            **{t: getattr(whole, t).iloc[:0] for t in vars(whole) if t not in ("scenario", "folder")},
        }
    )
    assert plot(no_rows, name).empty


def test_no_switches_is_said(results):
    calm = SimpleNamespace(**{**vars(results["usual"]), "switches": results["usual"].switches.iloc[:0]})
    assert plot(calm, "causes").empty == "no customer left the focal firm in this run"


def test_an_unknown_figure_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'retention'"):
        plot(None, "retenton")


def test_one_replication_has_no_band_and_says_so(results):
    figure = plot(results["one seed"], "profit")
    assert (
        "no bands" in figure.reading
        and "nothing can be tested" in plot(results["one seed"], "differences").finding
    )
    assert len(figure.axes[0].collections) == 0
    assert len(plot(results["usual"], "profit").axes[0].collections) == 2


def test_the_profit_line_shows_the_planted_gain(results):
    figure = plot(results["usual"], "profit")
    ends = {line.get_color(): line.get_ydata()[-1] for line in figure.axes[0].lines}
    look = style.looks(list(study_of(results["usual"]).arms), "transactional")
    gap = ends[look["level_3"].colour] - ends[look["transactional"].colour]
    assert gap == pytest.approx(2 * (1 - np.exp(-257 / 80)), abs=0.25)


def test_retention_recovers_the_planted_rates(results):
    found = retention_by_tenure(results["usual"], study_of(results["usual"])).set_index(
        ["arm", "seed", "tenure"]
    )
    rate = found.loc[("level_3", 1), "retention"]
    assert rate.to_numpy() == pytest.approx(yearly(np.arange(5), 2.0))
    assert found.loc[("level_3", 1, 4), "remaining"] == pytest.approx(np.prod(yearly(np.arange(5), 2.0)))
    assert found.loc[("transactional", 1, 4), "remaining"] != pytest.approx(
        found.loc[("transactional", 1, 4), "flat"], rel=0.01
    )


def test_causes_are_rates_a_year_of_a_hundred_main_customers(results):
    result, s = results["usual"], study_of(results["usual"])
    found = losses(result, s).groupby(["arm", "seed"])["rate"].sum()
    away = result.switches[(result.switches["from"] == "focal") & (result.switches["period"] >= 52)]
    mine = away[(away["arm"] == "level_3") & (away["seed"] == 2)]["customers"].sum()
    book = result.outcomes.query("arm == 'level_3' and seed == 2 and firm == 'focal' and period >= 52")
    assert found["level_3", 2] == pytest.approx(100 * mine / book["main_customers"].mean() / 4)


def test_arms_differ_in_colour_line_and_marker():
    arms = [f"arm_{k}" for k in range(37)]
    looks = style.looks(arms, "arm_0")
    assert len({(look.colour, str(look.line)) for look in looks.values()}) == len(arms)
    assert looks["arm_0"].colour == style.BLACK


def test_labels_keep_apart_and_inside():
    placed = spread(np.array([0.0, 0.0, 0.0, 9.9, 10.0]), 2.0, 0.0, 10.0)
    assert np.diff(placed).min() >= 2 - 1e-6 and placed.min() >= -0.01 and placed.max() <= 10.01


@pytest.mark.slow
def test_figures_are_written_whole_and_stale_ones_go(results, tmp_path):
    calm = SimpleNamespace(**{**vars(results["usual"]), "switches": results["usual"].switches.iloc[:0]})
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "causes.png").write_bytes(b"old")
    for kinds in (("png", "svg"), ("svg",)):
        written = write_figures(calm, tmp_path, png="png" in kinds)
        names = {path.name for path in (tmp_path / "figures").iterdir()}
        assert names == {path.name for path in written}
        assert names == {f"{name}.{kind}" for name in FIGURES if name != "causes" for kind in kinds}


def test_drawing_leaves_no_pyplot_and_no_settings_behind():
    code = (
        "import sys, matplotlib as m; before = list(dict.items(m.rcParams)); sys.path.insert(0, 'tests');"
        "from sim.report.figures import plot; from support.results import made_up;"
        "plot(made_up(seeds=2, periods=60), 'share')._repr_png_();"
        "assert list(dict.items(m.rcParams)) == before; assert 'matplotlib.pyplot' not in sys.modules"
    )  # dict.items: reading rcParams itself picks a backend and so imports pyplot
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def changed(result, table, **columns):
    """The result with columns of one of its tables set."""
    return SimpleNamespace(**{**vars(result), table: getattr(result, table).assign(**columns)})


def only(result, **columns):
    return changed(result, "outcomes", **columns)


@pytest.mark.parametrize(("name", "change", "reason"), [
    ("share", lambda r: only(r, share=1.0), "100.0 % in every arm"),
    ("wallet", lambda r: only(r, customer_share=1.0), "share of wallet of the focal firm is 100.0 %"),
    ("trust", lambda r: only(r, trust_affective=0.0, trust_behavioural=0.0), "the first level, the cognitive"),
    ("loyalty", lambda r: only(r, loyal_true=0.0, loyal_latent=0.0), "wanted to stay"),
    ("bonds", lambda r: only(r, points_held=0.0, social_bond=0.0, structural_bond=0.0), "no bond"),
    ("causes", lambda r: changed(r, "switches", cause="chance"), "the only cause is chance"),
    ("value", lambda r: changed(r, "value_parts", value=0.0), "is 0"),
])  # fmt: skip
def test_a_figure_with_nothing_to_tell_is_left_out_and_says_so(results, name, change, reason):
    assert not plot(results["usual"], name).empty
    assert reason in plot(change(results["usual"]), name).empty


def test_panels_and_rows_with_nothing_in_them_are_named(results):
    usual = results["usual"]
    bonds = plot(only(usual, points_held=0.0), "bonds")
    assert len(plot(usual, "bonds").axes) == 3 and len(bonds.axes) == 2 and "financial" in bonds.reading
    nobody = plot(only(usual, loyal_true=0.0), "funnel")
    assert "No customer: truly loyal." in nobody.reading and "main customers" in nobody.finding
    parts = usual.value_parts
    value = plot(
        changed(usual, "value_parts", value=parts["value"].where(parts["part"] != "risk", 0.0)), "value"
    )
    assert "0 and left out: risk." in value.reading
    moves = usual.transitions
    kept = moves["from_stage"].ne("wandering") & moves["to_stage"].ne("wandering")
    stages = plot(changed(usual, "transitions", count=moves["count"].where(kept, 0.0)), "stages")
    assert "no customer was there: wandering." in stages.reading


def test_bonds_over_time_are_drawn_as_they_were(results):
    usual = results["usual"]
    planted = usual.outcomes["period"] / 1000 * (usual.outcomes["arm"] == "level_2")
    figure = plot(only(usual, social_bond=planted), "bonds")
    assert "Under level_2 the social bond in the last year is higher: 0.23" in figure.finding
    colour = style.looks(list(study_of(usual).arms), "transactional")["level_2"].colour
    line = next(line for line in figure.axes[1].lines if line.get_color() == colour)
    assert line.get_ydata() == pytest.approx((line.get_xdata() * 52 - 0.5) / 1000, abs=1e-6)


def test_the_dotted_lines_are_of_the_arms_with_bands(results):
    usual = results["usual"]
    leads = usual.summary["mean"] + 100 * (usual.summary["arm"] == "level_1")
    (ax,) = plot(changed(usual, "summary", mean=leads), "retention").axes
    dotted = {line.get_color() for line in ax.lines if line.get_linestyle() == ":"}
    bands = {to_hex(band.get_facecolor()[0]) for band in ax.collections}
    assert len(dotted) == 2 and {to_hex(colour) for colour in dotted} == bands


def test_the_interval_of_a_share_ends_at_its_bounds():
    mean, low, high = span(pd.Series([90.0, 100.0, 100.0]), 0.95, 100)
    assert mean < high == 100 and low == pytest.approx(estimate(np.array([90.0, 100.0, 100.0])).low)
    assert span(pd.Series([0.0, 0.0, 3.0]), 0.95, 100)[1] == 0


def test_arms_that_cannot_be_told_apart_are_named_together():
    gains = {"transactional": 0.0, "club": 2.0, "points": 2.0, "partner": 0.5}
    said = plot(made_up(gains, seeds=8, periods=120), "profit").finding
    assert said.startswith(("Under club and points the focal", "Under points and club the focal"))


def test_an_arm_that_lies_as_far_but_cannot_be_told_is_named():
    s = study_of(made_up({"transactional": 0.0, "club": 2.0, "points": 2.0}, seeds=2, periods=60))
    told = Contrast("club", 2.0, 0.0, 2.0, 1.5, 2.5, 0.01, True, "transactional")
    beside = told._replace(
        arm="points", value=1.9, difference=1.9, low=-0.5, high=4.3, p=0.2, significant=False
    )
    said = finding([told, beside], s, "it", str)
    assert (
        said
        == "Under club it is higher: 2.0, against 0.0 under transactional; close, but not significant: points (1.9)"
    )
    assert "points" not in finding([told, beside._replace(difference=1.4)], s, "it", str)


def test_numbers_that_round_alike_are_not_set_against_each_other():
    s = study_of(made_up({"transactional": 0.0, "club": 2.0}, seeds=2, periods=60))
    told = Contrast("club", 17.21, 17.09, 0.12, 0.05, 0.2, 0.01, True, "basic")
    calls, mine = (told._replace(arm=arm, value=17.19, significant=False) for arm in ("calls", "mine"))
    rough, fine = (lambda x: f"{x:.0f}"), (lambda x: f"{x:.1f}")
    assert finding([told, calls, mine], s, "it", fine) == (
        "Under club it is higher: 17.2, against 17.1 under basic; close, but not significant: calls and mine"
    )
    assert finding([told, calls], s, "it", rough) == (
        "Under club it is higher than under basic; close, but not significant: calls"
    )
    both = [told, told._replace(arm="points", value=17.24)]
    assert (
        finding(both, s, "it", fine)
        == "Under club and points it is higher: 17.2 each, against 17.1 under basic"
    )
    none = [c._replace(significant=False) for c in (told._replace(value=17.59, difference=0.5), calls)]
    said = "No significant difference in it; the largest difference: 17.6 under club, 17.1 under basic"
    assert finding(none, s, "it", fine) == said
    assert finding(none[:1], s, "it", fine) == said.replace("; the largest difference", "")
    assert finding(none[1:], s, "it", rough) == "No significant difference in it"


def test_the_tenure_lines_end_where_too_few_left(results):
    usual = results["usual"]
    lost = usual.tenure["lost"].mask((usual.tenure["tenure"] >= 3) & (usual.tenure["arm"] == "level_1"), 0.9)
    figure = plot(changed(usual, "tenure", lost=lost), "tenure")  # 5 seeds: 4.5 lost
    assert {line.get_xdata()[-1] for line in figure.axes[0].lines} == {
        2
    } and "after 2 years" in figure.finding
    assert plot(usual, "tenure").axes[0].lines[0].get_xdata()[-1] == 4
    assert plot(results["gaps"], "tenure").empty.startswith("too few customers left")


def test_a_rate_is_not_rounded_up_to_all():
    assert [_rate(x) for x in (97.2, 99.6, 99.97)] == ["97 %", "99.6 %", "above 99.9 %"]


def test_the_title_of_the_stages_is_the_move_that_was_planted(results):
    usual = results["usual"]
    moves = usual.transitions
    planted = moves["count"].mask((moves["from_stage"] == "reserve") & (moves["to_stage"] == "steady"), 500.0)
    count = planted.where(moves["from_stage"].ne(moves["to_stage"]), 20_000.0)
    far = (moves["arm"] == "level_3") & (moves["from_stage"] == "reserve") & (moves["to_stage"] == "steady")
    title = plot(changed(usual, "transitions", count=count.mask(far, 9_000.0)), "stages").finding
    assert title.startswith("Under level_3 more customers go from reserve to steady: ")
    assert plot(usual, "stages").finding.startswith(
        "No move differs significantly: the largest difference is from "
    )


def test_a_band_nobody_can_see_is_left_out_and_named(results):
    usual = results["usual"]
    few = only(usual, trust_affective=usual.outcomes["main_customers"] / 500)
    figure = plot(few, "trust")
    assert (
        "Left out, below 1 % throughout: affective." in figure.reading and "Affective" not in figure.finding
    )
    assert {len(ax.collections) for ax in figure.axes} == {2}
    assert {len(ax.collections) for ax in plot(usual, "trust").axes} == {3}


SURER = "Arms share random numbers: differences are more certain than the {} suggest."


@pytest.mark.parametrize(("name", "mark"), [
    ("share", "bands"), ("profit", "bands"), ("retention", "bands"), ("bonds", "bands"),
    ("funnel", "whiskers"), ("loyalty", "whiskers"), ("causes", "whiskers"), ("wallet", "whiskers"),
])  # fmt: skip
def test_a_title_on_pairs_over_bands_says_so_in_the_picture(results, name, mark):
    figure = plot(results["usual"], name)
    drawn = " ".join(text.get_text() for text in figure.texts)
    assert SURER.format(mark) in drawn and SURER.format(mark) in figure.reading
    assert "share random numbers" not in plot(results["one seed"], name).reading
    assert "share random numbers" not in plot(results["one arm"], name).reading


def test_a_head_is_said_where_the_market_changes_its_size(results):
    usual = results["usual"]
    grows = only(usual, market_size=usual.outcomes["period"] + 1000.0)
    for name in ("profit", "bonds"):
        assert "Customers are counted at the start." in plot(grows, name).reading
        assert "counted at the start" not in plot(usual, name).reading
    assert "counted at the start" not in plot(grows, "share").reading


def rows_of(figure, panel):
    """The rows of a waterfall: name and where its bar ends, from the top."""
    ax = figure.axes[panel]
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ends = {round(bar.get_y() + bar.get_height() / 2): bar.get_x() + bar.get_width() for bar in ax.patches}
    return dict(zip(names, (ends[len(names) - 1 - k] for k in range(len(names))), strict=True))


def test_delivered_value_is_without_bonds_habit_and_switching_cost(results):
    usual = results["usual"]
    parts = usual.value_parts
    late = parts["part"].eq("bonds") & parts["arm"].eq("level_3") & parts["firm"].eq("focal")
    far = changed(
        usual, "value_parts", value=parts["value"].mask(late, 9.0).mask(parts["part"].eq("brand"), 0.1)
    )
    figure = plot(far, "value")
    assert "higher" not in figure.finding  # bonds are no part of what the title compares
    rows = rows_of(figure, 1)
    assert list(rows) == ["product", "satisfaction", "brand", "price", "risk", "delivered value", "bonds", "habit",
                          "utility of staying"]  # fmt: skip
    mean = far.value_parts.query("arm == 'level_3' and firm == 'focal'").groupby("part")["value"].mean()
    assert rows["delivered value"] == pytest.approx(mean.drop(["bonds", "habit"]).sum())
    assert rows["utility of staying"] == pytest.approx(mean.sum())
    assert f"{rows['delivered value']:.2f}"[:4] in figure.finding


def test_the_rival_beside_the_focal_firm_is_one_whose_plan_changed(results):
    usual = results["usual"]
    parts, runs = usual.value_parts, usual.runs
    strong = changed(usual, "value_parts", value=parts["value"] + parts["firm"].eq("rival_1"))
    same = {name: 1.0 for name in ("price", "quality")}
    alike = changed(strong, "runs", **same)
    assert plot(alike, "value").axes[2].get_title(loc="left") == "rival_1, level_3"
    copied = runs["firm"].eq("rival_2") & runs["arm"].eq("transactional")
    copies = changed(alike, "runs", integration_cost=runs["integration_cost"].mask(copied, 0.0))
    assert plot(copies, "value").axes[2].get_title(loc="left") == "rival_2, level_3"
    cheaper = changed(alike, "runs", price=1.0 + copied)
    assert plot(cheaper, "value").axes[2].get_title(loc="left") == "rival_2, level_3"


def gap(arm, difference, against="control"):
    return Contrast(arm, difference, 0.0, difference, difference, difference, 0.5, False, against)


def test_arms_are_left_out_by_whole_pairs():
    s = study_of(
        made_up(
            {"control": 0.0, "club": 1.0, "points": 0.0, "club_at_once": 2.0}, "control", seeds=2, periods=60
        )
    )
    club, copier = {"focal": {"strategy": {"name": "club"}}}, {"copier": {"strategy": {"name": "imitator"}}}
    given = {
        "control": {},
        "club": {"firms": club},
        "points": {"firms": copier},
        "club_at_once": {"firms": club | copier},
    }
    s = s._replace(built_on=_built_on(given, s.controls))
    assert s.built_on == {"club_at_once": "club"}
    found = [gap("club", 0.1), gap("points", 1.0), gap("club_at_once", 2.0)]
    assert arms_to_show(s, found, most=3) == (
        "control",
        "club",
        "club_at_once",
    )
    both = {"control": "control", "club": "control", "inflow": "inflow", "club_inflow": "inflow"}
    s = s._replace(arms=tuple(both), controls=both, built_on={})
    found = [gap("club", 0.1), gap("club_inflow", 2.0, "inflow")]
    assert arms_to_show(s, found, most=3) == ("inflow", "club_inflow") and arms_to_show(
        s, found, most=4
    ) == tuple(both)
    told = [gap("club", 0.1), gap("club_inflow", 2.0, "inflow")._replace(significant=True)]
    assert arms_to_show(s._replace(built_on={"club_inflow": "club"}), told, most=2) == (
        "inflow",
        "club_inflow",
    )


def test_an_arm_that_adds_to_another_is_built_on_it(results):
    assert study_of(results["usual"]).built_on == {}
    tree = results["usual"].scenario.to_dict()
    arms = tree["experiment"]["arms"]
    arms["level_2"] = {"firms": {"focal": {"price": 9.0, "quality": 0.7}}}
    arms["level_1"] = {"firms": {"focal": {"price": 9.0}}}
    made = SimpleNamespace(
        **{**vars(results["usual"]), "scenario": type(results["usual"].scenario).from_config(tree)}
    )
    assert study_of(made).built_on == {"level_2": "level_1"}


def test_what_is_expected_is_drawn_after_the_headline(results):
    ask = [{"claim": "c", "literature": "l", "metric": m, "arm": "level_3", "against": "transactional", "is": "higher"}
           for m in ("retention", "won", "lost")]  # fmt: skip
    tree = results["usual"].scenario.to_dict() | {"expect": ask}
    made = SimpleNamespace(
        **{**vars(results["usual"]), "scenario": type(results["usual"].scenario).from_config(tree)}
    )
    panels = [
        [ax.get_title(loc="left") for ax in plot(r, "differences").axes] for r in (made, results["usual"])
    ]
    assert panels == [["profit", "retention", "won"], ["profit", "share"]]


def planted_moves(result, rates):
    """The result with these rates a year of 100 customers, by (arm, from, to); nothing else moves.

    Seeds differ in the rate and in how many are there, so that the pooled rate is not the mean of the seeds' rates.
    """
    moves = result.transitions.copy()
    there = 10_000.0 * moves["seed"] ** 2
    moves["count"] = there.where(moves["from_stage"] == moves["to_stage"], 0.0)
    for (arm, start, end), rate in rates.items():
        mine = moves["arm"].eq(arm) & moves["from_stage"].eq(start) & moves["to_stage"].eq(end)
        moves.loc[mine, "count"] = there[mine] * rate * (1 + 0.02 * moves.loc[mine, "seed"]) / 5200
    return SimpleNamespace(**{**vars(result), "transitions": moves})


def test_the_stages_title_prefers_a_move_that_is_new_to_a_trifle_and_agrees_with_its_cell(results):
    both = {(arm, "wandering", "steady"): 1000.0 for arm in ("transactional", "level_3")}
    both["level_3", "wandering", "steady"] = 1100.0  # the largest difference, a tenth of its size
    both["level_3", "steady", "consolidated"] = 40.0  # new
    both["level_3", "none", "steady"] = 0.3  # new, a trifle
    figure = plot(planted_moves(results["usual"], both), "stages")
    said = re.match(
        r"Under level_3 more customers go from steady to consolidated: (\S+) per year", figure.finding
    )
    cells = [text.get_text() for text in figure.axes[0].texts]
    mean = np.mean([100 * 52 * (r := 40.0 * (1 + 0.02 * k) / 5200) / (1 + r) for k in range(1, 6)])
    assert said and float(said[1]) == pytest.approx(mean, abs=0.06)
    assert f"{mean:.0f} (0)" in cells


def test_retention_ends_where_tenure_does(results):
    usual = results["usual"]
    lost = usual.tenure["lost"].mask((usual.tenure["tenure"] >= 3) & (usual.tenure["arm"] == "level_1"), 0.9)
    few = changed(usual, "tenure", lost=lost)
    assert {line.get_xdata()[-1] for line in plot(few, "retention").axes[0].lines} == {
        3
    }  # the end of the third year
    assert "after 3 years" in plot(few, "retention").finding
    assert plot(results["gaps"], "retention").empty.startswith("too few customers left")


def test_the_growth_matrix_speaks_of_the_cell_with_the_largest_told_difference_in_money():
    made = made_up(seeds=5, periods=60)
    runs, luck = made.runs, np.random.default_rng(3)
    mine = (runs["firm"] == "focal") & ~runs["twin"]
    cells = ("penetration", "market_development", "product_development", "diversification")
    runs.loc[mine, list(cells)] = 5.0 + 0.01 * luck.normal(size=(mine.sum(), 4))
    best = mine & (runs["arm"] == "level_3")
    runs.loc[best, "market_development"] += 2.0
    runs.loc[best, "product_development"] += 1.0
    found = plot(made, "growth").finding
    assert found.startswith("Under level_3 spending of new customers on the first product is higher: 7.0")
    runs.loc[best, "penetration"] -= 3.0
    assert "level_3 spending of old customers on the first product is lower" in plot(made, "growth").finding
    none = mine & (runs["arm"] == "transactional")  # the control sells no second product
    runs.loc[none, list(cells[2:])] = 0.0
    assert "spending of old customers on the first product is lower" in plot(made, "growth").finding


@pytest.mark.parametrize("name", ["equity", "drivers"])
def test_equity_says_that_it_covers_the_first_product_where_there_is_a_second(results, name):
    assert "first product" not in plot(results["usual"], name).reading
    both = made_up(seeds=2, periods=60, second={"firms": {"focal": {}}})
    assert "at the end of the run, from the first product alone." in plot(both, name).reading


def test_the_figure_of_stakeholders_tells_the_tie_that_an_arm_moves(results):
    figure = plot(results["usual"], "stakeholders")
    assert figure.finding.startswith("Under level_3 the bond of staff in the last year is higher")
    assert "3 of 4 stakeholders are shown" in figure.reading and len(figure.axes) == 9
    bare = SimpleNamespace(**{**vars(results["usual"]), "stakeholders": pd.DataFrame()})
    assert plot(bare, "stakeholders").empty == "there are no stakeholders in this run"


@pytest.mark.parametrize(
    ("power", "told"),
    [
        (2.0, "36 % of its revenue under level_3, not the proverbial 80 %"),
        (math.log(0.2) / math.log(0.8), "80 % of its revenue under level_3, as the proverb says"),
    ],
)
def test_the_best_fifth_of_buyers_brings_what_the_smallest_four_fifths_leave(results, power, told):
    made = SimpleNamespace(**vars(results["usual"]))
    made.lorenz = made.lorenz.assign(revenue_share=(made.lorenz["percentile"] / 100) ** power)
    assert plot(made, "lorenz").finding == f"The best fifth of the focal firm's buyers brings {told}"


def test_whale_curves_on_each_other_tell_what_the_best_fifth_bring(results):
    made = SimpleNamespace(**vars(results["usual"]))
    curve = made.whale["percentile"] / 100
    made.whale = made.whale.assign(worth_share=1 - (1 - curve) ** 2)
    found = plot(made, "whale").finding
    assert found == (
        "The best fifth of the focal firm's customers bring 36 % of customer equity, in every arm alike; "
        "none costs more than it brings"
    )
    made.whale = made.whale.assign(worth_share=made.whale["worth_share"] * (1 + 0.5 * curve * (1 - curve)))
    assert "in every arm alike; some cost more than they bring" in plot(made, "whale").finding
    other = made.whale["arm"] == "level_3"
    made.whale.loc[other, "worth_share"] *= 1.1
    assert "Under level_3 the top of the curve" in plot(made, "whale").finding
