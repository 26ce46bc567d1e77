"""Laws L5 and L6: retention rises by sorting alone; the worth of a customer retained with one chance."""

import numpy as np
import pytest

from sim.market.market import Market
from sim.scenario.scenario import Scenario
from sim.validation.laws import law_lifetime_value as worth
from sim.validation.laws import law_sbg as sorting
from sim.validation.laws.checks import broken


@pytest.fixture(scope="module")
def alike():
    return sorting.contracts(threads=2, alike=True)


@pytest.fixture(scope="module")
def high_end():
    return sorting.contracts(threads=2)


def test_l5_high_end_survival_and_rising_retention(high_end):
    assert not broken(sorting.survival(high_end))


def test_l5_with_one_rate_of_leaving_retention_is_flat(alike):
    assert not broken(sorting.flat(alike))


def test_l5_customers_who_differ_are_not_flat_and_alike_do_not_sort(high_end, alike):
    assert broken(sorting.flat(high_end)) and broken(sorting.survival(alike))


@pytest.mark.parametrize("wrong", [{"alpha": sorting.ALPHA * 1.2}, {"beta": sorting.BETA * 0.8},
                                   {"alpha": sorting.ALPHA * 2, "beta": sorting.BETA * 2}])  # fmt: skip
def test_l5_other_spreads_of_leaving_are_told_apart(wrong):
    assert broken(sorting.survival(sorting.contracts(threads=2, **wrong)))


def test_l6_customer_equity_and_its_elasticity():
    assert not broken(worth.values())


def test_l6_at_another_interest_is_told_apart():
    assert len(broken(worth.values(interest=0.10))) == 2 * len(worth.RETENTIONS)


def test_l6_margins_brought_and_geometric_tenure():
    assert not broken(worth.lived(worth.contract(0.8, threads=2), 0.8))


@pytest.mark.parametrize("retention", [0.82, 0.78])
def test_l6_another_retention_is_told_apart(retention):
    found = broken(worth.lived(worth.contract(retention, threads=2), 0.8))
    assert {"discounted", "staying", "still"} <= {row.what.split()[0] for row in found}


BOTH = [("pareto_nbd", {"exit_rate": worth.EXIT}), ("bg_nbd", {"dropout": worth.DROPOUT})]


@pytest.mark.parametrize(("preset", "rates"), BOTH)
def test_l6_equity_of_buyers_who_leave_is_what_they_bring(preset, rates):
    assert not broken(worth.still_to_come(preset, threads=2, **rates))


@pytest.mark.parametrize(("preset", "rates"), BOTH)
def test_l6_another_rate_of_leaving_is_told_apart(preset, rates, monkeypatch):
    law = worth.expected(**rates)
    monkeypatch.setattr(worth, "expected", lambda **_: law)
    wrong = {name: 1.2 * rate for name, rate in rates.items()}
    assert len(broken(worth.still_to_come(preset, threads=2, **wrong))) == 2


def test_l6_the_spread_of_value_is_that_of_geometric_lives():
    luck = np.random.default_rng(1)
    lives = luck.geometric(1 - 0.8, 200_000) - 1
    brought = worth.MARGIN * (1 - 1.12 ** -lives.astype(float)) / 0.12
    assert brought.mean() == pytest.approx(10.0, rel=0.01)
    assert brought.std() == pytest.approx(worth.lifetime_value.spread(worth.MARGIN, 0.8, 0.12), rel=0.01)


def test_equity_is_reported_of_those_who_are_there_at_the_end_of_a_period():
    tree = {
        "name": "coming_and_going",
        "population": {"customers": 2000, "entry_rate": 0.02, "segments": {"everyone": {"exit_rate": 0.02}}},
        "firms": {"focal": {}, "rival": {}},
        "experiment": {"periods": 4, "burn_in": 0, "value_every": 2},
    }
    market = Market(Scenario.from_config(tree), 1)
    market.run_for(4)
    assert market.books.values[3]["customer_equity"] == pytest.approx(market.customer_equity())
    last = market.customer_sample().query("period == 3")
    assert market.present()[last["customer"]].all()
    assert (market.customers.entered_at[last["customer"]] >= 3).any()
