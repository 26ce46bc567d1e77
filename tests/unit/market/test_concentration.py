"""How spending is spread, and the parts of delivered value, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market.measures.concentration import concentration, gini, lorenz, lorenz_table
from support.markets import lived, plan, scenario


def test_gini_by_hand():
    assert gini(np.array([1.0, 2.0, 3.0, 4.0])) == pytest.approx(0.25)
    assert gini(np.array([4.0, 1.0, 0.0, 3.0, 2.0, 0.0])) == pytest.approx(0.25)  # buyers only, in any order
    assert gini(np.array([1.0] * 99 + [1e12])) == pytest.approx(0.99)
    assert np.isnan(gini(np.zeros(3)))


def test_gini_of_an_exponential_is_a_half():
    spent = np.random.default_rng(1).exponential(size=200_000)
    assert gini(spent) == pytest.approx(0.5, abs=0.003)
    assert 1 - lorenz(spent)[80] == pytest.approx(0.2 * (1 + np.log(5)), abs=0.003)


def test_gini_is_twice_the_area_above_the_lorenz_curve():
    spent = np.random.default_rng(2).lognormal(size=5000)
    area = np.trapezoid(lorenz(spent), dx=0.01)
    assert gini(spent) == pytest.approx(1 - 2 * area, abs=1e-3)


def test_lorenz_by_hand():
    curve = lorenz(np.array([3.0, 1.0, 0.0]))
    assert curve[[0, 50, 75, 100]] == pytest.approx([0, 0.25, 0.625, 1])
    assert np.isnan(lorenz(np.zeros(2))).all()
    found = concentration(np.array([[1.0, 0.0], [1.0, 0.0], [2.0, 0.0]]))
    assert found["gini"][0] == pytest.approx(1 / 6) and np.isnan(found["gini"][1])


def test_tables_of_a_market_leave_out_the_burn_in():
    burnt = scenario(customers=300, periods=30, experiment={"burn_in": 20, "value_every": 10})
    market = lived(burnt)
    spent = market.spending_of_customers()
    last = market.books.outcomes().query("period >= 20")
    for number, firm in enumerate(market.setting.firms):
        of_firm = last[last.firm == firm]
        assert spent[:, number].sum() == pytest.approx(of_firm.revenue.sum(), rel=1e-5)
        assert of_firm.gini.iloc[-1] == pytest.approx(gini(spent[:, number]))
        assert of_firm.top_fifth_share.iloc[-1] == pytest.approx(1 - lorenz(spent[:, number])[80])
    table = lorenz_table(spent, list(market.setting.firms))
    assert table.equals(market.customer_values())
    assert spent.sum() < 0.6 * market.columns.money.sum()


def test_value_parts_by_hand():
    """Each part from the columns, with numpy, over the firm's main customers."""
    setting = scenario(
        {"firms": {"focal": plan(contact_rate=0.5, integration=0.5, reward_rate=0.1, place=0.1, promotion=0.1)}},
        market={"budget": "free"}, customers=400, periods=40,
    )  # fmt: skip
    market = lived(setting)
    found = market.value_parts().query("firm == 'focal'").set_index("part")["value"]
    c, p = market.columns, setting.theory.choice
    mine = c.supplier == 0
    relations = {n: getattr(c, n)[mine, 0].astype("f8") for n in ("taste", "expectation", "satisfaction", "trust", "points",
                                                              "social_bond", "structural_bond", "habit")}  # fmt: skip
    content = np.maximum(relations["satisfaction"], 0)
    stake = 1 - np.exp(-relations["points"] / setting.theory.bonds.threshold)
    bonds = (
        content * (p.w_fin * stake + p.w_soc * relations["social_bond"])
        + p.w_str * relations["structural_bond"]
    )
    cost = c.lock_in[mine] + content * (p.s_fin * stake + p.s_soc * relations["social_bond"])
    by_hand = {
        "taste": relations["taste"],
        "price": -c.price_sensitivity[mine] * 9.0,
        "product": c.quality_weight[mine] * relations["expectation"] + p.w_sat * relations["satisfaction"],
        "service": np.log1p(0.1) * setting.theory.reach.w_place - p.risk * (1 - relations["trust"]),
        "brand": 0.0,
        "bonds": bonds,
        "habit": p.w_hab * relations["habit"],
        "switching cost": cost + p.s_str * relations["structural_bond"],
    }
    assert set(found.index) == set(by_hand) and bonds.mean() > 0.1
    for part, values in by_hand.items():
        assert found[part] == pytest.approx(np.mean(values), rel=1e-5), part
