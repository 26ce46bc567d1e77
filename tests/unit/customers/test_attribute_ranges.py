"""What may be written to a customer: the declared range of each attribute, and nothing beyond it."""

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.customers.agent import _WRITTEN, STORED
from support.markets import lived, plan, scenario


@pytest.fixture(scope="module")
def market():
    """Three firms of which one has a programme; customers who differ, talk and leave."""
    focal = plan(contact_rate=0.2, integration=0.3, reward_rate=0.05, advertising=0.02)
    return lived(scenario({"firms": {"focal": focal}}, customers=80, periods=30))


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [("satisfaction", 3, "from -1 to 1"), ("trust", -5, "from 0 to 1"), ("price_sensitivity", -9, "from 0 to 1000"),
     ("relational_orientation", 1.5, "from 0 to 1"), ("desire", 101, "from -1e[+]15 to 100"),
     ("taste", np.inf, "from -1e[+]15 to 1e[+]15"), ("money", -1, "from 0 to"), ("tenure", -1, "whole numbers from 0 to 2147483647"),
     ("tier", 4, "from -1 to 3"), ("last_bought", 3, "from -1 to 2"), ("speaks_of", -3, "from -2 to 2"),
     ("aware", 8, "from 0 to 7"), ("leaves_at", np.nan, "to inf"), ("supplier_id", -2, "from -1 to 2")],
)  # fmt: skip
def test_a_value_out_of_range_is_refused_by_name(market, name, value, allowed):
    before = [array.copy() for array in market.columns.stored]
    few = market.customers.select(at_most=2)
    with pytest.raises(InputError, match=rf"^{name} {value}\n  allowed: .*{allowed}"):
        few.set(name, value)
    assert all(np.array_equal(a, b) for a, b in zip(before, market.columns.stored, strict=True))


def test_of_many_values_the_first_wrong_one_is_named(market):
    few = market.customers.select(at_most=3)
    with pytest.raises(InputError, match=r"^trust 1\.5\n"):
        few.set("trust", [[0.1, 0.2, 0.3], [0.4, 1.5, 0.5], [-7, 0.6, 0.7]])


def test_the_bounds_themselves_are_allowed(market):
    few = market.customers.select(at_most=2)
    kept = few.satisfaction.copy()
    few.set("satisfaction", 1).set("satisfaction", -1).set("leaves_at", np.inf)
    assert (few.satisfaction == -1).all()
    few.set("satisfaction", kept)


def test_whatever_a_market_arrives_at_may_be_written_back(market):
    for name in sorted(set(STORED) - set(_WRITTEN)):
        market.customers.set(name, getattr(market.customers, name))
