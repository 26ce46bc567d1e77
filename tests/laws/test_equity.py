"""Customer equity against what customers then bring: the same run lived on, with the same luck.

With nothing learnt the present switching behaviour lasts, so the sum must agree within sampling error (4 standard
errors over customers). The closed forms of one firm and one type of customer are laws L6 and L8.
"""

from __future__ import annotations

import numpy as np
import pytest

from support.markets import lived, scenario

STILL = {
    "choice": {
        "w_sat": 0,
        "w_fin": 0,
        "w_soc": 0,
        "w_str": 0,
        "w_hab": 0,
        "s_fin": 0,
        "s_soc": 0,
        "s_str": 0,
    },
    "satisfaction": {"rate_sat": 0, "rate_exp": 0},
    "trust": {"up": 0, "down": 0},
    "talk": {"talk_base": 0, "talk_slope": 0},
    "contract": {"h0": 0.05, "h1": 0, "h2": 0},
}
OFFERS = {
    "focal": {"price": 9.0, "unit_cost": 5.0, "taste_weight": 0.5},
    "rival_1": {"unit_cost": 2.0},
    "rival_2": {"known_by": 0.5},
}
#: Under contract a quarter of a year a period; in a repertoire a day, so that few buy twice in one, and the main
#: supplier is the firm last bought from, as the switching matrix has it.
KINDS = {
    "contract, an outside to go to": ({"type": "contractual", "periods_per_year": 4, "outside": -3.0}, {}),
    "contract, nowhere else": ({"type": "contractual", "periods_per_year": 4, "outside": "none"}, {}),
    "contract, customers leave": (
        {"type": "contractual", "periods_per_year": 4, "outside": -3.0},
        {"exit_rate": {"gamma": {"shape": 1.0, "mean": 0.01}}},
    ),
    "contract, the lost come back": ({"type": "contractual", "periods_per_year": 4, "outside": -1.0}, {}),
    "contract, the lost come back and leave": (
        {"type": "contractual", "periods_per_year": 4, "outside": -1.0},
        {"exit_rate": 0.005, "dropout": 0.05},
    ),
    "repertoire": ({"type": "repertoire", "periods_per_year": 366, "outside": -4.0}, {}),
    "repertoire, customers leave": (
        {"type": "repertoire", "periods_per_year": 366, "outside": -4.0},
        {"exit_rate": 0.01, "dropout": 0.02},
    ),
}
WARM_YEARS, YEARS, RATE = 1, 9, 1.0


def market_of(name, **traits):
    market, everyone = KINDS[name]
    theory = STILL | {"choice": STILL["choice"] | {"habit_keep": 0.0}}
    if "come back" in name:
        theory |= {"contract": STILL["contract"] | {"return_rate": 0.02}}
    everyone = {"need_rate": 0.3, "lock_in": 1.5} | everyone | traits
    customers = 40000 if market["type"] == "contractual" else 1200
    return scenario(
        {"market": {"discount_rate": RATE, "budget": "free"} | market, "theory": theory, "firms": OFFERS},
        population={"segments": {"everyone": everyone}},
        customers=customers,
        periods=(WARM_YEARS + YEARS) * market["periods_per_year"],
    )


def reported(setting):
    warm = lived(setting, periods=WARM_YEARS * int(setting.market.periods_per_year))
    return warm.customer_equity()


def brought(setting):
    """Margins of each customer from each firm after the warm-up, discounted to it: (n_customers, n_firms)."""
    per_year = int(setting.market.periods_per_year)
    market = lived(setting, periods=WARM_YEARS * per_year)
    margins = market.offers["paid"] - np.array([firm.unit_cost for firm in market.firms])
    total, before = 0.0, market.columns.purchases.astype("f8")
    for k in range(1, YEARS * per_year + 1):
        market.step()
        now = market.columns.purchases.astype("f8")
        total = total + (now - before) * (1 + RATE) ** (-k / per_year)
        before = now
    return total * margins


@pytest.fixture(scope="module", params=KINDS)
def both(request):
    setting = market_of(request.param)
    return request.param, reported(setting), brought(setting)


