"""What `sim.Market` may be given: the scenario as it is now, its options as Python has them, and what is refused."""

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.market.market import Market
from support.markets import lived, plan, scenario

TEXT = """question: Is it read?
source: none
population: {customers: 50}
firms:
  focal: {strategy: fixed_plan, price: %s}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(TEXT % 10.0)
    return path


def test_a_file_is_read_each_time(file, tmp_path, monkeypatch):
    assert Market(file).firms[0].price == 10.0
    file.write_text(TEXT % 12.0)
    assert Market(file).firms[0].price == Market(str(file)).firms[0].price == 12.0
    for folder, price in (("one", 3.0), ("other", 4.0)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "shop.yaml").write_text(TEXT % price)
        monkeypatch.chdir(tmp_path / folder)
        assert Market("./shop.yaml").firms[0].price == price


def test_lists_will_do(file, tmp_path):
    assert Market(file, overrides=["population.customers=20"]).heads == 20
    assert Market("shop", folders=[tmp_path], customers=30).heads == 30


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"arm": "nope"}, "experiment.arms 'nope'"),
        ({"setting": 5}, "setting 5"),
        ({"threads": 0}, "threads 0"),
        ({"threads": -1}, "threads -1"),
        ({"threads": "a"}, "threads 'a'"),
        ({"threads": 2.0}, "threads 2.0"),
        ({"replication": -1}, "replication -1"),
        ({"replication": 0.5}, "replication 0.5"),
    ],
)
def test_what_is_refused(file, options, told):
    with pytest.raises(InputError, match=told):
        Market(**{"setting": file} | options)


def test_nothing_is_laid_over_a_scenario_that_is_composed(file):
    with pytest.raises(InputError, match="overrides"):
        Market(Market(file).setting, overrides=["population.customers=20"])


def test_a_replay_has_plans_for_every_period(file):
    first = Market(file)
    first.run_for(2)
    again = Market(file, replay=first.plans)
    again.run_for(2)
    for market in (again, Market(file, replay=[])):
        with pytest.raises(InputError, match="replay"):
            market.step()


def test_a_replay_behaves_alike_with_and_without_reports(file):
    """A replayed plan may need what reports count, though the strategy of its firm never does."""
    first = Market(file)
    first.run_for(6)
    plans = [
        tuple(p.replace(feedback=0.5 * (period >= 3)) for p in one) for period, one in enumerate(first.plans)
    ]
    with_reports, without = (Market(file, replay=plans, reports=reports) for reports in (True, False))
    for market in (with_reports, without):
        market.run_for(6)
    profits = [market.books.outcomes()["profit"].to_numpy() for market in (with_reports, without)]
    assert np.array_equal(*profits) and with_reports.firms[0].sales.active > 0


def test_a_plan_that_changes_at_the_start_is_the_other_plan_and_reports_do_not_matter():
    other = {"contact_rate": 0.2, "staff": 0.02}
    plans = {
        "changed": {"then": {"at": 0, **other}}, "set": other, "later": {"then": {"at": 20, **other}}, "never": {},
    }  # fmt: skip
    made = {
        name: (lived(scenario({"firms": {"focal": plan(**levers)}}, customers=300)), levers)
        for name, levers in plans.items()
    }
    found = {name: market.books.outcomes() for name, (market, _) in made.items()}
    assert found["changed"].equals(found["set"])
    early = found["later"].period < 20
    assert found["later"][early].equals(found["never"][early]) and not found["later"].equals(found["never"])
    silent = lived(scenario({"firms": {"focal": plan(**plans["later"])}}, customers=300), reports=False)
    np.testing.assert_array_equal(silent.books.outcomes().profit, found["later"].profit)
