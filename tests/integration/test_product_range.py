"""A range of goods in a market: seen as quality, paid from the budget, drawn by itself."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.firms.mechanisms.product_range import ProductRange
from sim.firms.metrics import GROUPS
from sim.report import run_and_report
from sim.scenario.scenario import Scenario
from sim.strategies.checks.check import leaks
from support.markets import columns, differing, lived, plan, scenario

ERRORS = 4.0  # standard errors


# ---------------------------------------------------------------- in a market

RANGE_OF = {"firms": {"focal": {"goods": 12}}}


REVIEW = plan(range_review=0.02, feedback=0.02)


def focal(market):
    return market.books.outcomes().query("firm == 'focal'")


def test_one_good_is_no_range_whatever_the_plan_and_the_theory_say():
    usual = lived(scenario(periods=20))
    changed = scenario(
        {"firms": {"focal": plan(range_review=5.0)}},
        periods=20,
        theory={"assortment": {"spread": 3.0, "variety": 1.0, "taste_half_life": 1.0}},
    )
    same = lived(changed)
    assert not set(GROUPS["range"]) & set(same.books.outcomes())
    assert same.books.outcomes().equals(usual.books.outcomes())
    assert not differing(columns(usual), columns(same))
    assert all(firm.state_of(ProductRange) is None and firm.view(()).range_sales == () for firm in same.firms)


def test_a_range_of_like_goods_is_as_one_good_and_with_variety_as_a_better_one():
    like = {"theory": {"assortment": {"spread": 0.0}}}
    one, many = lived(scenario(periods=20)), lived(scenario(RANGE_OF, like, periods=20))
    assert not differing(columns(one), columns(many))
    assert (focal(many)["range_appeal"] == 0.0).all()
    varied = lived(
        scenario(RANGE_OF, {"theory": {"assortment": {"spread": 0.0, "variety": 0.5}}}, periods=20)
    )
    quality = 0.8 + varied.firms[0].state_of(ProductRange).quality
    assert quality == pytest.approx(0.8 + 0.5 * np.log(12))
    better = lived(scenario({"firms": {"focal": {"quality": quality, "promise": 0.8}}}, periods=20))
    assert not differing(columns(better), columns(varied))


def test_the_market_sees_the_range_as_quality_only_and_the_firm_its_sales_only():
    market = lived(scenario(RANGE_OF, {"firms": {"focal": REVIEW}}, periods=30), check=True)
    firm = market.firms[0]
    assert market.offers["quality"][0] == firm.quality + firm.state_of(ProductRange).quality
    assert focal(market)["range_appeal"].iloc[-1] == firm.state_of(ProductRange).quality
    seen = firm.view(())
    assert len(seen.range_sales) == 12 and sum(seen.range_sales) == pytest.approx(1.0)
    assert seen.quality == firm.quality, "what the range adds is not told"
    assert not leaks(seen, [firm.state_of(ProductRange).appeal, firm.state_of(ProductRange).read])
    others = market.books.outcomes().query("firm != 'focal'")
    assert others["range_appeal"].isna().all() and (others["range_cost"] == 0).all()


def test_the_review_is_charged_to_the_budget_and_scaled_with_it():
    market = lived(scenario(RANGE_OF, {"firms": {"focal": plan(range_review=0.02)}}, periods=12), check=True)
    np.testing.assert_allclose(focal(market)["range_cost"], 0.02 * 500)
    np.testing.assert_allclose(focal(market)["budget_spend"], 0.02 * 500)
    assert focal(market)["goods_dropped"].tolist() == [0, 4, *[2] * 10], (
        "the first period has no sales to read"
    )
    dear = lived(scenario(RANGE_OF, {"firms": {"focal": plan(range_review=5.0)}}, periods=12))
    np.testing.assert_allclose(focal(dear)["budget_spend"], 0.1 * 500)
    assert dear.firms[0].plan.range_review == pytest.approx(0.1)


def test_a_reviewed_range_serves_better_than_one_left_alone():
    means = {
        name: [focal(lived(scenario(RANGE_OF, {"firms": {"focal": own}}, customers=100), seed))["range_appeal"].mean()
               for seed in range(1, 7)]
        for name, own in {"left": plan(feedback=0.02), "reviewed": REVIEW}.items()
    }  # fmt: skip
    gains = np.subtract(means["reviewed"], means["left"])
    assert gains.mean() - ERRORS * gains.std(ddof=1) / np.sqrt(6) > 0.1


def test_the_luck_of_a_range_is_its_own():
    """Another firm's range, a longer range or more trials move no good's luck; another seed moves it."""
    own = {"firms": {"focal": plan(range_review=0.01)}}
    alone = lived(scenario(RANGE_OF, own, periods=15, customers=50))
    beside = lived(scenario(RANGE_OF, own, {"firms": {"rival_1": {"goods": 40}}}, periods=15, customers=50))
    other = lived(scenario(RANGE_OF, own, periods=15, customers=50), seed=2)
    appeals = [market.firms[0].state_of(ProductRange).appeal.tolist() for market in (alone, beside, other)]
    assert appeals[0] == appeals[1] != appeals[2]


def test_an_arm_with_a_range_beside_one_without(tmp_path):
    tree = scenario(customers=100, periods=12).to_dict()
    arms = {"one": {}, "range": RANGE_OF | {}}
    tree["experiment"] |= {"arms": arms, "control": "one", "replications": 2, "value_every": 4}
    tree["expect"] = [
        {"claim": "It has one.", "metric": "range_appeal", "arm": "range", "between": [-5, 5], "literature": "none"}
    ]  # fmt: skip
    made = Scenario.from_config(tree)
    found = [run_and_report.run(made, tmp_path / name, progress=False, report="none") for name in ("a", "b")]
    assert list(found[0].outcomes.columns[-len(GROUPS["range"]) :]) == list(GROUPS["range"])
    assert found[0].outcomes.query("arm == 'one'")["range_appeal"].isna().all()
    assert found[0].expectations[0]["verdict"] == "met"
    names = ("outcomes.parquet", "runs.parquet", "summary.csv")
    assert all((found[0].where / n).read_bytes() == (found[1].where / n).read_bytes() for n in names)


@pytest.mark.parametrize(("change", "says"), [
    ({"firms": {"focal": {"goods": 0}}}, "firms.focal.goods 0"),
    ({"firms": {"focal": {"good": 3}}}, "did you mean 'goods'"),
    ({"theory": {"assortment": {"trials": 0}}}, "theory.assortment.trials 0"),
    ({"firms": {"focal": plan(range_review=-1)}}, "range_review -1"),
])  # fmt: skip
def test_what_is_wrong_is_said(change, says):
    with pytest.raises(InputError) as wrong:
        scenario(change)
    assert says in str(wrong.value)


def test_a_metric_of_a_range_needs_a_range():
    made = scenario(experiment={"metrics": ["range_appeal"]})
    with pytest.raises(InputError, match="goods above 1"):
        run_and_report.run(made, "nowhere", progress=False, report="none")
