"""Four steps, scorecard, side by side: planted amounts come out, and what cannot be asked is refused."""

from __future__ import annotations

import io
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from sim.core.errors import InputError
from sim.experiment.derived import FOUR_CS, FOUR_PS, MEASURES, MIX, share_spent
from sim.experiment.summary import winning_to_keeping
from sim.firms.costs import LEVER_OF
from sim.firms.metrics import COSTS, KEEPING
from sim.report.four_steps import GOODS, causes, four_steps, ladder, steps_of_the_page
from sim.report.html import page
from sim.report.mix import by_p_and_c, mix
from sim.report.run_and_report import run_strategies
from sim.report.scorecard import card, scorecard
from sim.report.side_by_side import TRAITS, beside, side_by_side
from sim.report.study import study_of
from sim.report.titled_tables import print_blocks
from sim.strategies import LEVERS, Programme
from sim.strategies.levers import SUPPORT
from support.results import made_up

ARMS = ("most", "least", "middle")  # not in the order of their spend
HELD, MARGIN, INTEREST = 0.25, 80.0, 0.10


def planted(spend=(3.0, 0.0, 1.0), retention=(0.85, 0.8, 0.84), profit=(5.0, 6.0, 7.0)):
    """A run in which each arm's spend, retention and profit are known; a main customer leaves MARGIN a year."""
    result = made_up(dict.fromkeys(ARMS, 0.0), control="least", seeds=3, periods=60, concepts=["C21"])
    runs = result.runs.copy()
    for arm, paid, kept, earned in zip(ARMS, spend, retention, profit, strict=True):
        mine = (runs["arm"] == arm) & (runs["firm"] == "focal")
        runs.loc[mine, [*KEEPING, *GOODS]] = 0.0
        noise = 0.001 * np.random.default_rng(1).normal(size=mine.sum())
        runs.loc[mine, "staff_cost"] = paid * (1 + noise)
        runs.loc[mine, "main_customers"], runs.loc[mine, "revenue"] = HELD, HELD * (MARGIN + 20)
        runs.loc[mine, "goods"] = HELD * 20
        runs.loc[mine, "retention"], runs.loc[mine, "profit"] = kept, earned + noise
    scenario = result.scenario.replace({"market": {"discount_rate": INTEREST}})
    return SimpleNamespace(**{**vars(result), "runs": runs, "scenario": scenario})


def test_the_ladder_is_climbed_by_spend_and_stops_where_a_step_costs_more_than_it_saves():
    found = ladder(planted())
    assert found.arms == ("least", "middle", "most") and found.stop == "middle" == found.best
    worth = MARGIN / (1 + INTEREST - 0.8)
    first, second = found.moves
    assert first.cost.mean == pytest.approx(1.0, rel=0.01)
    assert first.saved.mean == pytest.approx(HELD * 0.04 * worth, rel=1e-9)
    assert second.saved.mean == pytest.approx(HELD * 0.01 * MARGIN / (1 + INTEREST - 0.84), rel=1e-9)
    assert first.pays and not second.pays and second.sure
    assert first.profit.mean == pytest.approx(1.0) and second.profit.mean == pytest.approx(-2.0)
    lost = found.rungs.query("arm == 'least'")["profit_lost"]
    assert lost.to_numpy() == pytest.approx(HELD * 0.2 * worth)


@pytest.mark.parametrize(("spend", "stop"), [((30.0, 0.0, 20.0), "least"), ((1.1, 0.0, 1.0), "most")])
def test_another_cost_has_another_stop(spend, stop):
    assert ladder(planted(spend)).stop == stop


def test_the_steps_say_where_to_stop_and_when_profit_disagrees():
    agree, disagree = (four_steps(planted(profit=p))[-1].notes for p in ((5.0, 6.0, 7.0), (5.0, 9.0, 7.0)))
    assert agree[0].startswith("Stop at 1.00 per customer per year (middle)") and agree[1].startswith(
        "Profit was highest"
    )
    assert "But profit was highest under least" in disagree[1]
    cheap = four_steps(planted((1.1, 0.0, 1.0)))[-1].notes[0]
    assert cheap.startswith("Every step saves more than it costs")


