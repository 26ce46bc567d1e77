"""The verdict is honest, the page is safe and self-contained, the terminal says what was found."""

from __future__ import annotations

import io
import itertools
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len
from rich.console import Console

from sim.experiment.judging import evaluate
from sim.experiment.statistics import estimate, paired
from sim.report import settings_table
from sim.report.html import write_report
from sim.report.study import Contrast, contrasts
from sim.report.terminal import print_details, print_result
from sim.report.verdict_sentences import loyalty_sentence, pick, verdicts
from sim.report.wording import chance, number, odds, percent, signed, spanned
from sim.scenario.arms import control_of_each
from sim.scenario.scenario import Scenario
from support.results import made_up

ENEMY = '<script>alert("x")</script><img src=x onerror=alert(1)>&"\'关系 https://example.org/{{7*7}}'
EXPECT = [
    {"claim": f"a partner pays {ENEMY}", "literature": ENEMY, "metric": "profit", "arm": "level_3",
     "against": "transactional", "is": "higher"},
    {"claim": "a club pays", "literature": "none", "metric": "profit", "arm": "level_2",
     "against": "transactional", "is": "higher", "by": 0.5},
    {"claim": "points are copied", "literature": "none", "metric": "profit", "arm": "level_1",
     "against": "transactional", "is": "equal", "by": 0.001},
]  # fmt: skip


def verdict(result, metric=None):
    """The verdicts of all markets in one text."""
    return " ".join(verdicts(result, metric))


