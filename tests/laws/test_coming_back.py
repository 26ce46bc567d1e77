"""Law L10: a customer lost for good is worth less than one who always has a share (Jackson 1985).

The gap closes as the rate of looking again goes to 0. One firm under contract, retention r and interest i a year;
who has left looks again with chance w a year and then takes the firm with chance q, as one who never had a supplier.
With k = 1/(1+i): here = k (r (m + here) + (1-r) gone), gone = k (w q (m + here) + (1 - w q) gone).
"""

import math

import numpy as np
import pytest

from sim.theory.lifetime_value import value
from sim.validation.laws.checks import of_preset, opened
from sim.validation.laws.law_lifetime_value import INTEREST, LOCK_IN, MARGIN, OUTSIDE_PAYS, PRICE

RETENTION, RATES = 0.8, (0.0, 1e-6, 1e-4, 0.001, 0.01, 0.1, 1.0)


def market_of(rate, years=0, customers=200):
    """Everybody is won in the first year; who leaves looks again at this rate a week."""
    preset = {
        "market": {"type": "contractual", "periods_per_year": 1, "discount_rate": INTEREST, "budget": "free"},
        "population": {
            "customers": customers, "entry_by_purchase": True, "segments": {"everyone": {"lock_in": LOCK_IN}},
        },
        "theory": {
            "contract": {"h0": 0, "contract_term": 1, "return_rate": rate}, "choice": {"outside_pays": OUTSIDE_PAYS},
        },
        "firms": {"provider": {"price": PRICE, "unit_cost": PRICE - MARGIN}},
        "experiment": {"focal": "provider", "periods": years + 1, "burn_in": 0, "sample": 0},
    }  # fmt: skip
    setting = of_preset("logit", preset)
    everyone, offer = setting.population.segments["everyone"], setting.firms["provider"]
    inside = everyone.quality_weight.mean * offer.promise - everyone.price_sensitivity.mean * PRICE
    outside = inside + LOCK_IN * OUTSIDE_PAYS - math.log(RETENTION / (1.0 - RETENTION))
    market = opened(setting.replace({"market": {"outside": outside}}), 1, 1, reports=True)
    market.run_for(years + 1)
    return market, 1.0 / (1.0 + math.exp(outside - inside))


def law(rate, taken):
    """Value of a customer of the firm, money."""
    k, back = 1.0 / (1.0 + INTEREST), (1.0 - math.exp(-52.0 * rate)) * taken
    system = np.array([[1 - k * RETENTION, -k * (1 - RETENTION)], [-k * back, 1 - k * (1 - back)]])
    return float(np.linalg.solve(system, k * MARGIN * np.array([RETENTION, back]))[0])


@pytest.fixture(scope="module")
def values():
    found = {}
    for rate in RATES:
        market, taken = market_of(rate)
        found[rate] = (float(market.lifetime_values().mean()), law(rate, taken))
    return found


def test_l10_the_worth_of_a_customer_by_the_closed_form(values):
    for found, expected in values.values():
        assert found == pytest.approx(expected, rel=2e-6)
    assert values[0.0][0] == pytest.approx(value(MARGIN, RETENTION, INTEREST), rel=2e-6)  # law L6


def test_l10_lost_for_good_is_worth_less_than_always_a_share(values):
    found = [values[rate][0] for rate in RATES]
    assert found == sorted(found) and len(set(found)) == len(found)
    assert found[-1] > 1.5 * found[0]


def test_l10_the_gap_closes_with_the_rate_in_proportion(values):
    gaps = [values[rate][0] - values[0.0][0] for rate in (1e-4, 1e-6)]
    assert 0 < gaps[1] < 1e-3 * values[0.0][0]
    assert gaps[0] / gaps[1] == pytest.approx(100.0, rel=0.05)


def test_l10_another_rate_is_told_apart(values):
    _, taken = market_of(0.01)
    assert values[0.01][0] != pytest.approx(law(0.012, taken), rel=0.01)


def test_l10_the_same_customers_bring_more_when_they_may_come_back():
    """Lived: the margins of the same population with the same luck, discounted, against the closed form over 12 years."""
    brought = {}
    for rate in (0.0, 0.01):
        market, taken = market_of(rate, years=12, customers=20_000)
        outcomes = market.books.outcomes()
        later = (outcomes["profit"] / (1.0 + INTEREST) ** outcomes["period"])[1:].sum()
        brought[rate] = later / outcomes["won"][0]
    assert brought[0.01] > brought[0.0]
    k, back = 1.0 / (1.0 + INTEREST), (1.0 - math.exp(-0.52)) * taken
    here, expected = 1.0, {0.0: 0.0, 0.01: 0.0}
    states = {rate: np.array([1.0, 0.0]) for rate in expected}
    for year in range(1, 13):
        for rate, chance in ((0.0, 0.0), (0.01, back)):
            here, gone = states[rate]
            now = here * RETENTION + gone * chance
            expected[rate] += MARGIN * now * k**year
            states[rate] = np.array([now, 1.0 - now])
    for rate, sum_of in brought.items():
        assert sum_of == pytest.approx(expected[rate], rel=0.02)