def test_the_causes_are_shares_of_those_the_focal_firm_lost_after_the_start():
    result = planted()
    s = study_of(result)
    found = causes(result, s, ARMS)
    assert found.sum(axis=1).to_numpy() == pytest.approx(1.0)
    of_arm = result.switches.query("arm == 'most' and period >= @s.burn_in and `from` == 'focal'")
    assert found.loc["most", "price"] == pytest.approx(
        of_arm.loc[of_arm["cause"] == "price", "customers"].sum() / of_arm["customers"].sum()
    )


@pytest.mark.slow
def test_arms_that_spend_the_same_are_no_ladder():
    with pytest.raises(InputError, match="another amount on keeping"):
        ladder(planted((1.0, 1.0, 1.0)))
    assert steps_of_the_page(planted((1.0, 1.0, 1.0))) == []
    other = planted()
    other.scenario = other.scenario.replace({"concepts": ["C12"]})
    assert steps_of_the_page(other) == [] and len(steps_of_the_page(planted())) == 4


def test_the_scorecard_has_every_measure_of_every_firm_in_four_dimensions():
    result = planted()
    found = scorecard(result)
    assert list(found["dimension"].unique()) == ["knowledge", "interaction", "value", "satisfaction"]
    assert len(found) == len(MEASURES) * 3 * 3
    mine = found.query("arm == 'most' and firm == 'focal'").set_index("measure")["value"]
    assert mine["profit"] == pytest.approx(5.0 / HELD, rel=0.01)
    assert mine["retention"] == 0.85
    runs = result.runs.query("arm == 'most' and firm == 'rival_1' and not twin")
    rival = found.query("arm == 'most' and firm == 'rival_1'").set_index("measure")["value"]
    assert rival["failures known to the firm"] == pytest.approx((runs["recovered"] / runs["failures"]).mean())


def test_the_best_has_a_star_and_what_reads_alike_has_none():
    shown = {row[1].split(" (")[0]: row[2:] for row in card(planted(), "most").body}
    assert [cell.endswith("*") for cell in shown["retention"]] == [True, False, False]
    equal = planted()
    equal.runs = equal.runs.assign(retention=0.8)
    shown = {row[1].split(" (")[0]: row[2:] for row in card(equal, "most").body}
    assert not any(cell.endswith("*") for cell in shown["retention"])
    with pytest.raises(InputError, match="most"):
        card(planted(), "moste")


def test_the_star_is_with_the_most_or_with_the_least_by_what_is_better():
    result = planted()
    shown = card(result, "most")
    values = scorecard(result).query("arm == 'most'").pivot(index="measure", columns="firm", values="value")
    starred = set()
    for measure, row in zip(MEASURES, shown.body, strict=True):
        of = values.loc[measure.name]
        best = {"higher": of.idxmax(), "lower": of.idxmin()}.get(measure.better)
        found = [firm for firm, cell in zip(shown.head[2:], row[2:], strict=True) if cell.endswith("*")]
        assert found in ([], [best]), measure.name
        starred |= {measure.better for _ in found}
    assert starred == {"higher", "lower"}


def test_two_arms_side_by_side_by_hand():
    result = planted()
    found = side_by_side(result, "least", "most").set_index("measure")
    assert list(found["trait"].unique()) == list(dict.fromkeys(t for t, _, _ in TRAITS))
    assert found.loc["customers kept", ["one", "other", "difference"]].tolist() == pytest.approx(
        [0.8, 0.85, 0.05]
    )
    service = found.loc["staff, recovery, feedback"]
    assert service["one"] == 0.0 and service["other"] == pytest.approx(3.0 / HELD, rel=0.01)
    outcomes = result.outcomes.query("arm == 'most' and firm == 'focal'")
    last = outcomes[outcomes["period"] > outcomes["period"].max() - 52].groupby("seed")["profit"].sum() / 1000
    assert found.loc["profit of the last year", "other"] == pytest.approx(last.mean())
    with pytest.raises(InputError, match="least"):
        side_by_side(result, "leest", "most")
    with pytest.raises(InputError, match="differ"):
        side_by_side(result, "most", "most")