class Page(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self.open = [], "", []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data

    def named(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def enemy(tmp_path_factory):
    """The report of a scenario whose every free text is hostile."""
    result = made_up(seeds=5, question=ENEMY, source=ENEMY, expect=EXPECT)
    folder = tmp_path_factory.mktemp("run")
    return result, write_report(result, folder).read_text(encoding="utf-8")


def numbers(text):
    return [float(x) for x in re.findall(r"-?\d+\.\d+", text)]


def test_a_winner_is_named_with_its_size_and_interval():
    result = made_up({"transactional": 0.0, "club": 2.0}, seeds=8)
    said = verdict(result)
    row = result.summary.query("arm == 'club' and metric == 'profit'").iloc[0]
    size, low, high, *_ = numbers(said.split("%")[0] + said.split("interval")[1])
    assert (
        said.startswith("club earns ")
        and " more per customer per year than transactional (95 % interval" in said
    )
    assert (size, low, high) == pytest.approx(
        (row["difference"], row["difference_low"], row["difference_high"]), abs=0.006
    )
    assert "8 paired replications, p < 0.001." in said


def test_a_loss_is_said_as_a_loss():
    said = verdict(made_up({"transactional": 0.0, "club": -2.0}, seeds=8))
    assert re.match(
        r"club earns \d\.\d+ less per customer per year than transactional \(95 % interval \d", said
    )
    several = verdict(made_up({"transactional": 0.0, "club": -2.0, "partner": -1.0}, seeds=8))
    assert several.startswith("partner earns") and "no arm does better than the control" in several


def test_an_undecided_comparison_is_said_to_be_one():
    said = verdict(made_up({"transactional": 0.0, "club": 0.0}, seeds=8))
    assert re.match(r"No significant difference: club earns between \S+ less and \S+ more per customer", said)
    mixed = verdict(made_up({"transactional": 0.0, "club": 0.0, "partner": -2.0}, seeds=8))
    assert (
        mixed.startswith("No arm is significantly better than transactional: the closest, club")
        and "Below transactional: partner" in mixed
    )


@pytest.mark.slow
def test_an_interval_clear_of_zero_is_no_win_among_many_arms():
    """One of forty arms without any effect looks good by itself; corrected, none does."""
    result = made_up(
        {"control": 0.0} | {f"arm_{k:02}": 0.0 for k in range(40)},
        "control",
        seeds=4,
        periods=54,
        firms=["focal"],
    )
    found = result.summary.query("metric == 'profit'")
    assert (found["difference_low"] > 0).any()
    assert verdict(result).startswith("No arm is significantly better than control")


def test_one_replication_and_one_arm_are_said():
    assert verdict(made_up({"transactional": 0.0, "club": 2.0}, seeds=1)).startswith(
        "With one replication nothing can be tested: club"
    )
    assert verdict(made_up({"only": 0.0}, "only", seeds=3)).startswith(
        "One arm, so no comparison: profit under only is"
    )


def test_a_metric_that_is_better_low_is_turned():
    result = made_up({"transactional": 0.0, "club": 2.0}, seeds=5)
    rows = result.summary["metric"] == "lost"
    assert (result.summary.loc[rows, "difference"].dropna() > 0).all()
    said = verdict(result, "lost")
    assert said.startswith("Under club, lost is ") and "higher than under transactional, in customers" in said
    assert "above transactional" not in said.lower()


@pytest.mark.parametrize(
    ("metric", "differences", "picked"),
    [
        ("lost", {"few": -1.0, "fewest": -3.0, "most": 2.0}, ("fewest", "wins")),
        ("lost", {"more": 1.0, "most": 2.0}, ("more", "loses")),
        ("profit", {"few": -1.0, "more": 1.0, "most": 2.0}, ("most", "wins")),
        ("profit", {"few": -1.0, "fewest": -3.0}, ("few", "loses")),
    ],
)
def test_the_best_arm_is_the_lowest_by_a_metric_that_is_better_low(metric, differences, picked):
    found = [
        Contrast(arm, 5.0 + d, 5.0, d, d - 0.1, d + 0.1, 0.001, True, "control")
        for arm, d in differences.items()
    ]
    best, kind = pick(found, metric)
    assert (best.arm, kind) == picked


def test_the_twin_leaves_what_was_planted():
    said = loyalty_sentence(made_up({"transactional": 0.0, "club": 2.0}, seeds=8))
    left, whole, made, *_ = numbers(said)
    assert left == pytest.approx(0.3 * whole, abs=0.2) and made == pytest.approx(whole - left, abs=0.02)


def with_bonds(result, strategies, effect=9.0, **paid):
    """The result as if its arms had these strategies and their twins paid ``paid`` for a bond; the control's none.

    ``effect`` is the effect of loyalty on every metric, larger than any difference unless given.
    """
    tree = result.scenario.to_dict()
    for arm, name in strategies.items():
        tree["experiment"]["arms"][arm] = {"firms": {"focal": {"strategy": {"name": name}}}}
    rows = result.summary.copy()
    for metric in ("points_paid", "contact_cost", "integration_cost"):
        rows.loc[rows["metric"] == metric, "twin_mean"] = paid.get(metric, 0.0)
    rows["loyalty_difference"] = effect
    return SimpleNamespace(**{**vars(result), "scenario": Scenario.from_config(tree), "summary": rows})


def test_what_the_twin_pays_for_is_said_where_programmes_differ():
    result = made_up({"transactional": 0.0, "level_3": 2.0}, seeds=4, periods=60)
    assert "pays for" not in loyalty_sentence(result)  # the arms differ in price alone
    partner, club = {"level_3": "partner"}, {"level_3": "club"}
    assert "programmes, joint work included, but gains nothing from them, so" in loyalty_sentence(
        with_bonds(result, partner, integration_cost=1.0)
    )
    assert "programmes but gains nothing from them, so" in loyalty_sentence(
        with_bonds(result, club, contact_cost=1.0)
    )
    assert "pays for" not in loyalty_sentence(with_bonds(result, club))  # a programme that cost nothing
    small = with_bonds(result, club, effect=0.1, contact_cost=1.0)
    assert "pays for" not in loyalty_sentence(
        small
    )  # nothing to explain: the effect is a part of the difference


def test_with_one_replication_arms_are_sorted_by_sign_and_none_is_called_significant():
    said = verdict(made_up({"transactional": 0.0, "club": 2.0, "points": 1.0, "partner": -2.0}, seeds=1))
    assert said.startswith("With one replication nothing can be tested: ") and "significant" not in said
    assert "Also above transactional: points; below transactional: partner." in said


def test_an_interval_by_itself_is_said_to_be_one_and_what_correction_leaves_of_it():
    said = verdict(made_up({"transactional": 0.0, "club": 0.0, "partner": -2.0}, seeds=8))
    assert re.search(
        r"\(95 % interval by itself\); 8 paired replications, not significant after correction for 2 comparisons \(p = \d",
        said,
    )
    alone = verdict(made_up({"transactional": 0.0, "club": 0.0}, seeds=8))
    assert "by itself" not in alone and "corrected" not in alone


@pytest.mark.slow
def test_unequal_spends_below_one_budget_are_said_and_no_empty_start(tmp_path):
    result = made_up(seeds=2, periods=60)
    rows = result.summary
    rows.loc[rows["metric"] == "budget_spend", "mean"] = 3.0
    same = Page(write_report(result, tmp_path / "same").read_text(encoding="utf-8")).words
    assert "All arms have the same budget; focal" in same and "The first 52 periods are left out." in same
    rows.loc[(rows["metric"] == "budget_spend") & (rows["arm"] == "level_2"), "mean"] = 2.0
    tree = result.scenario.to_dict()
    tree["experiment"]["burn_in"] = 0
    result.scenario = Scenario.from_config(tree)
    words = Page(write_report(result, tmp_path / "other").read_text(encoding="utf-8")).words
    answer = words[: words.index("Expected beforehand")]
    assert (
        "All arms have the same upper limit of spending; focal actually spent" in answer
        and "level_2 2" in answer
    )
    assert "The first 0" not in words and "the first 0" not in words and "60 periods of 1/52 year" in words


def test_numbers_show_what_counts():
    assert [number(x) for x in (0, 0.0312, 19.823, 1234.5, -0.0004, float("nan"))] == [
        "0",
        "0.031",
        "19.8",
        "1,234",
        "-0.00040",
        "unknown",
    ]
    assert (
        number(1.23456, 0.05) == "1.23"
        and number(1.23456, 0.15) == "1.23"
        and number(1.23456, 0.4) == "1.23"
        and number(1.23456, 0.6) == "1.2"
        and number(-0.001, 1.0) == "0.0"
        and signed(0.5) == "+0.50"
    )
    assert (
        percent(0.312) == "31.2 %" and spanned(1.0, 1.0, 1.0) == "1.00" and spanned(float("nan"), 1, 2) == ""
    )


def test_a_p_value_is_said_to_three_digits_and_never_smaller_than_it_is():
    said = {
        0.0004: "p < 0.001",
        0.001: "p = 0.001",
        0.0051: "p = 0.005",
        0.0499: "p = 0.050",
        0.25: "p = 0.25",
    }
    assert {p: chance(p) for p in said} == said and chance(float("nan")) == ""
    assert odds(0.02, 0.1, 0.5) == "p = 0.020"
    assert odds(float("nan"), 0.0, 0.0).startswith("identical in every replication")
    assert odds(float("nan"), 0.5, 0.5).startswith("the same difference in every replication")


@pytest.mark.slow
def test_hostile_text_is_shown_and_never_run(enemy):
    _, text = enemy
    page = Page(text)
    assert not page.open
    assert ENEMY in page.words
    assert {tag for tag, _ in page.tags}.isdisjoint(
        {"script", "iframe", "object", "embed", "link", "base", "form"}
    )
    for tag, attrs in page.tags:
        assert not any(key.startswith("on") for key in attrs), (tag, attrs)
        for key in ("src", "href", "srcset", "action"):
            assert attrs.get(key, "data:image/svg+xml,%3Csvg").startswith("data:image/svg+xml,%3C")
    assert "url(" not in text and "@import" not in text


@pytest.mark.slow
def test_the_page_is_whole(enemy):
    result, text = enemy
    page = Page(text)
    assert page.named("html")[0]["lang"] == "en" and page.named("meta")[1]["name"] == "viewport"
    assert len(page.named("title")) == len(page.named("h1")) == 1
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for attrs in page.named("img"):
        assert len(attrs["alt"].split()) > 6
    assert len(page.named("img")) == len(page.named("figcaption")) >= 12
    for words in (verdict(result), loyalty_sentence(result), "actually spent", "theory.trust.up", "Seeds: 1 to 5", "numpy 2",
                  "Holm", "each by itself, not corrected for their number", "met", "not met", "undecided", "firms.focal.price", result.scenario.hash()):  # fmt: skip
        assert words in page.words, words
    assert len(page.named("details")) == 1 and "periods_per_year: 52" in page.words


@pytest.mark.slow
def test_amounts_are_per_customer_at_the_start(enemy):
    words = Page(enemy[1]).words
    assert "Amounts are per customer at the start" in words and "over their mean number" not in words


@pytest.mark.slow
def test_every_firms_profit_stands_by_arm_with_the_difference_from_its_control(enemy):
    result, text = enemy
    table = next(t for t in re.findall("<table>.*?</table>", text, re.DOTALL) if "Every firm" in t)
    assert re.findall("<th scope=col>(.*?)</th>", table) == ["arm", "focal", "rival_1", "rival_2"]
    rows = {
        row[0]: row[1:]
        for row in (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", r) for r in table.split("<tr>")[2:])
    }
    assert list(rows) == ["transactional", "level_1", "level_2", "level_3"]
    runs = result.runs[~result.runs["twin"]].set_index(["firm", "arm", "seed"])["profit"].sort_index()
    for firm, cell in zip(("focal", "rival_1", "rival_2"), rows["level_3"], strict=True):
        own, other = runs[firm, "level_3"], runs[firm, "transactional"]
        found = estimate(own.to_numpy()), paired(own.to_numpy(), other.to_numpy())
        assert numbers(cell) == pytest.approx([x for e in found for x in e[:3]], abs=0.06)
    assert all(cell.endswith("<small>control</small>") for cell in rows["transactional"])


@pytest.mark.slow
def test_the_page_names_figures_that_have_nothing_to_show(tmp_path):
    result = made_up({"a": 0.0}, "a", seeds=1, periods=60)
    result.switches = result.switches.iloc[:0]
    words = Page(write_report(result, tmp_path).read_text(encoding="utf-8")).words
    assert (
        "causes: no customer left the focal firm in this run" in words
        and "there is no arm to compare with a" in words
    )


def test_a_difference_is_significant_by_p_or_where_it_is_the_same_in_every_replication():
    profits = {
        "control": [1.0, 2.0, 4.0],
        "same": [1.0, 2.0, 4.0],
        "dearer": [1.5, 2.5, 4.5],
        "noisy": [2.0, 1.0, 4.5],
    }
    values = pd.DataFrame([
        {"arm": arm, "seed": seed, "profit": profit} for arm, of in profits.items() for seed, profit in enumerate(of)
    ])  # fmt: skip
    study = SimpleNamespace(controls=dict.fromkeys(profits, "control"), confidence=0.95)
    found = {c.arm: (round(c.difference, 9), c.significant) for c in contrasts(values, "profit", study)}
    assert found == {"same": (0.0, False), "dearer": (0.5, True), "noisy": (round(0.5 / 3, 9), False)}


def test_in_the_terminal_better_is_green_and_worse_is_red():
    """Profit and share, and in the details also spending, of which less is better."""
    result = made_up(seeds=8)
    less, more = (("level_2", "31", "-"), ("level_3", "32", "+"))
    for printed, found in (
        (print_result, [less, more]),
        (print_details, [less, more] * 2 + [("level_2", "32", "-"), ("level_3", "31", "+")]),
    ):
        out = io.StringIO()
        printed(result, Console(file=out, force_terminal=True, color_system="standard", width=100))
        lines = out.getvalue().splitlines()
        first = [re.search(r"(level_[23]).*?\x1b\[(3\d)m([-+])", line) for line in lines]
        assert [match.groups() for match in first if match] == found


def test_the_terminal_prints_plain_text():
    result = made_up(seeds=5, expect=EXPECT)
    out = io.StringIO()
    print_result(result, Console(file=out))
    text = out.getvalue()
    assert "\x1b" not in text and max(len(line.rstrip()) for line in text.splitlines()) <= 100
    flat = " ".join(text.split())
    assert "each by itself, not corrected for their number" in flat
    assert verdict(result) in flat and "1 met, 1 not met, 1 undecided" in flat
    assert "[/" not in text and "< 0.001" in text and len(text.splitlines()) <= 40
    out = io.StringIO()
    print_result(result, Console(file=out), details=True)
    flat = " ".join(out.getvalue().split())
    assert verdict(result) in flat and "not met" in flat and "undecided" in flat and "budget spend" in flat


def with_row(result, arm, **values):
    """The result with other values in the summary's row of an arm's profit."""
    rows = (result.summary["metric"] == "profit") & (result.summary["arm"] == arm)
    result.summary.loc[rows, list(values)] = list(values.values())
    return result


def printed(result):
    out = io.StringIO()
    print_result(result, Console(file=out))
    return out.getvalue()


def test_an_arm_whose_interval_overlaps_that_of_the_best_is_named_significant_or_not():
    wide = with_row(
        made_up(seeds=5), "level_1", difference=1.0, difference_low=-0.5, difference_high=2.5, p_holm=0.2
    )
    assert "interval overlapping that of level_3: level_1." in verdict(wide)
    narrow = with_row(wide, "level_1", difference_high=1.1)
    assert "overlapping" not in verdict(narrow)
    near = with_row(narrow, "level_1", difference_low=0.9, difference_high=2.5, p_holm=0.001)
    assert "interval overlapping that of level_3: level_1." in verdict(near)


def test_every_number_on_the_screen_has_the_decimals_of_its_own_interval():
    result = with_row(
        made_up(seeds=5), "level_1", difference=0.61, difference_low=0.53, difference_high=0.69, p_holm=0.01
    )
    result = with_row(
        result, "level_2", difference=-30.0, difference_low=-90.0, difference_high=30.0, p_holm=1.0
    )
    lines = {
        line.split()[0]: line.split()[1]
        for line in printed(result).splitlines()
        if line.startswith("  level")
    }
    assert lines["level_1"] == "+0.61*" and lines["level_2"] == "-30"


def test_the_screen_has_the_size_of_the_run():
    size = "1,000 customers, 3 firms, 260 periods (the first 52 not counted), 5 replications (first seed 1)."
    assert size in printed(made_up(seeds=5)).splitlines()
    one = made_up({"only": 0.0}, "only", seeds=1, periods=60, firms=["focal"])
    assert "one replication (seed 1)." in printed(one)


@pytest.mark.slow
def test_a_result_of_many_arms_and_expectations_fits_one_screen():
    arms = {f"m{m}_{k}": (m + 1.0) * (k == 4) for m in range(4) for k in range(6)}
    own = {arm: f"{arm[:2]}_0" for arm in arms if arm[:2] != "m0" and arm[3] != "0"}
    claim = EXPECT[0] | {"arm": "m0_4", "against": "m0_0", "claim": "关系 lasts " * 20}
    expect = [claim | {"is": side} for side in ["higher"] * 12 + ["lower"] * 3]
    result = made_up(arms, "m0_0", controls=own, seeds=4, periods=60, expect=expect)
    out = io.StringIO()
    print_result(result, Console(file=out))
    lines = out.getvalue().splitlines()
    assert len(lines) <= 40 and max(map(cell_len, lines)) <= 100
    assert sum(line.startswith("not met") for line in lines) == 3 and "12 met, 3 not met" in out.getvalue()
    left = [line for line in lines if "--details" in line]
    shown = sum(line.startswith(("m", "  m")) and "earns" not in line and "met" not in line for line in lines)
    assert len(left) == 2 and left[0].startswith(f"{24 - shown} more arms")


def test_markup_in_a_claim_is_not_obeyed():
    out = io.StringIO()
    claim = [dict(EXPECT[1], claim="[bold]x[/bold] [/nope]")]
    print_result(made_up(seeds=2, periods=60, expect=claim), Console(file=out))
    assert "[bold]x[/bold] [/nope]" in out.getvalue()


@pytest.mark.slow
def test_expectations_are_judged_as_the_experiment_judges_them(enemy):
    result, text = enemy
    judged = evaluate(
        EXPECT,
        result.runs,
        focal="focal",
        confidence=0.95,
        controls=control_of_each(result.scenario.experiment),
    )
    assert [entry["verdict"] for entry in judged] == ["met", "not met", "undecided"]
    assert re.findall(r'<span class="(?:met|not-met|undecided)">([^<]+)</span>', text) == [
        e["verdict"] for e in judged
    ]


def test_settings_that_differ_are_found_with_their_units():
    scenario = made_up(seeds=1, periods=60).scenario
    arms = settings_table.arm_settings(scenario)
    assert arms["transactional"] == []
    assert arms["level_3"] == [settings_table.Setting("firms.focal.price", "10.0", "9.046875", "money")]
    unusual = {one.key: one for one in settings_table.unusual(scenario)}
    assert unusual["theory.trust.up"][1:] == ("0.05", "0.06", "share of the gap per purchase")
    assert "theory.trust.down" not in unusual and "experiment.arms" not in unusual


def test_a_missing_summary_is_no_crash():
    whole = made_up(seeds=2, periods=60)
    bare = SimpleNamespace(**{**vars(whole), "summary": whole.summary.iloc[:0]})
    out = io.StringIO()
    print_result(bare, Console(file=out))
    assert "No comparison: no profit was recorded." in " ".join(out.getvalue().split())
    assert np.isnan(whole.summary["p"]).any()


@pytest.mark.slow
def test_expectations_about_an_arm_left_out_are_said_not_to_be_tested(tmp_path):
    result = made_up(seeds=2, periods=60)
    tree = result.scenario.to_dict()
    claim = {"claim": "Level 4 earns more.", "metric": "profit", "arm": "level_1", "is": "higher"}
    result.scenario = type(result.scenario).from_config(tree | {"not_asked": [claim]})
    text = write_report(result, tmp_path).read_text()
    assert "Not tested, because an arm they name is left out: Level 4 earns more." in text