def off(equity, sums):
    """By how many standard errors equity differs from what customers brought, (n_firms,); the unseen rest is 0.2 %."""
    return np.abs(equity - sums.sum(axis=0)) / np.hypot(sums.std(axis=0) * np.sqrt(len(sums)), 0.002 * equity)


def test_equity_is_what_customers_bring(both):
    name, equity, sums = both
    assert (equity > 0).all() and (off(equity, sums) < 4).all(), (name, equity, sums.sum(axis=0))
    assert np.isclose(equity, sums.sum(axis=0), rtol=0.12).all()


@pytest.mark.parametrize("wrong", [{"lock_in": 0.0}, {"lock_in": 3.0}])
@pytest.mark.parametrize("name", ["contract, an outside to go to", "repertoire"])
def test_a_wrong_switching_cost_is_told_apart(wrong, name):
    """Negative: the equity that would hold with another switching cost is not what these customers bring."""
    market = lived(market_of(name), periods=WARM_YEARS * int(market_of(name).market.periods_per_year))
    market.columns.lock_in[:] = wrong["lock_in"]
    assert (off(market.customer_equity(), brought(market_of(name))) > 4).any()


def test_equity_is_linear_in_margins_and_falls_with_the_rate():
    setting = market_of("repertoire")
    equity = reported(setting)
    dear = reported(setting.replace({"firms": {"focal": {"unit_cost": 1.0}}}))  # a margin of 8, not 4
    np.testing.assert_allclose(dear, equity * [2, 1, 1], rtol=1e-12)
    late = reported(setting.replace({"market": {"discount_rate": 2.0}}))
    assert (late < equity).all()


def test_who_has_left_is_worth_nothing():
    setting = market_of("repertoire")
    market = lived(setting, periods=100)
    whole = market.customer_equity()
    market.columns.leaves_at[:600] = 50.0
    half = market.customer_equity()
    assert (half < whole).all() and (half > 0.3 * whole).all()
    market.columns.leaves_at[:] = 50.0
    assert not market.customer_equity().any()


def test_a_sample_stands_for_the_whole():
    market = lived(market_of("repertoire"), periods=50)
    sampled, whole = market.customer_equity(most=300), market.customer_equity()
    np.testing.assert_allclose(sampled, whole, rtol=0.2)
    assert not np.array_equal(sampled, whole)


def test_equity_is_net_of_what_dealers_keep():
    # the same customers and prices; of each unit's 4 the dealers get 1
    nothing = {"kind": "distributor", "margin": 0.1, "undercut": 0, "effort": 0, "push": 0}
    alone, dealt = (lived(scenario({"stakeholders": tied})) for tied in ({}, {"dealers": nothing}))
    assert dealt.books.outcomes().units.equals(alone.books.outcomes().units)
    np.testing.assert_allclose(dealt.customer_equity()[0], 0.75 * alone.customer_equity()[0], rtol=1e-12)
    np.testing.assert_allclose(dealt.customer_equity()[1:], alone.customer_equity()[1:], rtol=1e-12)
    np.testing.assert_allclose(dealt.net_values()[:, 0], 0.75 * alone.net_values()[:, 0], rtol=1e-9)
    split = dealt.equity_split().groupby("firm").value.sum()
    np.testing.assert_allclose(split["focal"], dealt.customer_equity(1000)[0], rtol=1e-9)
    estimates = [made.firms[0].customer_file().lifetime_value for made in (alone, dealt)]
    np.testing.assert_allclose(estimates[1], 0.75 * estimates[0], rtol=1e-12)


def test_equity_has_the_price_that_dealers_undercut_to_and_what_they_win_back():
    # list 10, undercut 0.5, half of it won back: the firm keeps 10 - 1 - 0.25 of a unit
    tied = {"kind": "distributor", "margin": 0.1, "undercut": 0.05, "push": 0}
    market = lived(scenario({"stakeholders": {"dealers": tied}}))
    assert float(market.offers["paid"][0]) - market.firms[0].sale_cost == pytest.approx(10 - 1.25 - 6)