def test_tables_print_and_stand_in_the_page(tmp_path):
    result, out = planted(), io.StringIO()
    blocks = [*four_steps(result), card(result), beside(result, "least", "most")]
    print_blocks(blocks, Console(file=out))
    text = out.getvalue()
    assert "\x1b" not in text and max(len(line.rstrip()) for line in text.splitlines()) <= 100
    assert "Stop at" in text and "satisfaction" in text and "commitment" in text
    whole = page(result, tmp_path)
    for words in ("Four steps against", "Scorecard", "side by side", "Stop at 1.00 per customer"):
        assert words in whole, words


def test_any_two_strategies_can_be_set_beside_each_other():
    from sim.scenario.files import compose

    made = compose("kotler_levels", ["experiment.periods=60", "experiment.burn_in=8"])
    result = run_strategies(made, "basic", "partnership", customers=200, replications=2, workers=1)
    found = side_by_side(result, "basic", "partnership").set_index("measure")
    assert found.loc["contacts", "other"] > found.loc["contacts", "one"] == 0.0
    declared = beside(result, "basic", "partnership").body[0]
    assert "transactional" in declared[2] and "relationship" in declared[3]
    with pytest.raises(InputError, match="differ"):
        run_strategies(made, "basic", "basic")


def test_winning_against_keeping_is_pooled_over_periods():
    amounts = {
        "advertising_cost": [10.0, 20.0], "promotion_cost": [0.0, 5.0], "place_cost": [1.0, 0.0],
        "staff_cost": [2.0, 4.0], "won": [3.0, 0.0], "kept": [50.0, 70.0],
    }  # fmt: skip
    of_firm = {name: np.array([of_periods]).T for name, of_periods in amounts.items()}
    nothing = np.zeros((2, 1))
    assert winning_to_keeping(of_firm, 52.0) == pytest.approx([(36 / 3) / (6 / 120 * 52)])
    assert np.isnan(winning_to_keeping(of_firm | {"staff_cost": nothing}, 52.0))
    assert np.isnan(winning_to_keeping(of_firm | {"won": nothing}, 52.0))


def test_every_lever_is_one_of_the_four_ps_and_cs_and_every_cost_of_marketing_has_a_lever():
    assert set(MIX) == {*LEVERS, *Programme.declared}
    assert {p for p, _ in MIX.values()} == set(FOUR_PS) and {c for _, c in MIX.values()} == set(FOUR_CS)
    assert set(COSTS) - set(LEVER_OF) == {"goods", "terms_cost"} and set(LEVER_OF.values()) <= set(MIX)
    assert MIX["promotion"] == MIX["discount"] and len({MIX[lever] for lever in SUPPORT.values()}) == 1


def test_spend_by_p_and_by_c_is_all_of_the_spend_and_follows_the_levers():
    result = planted()
    runs = result.runs[(result.runs["firm"] == "focal") & ~result.runs["twin"]]
    known = {"feedback_cost": 3.0, "quality_cost": 1.0, "points_paid": 0.5}
    every = runs.assign(**(dict.fromkeys(LEVER_OF, 0.0) | known))
    result.runs = every
    found = mix(result).set_index(["arm", "group"])["spend"]["most"]
    assert found["communication"] == 3.0 == found["none of the four"]
    assert found["customer value"] == 1.0 == found["product"]
    assert found["cost to the customer"] == 0.5 == found["promotion"] and found["price"] == 0.0
    totals = mix(result).groupby(["arm", "list"])["spend"].sum()
    assert (totals == 4.5).all()
    assert share_spent(every, "communication").to_numpy() == pytest.approx(3.0 / 4.5)
    by_p, by_c = by_p_and_c(result)
    assert by_p.title == "Spending by the four Ps" and by_c.head == ("arm", *FOUR_CS)
    assert [row[0] for row in by_c.body] == list(ARMS)
