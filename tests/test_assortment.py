"""The range of goods: order statistics of its review, what it is worth, what it costs, and that one good is no range."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats
from small_markets import columns, differing, lived, plan, scenario

from sim.core.errors import InputError
from sim.firms.metrics import RANGE
from sim.firms.parts.product_range import ProductRange, reviewed
from sim.report import comparison
from sim.scenario.scenario import Scenario
from sim.strategies.checks.check import leaks
from sim.theory import product_range as theory

NUMBER, RUNS = 8, 1500
ERRORS = 4.0  # standard errors


def order_statistic(rank, of):
    """Expected value of the rank-th smallest of so many standard normal numbers."""
    return stats.beta(rank, of - rank + 1).expect(stats.norm.ppf)


def team(seed, keep=1.0, **values):
    """The goods of a firm in no market, with parameters of the theory; by default tastes stand still and read perfectly."""
    p = theory.Assortment(**{"error": 0.0, "trial_cost": 1.0, "trials": 1} | values)
    model = SimpleNamespace(
        setting=SimpleNamespace(theory=SimpleNamespace(assortment=p)),
        record=[{"assortment": {"taste_keep": keep}}], seed_of_run=seed, period=0,
    )  # fmt: skip
    offer, shocks = SimpleNamespace(goods=NUMBER), SimpleNamespace(open=1)
    return ProductRange(SimpleNamespace(model=model, offer=offer, shocks=shocks, luck=77))


def after(periods, spent, feedback=0.0, runs=RUNS, **values):
    """Mean appeal of each of many ranges after so many reviews, (runs,), in units of the spread."""
    means = []
    for seed in range(runs):
        goods = team(seed, **values)
        for _ in range(periods):
            goods.study(feedback)
            goods.firm.model.period += 1
            goods.move(spent)
        means.append(goods.appeal.mean() / goods.p.spread)
    return np.array(means)


def agrees(found, law):
    return abs(found.mean() - law) < ERRORS * found.std(ddof=1) / np.sqrt(len(found))


# ---------------------------------------------------------------- the closed form


@pytest.mark.parametrize("drops", [0, 1, 5])
def test_the_slowest_dropped_one_by_one_leave_the_best_of_all_ever_tried_but_the_last(drops):
    """The n - 1 best of the n + k - 1 first, and the k-th tried, whose appeal is that of any good."""
    tried = NUMBER + drops - 1
    best = sum(order_statistic(rank, tried) for rank in range(tried - NUMBER + 2, tried + 1)) if drops else 0
    assert agrees(after(drops, spent=1.0), best / NUMBER)


@pytest.mark.parametrize(("drops", "trials"), [(3, 1), (3, 4)])
def test_the_slowest_dropped_at_once_each_for_the_best_of_its_trials(drops, trials):
    kept = sum(order_statistic(rank, NUMBER) for rank in range(drops + 1, NUMBER + 1))
    law = (kept + drops * order_statistic(trials, trials)) / NUMBER
    assert agrees(after(1, spent=float(drops * trials), trials=trials), law)


def test_goods_dropped_at_random_gain_nothing_however_many_are_tried():
    """What is read is error alone: neither who goes nor who comes is known."""
    assert agrees(after(20, spent=4.0, trials=4, error=1e6, runs=1000), 0.0)
    assert not agrees(after(20, spent=4.0, trials=4, error=1.0, runs=300), 0.0)


def test_study_takes_the_error_away_and_with_it_what_the_review_misses():
    means = [after(10, 2.0, feedback, runs=400, trials=2, error=2.0).mean() for feedback in (0.0, 0.02, 1.0)]
    assert means[0] + 0.1 < means[1] < means[2] - 0.1
    assert means[2] == pytest.approx(after(10, 2.0, runs=400, trials=2).mean(), abs=1e-9), "no error is left"


def test_tastes_change_every_good_by_its_half_life_and_leave_goods_as_different_as_they_were():
    first, then = [], []
    for seed in range(RUNS):
        goods = team(seed, keep=0.6)
        first.append(goods.appeal.copy())
        for _ in range(3):
            goods.firm.model.period += 1
            goods.move(0.0)
        then.append(goods.appeal)
    first, then = np.ravel(first), np.ravel(then)
    assert then.std() == pytest.approx(0.5, abs=ERRORS * 0.5 / np.sqrt(2 * len(then)))
    assert np.corrcoef(first, then)[0, 1] == pytest.approx(0.6**3, abs=ERRORS / np.sqrt(len(then)))


# ---------------------------------------------------------------- what the team does


def test_the_slowest_as_read_go_for_the_best_as_read():
    appeal, read = np.array([0.0, 3.0, 1.0, 2.0]), np.array([5.0, 0.0, 6.0, 1.0])
    tried = np.arange(8.0).reshape(4, 2) + 10
    tried_read = np.array([[0, 1], [1, 0], [0, 1], [0, 1]])
    assert reviewed(appeal, read, tried, tried_read, 2).tolist() == [0.0, 12.0, 1.0, 17.0]
    assert reviewed(appeal, read, tried, tried_read, 0).tolist() == appeal.tolist() == [0.0, 3.0, 1.0, 2.0]


def test_nothing_is_dropped_before_anything_was_sold_or_while_the_firm_is_closed():
    goods = team(1, trials=2)
    goods.move(4.0)
    assert goods.dropped == 0 and goods.read is None
    goods.study(0.0)
    goods.firm.shocks.open = 0
    goods.move(0.0)
    assert goods.dropped == 0
    goods.firm.shocks.open = 1
    goods.move(0.0)
    assert goods.dropped == 2, "what was paid is not lost"


def test_money_for_half_a_good_drops_one_in_every_second_period_and_no_more_than_there_are():
    goods = team(1, trials=2, trial_cost=0.3)
    goods.study(0.0)
    dropped = []
    for spent in (0.3, 0.3, 0.3, 0.3, 1e9, 0.0):
        goods.firm.model.period += 1
        goods.move(spent)
        dropped.append(goods.dropped)
    assert dropped == [0, 1, 0, 1, NUMBER, 0]


def test_sales_are_read_as_they_are_without_error_and_equal_before_the_first():
    goods = team(3)
    assert goods.sales() == (1.0 / NUMBER,) * NUMBER
    goods.study(0.0)
    pulls = np.exp(goods.appeal)
    np.testing.assert_allclose(goods.sales(), pulls / pulls.sum(), rtol=1e-12)
    wrong = team(3, error=1e6)
    wrong.study(0.0)
    assert np.isfinite(wrong.sales()).all() and sum(wrong.sales()) == pytest.approx(1.0)


# ---------------------------------------------------------------- in a market

RANGE_OF = {"firms": {"focal": {"goods": 12}}}
REVIEW = plan(range_review=0.02, feedback=0.02)


def focal(market):
    return market.books.outcomes().query("firm == 'focal'")


def test_one_good_is_no_range_whatever_the_plan_and_the_theory_say():
    usual = lived(scenario(periods=20))
    changed = scenario(
        {"firms": {"focal": plan(range_review=5.0)}}, periods=20,
        theory={"assortment": {"spread": 3.0, "variety": 1.0, "taste_half_life": 1.0}},
    )  # fmt: skip
    same = lived(changed)
    assert not set(RANGE) & set(same.books.outcomes())
    assert same.books.outcomes().equals(usual.books.outcomes())
    assert not differing(columns(usual), columns(same))
    assert all(firm.goods is None and firm.view(()).range_sales == () for firm in same.firms)


def test_a_range_of_like_goods_is_as_one_good_and_with_variety_as_a_better_one():
    like = {"theory": {"assortment": {"spread": 0.0}}}
    one, many = lived(scenario(periods=20)), lived(scenario(RANGE_OF, like, periods=20))
    assert not differing(columns(one), columns(many))
    assert (focal(many)["range_appeal"] == 0.0).all()
    varied = lived(
        scenario(RANGE_OF, {"theory": {"assortment": {"spread": 0.0, "variety": 0.5}}}, periods=20)
    )
    quality = 0.8 + varied.firms[0].goods.value
    assert quality == pytest.approx(0.8 + 0.5 * np.log(12))
    better = lived(scenario({"firms": {"focal": {"quality": quality, "promise": 0.8}}}, periods=20))
    assert not differing(columns(better), columns(varied))


def test_the_market_sees_the_range_as_quality_only_and_the_firm_its_sales_only():
    market = lived(scenario(RANGE_OF, {"firms": {"focal": REVIEW}}, periods=30), check=True)
    firm = market.firms[0]
    assert market.offers["quality"][0] == firm.quality + firm.goods.value
    assert focal(market)["range_appeal"].iloc[-1] == firm.goods.value
    seen = firm.view(())
    assert len(seen.range_sales) == 12 and sum(seen.range_sales) == pytest.approx(1.0)
    assert seen.quality == firm.quality, "what the range adds is not told"
    assert not leaks(seen, [firm.goods.appeal, firm.goods.read])
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
    appeals = [market.firms[0].goods.appeal.tolist() for market in (alone, beside, other)]
    assert appeals[0] == appeals[1] != appeals[2]


def test_an_arm_with_a_range_beside_one_without(tmp_path):
    tree = scenario(customers=100, periods=12).to_dict()
    arms = {"one": {}, "range": RANGE_OF | {}}
    tree["experiment"] |= {"arms": arms, "control": "one", "replications": 2, "value_every": 4}
    tree["expect"] = [
        {"claim": "It has one.", "metric": "range_appeal", "arm": "range", "between": [-5, 5], "literature": "none"}
    ]  # fmt: skip
    made = Scenario.from_config(tree)
    found = [comparison.run(made, tmp_path / name, progress=False, report=False) for name in ("a", "b")]
    assert list(found[0].outcomes.columns[-len(RANGE) :]) == list(RANGE)
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
        comparison.run(made, "nowhere", progress=False, report=False)
