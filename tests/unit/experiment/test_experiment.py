"""An experiment on a made-up market with known differences: figures, pairs, twins, order, the Python face."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.experiment.runs import Job, for_run, jobs_for
from sim.experiment.summary import half_width, run_figures, summarise
from sim.firms.metrics import ALL, KEEPING, METRICS, WINNING
from sim.report import run_and_report
from support.experiment import GAIN, MARKET, MadeUpMarket, scenario


def do(made, **more):
    return run_and_report.compare(made, market=MARKET, **more)


def row(result, arm, metric="profit"):
    s = result.summary
    return s[(s["arm"] == arm) & (s["metric"] == metric)].iloc[0]


def test_runs_of_one_replication_have_one_seed():
    jobs = jobs_for(scenario(seed=7), 2, 2)
    assert {j.seed for j in jobs} == {9, 10}
    assert set(jobs) == {Job(a, s, True) for a in ("as_is", "dearer") for s in (9, 10)}
    assert not any(j.twin for j in jobs_for(scenario(twin=False), 0, 2))


def test_the_setting_of_a_run():
    made = scenario()
    assert for_run(made, Job("dearer", 1)).firms["focal"].price == 11
    assert for_run(made, Job("as_is", 1)).firms["focal"].price == 10
    twin = for_run(made, Job("dearer", 1, True), twin=True)
    assert not twin.market.loyalty and twin.firms["focal"].price == 11 and twin.experiment.sample == 0
    assert for_run(made, Job("as_is", 1)).experiment.sample == 5
    assert for_run(made, Job("as_is", 2)).experiment.sample == 0


def test_figures_of_a_run_by_hand():
    made = scenario(periods=6, burn_in=2)
    base = {m: np.nan for m in METRICS}
    rows = [
        {"period": t, "firm": "focal"} | base
        | {"profit": 10.0 * t, "main_customers": 100.0 * t, "share": t / 10, "gini": 0.1 * t,
           "customer_equity": 5000.0 if t == 3 else np.nan, "market_size": 1000.0}
        for t in range(6)
    ]  # fmt: skip
    figures = run_figures(pd.DataFrame(rows), made).iloc[0]
    assert figures["profit"] == pytest.approx((20 + 30 + 40 + 50) / 1000 / (4 / 52))  # per customer per year
    assert figures["main_customers"] == pytest.approx(0.35)  # mean count per customer
    assert figures["share"] == pytest.approx(0.35)
    assert figures["gini"] == pytest.approx(0.5)  # the last
    assert figures["customer_equity"] == pytest.approx(5.0)  # the last one reported, per customer
    assert np.isnan(figures["trust"]) and np.isnan(figures["revenue"])  # never reported


def outcomes_of_a_run(sizes):
    """One firm that holds 100, 200, ... main customers and earns 10 a period, in a market of these sizes."""
    rows = [
        dict.fromkeys(METRICS, np.nan) | {"period": t, "firm": "focal", "market_size": float(size),
         "profit": 10.0, "main_customers": 100.0 * (t + 1), "customer_equity": 3000.0 * (t + 1)}
        for t, size in enumerate(sizes)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def by_pandas(outcomes, made):
    """The figures of a run, metric by metric, as pandas groups and sums them."""
    kept = outcomes[outcomes["period"] >= made.experiment.burn_in].sort_values(["firm", "period"])
    a_year, customers = made.market.periods_per_year, made.population.customers
    years = (outcomes["period"].max() + 1 - made.experiment.burn_in) / a_year
    present = kept["market_size"] / customers
    found = {}
    for name in [name for name in ALL if name in kept]:
        metric, of = ALL[name], kept[name]
        counted = (
            of / present
            if metric.summary_unit == "share of customers" and metric.over_time == "stock"
            else of
        )
        by_firm = counted.groupby(kept["firm"])
        found[name] = {
            "flow": lambda each=by_firm: each.sum(min_count=1) / customers / years,
            "stock": lambda each=by_firm: each.mean() / customers, "mean": lambda each=by_firm: each.mean(),
            "level": lambda each=by_firm: each.last() / customers, "last": lambda each=by_firm: each.last(),
            "rate": lambda each=by_firm: each.agg(lambda s: np.exp(np.log(s.dropna()).mean())) ** a_year,
            "ratio": lambda each=by_firm: each.last() * np.nan,
        }[metric.over_time]()  # fmt: skip
    sums = kept.groupby("firm")[[*WINNING, *KEEPING, "won", "kept"]].sum()
    winning, keeping = (
        sums[list(names)].sum(axis=1) / sums[by] for names, by in ((WINNING, "won"), (KEEPING, "kept"))
    )
    return pd.DataFrame(found | {"winning_to_keeping": winning / (keeping * a_year)})


@pytest.mark.parametrize("share", [0.0, 0.3, 0.98])
def test_figures_of_a_run_are_those_of_pandas(share):
    """Three firms, a share of all amounts not reported: the order of sums may move the last digits."""
    made, random = scenario(periods=40, burn_in=7), np.random.default_rng(1)
    names = [name for name in ALL if name != "turned_away"]
    amounts = np.exp(random.normal(0, 3, (40 * 3, len(names))))
    outcomes = pd.DataFrame(np.where(random.random(amounts.shape) < share, np.nan, amounts), columns=names)
    outcomes["market_size"] = np.repeat(random.integers(500, 900, 40), 3).astype(float)
    outcomes["period"], outcomes["firm"] = np.repeat(np.arange(40), 3), ["rival", "focal", "other"] * 40
    found, wanted = run_figures(outcomes, made).set_index("firm"), by_pandas(outcomes, made)
    assert list(found.index) == ["focal", "other", "rival"] and "turned_away" not in found
    np.testing.assert_allclose(found.to_numpy(), wanted[found.columns].to_numpy(), rtol=1e-13)


def test_heads_are_those_at_the_start_and_shares_of_customers_those_of_their_period():
    made = scenario(periods=3, burn_in=1).replace({"population": {"customers": 1000}})
    figures = run_figures(outcomes_of_a_run([1000, 2000, 4000]), made).iloc[0]
    assert figures["main_customers"] == pytest.approx((200 / 2000 + 300 / 4000) / 2)  # each period's own
    assert figures["customer_equity"] == pytest.approx(9000 / 1000)  # the last
    assert figures["profit"] == pytest.approx(20 / 1000 / (2 / 52))
    assert figures["market_size"] == 3000


def test_nothing_changes_where_nobody_enters_or_leaves():
    outcomes = outcomes_of_a_run([997] * 7)
    made = scenario(periods=7, burn_in=2).replace({"population": {"customers": 997}})
    figures, kept = run_figures(outcomes, made).iloc[0], outcomes.iloc[2:]
    assert figures["main_customers"] == kept["main_customers"].mean() / 997.0  # to the last bit
    assert figures["customer_equity"] == kept["customer_equity"].iloc[-1] / 997.0
    assert figures["profit"] == kept["profit"].sum() / (997.0 * (5 / 52.0))


def test_an_arm_that_drives_customers_away_does_not_look_richer_for_it():
    """The same profit from a market that empties is the same per customer."""
    made = scenario(periods=3, burn_in=0).replace({"population": {"customers": 1000}})
    full, emptied = (
        run_figures(outcomes_of_a_run(sizes), made).iloc[0]["profit"]
        for sizes in ([1000] * 3, [1000, 500, 250])
    )
    assert full == emptied


def test_a_share_of_customers_stays_below_one_while_the_market_grows():
    from sim.market.market import Market
    from sim.scenario.scenario import Scenario

    made = Scenario.from_config({
        "population": {"customers": 200, "entry_rate": 0.05, "entry_by_purchase": True}, "firms": {"focal": {}},
        "experiment": {"periods": 60, "burn_in": 0, "sample": 0},
    })  # fmt: skip
    market = Market(made, 1)
    market.run_for(60)
    outcomes = market.books.outcomes()
    assert outcomes["market_size"].iloc[-1] > 2 * 200
    shares = run_figures(outcomes, made).iloc[0]
    for name, metric in METRICS.items():
        if metric.summary_unit == "share of customers":
            assert 0 <= shares[name] <= 1, name


def test_differences_are_paired_by_seed_and_known():
    result = do(scenario(replications=12))
    found, control = row(result, "dearer"), row(result, "as_is")
    assert found["difference_low"] < GAIN < found["difference_high"]
    assert found["high"] - found["low"] > 2 * (found["difference_high"] - found["difference_low"])
    assert found["n"] == found["pairs"] == 12 and found["unit"] == "money per customer per year"
    assert found["p"] < 1e-6 and found["p_holm"] == found["p"]
    assert np.isnan(control["difference"]) and np.isnan(control["p"]) and control["pairs"] == 0
    assert found["over_twin"] == pytest.approx(GAIN * 3 / 4)
    assert found["twin_mean"] == pytest.approx(found["mean"] - found["over_twin"])
    assert found["loyalty_difference"] == pytest.approx(GAIN * 3 / 4)
    assert control["over_twin"] == 0


def test_difference_lists_arms_against_the_control():
    result = do(scenario({"as_is": 10, "dearer": 11, "dearest": 12}, replications=4))
    found = result.difference("profit")
    assert list(found["arm"]) == ["dearer", "dearest"] and (found["n"] == 4).all()
    assert (found["low"] < found["difference"]).all() and (found["difference"] < found["high"]).all()
    assert (found["p_holm"] >= found["p"]).all() and (found["p_holm"] > found["p"]).any()
    with pytest.raises(InputError, match="profit"):
        result.difference("profits")


def test_one_replication_has_no_interval():
    result = do(
        scenario(
            replications=1, expect=[{"metric": "profit", "arm": "dearer", "against": "as_is", "is": "higher"}]
        )
    )
    found = row(result, "dearer")
    assert np.isfinite(found["difference"]) and found["n"] == 1
    assert found[["low", "high", "difference_low", "difference_high", "p"]].isna().all()
    assert result.expectations[0]["verdict"] == "undecided"


def test_without_twins_their_columns_are_empty():
    result = do(scenario(twin=False))
    assert result.summary[["twin_mean", "over_twin", "loyalty_difference"]].isna().all(axis=None)
    assert not result.runs["twin"].any() and len(result.twins) == 0


def test_tables_of_a_result():
    result = do(scenario())
    runs = 2 * 3
    assert len(result.outcomes) == runs * 12 * 2 and len(result.twins) == runs * 12 * 2
    assert len(result.runs) == 2 * runs * 2 and len(result.switches) == 2 * runs
    assert len(result.customers) == 2 * 5  # one replication an arm
    for table in (result.tenure, result.transitions, result.lorenz, result.value_parts):
        assert set(table["arm"]) == {"as_is", "dearer"} and set(table["seed"]) == {1, 2, 3}
    assert result.folder is None and not result.failed


def test_arms_control_and_sizes_can_be_picked():
    made = scenario({"as_is": 10, "dearer": 11, "dearest": 12}, expect=[
        {"metric": "profit", "arm": "dearer", "against": "as_is", "is": "higher"},
        {"metric": "profit", "arm": "dearest", "against": "dearer", "is": "higher"},
    ])  # fmt: skip
    result = do(made, arms=["dearer", "dearest"], replications=2, seed=40, customers=500)
    assert result.manifest["control"] == "dearer" and set(result.outcomes["seed"]) == {40, 41}
    assert result.scenario.population.customers == 500
    assert [e["arm"] for e in result.expectations] == ["dearest"]
    with pytest.raises(InputError, match="did you mean 'dearer'"):
        do(made, arms=["dearr"])


@pytest.mark.slow
def test_target_half_width_adds_replications_until_met():
    loose = do(scenario(replications=3, half_width=1e6)).manifest
    assert loose["replications"] == 3 and loose["half_width"]["met"]
    plan = do(scenario(replications=3, half_width=0.012)).manifest
    assert 3 < plan["replications"] < 30 and plan["replications"] % 3 == 0
    assert plan["half_width"]["met"] and plan["half_width"]["reached"] <= 0.012
    never = do(scenario(replications=2, half_width=1e-9)).manifest
    assert never["replications"] == 20 and not never["half_width"]["met"]


def test_half_width_is_that_of_the_widest_difference():
    result = do(scenario({"as_is": 10, "dearer": 11, "dearest": 12}, replications=5))
    found = result.difference("profit")
    widest = half_width(
        result.runs,
        "profit",
        controls=dict.fromkeys(["as_is", "dearer", "dearest"], "as_is"),
        focal="focal",
        confidence=0.95,
    )
    assert widest == pytest.approx(((found["high"] - found["low"]) / 2).max())


def test_summary_of_arms_without_runs_is_empty_not_wrong():
    runs = do(scenario()).runs
    found = summarise(
        runs[runs["arm"] == "as_is"],
        controls={"as_is": "as_is", "dearer": "as_is"},
        focal="focal",
        confidence=0.95,
    )
    gone = found[found["arm"] == "dearer"]
    assert (gone["n"] == 0).all() and gone[["mean", "difference", "p"]].isna().all(axis=None)


def test_equal_behaviour_gives_exactly_no_difference():
    found = row(do(scenario({"as_is": 10, "dearer": 10.0})), "dearer")
    assert tuple(found[["difference", "difference_low", "difference_high"]]) == (0, 0, 0)
    assert np.isnan(found["p"])  # nothing varies


def test_dask_is_refused():
    with pytest.raises(InputError, match="not built yet"):
        do(scenario(execution={"backend": "dask"}))


def test_where_strategies_beyond_ours_are_found():
    from sim.experiment.runs import OutsideStrategies, outside_strategies
    from sim.strategies import STRATEGIES, MarketingPlan, Strategy, strategy

    @strategy("written_here", source="this test")
    class WrittenHere(Strategy):
        def plan(self, view):
            return MarketingPlan()

    try:
        tree = scenario().to_dict()
        tree["firms"]["focal"]["strategy"] = {"name": "written_here"}
        made = type(scenario()).from_config(tree)
        assert outside_strategies(made) == OutsideStrategies((__name__,), (), ())
        assert outside_strategies(scenario()) == OutsideStrategies((), (), ())
        WrittenHere.__module__ = "__main__"
        assert outside_strategies(made) == OutsideStrategies((), (), ("written_here",))
        result = do(type(made).from_config(tree | {"execution": {"backend": "local", "workers": 2}}))
        assert not result.failed  # in this process: another would not know the strategy
    finally:
        del STRATEGIES["written_here"]


PLUGIN = """
from sim.strategies import MarketingPlan, Strategy, strategy

