"""Departments at odds: what is lost, what brings them together, and that a firm without a conflict knows nothing of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.customers.ledger import Entry
from sim.firms.mechanisms.departments import TOGETHER
from sim.firms.metrics import GROUPS
from sim.report.run_and_report import run
from sim.strategies import (
    Survey,
)
from sim.strategies.checks.view_sequences import view
from sim.strategies.library import make_strategy
from support.markets import columns, differing, lived, plan, scenario

FREE = {"market": {"budget": "free"}, "execution": {"check": True}}
WORK = {"staff": 0.02, "feedback": 0.03, "recovery": 2.0, "contact_rate": 0.1, "integration": 0.1}


def focal(alignment=1.0, offer=None, **levers):
    return {"firms": {"focal": {"alignment": alignment, **(offer or {}), **plan(**levers)}}}


def told(market, firm="focal"):
    books = market.books.outcomes()
    return books[books.firm == firm].reset_index(drop=True)


def test_without_a_conflict_coordination_costs_and_changes_nothing():
    plain, coordinated = (lived(scenario(FREE, focal(**WORK, coordination=spend))) for spend in (0.0, 5.0))
    assert differing(columns(plain), columns(coordinated)) == []
    pd.testing.assert_frame_equal(plain.books.outcomes(), coordinated.books.outcomes(), check_exact=True)
    assert not set(GROUPS["conflict"]) & set(plain.books.outcomes())


def test_a_share_of_the_work_done_whole_is_the_whole_of_less_work():
    """At alignment 1/2, with delivery as promised: a firm that spends twice as much lives as one without a conflict."""
    agreed = lived(scenario(FREE, focal(**WORK)))
    twice = {name: 2.0 * amount for name, amount in WORK.items()}
    odds = lived(scenario(FREE, {"theory": {"departments": {"shortfall": 0}}}, focal(0.5, **twice)))
    assert differing(columns(agreed), columns(odds)) == []
    one, other = told(agreed), told(odds)
    for cost in TOGETHER:
        assert one[cost].sum() > 0.0
        np.testing.assert_allclose(other[cost], 2.0 * one[cost], rtol=1e-12)
    wasted = sum(one[cost] for cost in TOGETHER)
    np.testing.assert_allclose(other["misalignment_cost"], wasted, rtol=1e-12)
    np.testing.assert_allclose(other["profit"], one["profit"] - wasted, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(other["alignment"], 0.5)
    assert agreed.firms[0].survey == odds.firms[0].survey != Survey()


def test_what_is_not_delivered_is_quality_that_sales_promise_all_the_same():
    """Half of 0.5 less: as a firm that delivers 0.75, promises 1 and pays for no better."""
    odds = lived(scenario(FREE, focal(0.5, {"quality": 1.0})))
    poorer = lived(scenario(FREE, focal(1.0, {"quality": 0.75, "promise": 1.0})))
    assert differing(columns(odds), columns(poorer)) == []
    np.testing.assert_array_equal(told(odds)["quality"], 0.75)
    assert odds.firms[0].view(()).quality == 1.0, "the firm does not see it"


def test_alignment_under_steady_coordination_is_the_closed_form():
    spend, alone = 0.02, 0.4
    market = lived(scenario(FREE, focal(alone, coordination=spend)))
    keep, closed = 0.5 ** (1.0 / 26.0), 1.0 - np.exp(-5.0 * spend)
    kept = keep * (1.0 - closed)
    law = alone + (1.0 - alone) * closed * (1.0 - kept ** np.arange(1, 61)) / (1.0 - kept)
    np.testing.assert_allclose(told(market)["alignment"], law, rtol=1e-12)


def test_a_period_of_four_weeks_is_four_weeks_of_coordination_and_of_fading():
    months = {"market": {"periods_per_year": 13}}
    market = lived(scenario(FREE, months, focal(0.4, coordination=0.02), periods=1))
    assert told(market)["alignment"][0] == pytest.approx(0.4 + 0.6 * (1.0 - np.exp(-5.0 * 0.02 * 4)))


def test_what_was_gained_fades_by_its_half_life():
    stops = {"then": {"at": 10, "coordination": 0.0}}
    found = told(lived(scenario(FREE, focal(0.4, coordination=0.05, **stops))))["alignment"]
    assert found[9] > 0.6
    assert found[35] - 0.4 == pytest.approx((found[9] - 0.4) / 2.0)


def test_coordination_is_paid_a_customer_and_week_and_out_of_the_budget():
    market = lived(scenario(FREE, focal(0.6, coordination=0.03)))
    books = told(market)
    active = [0.0, *(ledger[0, Entry.ON_FILE_ACTIVE] for ledger in market.books.ledgers[:-1])]
    np.testing.assert_allclose(books["coordination_cost"], 0.03 * np.array(active))
    costs = [
        c
        for c in books
        if c.endswith("_cost") and c not in ("acquisition_cost", "keeping_cost", "misalignment_cost")
    ]
    np.testing.assert_allclose(
        books["profit"], books["revenue"] - books["goods"] - books["points_paid"] - books[costs].sum(axis=1)
    )
    np.testing.assert_allclose(books["budget_spend"], books["coordination_cost"])
    tight = lived(
        scenario({"market": {"budget": 0.01}, "execution": {"check": True}}, focal(0.6, coordination=0.03))
    )
    assert told(tight)["budget_spend"].max() <= 0.02 * 500 and tight.firms[0].plan.coordination < 0.03


def test_serving_a_customer_costs_a_firm_at_odds_the_more():
    """What a contact with effect costs is 1/alignment of what a contact costs."""
    none, whole, odds = (
        lived(scenario(FREE, {"theory": {"bonds": {"contact_cost": cost}, "departments": {"shortfall": 0}}},
                       focal(share, contact_rate=0.1 / share)))
        for cost, share in ((0.0, 1.0), (0.5, 1.0), (0.5, 0.5))
    )  # fmt: skip
    base, agreed, torn = (market.net_values()[:, 0] for market in (none, whole, odds))
    assert (base - agreed).max() > 0.0
    np.testing.assert_allclose(base - torn, 2.0 * (base - agreed), rtol=1e-9)


def test_the_strategy_pays_for_coordination_by_the_gap_and_may_be_kept_from_it():
    plans = [make_strategy("market_oriented").plan(view(["conflict"], alignment=a)) for a in (0.4, 0.8, 1.0)]
    assert (
        plans[0].coordination == pytest.approx(3.0 * plans[1].coordination) and plans[2].coordination == 0.0
    )
    assert plans[0].feedback < plans[1].feedback < plans[2].feedback
    assert (
        make_strategy("market_oriented", {"joint": 0.0}).plan(view(["conflict"], alignment=0.4)).coordination
        == 0.0
    )


def test_metrics_of_a_conflict_are_columns_where_there_is_one_and_refused_where_there_is_none(tmp_path):
    arms = {
        "experiment": {"arms": {"control": {}, "odds": focal(0.6, **WORK)}, "periods": 8, "replications": 2}
    }
    asked = {"experiment": {"metrics": ["alignment", "misalignment_cost"]}}
    found = run(scenario(arms, asked, customers=60), tmp_path / "out", progress=False, report="none")
    rows = found.summary.set_index(["metric", "arm"])["mean"]
    assert rows["alignment", "odds"] == 0.6 and np.isnan(rows["alignment", "control"])
    assert set(GROUPS["conflict"]) <= set(pd.read_parquet(tmp_path / "out" / "outcomes.parquet"))
    with pytest.raises(InputError, match="alignment"):
        run(scenario(asked, customers=60), tmp_path / "none", progress=False, report="none")


@pytest.mark.parametrize("given", [0.0, 1.2, "high"])
def test_an_alignment_that_is_none_is_refused(given):
    with pytest.raises(InputError, match="alignment"):
        scenario({"firms": {"focal": {"alignment": given}}})