@strategy("from_a_file", source="this test")
class FromAFile(Strategy):
    def plan(self, view):
        return MarketingPlan()
"""


@pytest.mark.slow
def test_a_strategy_in_a_file_of_its_own_reaches_the_workers(tmp_path):
    from sim.strategies import STRATEGIES
    from sim.strategies.plugins import load_plugins

    (tmp_path / "mine.py").write_text(PLUGIN)
    try:
        load_plugins([tmp_path / "mine.py"])
        tree = scenario(execution={"backend": "local", "workers": 2}).to_dict()
        tree["firms"]["focal"]["strategy"] = {"name": "from_a_file"}
        made = type(scenario()).from_config(tree)
        for plugins in ((tmp_path / "mine.py",), ()):
            assert not do(made, plugins=plugins).failed
    finally:
        del STRATEGIES["from_a_file"]


def test_expected_statements_are_stored(tmp_path):
    expect = [
        {
            "claim": "dear pays",
            "metric": "profit",
            "arm": "dearer",
            "against": "as_is",
            "is": "higher",
            "by": 1.0,
        },
        {"metric": "profit", "arm": "dearer", "is": "lower"},
        {"metric": "revenue", "arm": "dearer", "against": "as_is", "is": "equal", "by": 0.5},
    ]
    result = run_and_report.run(
        scenario(replications=8, expect=expect), tmp_path / "r", market=MARKET, progress=False, report="none"
    )
    stored = json.loads((tmp_path / "r" / "expectations.json").read_text())
    assert (
        [e["verdict"] for e in stored]
        == ["met", "not met", "met"]
        == [e["verdict"] for e in result.expectations]
    )
    assert stored[0]["low"] < stored[0]["estimate"] < stored[0]["high"] and stored[0]["claim"] == "dear pays"


def test_nonsense_expectations_are_refused_before_anything_starts(tmp_path):
    for entry, word in (
        ({"metric": "profit", "arm": "dearer", "against": "as_is", "is": "equal"}, "by"),
        ({"metric": "profit", "arm": "as_is", "is": "higher"}, "another arm"),
    ):
        with pytest.raises(InputError, match=word):
            run_and_report.run(scenario(expect=[entry]), tmp_path / "r", market=MARKET)
    assert not list(tmp_path.iterdir())


def test_the_made_up_market_is_what_the_tests_think():
    market = MadeUpMarket(scenario(), 1)
    market.step()
    assert set(market.outcomes().columns) == {"period", "firm", *METRICS}


def test_a_worker_composes_a_request_once_until_its_text_or_a_strategy_is_another():
    from sim.experiment.worker import _composed
    from sim.strategies import STRATEGIES

    kind, strategies = "sim.scenario.scenario:Scenario", tuple(STRATEGIES.values())
    tree = scenario().to_dict()
    first = _composed(kind, json.dumps(tree), strategies)
    assert _composed(kind, json.dumps(tree), strategies) is first and first == scenario()
    assert _composed(kind, json.dumps(tree), strategies[1:]) is not first
    tree["population"]["customers"] = 33
    assert _composed(kind, json.dumps(tree), strategies).population.customers == 33
